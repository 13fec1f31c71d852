"""Short answers: which words belong to which answer, and what is right."""

import json
from pathlib import Path

import numpy as np

from benchmarks import short_answers
from benchmarks.generated import Consultation, Spoken
from benchmarks.short_answers import answers, scored
from benchmarks.streaming import Arrival
from wardscribe.protocol import Commit, Word


def _consultation(*spoken: Spoken) -> Consultation:
    return Consultation("c", np.zeros((0, 1), np.int16), spoken, has_word_times=True)


def test_words_with_a_long_pause_between_them_are_two_answers() -> None:
    """An answer may have several words."""
    said = _consultation(Spoken(0, "Nei", 1000, 1300), Spoken(0, "da.", 1300, 1600), Spoken(0, "Ja.", 3000, 3300))
    assert answers(said) == [("Nei da.", 1000, 1600), ("Ja.", 3000, 3300)]


def test_an_answer_is_scored_by_the_words_committed_where_it_was_said() -> None:
    """Partial text does not count, nor do words of the answer before."""
    said = [("Nei da.", 1000, 1600), ("Ja.", 3000, 3300), ("Litt.", 5000, 5300)]
    events = [
        Commit(1, 1, 0, (Word("Nei,", 1050, 1300, 0.9), Word("da", 1300, 1650, 0.9))),
        Commit(2, 2, 0, (Word("jo", 3100, 3400, 0.9),)),
    ]
    arrived = [Arrival(0.0, event) for event in events]
    assert scored(said, arrived) == [("nei da", "nei da"), ("ja", "jo"), ("litt", "")]


def test_there_are_enough_answers_and_none_twice() -> None:
    """At least forty in bokmål."""
    texts = json.loads(Path(short_answers.__file__).with_name("short_answers.json").read_text(encoding="utf-8"))
    assert len(texts["nb"]) >= 40
    assert all(len(set(listed)) == len(listed) for listed in texts.values())
