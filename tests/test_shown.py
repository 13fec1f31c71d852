"""What a client was shown when: delays, lost sentence ends and refresh rates out of tables of messages."""

from benchmarks.generated import Spoken
from benchmarks.scoring import Errors
from benchmarks.shown import Heard, SentenceEnds, Shown, WordDelays, compare, percentiles, refreshes

_SPOKEN = [
    Spoken(0, "Jeg", 0, 200),
    Spoken(0, "sover.", 200, 700),
    Spoken(0, "Det", 1000, 1200),
    Spoken(0, "går", 1200, 1500),
    Spoken(0, "bra.", 1500, 2000),
]


def _said(text: str) -> list[Shown]:
    return [Shown(3.0, text, text)]


def test_a_committed_word_keeps_the_time_when_it_was_first_seen() -> None:
    """A word counts as first seen when it stood in the text, also where the words around it changed later."""
    messages = [
        Shown(1.0, "", "jeg over"),
        Shown(2.0, "", "jeg sover det"),
        Shown(3.0, "Jeg sover,", "Jeg sover, det"),
        Shown(4.0, "Jeg sover, det går", "Jeg sover, det går"),
    ]
    expected = [
        Heard("jeg", 1.0, 3.0),
        Heard("sover", 2.0, 3.0),
        Heard("det", 2.0, 4.0),
        Heard("går", 4.0, 4.0),
    ]
    comparison = compare(_SPOKEN, messages)
    assert comparison.heard == expected
    assert comparison.taken_back == 0


def test_committed_words_that_do_not_stay_are_counted() -> None:
    """A server that changes final text is found out; the words that stay keep their times."""
    messages = [Shown(1.0, "jeg over det", ""), Shown(2.0, "jeg sover det", "")]
    comparison = compare(_SPOKEN, messages)
    assert comparison.taken_back == 1
    assert [heard.committed_s for heard in comparison.heard] == [1.0, 2.0, 1.0]


def test_text_that_is_never_committed_is_not_heard() -> None:
    """Only committed text is scored."""
    assert compare(_SPOKEN, [Shown(1.0, "", "jeg"), Shown(2.0, "", "jeg sover")]).heard == []


def test_a_delay_counts_from_the_words_end_in_the_audio() -> None:
    """Words said and heard have a delay; words outside the counted time, and missing ones, have none."""
    messages = [
        Shown(0.5, "", "jeg"),
        Shown(1.2, "jeg sover", "jeg sover"),
        Shown(3.0, "jeg sover det bra", "jeg sover det bra"),
    ]
    comparison = compare(_SPOKEN, messages)
    delays = WordDelays()
    comparison.add_delays(delays, lambda end_s: end_s > 0.5)
    assert [round(delay, 3) for delay in delays.committed] == [0.5, 1.8, 1.0]
    assert comparison.errors == Errors(said=5, deleted=1)
    every = WordDelays()
    comparison.add_delays(every)
    assert round(every.first[0], 3) == 0.3


def test_a_sentence_end_is_lost_when_its_last_word_has_no_counterpart() -> None:
    """A last word heard as another one is an error, not a loss."""
    assert compare(_SPOKEN, _said("jeg sover det går rart")).sentence_ends() == SentenceEnds(2, 0)
    assert compare(_SPOKEN, _said("jeg sover det går")).sentence_ends() == SentenceEnds(2, 1)
    assert compare(_SPOKEN, []).sentence_ends() == SentenceEnds(2, 2)


def test_the_last_of_several_words_in_one_piece_is_the_sentence_end() -> None:
    """A number is one piece and several words."""
    spoken = [Spoken(0, "temperatur", 0, 500), Spoken(0, "38,4.", 500, 1500)]
    assert compare(spoken, _said("temperatur trettiåtte komma")).sentence_ends() == SentenceEnds(1, 1)


def test_messages_of_one_moment_are_one_refresh() -> None:
    """A commit and the partial that comes with it refresh the text once; what is not counted is left out."""
    messages = [Shown(at_s, "", "") for at_s in (0.1, 1.0, 1.02, 2.0, 9.0)]
    assert refreshes(messages, lambda at_s: 0.5 < at_s < 5) == [1.0, 2.0]


def test_percentiles_are_nearest_rank_and_none_without_values() -> None:
    """Of a hundred values the 95th percentile is the 95th."""
    assert percentiles([i / 100 for i in range(1, 101)]) == {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    assert percentiles([], [50]) == {"p50": None}
