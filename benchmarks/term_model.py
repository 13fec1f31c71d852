"""Recipe of the term model: `python -m benchmarks.term_model TERMS.csv WORDS…` writes note/learned/terms.npz.

TERMS.csv is NorMedTerm (CC BY 4.0, github.com/ltgoslo/NorMedTerm): tab-separated term, category, source.  WORDS are
plain texts of common language.  Needs scikit-learn, which the program does not.
"""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from wardscribed.note.linear import FOLDER
from wardscribed.note.terms import BUCKETS, KINDS, MIN_LETTERS, buckets

CATEGORIES = {"SUBSTANCE": 0, "CONDITION": 1, "PROCEDURE": 2}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def words_of(path: Path, limit: int) -> list[str]:
    """Return the distinct words of a text, shuffled the same way each time."""
    found = sorted(set(_WORD.findall(path.read_text(encoding="utf-8", errors="replace").lower())))
    random.Random(1).shuffle(found)
    return found[:limit]


def main() -> None:
    """Train, print the accuracy on a tenth that was kept aside, write the weights."""
    terms: dict[str, int] = {}
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        term, category, *_ = line.split("\t")
        first = _WORD.findall(term.lower())[:1]
        single = " " not in term or category == "SUBSTANCE"
        if category in CATEGORIES and single and first and len(first[0]) >= MIN_LETTERS:
            terms.setdefault(first[0], CATEGORIES[category])
    common = {word for path in sys.argv[2:] for word in words_of(Path(path), 30_000) if len(word) >= MIN_LETTERS}
    everyday = {word for path in sys.argv[2:] if "ud-" in path for word in words_of(Path(path), 10**6)}
    rows = [(w, k) for w, k in terms.items() if w not in everyday] + [(w, -1) for w in common if w not in terms]
    rows += [(w, -1) for w in everyday if len(w) >= MIN_LETTERS and w not in terms] * 3
    random.Random(2).shuffle(rows)
    features = _matrix([w for w, _ in rows])
    labels = np.array([k for _, k in rows])
    cut = len(rows) // 10
    weights = np.zeros((BUCKETS, len(KINDS)))
    bias = np.zeros(len(KINDS))
    for kind in range(len(KINDS)):
        model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=30, random_state=1)
        model.fit(features[cut:], labels[cut:] == kind)
        said = model.predict_proba(features[:cut])[:, 1] >= 0.8
        true = labels[:cut] == kind
        precision, recall = (said & true).sum() / said.sum(), (said & true).sum() / true.sum()
        print(f"{KINDS[kind]}: precision {precision:.3f} recall {recall:.3f}")
        weights[:, kind], bias[kind] = model.coef_[0], model.intercept_[0]
    scale = np.abs(weights).max() / 127
    packed = np.round(weights / scale).astype(np.int8)
    np.savez_compressed(FOLDER / "terms.npz", weights=packed, scale=np.float32(scale), bias=bias.astype(np.float32))


def _matrix(words: list[str]) -> csr_matrix:
    at, columns, values = [0], [], []
    for word in words:
        found = buckets(word)
        columns += found
        values += [1 / np.sqrt(len(found))] * len(found)
        at.append(len(columns))
    return csr_matrix((values, columns, at), shape=(len(words), BUCKETS))


if __name__ == "__main__":
    main()
