"""What a client was shown when: delays, lost sentence ends and refresh rates out of tables of messages."""

from benchmarks.generated import Spoken
from benchmarks.scoring import Errors
from benchmarks.shown import Comparison, SentenceEnds, Shown, Stamps, WordDelays, percentiles, refreshes

_SPOKEN = [
    Spoken(0, "Jeg", 0, 200),
    Spoken(0, "sover.", 200, 700),
    Spoken(0, "Det", 1000, 1200),
    Spoken(0, "går", 1200, 1500),
    Spoken(0, "bra.", 1500, 2000),
]


def _said(text: str) -> list[Shown]:
    return [Shown(3.0, text, text)]


def test_a_word_keeps_its_time_while_the_text_around_it_changes() -> None:
    """A word that stays in the text was first shown when it came there; one that is heard anew, when it changed."""
    stamps = Stamps()
    for at_s, text in ((1.0, "jeg over"), (2.0, "jeg sover det"), (3.0, "Jeg sover, det går")):
        stamps.receive(text, at_s)
    assert stamps.words == ["jeg", "sover", "det", "går"]
    assert stamps.since_s == [1.0, 2.0, 2.0, 3.0]
    assert stamps.taken_back == 1


def test_text_that_is_never_committed_counts_as_shown_only() -> None:
    """Only committed text is scored."""
    comparison = Comparison(_SPOKEN, [Shown(1.0, "", "jeg"), Shown(2.0, "", "jeg sover")])
    delays = WordDelays()
    comparison.add_delays(delays)
    assert delays.committed == []
    assert [round(delay, 3) for delay in delays.first] == [0.8, 1.3]
    assert comparison.errors == Errors(said=5, deleted=5)


def test_a_delay_counts_from_the_words_end_in_the_audio() -> None:
    """Words said and heard have a delay; words outside the counted time, and missing ones, have none."""
    messages = [
        Shown(0.5, "", "jeg"),
        Shown(1.2, "jeg sover", "jeg sover"),
        Shown(3.0, "jeg sover det bra", "jeg sover det bra"),
    ]
    comparison = Comparison(_SPOKEN, messages)
    delays = WordDelays()
    comparison.add_delays(delays, lambda end_s: end_s > 0.5)
    assert [round(delay, 3) for delay in delays.committed] == [0.5, 1.8, 1.0]
    assert comparison.errors == Errors(said=5, deleted=1)


def test_a_sentence_end_is_lost_when_its_last_word_has_no_counterpart() -> None:
    """A last word heard as another one is an error, not a loss."""
    assert Comparison(_SPOKEN, _said("jeg sover det går rart")).sentence_ends() == SentenceEnds(2, 0)
    assert Comparison(_SPOKEN, _said("jeg sover det går")).sentence_ends() == SentenceEnds(2, 1)
    assert Comparison(_SPOKEN, []).sentence_ends() == SentenceEnds(2, 2)


def test_the_last_of_several_words_in_one_piece_is_the_sentence_end() -> None:
    """A number is one piece and several words."""
    spoken = [Spoken(0, "temperatur", 0, 500), Spoken(0, "38,4.", 500, 1500)]
    assert Comparison(spoken, _said("temperatur trettiåtte komma")).sentence_ends() == SentenceEnds(1, 1)


def test_a_refresh_is_a_change_of_the_text() -> None:
    """A commit and the partial that comes with it are one; what repeats itself or is not counted is none."""
    times = ((0.1, "a"), (1.0, "b"), (1.02, "c"), (2.0, "d"), (2.5, "d"), (3.0, "e"), (9.0, "f"))
    messages = [Shown(at_s, "", text) for at_s, text in times]
    assert refreshes(messages, lambda at_s: 0.5 < at_s < 5) == [1.0, 2.0, 3.0]


def test_percentiles_are_nearest_rank_and_none_without_values() -> None:
    """Of a hundred values the 95th percentile is the 95th."""
    assert percentiles([i / 100 for i in range(1, 101)]) == {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    assert percentiles([], [50]) == {"p50": None}
