"""Text that is not of our grammar: corpora beside the repository, and word lists of the machine."""

import json
import random
import re
from collections import defaultdict
from pathlib import Path

from benchmarks.demo_model.folders import SHARED
from benchmarks.demo_model.number_words import Language, words

_WORD_LISTS: dict[Language, Path] = {"no": Path("/usr/share/dict/bokmaal"), "nn": Path("/usr/share/dict/nynorsk")}
_ALLOWED = re.compile(r"[A-Za-zÆØÅæøåéèêóòôü ,.?!'-]+")
_LETTERS = re.compile(r"[a-zæøåéèêóòô]+")


def clean(text: str, language: Language) -> str:
    """One sentence as it is spoken: small numbers in words, no marks that are not said; else empty."""
    text = re.sub(r"\s*[#«»\"()…*:;–]+\s*", lambda m: ", " if ":" in m[0] or ";" in m[0] else " ", text.strip())
    text = re.sub(r"(?:^|\s)-\s", " ", text)
    text = re.sub(r"\b\w+-(?=\s|$)", "", text)
    text = re.sub(r"(?<![\w.,])\d{1,3}(?![\w.,]\w|\d)", lambda m: words(int(m[0]), language), text)
    text = re.sub(r"\s+([,.?!])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,-")
    if not _ALLOWED.fullmatch(text) or not 2 <= len(text) <= 170:
        return ""
    return text[:1].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def dialogue(language: Language) -> list[str]:
    """The project's own bank of sentences as people say them in consultations."""
    path = Path(__file__).parent / "grammar" / f"dialogue_{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def short_answers(language: Language) -> list[str]:
    """What people answer in a word or two, the common ones several times."""
    path = Path(__file__).parent / "grammar" / "short.txt"
    lines = [line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines() if ":" in line]
    return [answer.strip() for name, answers in lines if name == language for answer in answers.split(";")]


def corpora(language: Language) -> list[str]:
    """Real sentences beside the repository: Universal Dependencies and synthetic clinical speech."""
    raw: list[str] = []
    folder = SHARED / "data" / "ud-norwegian"
    names = {"no": ["bokmaal.txt"], "nn": ["nynorsk.txt", "nynorsklia-spoken.txt"]}.get(language, [])
    for name in names:
        if (folder / name).exists():
            raw += (folder / name).read_text(encoding="utf-8").splitlines()
    segments = SHARED / "data" / "syntetisk-med-asr" / "segments.jsonl"
    if language == "no" and segments.exists():
        for line in segments.read_text(encoding="utf-8").splitlines():
            raw += re.split(r"(?<=[.?!])\s+", json.loads(line)["text"])
    return sorted({cleaned for text in raw if (cleaned := clean(text, language))})


def medical_terms() -> list[str]:
    """Conditions and procedures of NorMedTerm that are words; empty without it."""
    table = SHARED / "data" / "normedterm" / "NorMedTerm.csv"
    if not table.exists():
        return []
    rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
    return sorted({row[0] for row in rows if len(row) > 1 and re.fullmatch(r"[A-Za-zæøåÆØÅ-]{4,22}", row[0])})


class WordList:
    """Words of a language to draw from: common ones often, rare ones now and then."""

    def __init__(self, language: Language) -> None:
        path = _WORD_LISTS[language]
        every = path.read_text(encoding="latin-1").split() if path.exists() else []
        self.rare = [w for w in every if _LETTERS.fullmatch(w) and 3 <= len(w) <= 16]
        self.common = self._frequent(set(self.rare)) or self.rare
        self._by_ending: dict[str, list[str]] = defaultdict(list)
        for word in self.common:
            self._by_ending[word[-2:]].append(word)

    @staticmethod
    def _frequent(known: set[str]) -> list[str]:
        try:
            from wordfreq import top_n_list  # optional: frequencies for the word list
        except ImportError:
            return []
        return [w for w in top_n_list("nb", 60_000) if w in known]

    def draw(self, rng: random.Random) -> str:
        """A word; its rank is skewed towards the common, one in four is from the whole list."""
        if rng.random() < 0.25:
            return rng.choice(self.rare)
        return self.common[int(len(self.common) * rng.random() ** 2)]

    def like(self, word: str, rng: random.Random) -> str:
        """Another word with the same ending, so that the sentence around it still reads."""
        candidates = self._by_ending.get(word[-2:])
        return rng.choice(candidates) if candidates else word

    def vary(self, text: str, rng: random.Random) -> str:
        """The text with about a fifth of its longer words exchanged."""
        return re.sub(r"\b[a-zæøå]{4,}\b", lambda m: self.like(m[0], rng) if rng.random() < 0.22 else m[0], text)
