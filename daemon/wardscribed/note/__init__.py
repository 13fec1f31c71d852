"""Committed words in, a grounded draft note out.  Pure: no model, no I/O but the data files read once, no clock."""

from __future__ import annotations

import dataclasses
import hashlib
import json

from wardscribe.protocol import DraftNote, LeftOut, Section, Sentence
from wardscribed.note.classify import classify
from wardscribed.note.compose import Draft, compose
from wardscribed.note.language import Language, load, tokens
from wardscribed.note.sentences import pieces
from wardscribed.note.templates import Template
from wardscribed.note.verify import problem
from wardscribed.values import Transcript, Turn

NOT_IN_TEMPLATE = "mal"
"""Reason: the template has no such section."""
UNSURE = "unsure"
"""Flag: the recogniser was not sure of a word."""
MIN_P = 0.5


def draft(transcript: Transcript, template: Template) -> DraftNote:
    """Return the draft note of a conversation: the speakers' own words, sorted, each sentence with its evidence.

    Everything that was said and is not in the note is in `not_included`, with a stable reason.  Nothing is kept from
    one call to the next, so it may be called again whenever an utterance ends.
    """
    language = load(transcript.language)
    composed = compose(classify(pieces(transcript, language), language), language)
    turns = {turn.id: turn for turn in transcript.turns}
    checked = {id_: _checked(id_, composed, turns, language) for id_ in composed.sentences}
    shown = tuple(
        Section(section.id, template.heading(section, language.code), checked.pop(section.id))
        for section in template.sections
    )
    for sentences in checked.values():
        composed.left_out.extend(LeftOut(s.evidence[-1], s.text, NOT_IN_TEMPLATE) for s in sentences)
    return DraftNote(template.id, language.code, shown, tuple(composed.left_out))


def _checked(section: str, draft: Draft, turns: dict[int, Turn], language: Language) -> tuple[Sentence, ...]:
    """Return a section's sentences that pass the gate; the others go to what was left out."""
    passed = []
    for sentence in draft.sentences[section]:
        reason = problem(sentence, turns, language)
        if reason:
            draft.left_out.append(LeftOut(sentence.evidence[-1] if sentence.evidence else -1, sentence.text, reason))
        else:
            passed.append(_marked(sentence, turns))
    return tuple(passed)


def _marked(sentence: Sentence, turns: dict[int, Turn]) -> Sentence:
    """Flag a sentence with a word that the recogniser doubted."""
    words = set(tokens(sentence.text))
    doubted = {
        token
        for number in sentence.evidence
        for word, p in zip(turns[number].text.split(), turns[number].p, strict=False)
        if p < MIN_P
        for token in tokens(word)
    }
    return dataclasses.replace(sentence, flags=(*sentence.flags, UNSURE)) if words & doubted else sentence


def note_hash(note: DraftNote) -> str:
    """Return the SHA-256 of the note's content in canonical JSON: what approval is bound to."""
    content = json.dumps(dataclasses.asdict(note), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
