"""The bundled model's recipe: its text, its tokens and what is in the folder."""

import hashlib
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.demo_model.folders import BUNDLED, SHARED
from benchmarks.demo_model.grammar import HELD_OUT_FRAMES, Grammar, bucket
from benchmarks.demo_model.mel import RATE
from benchmarks.demo_model.model_file import variables
from benchmarks.demo_model.noise import beeps, music
from benchmarks.demo_model.number_words import Language, decimal, words, year
from benchmarks.demo_model.scoring import Score
from benchmarks.demo_model.sources import clean, dialogue, short_answers
from benchmarks.demo_model.texts import dictated

_GRAMMAR = Path(__file__).parents[1] / "benchmarks" / "demo_model" / "grammar"
_BOTH: list[Language] = ["no", "nn"]


def _random(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - for text, not for secrets


@pytest.mark.parametrize(
    ("number", "language", "spoken"),
    [
        (0, "no", "null"),
        (21, "no", "tjueen"),
        (21, "nn", "tjueein"),
        (148, "no", "hundre og førtiåtte"),
        (400, "no", "fire hundre"),
        (2500, "no", "to tusen fem hundre"),
        (1005, "nn", "tusen og fem"),
    ],
)
def test_numbers_are_said_in_words(number: int, language: Language, spoken: str) -> None:
    """The model hears numbers as words, joined below a hundred."""
    assert words(number, language) == spoken


def test_decimals_and_years_are_said_in_words() -> None:
    """Temperatures and years as people say them."""
    assert decimal(38, 4) == "trettiåtte komma fire"
    assert year(1998) == "nitten nittiåtte"


@pytest.mark.parametrize("language", _BOTH)
def test_grammar_is_deterministic(language: Language) -> None:
    """The same seed gives the same sentences."""
    first, second = ([Grammar(language).sentence(rng) for _ in range(50)] for rng in (_random(4), _random(4)))
    assert first == second


@pytest.mark.parametrize(("language", "more"), [("no", False), ("nn", False), ("no", True), ("nn", True), ("en", True)])
def test_every_frame_fills_to_plain_text(language: Language, more: bool) -> None:
    """No slot or choice is left open, and nothing is said that is not a word."""
    grammar, rng = Grammar(language, more=more), _random(1)
    for frame in grammar.frames:
        for _ in range(5):
            assert re.fullmatch(r"[A-Za-z0-9ÆØÅæøåéòôèü ,.?!'-]+", grammar.fill(frame, rng)), frame


@pytest.mark.parametrize("language", _BOTH)
def test_held_out_sentences_never_train(language: Language) -> None:
    """A sentence that evaluation may draw is never handed to training, whatever frame it came from."""
    grammar, rng = Grammar(language), _random(2)
    sentences = [grammar.sentence(rng) for _ in range(3000)]
    training = {s.text for s in sentences if not s.held_out}
    assert training
    assert not training & {s.text for s in sentences if s.held_out == "combination"}
    assert {"frame", "combination"} <= {s.held_out for s in sentences}


@pytest.mark.parametrize("language", _BOTH)
def test_no_held_out_frame_is_among_those_that_only_train(language: Language) -> None:
    """A frame that evaluation keeps for itself does not come back through the second file."""
    kept = {frame for frame in Grammar(language).frames if bucket(frame, HELD_OUT_FRAMES) == 0}
    assert kept
    assert not kept & set(Grammar(language, more=True).frames)


@pytest.mark.parametrize("language", _BOTH)
def test_dictation_speaks_its_marks(language: Language) -> None:
    """The end of a sentence is a word, not a mark, and so is the comma, as a rule."""
    rng = _random(5)
    spoken = [dictated("Hun er våken, men sliten.", rng, language) for _ in range(200)]
    assert not any(set(text) & set(".?!") for text in spoken)
    assert all(" punktum" in text or " utropstegn" in text for text in spoken)
    assert sum("våken komma men" in text for text in spoken) > 100


@pytest.mark.parametrize("language", [*_BOTH, "en"])
def test_short_answers_are_short(language: Language) -> None:
    """What is spoken alone in training is at most three words."""
    answers = short_answers(language)
    assert {"ja", "yes"} & {answer.lower() for answer in answers}
    assert max(len(answer.split()) for answer in answers) <= 3


@pytest.mark.parametrize("sound", [beeps, music])
def test_sounds_without_speech_fill_their_time(sound: Callable[..., NDArray[np.float32]]) -> None:
    """A sound lasts as long as asked and is not silence."""
    samples = sound(np.random.default_rng(1), 3)
    assert samples.shape == (3 * RATE,)
    assert 0.01 < np.abs(samples).max() < 100


def test_bucket_reads_letters_only() -> None:
    """Case and punctuation do not move a sentence over the wall."""
    assert bucket("Ja, det gjør vondt.", 60) == bucket("ja det gjør vondt", 60)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("jaså # du # var du sjuk .", "Jaså du var du sjuk."),
        ("Han har 2 barn", "Han har to barn."),
        ("Se www.nrk.no/x", ""),
    ],
)
def test_clean_leaves_what_is_spoken(raw: str, cleaned: str) -> None:
    """Marks that nobody says go, small numbers become words, what cannot be read is dropped."""
    assert clean(raw, "no") == cleaned


def _sequences(text: str, length: int) -> set[tuple[str, ...]]:
    spoken = re.findall(r"\w+", text.lower())
    return {tuple(spoken[i : i + length]) for i in range(len(spoken) - length + 1)}


def test_no_text_of_the_consultations_is_in_the_grammar() -> None:
    """The consultations measure; not one of their longer sentences, nor seven words in a row, may train."""
    cases = sorted((SHARED / "cases" / "dev").glob("*.json"))
    if not cases:
        pytest.skip("the consultations are not beside this repository")
    own = "\n".join(path.read_text(encoding="utf-8") for path in _GRAMMAR.glob("*.txt"))
    ours = set().union(*(_sequences(line, 7) for line in own.splitlines()))
    lines = {line.strip().lower() for language in _BOTH for line in dialogue(language)}
    for case in cases:
        for turn in json.loads(case.read_text(encoding="utf-8"))["turns"]:
            for sentence in turn["sentences"]:
                assert not _sequences(sentence["text"], 7) & ours
                assert len(sentence["text"].split()) < 5 or sentence["text"].lower() not in lines


def test_score_counts_word_errors() -> None:
    """One substitution and one deletion in four words."""
    score = Score()
    score.add("Ja, det gjør vondt.", "Ja den gjør")
    assert score.percent == 50.0


def test_bundled_folder_is_small_and_whole() -> None:
    """At most 16 MB, and every file as it was written."""
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 16_000_000
    files = json.loads((BUNDLED / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert "model.bin" in files
    for name, digest in files.items():
        assert hashlib.sha256((BUNDLED / name).read_bytes()).hexdigest() == digest, name


def test_bundled_weights_can_be_read_back() -> None:
    """Training can go on from the folder: every weight comes back, an int8 one by the scale of its row."""
    found = variables(BUNDLED / "model.bin")
    embedding = found["decoder/embeddings/weight"]
    assert embedding.dtype == np.float32
    assert embedding.shape[1] == found["encoder/conv2/weight"].shape[0]
    scaled = embedding * found["decoder/embeddings/weight_scale"][:, None]
    assert np.abs(scaled - np.rint(scaled)).max() < 1e-3
    assert np.abs(scaled).max() == pytest.approx(127, abs=0.5)


def test_bundled_tokens_stand_in_whispers_order() -> None:
    """CTranslate2 counts languages between startoftranscript and translate."""
    names = json.loads((BUNDLED / "vocabulary.json").read_text(encoding="utf-8"))
    start = names.index("<|endoftext|>")
    assert names[start : start + 6] == [
        "<|endoftext|>", "<|startoftranscript|>", "<|no|>", "<|nn|>", "<|en|>", "<|translate|>",
    ]  # fmt: skip
    assert names.index("<|nospeech|>") - names.index("<|startoftranscript|>") - 5 == 3
    assert names[-1501] == "<|0.00|>"
    assert "" in names
    heads = json.loads((BUNDLED / "config.json").read_text(encoding="utf-8"))["alignment_heads"]
    assert heads == [[1, 0], [1, 1], [2, 0], [2, 1]]
