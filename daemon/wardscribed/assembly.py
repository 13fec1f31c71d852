"""Builds the running parts from the configuration: the only place that knows them all."""

from __future__ import annotations

import os
from pathlib import Path

from wardscribed.audio.vad import Vad
from wardscribed.config import Config, ModelConfig
from wardscribed.engine import Engine
from wardscribed.note import templates
from wardscribed.note.templates import Template
from wardscribed.speech import models
from wardscribed.speech.recognizer import RecognizerSettings, WhisperRecognizer

_MOST_THREADS = 4  # beyond it a small batch gains nothing


def build_engine(config: Config) -> Engine:
    """Load and warm up the models.  Raises ModelError."""
    recognizer = load_recognizer(config.model)
    recognizer.warm_up()
    return Engine(recognizer, Vad.load())


def load_recognizer(model: ModelConfig) -> WhisperRecognizer:
    """Load the configured speech model, or the bundled one.  Raises ModelError."""
    folder = models.open_folder(Path(model.path) if model.path else models.bundled())
    threads = model.threads or min(os.cpu_count() or 1, _MOST_THREADS)
    settings = RecognizerSettings(
        device=model.device,
        compute_type=model.compute_type,
        threads=threads,
        beam_size_partial=model.beam,
        beam_size_final=model.beam,
    )
    return WhisperRecognizer.load(folder, settings)


def load_templates(config: Config) -> dict[str, Template]:
    """Load the built-in and the site's templates.  Raises ConfigError."""
    own = templates.load(Path(config.note.templates)) if config.note.templates else {}
    return templates.load() | own
