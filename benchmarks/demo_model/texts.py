"""What is spoken for training and for evaluation, and the wall between the two."""

import random
from collections.abc import Iterator

from benchmarks.demo_model.grammar import Grammar, Sentence, bucket
from benchmarks.demo_model.number_words import Language
from benchmarks.demo_model.sources import WordList, corpora, dialogue, medical_terms

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


class Texts:
    """The endless stream of training sentences of one language, and its evaluation sentences."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.grammar = Grammar(language)
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
        if kind < 0.30:
            return Sentence(self._spoken(rng), self.language, "")
        if kind < 0.50 or not self.real:
            sentence = self.grammar.sentence(rng)
            if rng.random() < 0.12:
                return Sentence(self.words.vary(sentence.text, rng), self.language, sentence.held_out)
            return sentence
        if kind < 0.70:
            text = rng.choice(self.real)
        elif kind < 0.84:
            text = self.words.vary(rng.choice(self.real), rng)
        elif kind < 0.96 or not self.terms:
            drawn = [self.words.draw(rng) for _ in range(rng.randint(1, 7))]
            text = " ".join(drawn).capitalize() + "."
        else:
            text = _listing(self.terms, rng, self.language)
        return Sentence(text, self.language, "")

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
