"""Committed words: from agreement, never taken back, none twice, none lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardscribed.speech.commit import CommitSettings, Committer, Update, after_committed, normal
from wardscribed.values import SAMPLE_RATE, Hypothesis, Word

WORD_S = 0.4


def words(text: str, shift_s: float = 0.0, p: float = 0.9) -> tuple[Word, ...]:
    """Return words of 0.4 s each, one after the other; `_` is a pause as long."""
    at = [int((shift_s + WORD_S * i) * SAMPLE_RATE) for i in range(len(text.split()) + 1)]
    return tuple(Word(t, max(at[i], 0), max(at[i + 1], 0), p) for i, t in enumerate(text.split()) if t != "_")


def hypothesis(text: str, shift_s: float = 0.0, p: float = 0.9, rest_s: float = 1.0) -> Hypothesis:
    """Return a hypothesis whose audio ends so long after its last word."""
    heard = words(text, shift_s, p)
    return Hypothesis(heard, (heard[-1].end if heard else 0) + int(rest_s * SAMPLE_RATE))


AGREEMENT = CommitSettings(cutoff_ms=200, sure_p=0.5, alone_p=1.1, latest_ms=60_000)
"""Without the rules for words that stand alone."""


def receive_all(hypotheses: list[Hypothesis], settings: CommitSettings = AGREEMENT) -> list[Update]:
    """Return the updates; the last hypothesis is the final."""
    committer = Committer(settings)
    return [committer.receive(h, is_final=i == len(hypotheses) - 1) for i, h in enumerate(hypotheses)]


def text(heard: tuple[Word, ...] | list[Word]) -> str:
    """Return the words' texts."""
    return " ".join(word.text for word in heard)


def committed(updates: list[Update]) -> list[Word]:
    """Return all the words committed, in order."""
    return [word for update in updates for word in update.committed]


@pytest.mark.parametrize(
    ("heard", "commits", "partials"),
    [
        (["jeg har", "jeg har vondt", "jeg har vondt her"], ["", "jeg har", "vondt her"], ["jeg har", "vondt", ""]),
        (["jeg var", "jeg har", "jeg har"], ["", "jeg", "har"], ["jeg var", "har", ""]),
        (["Jeg har,", "jeg har vondt.", "Jeg har vondt"], ["", "jeg har", "vondt"], ["Jeg har,", "vondt.", ""]),
        (["ja", "", "ja"], ["", "", "ja"], ["ja", "", ""]),
        (["ja", "ja", ""], ["", "ja", ""], ["ja", "", ""]),
    ],
)
def test_agreement_commits(heard: list[str], commits: list[str], partials: list[str]) -> None:
    """Two successive hypotheses commit what they agree on from the start; the final commits the rest."""
    updates = receive_all([hypothesis(t) for t in heard])
    assert [text(u.committed) for u in updates] == commits
    assert [text(u.partial) for u in updates] == partials


def test_words_at_the_end_of_the_audio_wait() -> None:
    """A word that ends within the cut-off is not committed although two hypotheses agree on it."""
    updates = receive_all([hypothesis("ta to", rest_s=0.1)] * 3)
    assert [text(u.committed) for u in updates] == ["", "ta", "to"]


def test_an_improbable_word_waits_but_not_forever() -> None:
    """It needs more agreements, and those after it wait with it."""
    unsure = Hypothesis((*words("ta", p=0.9), *words("_ to", p=0.2), *words("_ _ om")), 10 * SAMPLE_RATE)
    updates = receive_all([unsure] * 4)
    assert [text(u.committed) for u in updates] == ["", "ta", "to om", ""]


ALL_RULES = CommitSettings(cutoff_ms=200, sure_p=0.5, alone_p=0.8, alone_ms=350, latest_ms=1500)


@pytest.mark.parametrize(
    ("p", "rest_s", "hypotheses"),
    [
        (0.9, 0.1, 4),  # never before the end: the audio breaks off behind it
        (0.9, 0.3, 2),  # agreement
        (0.9, 0.4, 1),  # the decoder heard what follows, and is sure
        (0.7, 0.4, 2),  # not so sure: agreement
        (0.2, 0.4, 3),  # improbable: one agreement more
        (0.2, 1.6, 1),  # long ago: more audio will not change it
    ],
)
def test_the_first_rule_commits(p: float, rest_s: float, hypotheses: int) -> None:
    """How many hypotheses a word needs, by its probability and its distance from the end; the fourth is final."""
    updates = receive_all([hypothesis("ord", p=p, rest_s=rest_s)] * 4, ALL_RULES)
    assert [bool(u.committed) for u in updates].index(True) == hypotheses - 1


@pytest.mark.parametrize(("p", "expected"), [(0.6, "ja"), (0.4, "")])
def test_a_pause_makes_a_word_whole(p: float, expected: str) -> None:
    """In a pause the last word is not waited for, unless it is improbable."""
    update = Committer(ALL_RULES).receive(hypothesis("ja", p=p, rest_s=0.1), is_final=False, in_pause=True)
    assert text(update.committed) == expected


def test_words_before_the_window_are_forgotten() -> None:
    """After `forget` a window that begins later is compared with the committed words in it only."""
    committer = Committer(ALL_RULES)
    committer.receive(hypothesis("ta en tablett"), is_final=True)
    committer.forget(int(0.7 * SAMPLE_RATE))
    update = committer.receive(Hypothesis(words("tablett ta", shift_s=0.8), 10 * SAMPLE_RATE), is_final=True)
    assert text(update.committed) == "ta"


def test_the_boundary_leaves_words_behind_it() -> None:
    """It lies in the widest gap that has so many committed words behind it; without so many there is none."""
    committer = Committer(ALL_RULES)
    committer.receive(hypothesis("a b _ c d"), is_final=True)
    assert committer.boundary(2) == int(1.0 * SAMPLE_RATE)
    assert committer.boundary(4) is None


@pytest.mark.parametrize(
    ("before", "now", "rest"),
    [
        ("a b c", "a b c d", "d"),
        ("a b c", "a x c d", "d"),  # a word is heard differently
        ("a b c", "a b d", ""),  # d replaces c
        ("a b c", "a b _ d", "d"),  # c is not heard any more; d is new
        ("a b c", "b c d", "d"),  # the beginning is lost
        ("a b", "a b b", "b"),  # said twice
        ("ja", "ja ja ja", "ja ja"),
        ("blodtrykk måling", "blodtrykkmåling _ er", "er"),
        ("blodtrykkmåling _", "blodtrykk måling er", "er"),
        ("a b c", "", ""),
        ("", "a b", "a b"),
        ("a b c", "x y z d", "d"),
    ],
)
@pytest.mark.parametrize("shift_s", [-0.15, 0.0, 0.15])
def test_what_comes_after_the_committed_words(before: str, now: str, rest: str, shift_s: float) -> None:
    """By text and time together, no word is said twice or lost, though all times moved a little."""
    assert text(after_committed(words(before), words(now, shift_s))) == rest


def test_a_word_more_among_the_committed_ones_is_not_new() -> None:
    """Two words where one was heard before are both before the cut."""
    a, b, c, d = words("a b c d")
    middle = (b.start + b.end) // 2
    now = (a, Word("b", b.start, middle, 0.9), Word("x", middle, b.end, 0.9), c, d)
    assert text(after_committed((a, b, c), now)) == "d"


def test_times_never_turn_back() -> None:
    """A word heard earlier than the committed ones end begins where they end."""
    updates = receive_all([hypothesis("a b"), hypothesis("a b c"), hypothesis("a b c", shift_s=-0.3)])
    heard = committed(updates)
    assert text(heard) == "a b c"
    assert heard[2].start == heard[1].end
    assert heard[2].end >= heard[2].start


def test_normal_form() -> None:
    """Case and punctuation do not matter; a sign alone is itself."""
    assert normal("Ærlig,") == normal("ærlig") == "ærlig"
    assert normal("38,5") == "385"
    assert normal("%") == "%"


def test_an_update_does_not_show_what_was_said() -> None:
    """Words are in no repr."""
    assert "sentinel" not in repr(Update(words("sentinel"), words("sentinel")))


texts = st.lists(st.sampled_from(["ja", "nei", "vondt", "i", "magen", "Ja,", "38,5", "_"]), max_size=9).map(" ".join)
noisy = st.lists(
    st.builds(hypothesis, texts, st.floats(-0.4, 0.4), st.floats(0, 1), st.floats(0, 2)), min_size=1, max_size=6
)


@given(noisy)
def test_whatever_comes_committed_words_stay_in_order(hypotheses: list[Hypothesis]) -> None:
    """Times rise, the final leaves no partial, and all partials lie behind the committed words."""
    updates = receive_all(hypotheses)
    assert updates[-1].partial == ()
    end = 0
    for update in updates:
        for word in update.committed:
            assert end <= word.start <= word.end
            end = word.end
        assert all(end <= word.start for word in update.partial)


@given(st.lists(st.sampled_from(["ja", "nei", "vondt", "magen", "to"]), min_size=1, max_size=12), st.data())
def test_a_truth_revealed_bit_by_bit_is_what_is_committed(truth: list[str], data: st.DataObject) -> None:
    """However it is cut, with a guess at every cut and times that move a little, each word is committed once."""
    hypotheses = []
    for cut in sorted(data.draw(st.lists(st.integers(0, len(truth)), max_size=6))):
        guess = data.draw(st.sampled_from(["", "ja", "nekter", "xyz"]))
        heard = [*truth[:cut], *([guess] if guess and cut < len(truth) else [])]
        hypotheses.append(hypothesis(" ".join(heard), data.draw(st.floats(-0.06, 0.06)), rest_s=0.0))
    hypotheses.append(hypothesis(" ".join(truth)))
    assert text(committed(receive_all(hypotheses, CommitSettings(cutoff_ms=200)))) == " ".join(truth)
