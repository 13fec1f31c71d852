"""Recipe of the note's linear models: `python -m benchmarks.note_model CASES…` writes note/learned/*.npz.

CASES are folders of labelled consultations (the format of tests/cases).  Needs scikit-learn, which the program does
not.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks import cases
from wardscribed.note import signals
from wardscribed.note.classify import Classifier
from wardscribed.note.clauses import clauses, worth_signals
from wardscribed.note.compose import ALWAYS, tidy
from wardscribed.note.context import QUESTION, SMALL_TALK, STEERING
from wardscribed.note.drafting import Models
from wardscribed.note.language import Language, load, tokens
from wardscribed.note.linear import FOLDER, LinearModel, Signals
from wardscribed.note.sentences import Piece, asked_after_all, is_monologue, of_turn
from wardscribed.note.templates import SECTIONS
from wardscribed.values import Transcript, Turn

SNIPPETS = Path(__file__).parent / "note_data" / "snippets.txt"
STRENGTH = 1.0
"""Inverse regularisation."""
CRITICAL = 3
"""How much more a clause of a critical fact counts."""
MIN_CASES = 2
"""A signal counts only where so many conversations have it."""
_PLACE = (
    "findings:",
    "conclusions:",
    "clinical:",
    "since:",
    "last:",
    "before:",
    "statement:",
    "first:",
    "|new",
    "|same",
)
"""Signals of a place in a conversation, which a lone snippet does not have."""


@dataclass(frozen=True)
class Talk:
    """One conversation: its sentences and their labels."""

    name: str
    language: Language
    pieces: list[Piece]
    labels: list[str]
    facts: tuple[cases.Fact, ...]
    snippet: bool = False


class _Unlabelled:
    """Stands in for the model where labels are given."""

    def chances(self, _: Mapping[str, float], among: Iterable[str] = ()) -> dict[str, float]:
        return dict.fromkeys(among or (STEERING,), 0.5)


def pieces_of(transcript: Transcript) -> list[Piece]:
    """Return the sentences of a conversation as the draft sees them."""
    language = load(transcript.language)
    found = [piece for turn in transcript.turns for piece in of_turn(turn, language, False)]
    found = [asked_after_all(a, b, language) for a, b in zip(found, [*found[1:], None], strict=True)]
    dictated = is_monologue(found, language)
    return [replace(piece, dictated=True) for piece in found] if dictated else found


def talk_of(case: cases.Case) -> Talk:
    """Return a labelled conversation; a sentence gets the label of the gold sentence that it shares most words with."""
    gold = {turn.id: turn.sentences for turn in case.turns}
    found = pieces_of(case.transcript())
    labels = [max(gold[piece.turn], key=partial(_likeness, piece)).label for piece in found]
    return Talk(case.id, load(case.language), found, labels, case.facts)


def _likeness(piece: Piece, gold: cases.Labelled) -> float:
    shared = set(tokens(gold.text)) & set(piece.tokens)
    return len(shared) - 0.001 * abs(len(gold.text) - len(piece.text))


def _holds(piece: Piece, text: str, fact: cases.Fact) -> bool:
    """Return whether a clause of a sentence carries a part of a fact."""
    return piece.turn in fact.evidence and any(any(term in text for term in group) for group in fact.groups)


def snippets(path: Path = SNIPPETS) -> Iterator[Talk]:
    """Yield each line of the snippet file as a conversation of one or two turns."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if line.startswith("#") or not line.strip():
            continue
        code, label, question, said = (part.strip() for part in line.split("|"))
        clinician = said.startswith("K: ")
        turns = [Turn(1, "clinician", question)] if question else []
        turns.append(Turn(2, "clinician" if clinician else "patient", said.removeprefix("K: ")))
        found = pieces_of(Transcript(code, tuple(turns)))
        labels = [QUESTION if piece.turn == 1 else label for piece in found]
        yield Talk(f"snippet-{number}", load(code), found, labels, (), True)


def topics_of(talk: Talk) -> Iterator[tuple[Signals, str]]:
    """Yield the clinician's questions and what their answers are about."""
    for i, piece in enumerate(talk.pieces):
        if piece.speaker != "clinician" or not (piece.question or talk.labels[i] == QUESTION):
            continue
        answers = []
        for other, label in zip(talk.pieces[i + 1 :], talk.labels[i + 1 :], strict=True):
            if other.speaker == "clinician":
                break
            answers.append(label)
        clinical = Counter(label for label in answers if label in SECTIONS)
        nothing = SMALL_TALK if answers[:1] == [SMALL_TALK] else STEERING
        yield signals.of_words(piece, talk.language), clinical.most_common(1)[0][0] if clinical else nothing


def fit(examples: Iterable[tuple[Signals, str, str]], strength: float = STRENGTH) -> LinearModel:
    """Return the model of these examples: signals, label, and the conversation that they are from."""
    rows, labels, groups = (list(column) for column in zip(*examples, strict=True))
    seen: dict[str, set[str]] = defaultdict(set)
    for row, group in zip(rows, groups, strict=True):
        for name in row:
            seen[name].add(group)
    kept = [{name: value for name, value in row.items() if len(seen[name]) >= MIN_CASES} for row in rows]
    table = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=200, fit_intercept=False, tol=1e-3)
    model.fit(table.fit_transform(kept), labels)
    weights = model.coef_.T.astype(np.float32)
    if len(model.classes_) == 2:
        weights = np.concatenate([np.zeros_like(weights), weights], axis=1)
    return LinearModel([str(c) for c in model.classes_], table.get_feature_names_out(), weights)


def fit_topics(talks: Sequence[Talk]) -> LinearModel:
    """Return the model of what questions ask about."""
    return fit((row, topic, talk.name) for talk in talks for row, topic in topics_of(talk))


def fit_labels(talks: Sequence[Talk]) -> LinearModel:
    """Return the model of sentences; topics while it is trained come from models that have not seen the talk."""
    examples = []
    for part in range(3):
        topics = fit_topics([talk for i, talk in enumerate(talks) if i % 3 != part])
        for talk in talks[part::3]:
            classifier = Classifier(talk.language, _Unlabelled(), topics)
            for piece, label in zip(talk.pieces, talk.labels, strict=True):
                row = signals.in_place(piece, classifier.context, talk.language)
                if not (talk.snippet and piece.turn == 1):
                    examples.append((_lone(row) if talk.snippet else row, label, talk.name))
                classifier.receive(piece, label)
    return fit(examples)


def _lone(row: Signals) -> Signals:
    return {name: value for name, value in row.items() if not any(mark in name for mark in _PLACE)}


def fit_worth(talks: Sequence[Talk], topics: LinearModel) -> LinearModel:
    """Return the model of which clauses of clinical sentences hold what a note is read for."""
    examples = []
    for talk in talks:
        classifier = Classifier(talk.language, _Unlabelled(), topics)
        for piece, label in zip(talk.pieces, talk.labels, strict=True) if talk.facts else ():
            item = classifier.receive(piece, label)
            if label not in SECTIONS or label in ALWAYS or piece.dictated:
                continue
            for part in clauses(tidy(piece.text, talk.language, True), talk.language):
                text = f"{part} {piece.text if part == piece.text else ''}".lower()
                held = [fact for fact in talk.facts if _holds(piece, text, fact)]
                times = CRITICAL if any(fact.critical for fact in held) else 1
                examples += [(worth_signals(item, part, talk.language), "keep" if held else "drop", talk.name)] * times
    return fit(examples, 0.3)


def fit_speakers(talks: Sequence[Talk]) -> LinearModel:
    """Return the model of who says a sentence, by its words alone."""
    examples = [
        (signals.of_words(piece, talk.language), "clinician" if piece.speaker == "clinician" else "patient", talk.name)
        for talk in talks
        for piece in talk.pieces
        if not piece.dictated
    ]
    return fit(examples, 0.3)


def fit_all(talks: Sequence[Talk]) -> Models:
    """Return all the models of a draft."""
    topics = fit_topics(talks)
    return Models(fit_labels(talks), topics, fit_worth(talks, topics), fit_speakers(talks))


def folds(given: Sequence[cases.Case], count: int) -> Iterator[tuple[cases.Case, Models]]:
    """Yield each case with models that have not seen it."""
    talks, extra = [talk_of(case) for case in given], list(snippets())
    for part in range(count):
        models = fit_all([talk for i, talk in enumerate(talks) if i % count != part] + extra)
        for case in given[part::count]:
            yield case, models


def save(name: str, model: LinearModel) -> None:
    """Write a model as eight-bit weights."""
    weights, names = model.weights, model.names
    scale = float(np.abs(weights).max()) / 127
    packed = np.round(weights / scale).astype(np.int8)
    keep = np.abs(packed).max(axis=1) > 0
    np.savez_compressed(
        FOLDER / f"{name}.npz",
        labels=np.array(model.labels),
        names=np.array([n for n, k in zip(names, keep, strict=True) if k]),
        weights=packed[keep],
        scale=np.float32(scale),
    )


def main() -> None:
    """Train on all the cases and write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    talks = [talk_of(case) for folder in arguments.folders for case in cases.read_all(folder)]
    models = fit_all([*talks, *snippets()])
    for name, model in zip(("labels", "topics", "worth", "speakers"), dataclasses.astuple(models), strict=True):
        save(name, model)


if __name__ == "__main__":
    main()
