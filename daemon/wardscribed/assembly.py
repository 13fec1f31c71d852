"""Builds the running parts from the configuration: the only place that knows them all."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from wardscribed.audio.vad import Vad
from wardscribed.config import Config, ModelConfig
from wardscribed.device import Device
from wardscribed.engine import Engine
from wardscribed.growing import Drafts
from wardscribed.note.backends.wording import Writer
from wardscribed.note.templates import Library
from wardscribed.pace import decode_seconds
from wardscribed.speech import cuda, glossaries, models
from wardscribed.speech.recognizer import RecognizerSettings, WhisperRecognizer, device_of
from wardscribed.speech.scheduler import Limits, Scheduler
from wardscribed.trust import moment
from wardscribed.trust.seal import Seals, load_key
from wardscribed.trust.tombstones import Tombstones

log = logging.getLogger(__name__)

_MOST_WORKERS = 8
_CPU = Limits(batch=4)  # more rows gain nothing there (benchmarks/NOTES.md)
_GPU = Limits(batch=32, frames=64_000)


def build_engine(config: Config) -> Engine:
    """Load and warm up the models.  Raises ModelError."""
    recognizers = load_recognizers(config.model)
    for recognizer in recognizers:
        recognizer.warm_up(config.model.beam)
    limits = _GPU if recognizers[0].device == "cuda" else _CPU
    places = sum(recognizer.places for recognizer in recognizers)
    scheduler = Scheduler(places, limits, decode_seconds(recognizers, limits.batch))
    devices = [Device(recognizer, recognizer.another) for recognizer in recognizers]
    return Engine(devices, Vad.load(), scheduler, config.model.beam)


def load_recognizers(model: ModelConfig) -> list[WhisperRecognizer]:
    """Load the configured speech model, or the bundled one, on every device.  Raises ModelError."""
    folder = models.open_folder(model_path(model))
    device = device_of(model.device)
    if device == "cuda":
        cuda.preload()
    cores = os.cpu_count() or 1
    workers = model.workers or (1 if device == "cuda" else min(cores, _MOST_WORKERS))
    threads = model.threads or max(1, cores // workers)
    indices = model.device_index if device == "cuda" else (0,)
    return [
        WhisperRecognizer.load(folder, RecognizerSettings(device, model.compute_type, index, workers, threads))
        for index in indices
    ]


def model_path(model: ModelConfig) -> Path:
    """Return the folder of the configured speech model, or of the bundled one."""
    return Path(model.path) if model.path else models.bundled()


def load_glossaries(config: Config) -> dict[str, str]:
    """Load the site's word lists, each as a decoder prompt.  Raises ConfigError."""
    return glossaries.load(Path(config.model.glossaries)) if config.model.glossaries else {}


def load_seals(config: Config) -> Seals | None:
    """Load the key under which sessions are sealed for their clients.  Raises ConfigError."""
    if not config.seal.key_file:
        log.info("no 'seal.key_file': sessions do not outlive the daemon")
        return None
    key, lifetime_s = load_key(Path(config.seal.key_file)), config.session.idle_minutes * 60
    ended = Path(config.seal.ended_file) if config.seal.ended_file else None
    if ended is None:
        log.info("no 'seal.ended_file': after a restart a seal of a session that is over could be used")
    return Seals(key, lifetime_s, Tombstones(lifetime_s, ended, moment.now()))


def load_drafts(config: Config) -> Drafts:
    """Load the templates, and the language model that words notes if there is one.  Raises ConfigError, ModelError."""
    return Drafts(Library(Path(config.note.templates) if config.note.templates else None), _writer(config))


def _writer(config: Config) -> Writer | None:
    """Each kind is imported where it is wanted: most wards want none."""
    note = config.note
    if note.backend == "openai":
        from wardscribed.note.backends.openai import OpenAiWriter

        return OpenAiWriter(note.url, note.model, note.timeout_s)
    if note.backend == "ctranslate2":
        from wardscribed.note.backends.local import LocalWriter

        return LocalWriter(Path(note.model), device_of(config.model.device))
    return None
