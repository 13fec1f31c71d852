"""What the clients report by a sentence instead of a traceback, and their exit statuses."""

from __future__ import annotations

import enum


class ExitStatus(enum.IntEnum):
    """Exit statuses (sysexits.h numbers; `os.EX_*` is missing on some systems)."""

    OK = 0
    BUG = 1
    USAGE = 2
    UNAVAILABLE = 69
    """Daemon, microphone or package not there: worth another try once it is."""
    CONFIGURATION = 78
    """Another try is useless until somebody changes an option, a token or a certificate."""


class ClientError(Exception):
    """Something a person can mend.  The text says what, and quotes nothing that was said."""

    status = ExitStatus.UNAVAILABLE
    code = "no_connection"
    """What it is, for whoever tells it in another language: the daemon's code where the daemon refused."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code or self.code


class RefusedError(ClientError):
    """The daemon, or a rule of ours, will not have it: another try is useless until something is changed."""

    status = ExitStatus.CONFIGURATION
    code = "refused"


class SoundFileError(ClientError):
    """A sound file cannot be used; the text names the fault."""

    status = ExitStatus.USAGE


class MicrophoneError(ClientError):
    """A microphone is missing, failed or is not the one that was asked for."""

    code = "microphone_failed"


def only_error(group: ExceptionGroup[Exception]) -> Exception:
    """Return the first ClientError of a group that holds nothing worse."""
    errors, others = group.split(ClientError)
    return errors.exceptions[0] if errors is not None and others is None else group
