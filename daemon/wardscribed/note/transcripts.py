"""A transcript file's JSON in, a Transcript out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wardscribe.fields import FieldError, from_json
from wardscribed.errors import TranscriptError
from wardscribed.note.language import LANGUAGES
from wardscribed.values import Transcript, Turn

SPEAKERS = ("clinician", "patient", "other")


@dataclass(frozen=True, slots=True)
class _TurnFields:
    id: int
    text: str = field(repr=False)
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class _Fields:
    language: str
    turns: tuple[_TurnFields, ...] = field(repr=False)


def read(data: Mapping[str, Any]) -> Transcript:
    """Return the transcript of {"language": "nb", "turns": [{"id": 1, "speaker": "clinician", "text": "…"}]}.

    `speaker` is clinician, patient or other; null or absent where nobody knows.  Raises TranscriptError, which names
    the field and quotes nothing that was said.
    """
    try:
        fields = from_json(_Fields, _without_nulls(data))
    except FieldError as error:
        raise TranscriptError(f"transcript: {error}") from error
    if fields.language not in LANGUAGES:
        raise TranscriptError(f"transcript: 'language' must be one of {', '.join(LANGUAGES)}")
    _check_turns(fields.turns)
    return Transcript(fields.language, tuple(Turn(t.id, t.speaker or None, t.text) for t in fields.turns))


def _without_nulls(data: Any) -> Any:
    """A speaker of null is a speaker that is absent; everything else stays for the checks."""
    if not isinstance(data, Mapping):
        raise TranscriptError("transcript: must be an object")
    turns = data.get("turns")
    if not isinstance(turns, list):
        return data
    return {**data, "turns": [_without_null_speaker(turn) for turn in turns]}


def _without_null_speaker(turn: Any) -> Any:
    if isinstance(turn, dict) and turn.get("speaker", "") is None:
        return {key: value for key, value in turn.items() if key != "speaker"}
    return turn


def _check_turns(turns: tuple[_TurnFields, ...]) -> None:
    seen: set[int] = set()
    for i, turn in enumerate(turns):
        if turn.speaker not in ("", *SPEAKERS):
            raise TranscriptError(f"transcript: 'turns[{i}].speaker' must be one of {', '.join(SPEAKERS)} or null")
        if turn.id in seen:
            raise TranscriptError(f"transcript: 'turns[{i}].id' is not unique")
        seen.add(turn.id)
