"""What was left out comes into the note after all: in the words that were said, with the turns that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wardscribe.protocol import DraftNote, LeftOut, ProtocolError, Restore, Section, Sentence
from wardscribed.note.doubt import marked
from wardscribed.note.editing import named, with_sentences
from wardscribed.note.language import load
from wardscribed.note.verify import mismatch
from wardscribed.values import Transcript, Turn

_FAR = float("inf")


def restored(note: DraftNote, step: Restore, transcript: Transcript) -> DraftNote:
    """Return the note with something of `not_included` in it, where it was said among the others of its section.

    A language model's sentence that the gate refused is in that list too, and is refused here again.  Raises
    ProtocolError `bad_edit`.
    """
    turns = {turn.id: turn for turn in transcript.turns}
    item = _item(note, step, turns)
    evidence = item.evidence or (item.turn,)
    language = load(transcript.language)
    if mismatch(item.text, [turns[number].text for number in evidence], language):
        raise ProtocolError("bad_edit", f"these are not the words of turn {item.turn}: nothing carries them")
    section = _section(note, step, turns[item.turn])
    sentence = marked(Sentence(" ".join(item.text.split()), evidence), turns, language)
    at = _place(section, item.turn)
    sentences = [*section.sentences[:at], sentence, *section.sentences[at:]]
    rest = tuple(other for other in note.not_included if other is not item)
    return replace(with_sentences(note, section.id, sentences), not_included=rest)


def _item(note: DraftNote, step: Restore, turns: Mapping[int, Turn]) -> LeftOut:
    if step.turn not in turns:
        raise ProtocolError("bad_edit", f"there was no turn {step.turn}")
    for item in note.not_included:
        if (item.turn, item.text) == (step.turn, step.text):
            return item
    raise ProtocolError("bad_edit", f"nothing in these words is left out of turn {step.turn}")


def _section(note: DraftNote, step: Restore, turn: Turn) -> Section:
    """Return the section that is named, or the one that holds what was said nearest to the turn.

    Where nobody knows who spoke, a person may say that it was the clinician; it is not taken for granted.
    """
    wanted = [named(note, step.section)] if step.section else note.sections
    possible = [s for s in wanted if not s.clinician_only or turn.speaker in ("clinician", None)]
    if not possible:
        raise ProtocolError("bad_edit", "the clinician's own words only may stand there, and somebody else spoke")
    likely = [s for s in possible if not s.clinician_only or turn.speaker == "clinician"]
    return min(likely or possible, key=lambda section: _distance(section, turn.id))


def _distance(section: Section, turn: int) -> float:
    numbers = (number for sentence in section.sentences for number in sentence.evidence)
    return min((abs(number - turn) for number in numbers), default=_FAR)


def _place(section: Section, turn: int) -> int:
    """Return the index before the first sentence that was said later."""
    later = (at for at, sentence in enumerate(section.sentences) if min(sentence.evidence, default=turn) > turn)
    return next(later, len(section.sentences))
