"""Whether a session can be had as it was asked for.  No I/O."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wardscribe.approval import is_approved
from wardscribe.fields import FieldError
from wardscribe.protocol import ProtocolError, Source, Start
from wardscribed.note import wishes


def check(start: Start, templates: Collection[str], glossaries: Collection[str], languages: Collection[str]) -> None:
    """Raise ProtocolError `bad_field` for a `start` that names what this daemon does not have.

    `glossaries` holds "", for none, beside the names of the site's.
    """
    if start.template not in templates:
        raise _refusal(f"'template' must be one of {', '.join(templates)}")
    if start.glossary not in glossaries:
        raise _refusal(f"'glossary' must be one of the site's: {', '.join(filter(None, glossaries)) or 'none'}")
    if start.language not in languages:
        raise _refusal(f"'language' must be one of {', '.join(languages)}")
    try:
        wishes.read(start.preferences, start.language)
    except FieldError as error:
        raise _refusal(str(error)) from error
    if not 1 <= len(start.channels) <= 2:
        raise _refusal("'channels' must name one or two roles")


def check_microphone(start: Start, approved: Sequence[str]) -> None:
    """Raise ProtocolError `not_approved` where a client would record with a microphone that is not approved."""
    if start.source is Source.CLIENT and not is_approved(start.microphone, approved):
        names = ", ".join(f"'{name}'" for name in approved)
        raise ProtocolError("not_approved", f"event start: 'microphone' must name an approved one: {names}")


def _refusal(fault: str) -> ProtocolError:
    return ProtocolError("bad_field", f"event start: {fault}")
