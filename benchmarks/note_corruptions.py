"""Can the gate be fooled?  True sentences of drafts are changed a little; the gate must refuse each change.

`corruptions` yields the changed sentences with what was done: a number, unit, side, drug or negation is swapped, a
diagnosis is added, the words are given to another speaker.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks import cases
from wardscribe.protocol import Sentence
from wardscribed.note import terms, verify
from wardscribed.note.drafting import Draft
from wardscribed.note.language import Language, load, tokens
from wardscribed.note.preferences import Density, Preferences
from wardscribed.note.templates import load as load_templates
from wardscribed.values import Turn

DRUGS = "metoprolol warfarin insulin furosemid kandesartan sertralin litium morfin tramadol amoxicillin".split()
DIAGNOSES = {
    "nb": "lungebetennelse hjerteinfarkt diabetes depresjon kreft demens epilepsi migrene".split(),
    "nn": "lungebetennelse hjarteinfarkt diabetes depresjon kreft demens epilepsi migrene".split(),
    "en": "pneumonia infarction diabetes depression cancer dementia epilepsy migraine".split(),
}
UNITS = {"mg": "g", "g": "mg", "mikrogram": "mg", "kg": "g", "ml": "dl", "%": "mg", "cm": "mm", "mm": "cm", "timer": "dager",
         "dager": "uker", "uker": "måneder", "veker": "månader", "år": "måneder", "weeks": "months", "days": "weeks"}  # fmt: skip
SIDES = {"høyre": "venstre", "venstre": "høyre", "høgre": "venstre", "right": "left", "left": "right"}
NEGATIONS = {"nb": "ikke", "nn": "ikkje", "en": "not"}
OTHER = {"clinician": "patient", "patient": "clinician", "other": "clinician"}

Case = tuple[Language, Mapping[int, Turn], verify.Claim]


def true_sentences(given: Sequence[cases.Case]) -> Iterator[Case]:
    """Yield the sentences of full and of normal drafts that carry words of their evidence."""
    template = load_templates()["strukturert"]
    for case in given:
        turns = {turn.id: turn for turn in case.transcript().turns}
        for density in (Density.FULL, Density.NORMAL):
            growing = Draft(case.language, template, Preferences(density))
            for turn in turns.values():
                growing.receive(turn)
            for section in growing.finish().sections:
                for sentence in section.sentences:
                    yield load(case.language), turns, verify.Claim(section.id, sentence)


def corruptions(one: Case, chance: random.Random) -> Iterator[tuple[str, Case]]:
    """Yield the sentence with one thing changed, and what was changed."""
    language, turns, claim = one
    text = claim.sentence.text

    def changed(new: str) -> Case:
        return language, turns, dataclasses.replace(claim, sentence=Sentence(new, claim.sentence.evidence))

    number = re.search(r"\d+", text)
    if number:
        yield "number", changed(text[: number.start()] + str(int(number.group()) + chance.choice([1, 10, 90])) + text[number.end() :])
    for word in text.split():
        bare = word.strip(".,;:")
        if bare.lower() in UNITS and re.search(rf"\d\s+{re.escape(bare)}\b", text):
            yield "unit", changed(re.sub(rf"(\d\s+){re.escape(bare)}\b", rf"\g<1>{UNITS[bare.lower()]}", text, count=1))
            break
    for side, other in SIDES.items():
        if re.search(rf"\b{side}\b", text, re.IGNORECASE):
            yield "side", changed(re.sub(rf"\b{side}\b", other, text, flags=re.IGNORECASE))
            break
    drug = next((word for word in tokens(text) if terms.kind(word) == terms.DRUG), "")
    if drug:
        new = chance.choice([name for name in DRUGS if name not in drug])
        yield "drug", changed(re.sub(re.escape(drug), new, text, count=1, flags=re.IGNORECASE))
    yield from _negated(text, language, changed)
    diagnosis = chance.choice(DIAGNOSES[language.code])
    if not any(diagnosis[:5] in turn.text.lower() for turn in turns.values()):
        yield "diagnosis", changed(text.rstrip(".") + {"en": " and has "}.get(language.code, " og har ") + diagnosis + ".")
    if claim.section in ("vurdering", "plan"):
        swapped = {k: dataclasses.replace(t, speaker=OTHER[t.speaker or "patient"]) for k, t in turns.items()}
        yield "speaker", (language, swapped, claim)


def _negated(text: str, language: Language, changed: Any) -> Iterator[tuple[str, Case]]:
    negation = NEGATIONS[language.code]
    words = text.split()
    if re.search(rf"\b{negation}\b", text):
        yield "negation", changed(re.sub(rf"\s*\b{negation}\b", "", text, count=1).strip())
    elif not set(tokens(text)) & language.sets["negation"] and len(words) > 2:
        yield "negation", changed(" ".join([words[0], negation, *words[1:]]))


def measure(given: Sequence[cases.Case]) -> dict[str, Any]:
    """Return how many changes of each kind were caught, and how many true sentences were refused."""
    chance = random.Random(1)
    made, caught = Counter[str](), Counter[str]()
    true, refused = 0, 0
    for one in true_sentences(given):
        language, turns, claim = one
        true += 1
        refused += verify.problem(claim, turns, language) is not None
        for kind, (_, other_turns, other) in corruptions(one, chance):
            if other.sentence.text == claim.sentence.text and other_turns is turns:
                continue
            made[kind] += 1
            caught[kind] += verify.problem(other, other_turns, language) is not None
    return {
        "corruptions": sum(made.values()),
        "caught_pct": round(100 * sum(caught.values()) / max(sum(made.values()), 1), 2),
        "by_kind": {kind: f"{caught[kind]} of {made[kind]}" for kind in sorted(made)},
        "true_sentences": true,
    }
