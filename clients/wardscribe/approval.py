"""Which microphones may be used: the daemon's configuration tells, and it refuses others; clients do not open them."""

from __future__ import annotations

from collections.abc import Sequence

from wardscribe.errors import RefusedError


def is_approved(name: str, approved: Sequence[str]) -> bool:
    """Return whether a microphone's name holds one of the approved names, in capitals or not; none approved: any is.

    One microphone is called differently by browser, PulseAudio and ALSA («Jabra Speak 510 (0b0e:0420)»): its make and
    model are what they agree on.
    """
    return not approved or any(part.casefold() in name.casefold() for part in approved)


def check_microphone(name: str, approved: Sequence[str]) -> None:
    """Raise RefusedError where a microphone is not approved, or not named where only some are."""
    if not is_approved(name, approved):
        names = ", ".join(f"'{part}'" for part in approved)
        raise RefusedError(
            f"the microphone '{name or 'default'}' is not approved here; name one of: {names}", "not_approved"
        )
