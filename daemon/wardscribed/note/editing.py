"""What the clinician changes in a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wardscribe.protocol import DraftNote, LeftOut, ProtocolError, Section, Sentence

EDITED = "edited"
"""Flag of a sentence whose words are the clinician's own now."""
REMOVED = "fjernet"
"""Reason: the clinician took the sentence out; what was said stays in sight."""
MAX_SENTENCE = 4_000
"""Characters."""
MAX_SENTENCES = 200
"""A section's."""


def edited(note: DraftNote, section_id: str, index: int, text: str) -> DraftNote:
    """Return the note with one sentence changed; an empty text removes it, `index` = length adds one.

    Evidence stays with the sentence; an added one has none and is marked as edited.  What is removed is left out from
    now on, unless its words are the clinician's own.  Raises ProtocolError `bad_edit`.
    """
    text = " ".join(text.split())
    if len(text) > MAX_SENTENCE:
        raise ProtocolError("bad_edit", f"a sentence has at most {MAX_SENTENCE} characters")
    sentences = list(named(note, section_id).sentences)
    if not 0 <= index <= len(sentences):
        raise ProtocolError("bad_edit", f"section {section_id} has {len(sentences)} sentences; there is no {index}")
    before = sentences[index : index + 1]
    evidence = before[0].evidence if before else ()
    sentences[index : index + 1] = [Sentence(text, evidence, (EDITED,))] if text else []
    left_out = () if text else tuple(_left_out(sentence) for sentence in before if _is_spoken(sentence))
    return replace(with_sentences(note, section_id, sentences), not_included=(*note.not_included, *left_out))


def named(note: DraftNote, section_id: str) -> Section:
    """Return the section of that id.  Raises ProtocolError `bad_edit`."""
    for section in note.sections:
        if section.id == section_id:
            return section
    known = ", ".join(section.id for section in note.sections)
    raise ProtocolError("bad_edit", f"the note has no such section; it has: {known}")


def with_sentences(note: DraftNote, section_id: str, sentences: Sequence[Sentence]) -> DraftNote:
    """Return the note with a section's sentences replaced.  Raises ProtocolError `bad_edit` for too many."""
    if len(sentences) > MAX_SENTENCES:
        raise ProtocolError("bad_edit", f"a section has at most {MAX_SENTENCES} sentences")
    changed = (replace(s, sentences=tuple(sentences)) if s.id == section_id else s for s in note.sections)
    return replace(note, sections=tuple(changed))


def _is_spoken(sentence: Sentence) -> bool:
    return bool(sentence.evidence) and EDITED not in sentence.flags


def _left_out(sentence: Sentence) -> LeftOut:
    return LeftOut(sentence.evidence[-1], sentence.text, REMOVED, sentence.evidence)
