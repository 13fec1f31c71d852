"""What `wardscribe doctor` finds: evidence in, findings out.  No I/O, no clock."""

from __future__ import annotations

import enum
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from websockets.exceptions import InvalidHandshake

from wardscribe.approval import check_microphone
from wardscribe.connecting import failure
from wardscribe.errors import ClientError, ExitStatus, MicrophoneError, RefusedError

CLOCK_S = 10
"""A clock may be so wrong: what is logged here and at the daemon still stands in the right order for a reader."""
_MUTE_DB = -75.0  # a quiet room peaks some 15 dB above it; a muted microphone far below, or at nothing
_LOUD_DB = -1.0


class Check(enum.StrEnum):
    """What is looked at, in the order in which one thing needs the other."""

    DAEMON = "daemon"
    TLS = "tls"
    PROTOCOL = "protocol"
    TOKEN = "token"  # noqa: S105  # the name of a check
    CLOCK = "clock"
    MICROPHONE = "microphone"
    APPROVAL = "approval"
    SOUND = "sound"


class Verdict(enum.StrEnum):
    """How a check came out."""

    OK = "ok"
    FAULT = "fault"
    UNKNOWN = "unknown"
    """It could not be looked at, for something before it is at fault."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check."""

    check: Check
    verdict: Verdict
    detail: str = ""
    """What was found, for whoever mends it: a figure or a name where all is well, a sentence in English where not."""
    status: ExitStatus = ExitStatus.OK
    """How the program ends for it."""


def ok(check: Check, detail: str = "") -> Finding:
    """Return that all is well."""
    return Finding(check, Verdict.OK, detail)


def fault(check: Check, error: ClientError) -> Finding:
    """Return that `error` came of the check."""
    return Finding(check, Verdict.FAULT, str(error), error.status)


def not_connected(url: str, error: Exception) -> list[Finding]:
    """Return what one of connecting.FAILURES tells: how far the connection came."""
    lost = failure(url, error)
    match error:
        case InvalidHandshake():
            return [ok(Check.DAEMON, url), _encryption(url, None), fault(Check.PROTOCOL, lost)]
        case ssl.SSLError():
            return [ok(Check.DAEMON, url), fault(Check.TLS, lost)]
        case _:
            return [fault(Check.DAEMON, lost)]


def connected(url: str, days_left: int | None) -> list[Finding]:
    """Return what an open connection tells; `days_left` is for how long the daemon's certificate is valid."""
    return [ok(Check.DAEMON, url), _encryption(url, days_left)]


def _encryption(url: str, days_left: int | None) -> Finding:
    if url.startswith("ws:"):
        return ok(Check.TLS, "loopback")
    return ok(Check.TLS, "" if days_left is None else f"{days_left} d")


def clock(date: str, now: datetime) -> Finding:
    """Return how far this machine's clock is from the daemon's, which said `date` (RFC 9110) a moment ago."""
    try:
        seconds = (now - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError):  # none was told, or one without a time zone
        return Finding(Check.CLOCK, Verdict.UNKNOWN, "the daemon tells no time")
    if abs(seconds) <= CLOCK_S:
        return ok(Check.CLOCK, f"± {CLOCK_S} s")
    way = "ahead of" if seconds > 0 else "behind"
    return fault(Check.CLOCK, RefusedError(f"{abs(seconds):.0f} s {way} the daemon's clock"))


def microphone(wanted: str, names: Sequence[str], default: str) -> Finding:
    """Return whether the microphone `wanted` (empty: the default one) is among those that there are."""
    there = ", ".join(f"'{name}'" for name in names) or "none"
    if wanted and wanted not in names:
        error = MicrophoneError(f"there is no microphone named exactly '{wanted}'; there are: {there}")
        return fault(Check.MICROPHONE, error)
    if not names:
        return fault(Check.MICROPHONE, MicrophoneError("this machine has no microphone"))
    return ok(Check.MICROPHONE, wanted or default or names[0])


def approval(name: str, approved: Sequence[str]) -> Finding:
    """Return whether the microphone is one that the daemon lets in."""
    try:
        check_microphone(name, approved)
    except RefusedError as error:
        return fault(Check.APPROVAL, error)
    return ok(Check.APPROVAL)


def sound(peak_db: float) -> Finding:
    """Return whether the loudest moment, in dB relative to full scale, is that of an open microphone."""
    if peak_db < _MUTE_DB:
        return fault(Check.SOUND, MicrophoneError(f"silent: {peak_db:.0f} dB"))
    if peak_db > _LOUD_DB:
        return fault(Check.SOUND, MicrophoneError(f"too loud: {peak_db:.0f} dB"))
    return ok(Check.SOUND, f"{peak_db:.0f} dB")


def completed(findings: Iterable[Finding], checks: Iterable[Check]) -> list[Finding]:
    """Return a finding for each of `checks`, in order; what was not looked at is unknown."""
    found = {finding.check: finding for finding in findings}
    return [found.get(check, Finding(check, Verdict.UNKNOWN)) for check in checks]


def exit_status(findings: Iterable[Finding]) -> ExitStatus:
    """Return the status of the first fault."""
    return next((finding.status for finding in findings if finding.verdict is Verdict.FAULT), ExitStatus.OK)
