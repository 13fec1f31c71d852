"""Whisper's tokens: prompts in, words with times out.  Pure, given a tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from wardscribed.errors import ModelError
from wardscribed.values import Word

HOP = 160
"""Samples from one mel frame to the next."""
LANGUAGES = {"nb": ("no", "nn"), "nn": ("nn", "no"), "en": ("en",)}
"""Ours → Whisper's, of which the first that a model has is taken."""
_STEP = 2 * HOP  # samples a step of the encoder's output: it halves the frames
_PROMPT_TOKENS = (32, 96)  # of a prompt, where there is one: a batch must have its <|startoftranscript|> in one place
_PUNCTUATION = frozenset(".,;:!?…-–—\"'«»“”()[]")  # alone, it belongs to the word before; % / + < > do not


class Tokens:
    """The tokenizer with Whisper's special tokens: prompts in, words out."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._pieces: dict[int, str] = {}  # at most the vocabulary
        self.end_of_text = self._special("endoftext")
        self._previous = self._special("startofprev")
        self._start = self._special("startoftranscript")
        self._transcribe = self._special("transcribe")
        self._no_timestamps = self._special("notimestamps")
        names = ("startoftranscript", "translate", "transcribe", "startoflm", "startofprev", "nospeech", "nocaptions")
        ids = (tokenizer.token_to_id(f"<|{name}|>") for name in names)
        self.never = [token for token in ids if token is not None]
        """Special tokens that are no part of an answer."""

    def _special(self, name: str) -> int:
        token = self._tokenizer.token_to_id(f"<|{name}|>")
        if token is None:
            raise ModelError(f"the model's tokenizer has no token <|{name}|>")
        return int(token)

    def task(self, language: str) -> list[int]:
        """Return the tokens that ask for a transcript in nb, nn or en.  Raises ModelError."""
        for name in LANGUAGES[language]:
            if (token := self._tokenizer.token_to_id(f"<|{name}|>")) is not None:
                return [self._start, token, self._transcribe]
        raise ModelError(f"the model was not taught the language {language}")

    def prompt(self, language: str, before: str) -> list[int]:
        """Return the tokens in front of the answer; `before` is text, perhaps empty.

        Their number is one of few, so that rows can share a batch.
        """
        return [*self._before(before), *self.task(language), self._no_timestamps]

    def _before(self, text: str) -> list[int]:
        """A short text is repeated: nothing can mask a filler, and a text said twice is still that text."""
        ids = self._tokenizer.encode(" " + text.strip(), add_special_tokens=False).ids if text.strip() else []
        room = next((n for n in _PROMPT_TOKENS if n >= len(ids)), _PROMPT_TOKENS[-1])
        return [self._previous, *(ids * room)[-room:]] if ids else []

    def words(self, ids: Sequence[int], alignment: Any, start: int, end: int) -> Iterator[Word]:
        """Return the words of text tokens with their times, within the samples start..end, and their probabilities.

        `alignment` is CTranslate2's: pairs of (token, step of 20 ms), and the tokens' probabilities.  A word is as
        probable as its least probable token: one wrong syllable makes a wrong word.
        """
        steps = _first_steps(alignment.alignments, len(ids))
        samples = [min(max(start // HOP * HOP + step * _STEP, start), end) for step in steps]
        for first, last, text in self._spans(ids):
            yield Word(text, samples[first], samples[last], min(alignment.text_token_probs[first:last]))

    def _spans(self, ids: Sequence[int]) -> Iterator[tuple[int, int, str]]:
        """Return (first token, token after the last, text) of every word.

        A word begins where a token begins with a space.  Its punctuation is in its text, but not in its span: the pause
        after a word is aligned to the comma.
        """
        pieces = [self._piece(token) for token in ids]
        starts = [i for i, piece in enumerate(pieces) if i == 0 or piece.startswith(" ")]
        bounds = _joined(pieces, [*starts, len(ids)])
        for first, last in pairwise(bounds):
            end = last
            while end > first and _is_punctuation(pieces[end - 1]):
                end -= 1
            if end > first:
                yield first, end, "".join(self._tokenizer.decode(list(ids[first:last])).split())

    def _piece(self, token: int) -> str:
        """Return a token's own text.  Decoding costs 10 µs or more, and a few hundred tokens make up most speech."""
        if token not in self._pieces:
            self._pieces[token] = self._tokenizer.decode([token])
        return self._pieces[token]


def _joined(pieces: Sequence[str], bounds: Sequence[int]) -> list[int]:
    """Return the bounds of words without those before a group that is nothing but punctuation."""
    alone = {first for first, end in pairwise(bounds) if all(map(_is_punctuation, pieces[first:end]))}
    return [bound for bound in bounds if bound == 0 or bound not in alone]


def _is_punctuation(piece: str) -> bool:
    return set(piece.strip()) <= _PUNCTUATION


def _first_steps(pairs: Sequence[tuple[int, int]], n_tokens: int) -> list[int]:
    """Return the first step of every token and of the end of text: the path of the alignment rises in both."""
    first: dict[int, int] = {}
    for token, step in pairs:
        first.setdefault(token, step)
    return [first[token] for token in range(n_tokens + 1)]
