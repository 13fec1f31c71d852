"""Guards against text that nobody said.  A row of words in, the words to believe out.  Pure.

Whisper invents text on silence and noise (about 1 % of utterances: Koenecke et al., Careless Whisper, FAccT 2024): the
thanks and credits of the subtitles it learnt from, loops of one phrase, and its own prompt.  Against that stands that
short true answers must survive.  So nothing falls for being short, and what may well be spoken falls only in a row
that the model itself doubts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wardscribed.values import Word

PHANTOMS = frozenset(
    {
        "teksting av nicolai winther",
        "tekstet av nicolai winther",
        "undertekster av ai media",
        "undertekster av amara org samfunnet",
        "undertekster fra amara org samfunnet",
        "norske undertekster",
        "teksting ved nrk",
        "www nrk no",
        "takk for at du så på",
        "takk for at dere så på",
        "takk for at du ser på",
        "takk for at du så med",
        "takk for at de såg på",
        "vi sees i neste video",
        "abonner på kanalen",
        "thank you for watching",
        "thanks for watching",
        "please subscribe",
        "subtitles by the amara org community",
        "see you in the next video",
    }
)
"""What Whisper models say to silence, as `plain` writes it.  Nothing here that people say to each other on a ward."""

_LONGEST_LOOP = 8  # words of a phrase that is looked for again and again
_COPIES = {1: 5, 2: 4}  # said so many times in a row, a phrase is a loop; longer phrases at 3
_COPIES_OF_LONGER = 3
_COPIES_OF_NUMBERS = 9  # "22 22 22 22" is a telephone number
_STUTTER = re.compile(r"(.{1,8}?)\1{4}")  # five times the same letters inside one word
_LEAK_WORDS = 3  # fewer words than these may repeat a prompt by chance


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """Where belief ends.  Logarithms are natural, of the mean probability a token."""

    silence_no_speech: float = 0.6
    silence_logprob: float = -1.0
    doubtful_no_speech: float = 0.3
    doubtful_logprob: float = -0.7
    nobody_p: float = 0.1
    """A row without one word so probable was said by nobody: a small model may not know its no-speech token."""
    chars_per_second: float = 40.0
    """Fast Norwegian speech is about 20."""


@dataclass(frozen=True, slots=True)
class DecodedRow:
    """One decoded request, as the decoder gave it."""

    words: tuple[Word, ...] = field(repr=False)
    seconds: float
    """Real audio, without padding."""
    avg_logprob: float
    no_speech: float
    """Probability of Whisper's no-speech token."""
    prompt: str = field(default="", repr=False)


def guarded(row: DecodedRow, settings: GuardSettings = GuardSettings()) -> tuple[Word, ...]:
    """Return the words of the row that are to be believed: all, some or none."""
    if _is_nobody(row, settings) or _is_silence(row, settings) or _is_too_fast(row, settings):
        return ()
    words = without_loops(tuple(w for w in row.words if not _is_stutter(w)))
    if not _is_doubtful(row, settings):
        return words
    return () if _is_leak(words, row.prompt) else _without_phantom(words)


def plain(text: str) -> str:
    """Return `text` in lower case with single spaces and no punctuation: what is compared."""
    return " ".join(re.sub(r"[^\w\s%]|_", " ", text.casefold()).split())


def without_loops(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words with every loop cut to its first copy."""
    texts = [plain(word.text) for word in words]
    kept: list[Word] = []
    at = 0
    while at < len(words):
        size, copies = _loop(texts, at)
        kept += words[at : at + size]
        at += size * copies
    return tuple(kept)


def _loop(texts: list[str], at: int) -> tuple[int, int]:
    """Return the size of the loop that begins at `at` and its number of copies; (1, 1) where there is none."""
    for size in range(1, min(_LONGEST_LOOP, (len(texts) - at) // 2) + 1):
        phrase = texts[at : at + size]
        copies = 1
        while texts[at + copies * size : at + (copies + 1) * size] == phrase:
            copies += 1
        if copies >= _copies_of_loop(phrase):
            return size, copies
    return 1, 1


def _copies_of_loop(phrase: list[str]) -> int:
    if any(c.isdigit() for text in phrase for c in text):
        return _COPIES_OF_NUMBERS
    return _COPIES.get(len(phrase), _COPIES_OF_LONGER)


def _is_stutter(word: Word) -> bool:
    text = plain(word.text)
    match = _STUTTER.search(text)
    return match is not None and not match[0].isdigit()  # 1000000 is a number


def _is_nobody(row: DecodedRow, settings: GuardSettings) -> bool:
    return max((w.p for w in row.words), default=0.0) < settings.nobody_p


def _is_silence(row: DecodedRow, settings: GuardSettings) -> bool:
    """Whisper's own rule (Radford et al. 2022, section 4.5): either sign alone is wrong too often."""
    return row.no_speech > settings.silence_no_speech and row.avg_logprob < settings.silence_logprob


def _is_too_fast(row: DecodedRow, settings: GuardSettings) -> bool:
    chars = sum(len(word.text) + 1 for word in row.words)
    return chars > settings.chars_per_second * max(row.seconds, 1.0)


def _is_doubtful(row: DecodedRow, settings: GuardSettings) -> bool:
    return row.no_speech > settings.doubtful_no_speech or row.avg_logprob < settings.doubtful_logprob


def _is_leak(words: tuple[Word, ...], prompt: str) -> bool:
    """Whether the words stand in the prompt, one after the other."""
    said = plain(" ".join(word.text for word in words))
    return len(said.split()) >= _LEAK_WORDS and f" {said} " in f" {plain(prompt)} "


def _without_phantom(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words without the phantom phrases at their end: silence comes after speech, and so do phantoms."""
    texts = [plain(word.text) for word in words]
    for first in range(len(words)):
        if " ".join(texts[first:]) in PHANTOMS:
            return _without_phantom(words[:first])
    return words
