"""What is spoken for training and for evaluation, and the wall between the two."""

import random
from collections.abc import Iterator

from benchmarks.demo_model.grammar import Grammar, Sentence, bucket
from benchmarks.demo_model.number_words import Language
from benchmarks.demo_model.sources import WordList, corpora, dialogue, medical_terms, short_answers

_HELD_OUT_CORPUS = 60
"""One corpus sentence in so many is for evaluation."""
_TERM_FRAMES = {
    "no": [
        "Det var {}.",
        "Hun har hatt {}.",
        "Vi snakket om {} og {}.",
        "{}.",
        "Han nevnte {}, {} og {}.",
        "Hva er {}?",
    ],
    "nn": ["Det var {}.", "Ho har hatt {}.", "Vi snakka om {} og {}.", "{}.", "Han nemnde {}, {} og {}.", "Kva er {}?"],
}


def _listing(draw: list[str], rng: random.Random, language: Language) -> str:
    text = rng.choice(_TERM_FRAMES[language])
    while "{}" in text:
        text = text.replace("{}", rng.choice(draw), 1)
    return text[:1].upper() + text[1:]


_HEADINGS: dict[Language, list[str]] = {
    "no": "Vurdering Status Plan Medisiner Allergier Aktuelt Sosialt Tidligere Videre Innkomst Tiltak Funn".split(),
    "nn": "Vurdering Status Plan Medisinar Allergiar Aktuelt Sosialt Tidlegare Vidare Innkomst Tiltak Funn".split(),
}


def dictated(text: str, rng: random.Random, language: Language) -> str:
    """A sentence as it is dictated: marks spoken, now and then a heading, brackets or a new line."""
    body, mark = text.rstrip(".?!"), "spørsmålstegn" if text.endswith("?") else "punktum"
    mark = "utropstegn" if text.endswith("!") or rng.random() < 0.03 else mark
    after = rng.choice(["", "", "", "", " ny linje", " nytt avsnitt"])
    first, comma, second = body.partition(", ")
    if comma and rng.random() < 0.15:
        body = f"{first} parentes {second} parentes slutt"
    elif rng.random() < 0.85:
        body = body.replace(",", " komma")
    heading = f"{rng.choice(_HEADINGS[language])} kolon " if rng.random() < 0.2 else ""
    return f"{heading}{body} {mark}{after}"


class EnglishTexts:
    """A small share of English, so that its token is not a dead one."""

    def __init__(self) -> None:
        self._grammar = Grammar("en", more=True)
        self._short = short_answers("en")

    def training(self, rng: random.Random) -> Iterator[Sentence]:
        """Sentences without end, none of them held out."""
        while True:
            short = Sentence(rng.choice(self._short) + ".", "en", "")
            sentence = short if rng.random() < 0.1 else self._grammar.sentence(rng)
            if not sentence.held_out and bucket(sentence.text, _HELD_OUT_CORPUS):
                yield sentence


class Texts:
    """The endless stream of training sentences of one language, and its evaluation sentences."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.grammar = Grammar(language)
        self.more = Grammar(language, more=True)
        self.short = short_answers(language)
        real = corpora(language)
        self.real = [t for t in real if bucket(t, _HELD_OUT_CORPUS)]
        self.held_out_real = [t for t in real if not bucket(t, _HELD_OUT_CORPUS)]
        self.said = [t for t in dialogue(language) if bucket(t, _HELD_OUT_CORPUS)]
        self.held_out_said = [t for t in dialogue(language) if not bucket(t, _HELD_OUT_CORPUS)]
        self.words = WordList(language)
        self.terms = medical_terms()

    def training(self, rng: random.Random) -> Iterator[Sentence]:
        """Sentences without end, none of them held out."""
        while True:
            sentence = self._draw(rng)
            if not sentence.held_out and bucket(sentence.text, _HELD_OUT_CORPUS):
                yield sentence

    def _draw(self, rng: random.Random) -> Sentence:
        kind = rng.random()
        if kind < 0.44 or (kind < 0.75 and not self.real):
            sentence = (self.grammar if kind < 0.17 else self.more).sentence(rng)
            kind = rng.random()
            if kind < 0.12:
                return Sentence(self.words.vary(sentence.text, rng), self.language, sentence.held_out)
            return sentence if kind < 0.87 else self._dictated(sentence, rng)
        if kind < 0.70:
            text = self._spoken(rng)
        elif kind < 0.82:
            text = rng.choice(self.real)
            text = self.words.vary(text, rng) if rng.random() < 0.5 else text
        elif kind < 0.90:
            drawn = [self.words.draw(rng) for _ in range(rng.randint(1, 7))]
            text = " ".join(drawn).capitalize() + "."
        elif kind < 0.94 and self.terms:
            text = _listing(self.terms, rng, self.language)
        else:
            answer = rng.choice(self.short)
            text = answer if answer.endswith("?") else answer + "."
        return Sentence(text, self.language, "")

    def _dictated(self, first: Sentence, rng: random.Random) -> Sentence:
        """A few sentences with spoken marks, in one breath; held out if one of them is."""
        others = [self.more.sentence(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
        parts = [dictated(s.text, rng, self.language) for s in (first, *others)]
        held_out = next((s.held_out for s in (first, *others) if s.held_out), "")
        return Sentence(" ".join(parts), self.language, held_out)

    def _spoken(self, rng: random.Random) -> str:
        """A sentence of the dialogue bank; every other time with some of its words changed for others."""
        text = rng.choice(self.said)
        return self.words.vary(text, rng) if rng.random() < 0.5 else text

    def evaluation(self, count: int, seed: int, held_out: str) -> list[Sentence]:
        """Distinct clinical sentences that training never sees, of the kind frame or combination."""
        rng = random.Random(seed)
        found: dict[str, Sentence] = {}
        for _ in range(200_000):
            sentence = self.grammar.sentence(rng)
            if sentence.held_out == held_out and len(sentence.text) > 12:
                found.setdefault(sentence.text, sentence)
            if len(found) == count:
                break
        return list(found.values())
