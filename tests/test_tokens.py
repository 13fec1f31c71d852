"""Prompts and words, with a tokenizer that knows the words of one text."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import tokenizers

from tests.scripted_model import write_model
from wardscribed.errors import ModelError
from wardscribed.speech.tokens import Tokens

STEP = 320  # samples a step of the alignment


def tokenizer(folder: Path, text: str, languages: tuple[str, ...] = ("en", "no", "nn")) -> tokenizers.Tokenizer:
    """Return the tokenizer of a model that says `text`."""
    write_model(folder, text, languages)
    return tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))


def heard(folder: Path, text: str, start: int = 0, end: int = 10**6) -> list[tuple[str, int, int, float]]:
    """Return text, times and probability of every word, where token i begins at step 10 i and has p = 1 / (i + 1)."""
    backend = tokenizer(folder, text)
    ids = backend.encode(" " + text, add_special_tokens=False).ids
    pairs = [(token, 10 * token + extra) for token in range(len(ids) + 1) for extra in (0, 5)]
    alignment = SimpleNamespace(alignments=pairs, text_token_probs=[1 / (i + 1) for i in range(len(ids))])
    return [(w.text, w.start // STEP, w.end // STEP, w.p) for w in Tokens(backend).words(ids, alignment, start, end)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ja", ["ja"]),
        ("har du vondt?", ["har", "du", "vondt?"]),
        ("nei , ikke - sånn", ["nei,", "ikke-", "sånn"]),
        ("38,5 °C og 5 %", ["38,5", "°C", "og", "5", "%"]),
        ("120 / 80", ["120", "/", "80"]),
        ("«blåbær», sa hun …", ["«blåbær»,", "sa", "hun…"]),
        ("… ja", ["ja"]),
        (". . .", []),
        ("", []),
    ],
)
def test_words(tmp_path: Path, text: str, words: list[str]) -> None:
    """Words part at spaces; punctuation belongs to the word before, signs that mean something are words."""
    assert [word[0] for word in heard(tmp_path, text)] == words


def test_punctuation_has_no_part_in_times_and_probability(tmp_path: Path) -> None:
    """The pause after a word is aligned to its comma, whose probability says nothing of the word."""
    assert heard(tmp_path, "ja, nei") == [("ja,", 0, 10, 1.0), ("nei", 20, 30, 1 / 3)]


def test_times_are_absolute_and_within_the_audio(tmp_path: Path) -> None:
    """They count from the first frame, which begins at a multiple of 160, and stay between start and end."""
    start = 16_100
    backend = tokenizer(tmp_path, "ja nei")
    alignment = SimpleNamespace(alignments=[(0, 0), (1, 10), (2, 20)], text_token_probs=[0.5, 0.25])
    ids = backend.encode(" ja nei", add_special_tokens=False).ids
    first, second = Tokens(backend).words(ids, alignment, start, start + 6000)
    assert (first.start, first.end, first.p) == (start, 16_000 + 10 * STEP, 0.5)
    assert (second.start, second.end, second.p) == (16_000 + 10 * STEP, start + 6000, 0.25)


def test_a_word_of_several_tokens_is_as_probable_as_the_least(tmp_path: Path) -> None:
    """One wrong syllable makes a wrong word; bytes of one letter are not torn apart."""
    backend = tokenizer(tmp_path, "ja")
    ids = backend.encode(" blå", add_special_tokens=False).ids
    assert len(ids) == 5
    alignment = SimpleNamespace(alignments=[(i, i) for i in range(6)], text_token_probs=[0.9, 0.8, 0.2, 0.7, 0.9])
    (word,) = Tokens(backend).words(ids, alignment, 0, 16_000)
    assert (word.text, word.p) == ("blå", 0.2)


def test_prompts_have_few_lengths(tmp_path: Path) -> None:
    """None, short and long: rows with prompts of any length can share a batch."""
    tokens = Tokens(tokenizer(tmp_path, "metoprolol sertralin"))
    texts = ["", "  ", "sertralin", "sertralin " * 31, "sertralin " * 33, "sertralin " * 500]
    assert [len(tokens.prompt("nb", text)) for text in texts] == [4, 4, 37, 37, 101, 101]


def test_a_long_prompt_keeps_its_end(tmp_path: Path) -> None:
    """What was said last is what matters."""
    backend = tokenizer(tmp_path, "metoprolol sertralin")
    last = backend.encode(" sertralin").ids
    prompt = Tokens(backend).prompt("nb", "metoprolol " * 500 + "sertralin")
    assert prompt[-5:-4] == last


@pytest.mark.parametrize(
    ("languages", "asked", "taken"),
    [
        (("en", "no", "nn"), "nb", "no"),
        (("en", "no", "nn"), "nn", "nn"),
        (("en", "no"), "nn", "no"),
        (("en",), "en", "en"),
    ],
)
def test_language(tmp_path: Path, languages: tuple[str, ...], asked: str, taken: str) -> None:
    """Bokmål is Whisper's `no`; nynorsk is heard as Norwegian where a model has no token for it."""
    backend = tokenizer(tmp_path, "ja", languages)
    assert Tokens(backend).task(asked)[1] == backend.token_to_id(f"<|{taken}|>")


def test_a_language_that_was_not_taught_is_refused(tmp_path: Path) -> None:
    """Norwegian is not guessed at by an English model."""
    with pytest.raises(ModelError, match="nb"):
        Tokens(tokenizer(tmp_path, "ja", ("en",))).task("nb")


def test_a_tokenizer_that_is_not_whispers_is_refused() -> None:
    """The missing token is named."""
    with pytest.raises(ModelError, match="endoftext"):
        Tokens(tokenizers.Tokenizer(tokenizers.models.BPE()))
