"""A draft and a language model in, the note as the model words it out: after the gate, and never without a draft."""

from __future__ import annotations

import dataclasses

from wardscribe.values import DraftNote, LeftOut, Sentence
from wardscribed.note.backends.wording import (
    Evidence,
    Proposed,
    Writer,
    WriterError,
    proposals,
    question,
    sentence_of,
)
from wardscribed.note.compose import SAID_TWICE
from wardscribed.note.drafting import Draft
from wardscribed.note.templates import Template
from wardscribed.note.verify import NO_EVIDENCE, Claim, repeats

UNUSED = "modell_utelot"
"""Reason: the language model took no sentence of it into the note."""
MODEL_FAILED = "model_failed"
"""Warning: the language model gave nothing usable; the note stands in the speakers' own words."""


def worded(growing: Draft, writer: Writer, template: Template) -> DraftNote:
    """Return a finished draft as a language model words it; as it stands, with a warning, where the model fails."""
    plain = growing.document(template)
    evidence = growing.evidence(template)
    if not evidence:
        return plain
    try:
        proposed = proposals(writer.answer(question(evidence)))
    except WriterError:
        return dataclasses.replace(plain, warning=MODEL_FAILED)
    kept, left_out = _judged(growing, proposed, evidence, template)
    if not kept:
        return dataclasses.replace(plain, warning=MODEL_FAILED)
    used = {turn for sentences in kept.values() for sentence in sentences for turn in sentence.evidence}
    unused = (LeftOut(one.turns[-1], one.text, UNUSED) for one in evidence if not used & set(one.turns))
    return dataclasses.replace(
        plain,
        sections=tuple(dataclasses.replace(part, sentences=tuple(kept.get(part.id, ()))) for part in plain.sections),
        not_included=(*plain.not_included, *left_out, *unused),
        written_by=writer.name,
    )


def _judged(
    growing: Draft, proposed: list[Proposed], evidence: list[Evidence], template: Template
) -> tuple[dict[str, list[Sentence]], list[LeftOut]]:
    """Return what the gate lets pass of a model's sentences, by section, and the rest with its reason."""
    labels = {part.id: part.labels[-1] for part in template.sections}
    kept: dict[str, list[Sentence]] = {}
    left_out: list[LeftOut] = []
    for one in proposed:
        sentence = sentence_of(one, evidence)
        if sentence is None:
            left_out.append(LeftOut(evidence[0].turns[0], one.text, NO_EVIDENCE))
            continue
        marked, reason = growing.judged(Claim(labels[one.section], sentence))
        if not reason and repeats(sentence.text, [other.text for other in kept.get(one.section, ())]):
            reason = SAID_TWICE
        if reason:
            left_out.append(LeftOut(sentence.evidence[-1], sentence.text, reason))
        else:
            kept.setdefault(one.section, []).append(marked)
    return kept, left_out
