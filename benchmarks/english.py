"""English figures: `python -m benchmarks.english MTS_FOLDER ACI_FOLDER --json` (needs scikit-learn and rouge-score).

MTS-Dialog test 1: which of twenty section headers a snippet belongs to, by words and letter groups (a linear SVM;
regularisation chosen on the validation set).  ACI-Bench test 1: ROUGE of the extractive draft against the full note.
Both sets are CC BY 4.0 (github.com/abachaa/MTS-Dialog, github.com/wyim/aci-bench) and are not part of the project.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rouge_score.rouge_scorer import RougeScorer
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from wardscribe.values import DraftNote
from wardscribed.note.drafting import Draft
from wardscribed.note.preferences import Density, Preferences
from wardscribed.note.templates import load
from wardscribed.values import Turn

STRENGTHS = (0.1, 0.2, 0.3, 0.5)
_TURN = re.compile(r"\[(doctor|patient)[^\]]*\]")


def sections(folder: Path) -> dict[str, Any]:
    """Return the accuracy on MTS-Dialog test 1, and that on the validation set by which the strength was chosen."""
    train, valid, test = (
        _rows(next(folder.glob(name))) for name in ("*TrainingSet.csv", "*ValidationSet.csv", "*TestSet-1*.csv")
    )
    chosen = max(STRENGTHS, key=lambda strength: (_accuracy(train, valid, strength), -strength))
    return {
        "strength": chosen,
        "valid_accuracy_pct": round(100 * _accuracy(train, valid, chosen), 1),
        "test1_accuracy_pct": round(100 * _accuracy(train + valid, test, chosen), 1),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _accuracy(train: Sequence[dict[str, str]], test: Sequence[dict[str, str]], strength: float) -> float:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    seen, unseen = [row["dialogue"] for row in train], [row["dialogue"] for row in test]
    model = LinearSVC(C=strength, class_weight="balanced", random_state=1)
    model.fit(hstack([v.fit_transform(seen) for v in (words, letters)]), [row["section_header"] for row in train])
    said = model.predict(hstack([v.transform(unseen) for v in (words, letters)]))
    right: int = sum(a == row["section_header"] for a, row in zip(said, test, strict=True))
    return right / len(test)


def notes(path: Path) -> dict[str, Any]:
    """Return the mean ROUGE F of the drafts of a CSV file with dialogues and notes, by density."""
    return {density.value: _rouge(_rows(path), density) for density in Density}


def _rouge(rows: Sequence[dict[str, str]], density: Density) -> dict[str, float]:
    scorer = RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
    scored = [scorer.score(row["note"], _text(_drafted(row["dialogue"], density))) for row in rows]
    return {name: round(100 * sum(one[name].fmeasure for one in scored) / len(scored), 1) for name in scored[0]}


def _drafted(dialogue: str, density: Density) -> DraftNote:
    growing = Draft("en", load()["strukturert"], Preferences(density))
    parts = _TURN.split(dialogue)[1:]
    for number, (role, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        growing.receive(Turn(number, "clinician" if role == "doctor" else "patient", " ".join(text.split())))
    return growing.finish()


def _text(note: DraftNote) -> str:
    lines = [line for part in note.sections for line in (part.title, *(s.text for s in part.sentences))]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mts", type=Path)
    parser.add_argument("aci", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = {"mts_dialog": sections(arguments.mts), "aci_bench_test1": notes(next(arguments.aci.glob("*test1.csv")))}
    print(json.dumps(result, indent=None if arguments.json else 1))


if __name__ == "__main__":
    main()
