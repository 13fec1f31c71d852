"""The daemon's own errors, each with the exit status that it leads to."""

from __future__ import annotations

import traceback

from wardscribe.errors import ExitStatus


class WardscribeError(Exception):
    """Base of the errors that are reported by a sentence, not by a traceback.  Messages never quote what was said."""

    status = ExitStatus.UNAVAILABLE


class ConfigError(WardscribeError):
    """The configuration is wrong; the message names the key."""

    status = ExitStatus.CONFIGURATION


class ModelError(WardscribeError):
    """A model folder is missing, incomplete or unsuitable."""

    status = ExitStatus.CONFIGURATION


class AudioError(WardscribeError):
    """A sound file or a microphone cannot be used."""

    status = ExitStatus.UNAVAILABLE


class TranscriptError(WardscribeError):
    """A transcript file cannot be read."""

    status = ExitStatus.USAGE


def frames(error: BaseException) -> str:
    """Return type and places of an error, or of those in a group, without their texts, which may quote speech."""
    if isinstance(error, BaseExceptionGroup):
        return " | ".join(frames(inner) for inner in error.exceptions)
    places = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"
