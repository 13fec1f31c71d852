"""Sounds in which nobody speaks, and what counts as invented."""

import numpy as np
import pytest

from benchmarks.hallucination import invented
from benchmarks.sounds import at_level, repeated, sounds
from benchmarks.streaming import Arrival
from wardscribe.protocol import SAMPLE_RATE, Commit, Partial, Utterance, Word


def test_every_sound_is_as_long_as_asked_and_within_full_scale() -> None:
    """A sound that clips its neighbours, or is short, would measure something else."""
    made = sounds(41.5)
    assert {len(sound) for sound in made.values()} == {int(41.5 * SAMPLE_RATE)}
    assert all(np.abs(sound).max() <= 1 and np.isfinite(sound).all() for sound in made.values())
    assert not made["silence"].any()
    assert all(made[name].any() for name in made if name != "silence")


def test_sounds_come_at_several_loudnesses() -> None:
    """From barely audible to loud."""
    blocks = np.split(sounds(60.0)["pink noise"], 3)
    levels = sorted(20 * np.log10(np.sqrt(np.mean(block**2))) for block in blocks)
    assert levels == pytest.approx([-50, -35, -20], abs=0.5)


def test_a_level_is_of_the_mean_power() -> None:
    """Silence stays silence."""
    tone = np.sin(np.arange(16_000) / 5).astype(np.float32)
    assert 20 * np.log10(np.sqrt(np.mean(at_level(tone, -30) ** 2))) == pytest.approx(-30, abs=0.01)
    assert not at_level(np.zeros(10, np.float32), -30).any()


def test_a_short_sound_is_repeated() -> None:
    """Up to the very sample."""
    assert repeated(np.array([1, 2, 3], np.float32), 7 / SAMPLE_RATE).tolist() == [1, 2, 3, 1, 2, 3, 1]


def test_all_words_count_as_invented() -> None:
    """Shown ones are counted apart; an utterance counts once, when it begins."""
    word = Word("takk", 1500, 1900, 0.4)
    events = [
        Utterance(1, 1, 0, 0, 0, ended=False),
        Partial(1, 1, 0, (word, word)),
        Commit(2, 1, 0, (word,)),
        Utterance(3, 1, 0, 0, 900, ended=True),
    ]
    assert invented([Arrival(0.0, event) for event in events]) == {
        "committed": 1,
        "shown": 2,
        "utterances": 1,
        "words": ["1.5 s: takk (0.40)"],
    }
