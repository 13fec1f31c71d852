"""Talks for the load: sentences of the right length."""

import numpy as np

from benchmarks.generated import Consultation
from benchmarks.talk import chunks, is_sentence_end, sentences_of_length


def test_short_sentences_are_joined_and_long_ones_left_out() -> None:
    """What is too long after joining is dropped, not cut."""
    texts = ["En to.", "Tre fire fem.", "En to tre fire fem seks sju.", "En to tre.", "Bare en."]
    assert list(sentences_of_length(texts, fewest=3, most=5)) == ["En to. Tre fire fem.", "En to tre."]


def test_a_sentence_end_is_told_by_its_mark() -> None:
    """A comma ends no sentence."""
    assert [is_sentence_end(word) for word in ("bra.", "bra?", "bra,", "bra")] == [True, True, False, False]


def test_chunks_are_the_whole_audio_in_order() -> None:
    """Nothing is lost at the end."""
    samples = np.arange(4000, dtype=np.int16)[:, None]
    pieces = chunks(Consultation("c", samples, (), has_word_times=True))
    assert [len(piece) for piece in pieces] == [3200, 3200, 1600]
    assert b"".join(pieces) == samples.astype("<i2").tobytes()
