"""One utterance: what it wants decoded, when it is done, and that its window follows what is committed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from wardscribed.speech.commit import CommitSettings
from wardscribed.utterance import Need, OpenUtterance, UtteranceSettings
from wardscribed.values import SAMPLE_RATE, Hypothesis, Word

SECOND = SAMPLE_RATE
SETTINGS = UtteranceSettings(
    CommitSettings(cutoff_ms=200, sure_p=0.5, alone_p=0.8, alone_ms=350, latest_ms=1500),
    first_decode_ms=450,
    next_decode_ms=240,
    least_window_ms=1500,
    longest_window_ms=8000,
    overlap_words=2,
)


def utterance() -> OpenUtterance:
    """An utterance that begins with the session."""
    return OpenUtterance(1, 0, 0, SETTINGS)


def word(text: str, start_s: float, end_s: float, p: float = 0.9) -> Word:
    """Return a word by its times in seconds."""
    return Word(text, int(start_s * SECOND), int(end_s * SECOND), p)


def hear(open_utterance: OpenUtterance, heard_s: float, *words: Word) -> tuple[str, str]:
    """Answer the need at `heard_s` with the words that lie in it; return what is committed and the partial tail."""
    need = open_utterance.need(int(heard_s * SECOND))
    assert need is not None
    update = open_utterance.receive(need, Hypothesis(within(need, words), need.end))
    return " ".join(w.text for w in update.committed), " ".join(w.text for w in update.partial)


def within(need: Need, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words that a decoder of this window hears."""
    return tuple(w for w in words if need.start <= w.middle < need.end)


def test_a_partial_waits_for_audio() -> None:
    """The first decode wants a syllable, the next ones as much again as a short word."""
    open_utterance = utterance()
    assert open_utterance.need(SECOND // 4) is None
    hear(open_utterance, 0.5)
    assert open_utterance.need(int(0.7 * SECOND)) is None
    assert open_utterance.need(int(0.8 * SECOND)) is not None


def test_the_end_commits_the_rest() -> None:
    """An ended utterance wants one decode, to its end, and is then done."""
    open_utterance = utterance()
    assert open_utterance.finish(SECOND) is None
    need = open_utterance.need(2 * SECOND)
    assert need == Need(1, 0, 0, SECOND, is_final=True)
    assert hear(open_utterance, 2.0, word("ja", 0.3, 0.9, p=0.1)) == ("ja", "")
    assert open_utterance.is_done


def test_a_decode_in_the_pause_is_the_final_one() -> None:
    """Where the pause lasts, nothing is decoded again, and an improbable word is committed at the end only."""
    open_utterance = utterance()
    open_utterance.pause(SECOND)
    assert hear(open_utterance, 1.0, word("jo", 0.2, 0.5), word("da", 0.5, 0.9, p=0.2)) == ("jo", "da")
    assert open_utterance.need(int(1.3 * SECOND)) is None

    update = open_utterance.finish(int(1.3 * SECOND))

    assert update is not None
    assert [w.text for w in update.committed] == ["da"]
    assert open_utterance.is_done


def test_a_decode_begun_before_the_pause_is_not_final() -> None:
    """What had not heard the pause is decoded again at the end."""
    open_utterance = utterance()
    need = open_utterance.need(SECOND)
    assert need is not None
    open_utterance.pause(int(1.2 * SECOND))
    assert open_utterance.finish(int(1.5 * SECOND)) is None

    open_utterance.receive(need, Hypothesis((), need.end))

    assert not open_utterance.is_done
    assert open_utterance.need(2 * SECOND) == Need(1, 0, 0, int(1.5 * SECOND), is_final=True)


def test_the_window_follows_the_pauses() -> None:
    """Once everything before a pause is committed, it is decoded no more, and none of it comes twice."""
    open_utterance = utterance()
    words = [word("jeg", 0.3, 0.6), word("sover", 0.6, 1.2), word("dårlig", 2.0, 2.6), word("nå", 2.7, 3.0)]
    open_utterance.pause(int(1.5 * SECOND))
    assert hear(open_utterance, 1.5, *words) == ("jeg sover", "")
    open_utterance.go_on(int(1.6 * SECOND))
    assert hear(open_utterance, 2.4, *words) == ("", "dårlig")

    assert open_utterance.window_start == int(1.6 * SECOND)
    assert hear(open_utterance, 3.5, *words) == ("dårlig nå", "")


def test_the_window_waits_for_what_is_not_committed() -> None:
    """A pause behind an improbable word is no place to begin until that word is committed."""
    open_utterance = utterance()
    words = [word("jeg", 0.3, 0.6), word("hm", 0.6, 1.2, p=0.1), word("sover", 2.0, 2.6)]
    open_utterance.pause(int(1.5 * SECOND))
    assert hear(open_utterance, 1.5, *words) == ("jeg", "hm")
    open_utterance.go_on(int(1.6 * SECOND))
    assert hear(open_utterance, 2.0, *words) == ("", "hm")
    assert open_utterance.window_start == 0

    assert hear(open_utterance, 3.0, *words) == ("hm sover", "")
    assert open_utterance.window_start == int(1.6 * SECOND)


def test_a_backlog_is_decoded_from_pause_to_pause() -> None:
    """More than a window waits: pieces are final one after the other, and the rest of the utterance follows."""
    open_utterance = utterance()
    words = [word(f"w{i}", i + 0.2, i + 0.7, p=0.3) for i in range(20)]
    for i in range(2, 20, 3):
        open_utterance.pause(int((i + 0.95) * SECOND))
        open_utterance.go_on(i * SECOND)
    open_utterance.finish(20 * SECOND)

    ends, committed = [], []
    while not open_utterance.is_done:
        need = open_utterance.need(30 * SECOND)
        assert need is not None
        assert need.is_final
        ends.append(need.end // SECOND)
        committed += hear(open_utterance, 30.0, *words)[0].split()

    assert ends == [8, 14, 20]
    assert committed == [w.text for w in words]


def test_without_a_pause_the_window_is_shortened_between_words() -> None:
    """Who does not draw breath is decoded in windows of bounded length all the same, and nothing comes twice."""
    open_utterance = utterance()
    words = [word(f"w{i}", 0.5 * i, 0.5 * i + 0.5) for i in range(60)]
    committed = [text for s in range(1, 29) for text in hear(open_utterance, float(s), *words)[0].split()]

    assert 28 * SECOND - open_utterance.window_start <= 8 * SECOND
    assert committed == [w.text for w in words[: len(committed)]]
    assert len(committed) > 50


def test_off_line_nothing_is_decoded_before_the_end() -> None:
    """With `only_finals` there are pieces and ends, but neither partials nor looks into a pause."""
    open_utterance = OpenUtterance(1, 0, 0, UtteranceSettings(only_finals=True))
    open_utterance.pause(2 * SECOND)
    assert open_utterance.need(2 * SECOND) is None
    open_utterance.go_on(2 * SECOND)
    assert open_utterance.need(7 * SECOND) is None
    assert open_utterance.need(9 * SECOND) == Need(1, 0, 0, 2 * SECOND, is_final=True)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0.1, 0.6), st.floats(0.0, 0.4), st.floats(0.01, 1.0)), min_size=1, max_size=60),
    st.lists(st.floats(0.25, 3.0), min_size=1, max_size=40),
)
def test_every_word_is_committed_once(spoken: list[tuple[float, float, float]], steps: list[float]) -> None:
    """Whatever the pace, the pauses and the probabilities: a decoder that hears right loses and repeats nothing."""
    open_utterance, at, words, gaps = utterance(), 0.3, [], []
    for i, (length, gap, p) in enumerate(spoken):
        words.append(word(f"w{i}", at, at + length, p))
        gaps.append((at + length, at + length + gap))
        at += length + gap
    heard, committed = 0.0, []
    for step in steps:
        before, heard = heard, min(heard + step, at)
        for start, end in gaps:
            if before <= end < heard and end - start > 0.2:
                open_utterance.pause(int((start + 0.2) * SECOND))
                open_utterance.go_on(int((start + end) / 2 * SECOND))
        if open_utterance.need(int(heard * SECOND)) is not None:
            committed += hear(open_utterance, heard, *words)[0].split()
    if open_utterance.finish(int((at + 0.4) * SECOND)) is None:
        while not open_utterance.is_done:
            committed += hear(open_utterance, at + 0.4, *words)[0].split()

    assert committed == [w.text for w in words]
