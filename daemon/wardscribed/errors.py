"""The daemon's own errors, each with the exit status that it leads to."""

from __future__ import annotations

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
