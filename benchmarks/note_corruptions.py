"""Can the gate be fooled?  True sentences of drafts are changed a little; the gate must refuse each change.

`corruptions` yields the changed sentences with what was done: a number, unit, side, drug or negation is swapped, a
diagnosis is added, the words are given to another speaker; where nobody knows who speaks, what a patient said is told
as the clinician's plan.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks import cases
from wardscribe.values import DraftNote, Sentence
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
UNITS = {
    "mg": "g",
    "g": "mg",
    "mikrogram": "mg",
    "kg": "g",
    "ml": "dl",
    "%": "mg",
    "cm": "mm",
    "mm": "cm",
    "timer": "dager",
    "dager": "uker",
    "uker": "måneder",
    "veker": "månader",
    "år": "måneder",
    "weeks": "months",
    "days": "weeks",
}
SIDES = {"høyre": "venstre", "venstre": "høyre", "høgre": "venstre", "right": "left", "left": "right"}
NEGATIONS = {"nb": "ikke", "nn": "ikkje", "en": "not"}
OTHER = {"clinician": "patient", "patient": "clinician", "other": "clinician"}

Case = tuple[Language, Mapping[int, Turn], verify.Claim]


def true_sentences(given: Sequence[cases.Case]) -> Iterator[Case]:
    """Yield the sentences of full and of normal drafts: words of their evidence, which the gate let pass."""
    for _, language, turns, note in _drafts(given):
        for section in note.sections:
            for sentence in section.sentences:
                yield language, turns, verify.Claim(section.id, sentence)


def _drafts(given: Sequence[cases.Case]) -> Iterator[tuple[Density, Language, Mapping[int, Turn], DraftNote]]:
    template = load_templates()["strukturert"]
    for case in given:
        turns = {turn.id: turn for turn in case.transcript().turns}
        for density in (Density.FULL, Density.NORMAL):
            growing = Draft(case.language, template, Preferences(density))
            for turn in turns.values():
                growing.receive(turn)
            yield density, load(case.language), turns, growing.finish()


def corruptions(one: Case, chance: random.Random) -> Iterator[tuple[str, Case]]:
    """Yield the sentence with one thing changed, and what was changed."""
    language, turns, claim = one
    text = claim.sentence.text
    for kind, new in (*_values(text, chance), *_negated(text, language), *_diagnosed(text, one, chance)):
        yield kind, (language, turns, dataclasses.replace(claim, sentence=Sentence(new, claim.sentence.evidence)))
    if claim.section in ("vurdering", "plan"):
        swapped = {k: dataclasses.replace(t, speaker=OTHER[t.speaker or "patient"]) for k, t in turns.items()}
        yield "speaker", (language, swapped, claim)


def _values(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    number = re.search(r"\d+", text)
    if number:
        other = str(int(number.group()) + chance.choice([1, 10, 90]))
        yield "number", text[: number.start()] + other + text[number.end() :]
    unit = re.search(rf"(\d\s+)({'|'.join(map(re.escape, UNITS))})(?=\W|$)", text)
    if unit:
        yield "unit", text[: unit.start(2)] + UNITS[unit.group(2)] + text[unit.end(2) :]
    side = re.search(rf"\b({'|'.join(SIDES)})\b", text, re.IGNORECASE)
    if side:
        yield "side", text[: side.start()] + SIDES[side.group().lower()] + text[side.end() :]
    drug = next((word for word in tokens(text) if terms.kind(word) == terms.DRUG), "")
    if drug:
        new = chance.choice([name for name in DRUGS if name not in drug])
        yield "drug", re.sub(re.escape(drug), new, text, count=1, flags=re.IGNORECASE)


def _diagnosed(text: str, one: Case, chance: random.Random) -> Iterator[tuple[str, str]]:
    language, turns, _ = one
    diagnosis = chance.choice(DIAGNOSES[language.code])
    if not any(diagnosis[:5] in turn.text.lower() for turn in turns.values()):
        yield "diagnosis", text.rstrip(".") + {"en": " and has "}.get(language.code, " og har ") + diagnosis + "."


def _negated(text: str, language: Language) -> Iterator[tuple[str, str]]:
    negation = NEGATIONS[language.code]
    words = text.split()
    if re.search(rf"\b{negation}\b", text):
        yield "negation", re.sub(rf"\s*\b{negation}\b", "", text, count=1).strip()
    elif not set(tokens(text)) & language.sets["negation"] and len(words) > 2:
        yield "negation", " ".join([words[0], negation, *words[1:]])


def as_plan(given: Sequence[cases.Case]) -> Iterator[tuple[Draft, verify.Claim]]:
    """Yield what patients said as if it were a plan, with the draft of the conversation without its speakers."""
    for case in given:
        growing = Draft(case.language, load_templates()["strukturert"])
        for turn in case.transcript(roles=False).turns:
            growing.receive(turn)
        clinicians = {turn.id for turn in case.turns if turn.role == "clinician"}
        for section in growing.finish().sections:
            for sentence in section.sentences:
                if not clinicians & set(sentence.evidence[-1:]):
                    yield growing, verify.Claim("plan", sentence)


def measure(given: Sequence[cases.Case]) -> dict[str, Any]:
    """Return how many changes of each kind were caught, and how many true sentences were refused."""
    chance = random.Random(1)
    made, caught = Counter[str](), Counter[str]()
    true = 0
    for one in true_sentences(given):
        true += 1
        for kind, (language, turns, claim) in corruptions(one, chance):
            if claim.sentence.text != one[2].sentence.text or turns is not one[1]:
                made[kind] += 1
                caught[kind] += verify.problem(claim, turns, language) is not None
    for growing, claim in as_plan(given):
        made["speaker unknown"] += 1
        caught["speaker unknown"] += bool(growing.judged(claim)[1])
    refused = sum(left.reason in verify.REASONS for *_, note in _drafts(given) for left in note.not_included)
    return {
        "corruptions": sum(made.values()),
        "caught_pct": round(100 * sum(caught.values()) / max(sum(made.values()), 1), 2),
        "by_kind": {kind: f"{caught[kind]} of {made[kind]}" for kind in sorted(made)},
        "true_sentences": true + refused,
        "true_refused_pct": round(100 * refused / max(true + refused, 1), 2),
    }
