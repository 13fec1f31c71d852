"""The same path without a network: a sound file in, words or a note out."""

from __future__ import annotations

import asyncio
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from wardscribe.protocol import DraftNote, Role, Start, State
from wardscribe.soundfile import SoundFile, open_sound
from wardscribed.acknowledging import MAX_BACKLOG
from wardscribed.assembly import build_engine, model_path
from wardscribed.audio.buffer import deinterleave
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.config import Config
from wardscribed.engine import Engine
from wardscribed.session import Session
from wardscribed.speech import reference
from wardscribed.speech.commit import normal
from wardscribed.utterance import UtteranceSettings
from wardscribed.values import SAMPLE_RATE, Transcript, milliseconds, samples

_CHUNK = SAMPLE_RATE  # frames handed over at a time


async def transcribe(config: Config, path: Path, language: str) -> dict[str, Any]:
    """Return {"words": […], "utterances": […]} of a WAV file.  Raises ModelError, or SoundFileError for the file."""
    sound = open_sound(path)
    engine = build_engine(config)
    settings = EndpointSettings(min_silence_ms=config.session.end_silence_ms)
    start = Start(language, channels=(Role.UNKNOWN,) * sound.channels)
    whole = UtteranceSettings(only_finals=True)
    session = Session("offline", start, _no_note, settings, engine.recognizer.n_mels, utterances=whole)
    engine.add(session)
    moving = asyncio.create_task(engine.run(), name="engine")
    feeding = asyncio.create_task(_feed(engine, session, sound), name="feed")
    try:
        await asyncio.wait([moving, feeding], return_when=asyncio.FIRST_COMPLETED)
        if moving.done():
            moving.result()  # the engine only ends by an error
        return feeding.result()
    finally:
        moving.cancel()
        feeding.cancel()
        await asyncio.gather(moving, feeding, return_exceptions=True)


def likeness(config: Config, path: Path, language: str) -> float:
    """Return how much alike this daemon and faster-whisper hear a WAV file with the configured model, from 0 to 1.

    Raises ModelError, or SoundFileError for the file.
    """
    said = asyncio.run(transcribe(config, path, language))["utterances"]
    sound = open_sound(path)
    channels = deinterleave(b"".join(sound.chunks(_CHUNK)), sound.channels)
    pieces = [channels[u["channel"], samples(u["start_ms"]) : _next_start(u, said)] for u in said]
    theirs = reference.hear(model_path(config.model), config.model.device, config.model.compute_type, pieces, language)
    ours = [normal(word) for utterance in said for word in utterance["text"].split()]
    return SequenceMatcher(None, ours, [normal(word) for word in theirs], autojunk=False).ratio()


def _next_start(utterance: dict[str, Any], said: list[dict[str, Any]]) -> int | None:
    """Return the sample at which the next utterance of the same channel begins."""
    after = [u["start_ms"] for u in said if u["channel"] == utterance["channel"]]
    later = [start for start in after if start > utterance["start_ms"]]
    return samples(min(later)) if later else None


async def _feed(engine: Engine, session: Session, sound: SoundFile) -> dict[str, Any]:
    viewer = session.log.open_viewer(0)
    for pcm in sound.chunks(_CHUNK):
        session.receive_audio(session.received, pcm)
        engine.wake()
        while session.backlog > MAX_BACKLOG:
            await viewer.take()  # an acknowledgement comes when there is room
    session.stop()
    engine.wake()
    while session.state is not State.REVIEW:
        await viewer.take()
    return _result(session)


def _no_note(transcript: Transcript, _: bool) -> DraftNote:
    """Transcribing drafts nothing."""
    return DraftNote("", transcript.language, ())


def _result(session: Session) -> dict[str, Any]:
    said = sorted(session.hearing.said, key=lambda s: s.start)
    words = sorted(((s.channel, w) for s in said for w in s.words), key=lambda pair: pair[1].start)
    return {
        "words": [
            {
                "text": w.text,
                "start_ms": milliseconds(w.start),
                "end_ms": milliseconds(w.end),
                "p": round(w.p, 3),
                "channel": c,
            }
            for c, w in words
        ],
        "utterances": [
            {
                "utterance": s.number,
                "channel": s.channel,
                "start_ms": milliseconds(s.start),
                "text": " ".join(w.text for w in s.words),
            }
            for s in said
        ],
    }
