"""What the clinician changes in a draft."""

from __future__ import annotations

from dataclasses import replace

from wardscribe.protocol import DraftNote, ProtocolError, Section, Sentence

EDITED = "edited"
"""Flag of a sentence whose words are the clinician's own now."""
MAX_SENTENCE = 4_000
"""Characters."""
MAX_SENTENCES = 200
"""A section's."""


def edited(note: DraftNote, section_id: str, index: int, text: str) -> DraftNote:
    """Return the note with one sentence changed; an empty text removes it, `index` = length adds one.

    Evidence stays with the sentence; an added one has none and is marked as edited.  Raises ProtocolError `bad_edit`.
    """
    text = " ".join(text.split())
    if len(text) > MAX_SENTENCE:
        raise ProtocolError("bad_edit", f"a sentence has at most {MAX_SENTENCE} characters")
    if section_id not in [section.id for section in note.sections]:
        known = ", ".join(section.id for section in note.sections)
        raise ProtocolError("bad_edit", f"the note has no such section; it has: {known}")
    return replace(note, sections=tuple(_section(s, index, text) if s.id == section_id else s for s in note.sections))


def _section(section: Section, index: int, text: str) -> Section:
    sentences = list(section.sentences)
    if not 0 <= index <= len(sentences):
        raise ProtocolError("bad_edit", f"section {section.id} has {len(sentences)} sentences; there is no {index}")
    if text and index >= MAX_SENTENCES:
        raise ProtocolError("bad_edit", f"a section has at most {MAX_SENTENCES} sentences")
    evidence = sentences[index].evidence if index < len(sentences) else ()
    sentences[index : index + 1] = [Sentence(text, evidence, (EDITED,))] if text else []
    return replace(section, sentences=tuple(sentences))
