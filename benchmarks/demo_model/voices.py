"""The espeak-ng voices of training, and those that are kept for the unseen-voice figure."""

import random
from dataclasses import dataclass

_PLAIN = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f5"]
_OTHER = (
    "Andy Annie Alex Alicia Andrea Denis Diogo Gene Gene2 Hugo Jacky Lee Marco Mario Michael Mike adam anika antonio"
    " belinda benjamin boris caleb david ed edward2 grandma gustave iven2 john klatt2 linda marcelo max michel miguel"
    " norbert pablo paul pedro quincy rob robert sandro shelby steph2 travis victor zac"
).split()
HELD_OUT = ["nb+f4", "nb+edward"]
"""Ordinary voices that training never hears, one light and one dark."""
_OFTEN = ["nb+m3", "nb+f2", "nb+m7", "nb"]


@dataclass(frozen=True, slots=True)
class Manner:
    """A voice and how it speaks: words a minute, pitch and pitch range 0-99."""

    voice: str
    speed: int
    pitch: int
    spread: int
    filtered: bool


def draw(rng: random.Random, *, is_english: bool = False) -> Manner:
    """A manner for training: a third the often used voices, half plain, the rest any."""
    kind = rng.random()
    voice = rng.choice(_OFTEN) if kind < 0.33 else "nb+" + rng.choice(_PLAIN if kind < 0.7 else _OTHER)
    if is_english:
        voice = voice.replace("nb", rng.choice(["en-us", "en"]), 1)
    speed = min(215, max(125, round(rng.gauss(164, 17))))
    return Manner(voice, speed, rng.randint(28, 72), rng.choice([30, 50, 50, 50, 70]), rng.random() < 0.4)
