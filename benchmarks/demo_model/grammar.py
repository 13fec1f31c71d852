"""Clinical sentences from frames with slots.

A frame is a line of `grammar/frames_no.txt` or `_nn`; `{slot}` takes a filler, `[a|b|]` one of the choices,
nested as wanted.  `grammar/slots.txt` has `name: filler; filler` lines (`name.nn:` for nynorsk,
which otherwise uses the bokmål fillers), and fillers may hold slots themselves.  Numbers are slots
of this module: `{n:1-14}` is a number in words, `{d:36-40}` one with a decimal, `{y:1970-2020}` a year.
The files `*_more.txt` have frames and fillers that only train, so that they never change the evaluation's sentences.
"""

import hashlib
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.demo_model.number_words import Language, decimal, words, year

_FOLDER = Path(__file__).parent / "grammar"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]*)\}")
HELD_OUT_FRAMES, HELD_OUT_SENTENCES = 25, 40
"""One frame in so many, and one sentence in so many, is kept for evaluation."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text, its language token and whether training may use it."""

    text: str
    language: Language
    held_out: str
    """Empty for training, else frame or combination: what of it training never sees."""


def bucket(text: str, buckets: int) -> int:
    """A stable hash of the letters of a text."""
    letters = "".join(c for c in text.lower() if c.isalnum())
    return int.from_bytes(hashlib.sha256(letters.encode()).digest()[:4], "big") % buckets


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


class Grammar:
    """The frames and slots of one language; `more`: the frames that only train."""

    def __init__(self, language: Language, *, more: bool = False) -> None:
        self.language = language
        self.frames = _lines(f"frames_{language}{'_more' if more else ''}.txt")
        self.slots: dict[str, list[str]] = {}
        specific: dict[str, list[str]] = {}
        for line in _lines("slots.txt") + (_lines("slots_more.txt") if more else []):
            name, fillers = line.split(":", 1)
            base, _, only = name.partition(".")
            if only in ("", language):
                target = specific if only else self.slots
                target.setdefault(base, []).extend(f.strip() for f in fillers.split(";") if f.strip())
        self.slots |= specific

    def sentence(self, rng: random.Random) -> Sentence:
        """A random frame with random fillers, capitalised."""
        frame = rng.choice(self.frames)
        text = self.fill(frame, rng)
        if bucket(frame, HELD_OUT_FRAMES) == 0:
            held_out = "frame"
        else:
            held_out = "combination" if bucket(text, HELD_OUT_SENTENCES) == 0 else ""
        return Sentence(text, self.language, held_out)

    def fill(self, frame: str, rng: random.Random) -> str:
        """The frame with its choices made and its slots filled."""
        text = frame
        for _ in range(20):
            if "[" in text:
                text = _CHOICE.sub(lambda m: rng.choice(m[1].split("|")), text)
            elif "{" in text:
                text = _SLOT.sub(lambda m: self._filler(m[1], rng), text)
            else:
                break
        text = re.sub(r"\s+", " ", text).replace(" ,", ",").replace(" .", ".").replace(" ?", "?").strip()
        return text[:1].upper() + text[1:]

    def _filler(self, slot: str, rng: random.Random) -> str:
        kind, _, argument = slot.partition(":")
        numbers: dict[str, Callable[[int], str]] = {
            "n": lambda n: words(n, self.language),
            "d": lambda n: decimal(n, rng.randint(0, 9), self.language),
            "y": lambda n: year(n, self.language),
        }
        if kind in numbers and argument:
            low, high, *step = (int(part) for part in argument.split("-"))
            return numbers[kind](rng.randrange(low, high + 1, step[0] if step else 1))
        return rng.choice(self.slots[kind])
