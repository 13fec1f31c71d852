"""A small byte-level BPE with Whisper's special tokens, as a `tokenizers` file.

Learned merges are few (a model of this size spells better than it remembers).  The first merges are
forced: Norwegian letters of two bytes, then space and letter, so that no bare space is ever needed.
"""

import collections
import itertools
import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

LANGUAGES = ("no", "nn", "en")
_CONTROLS = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")
TIME_TOKENS = 1501
_LETTERS = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ"
_LEARNED = 250

Merge = tuple[str, str]


def _bytes_as_characters(text: str) -> list[str]:
    """The printable stand-ins of byte-level BPE for the bytes of a text."""
    split = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)
    return list("".join(piece for piece, _ in split))


def _merged(symbols: list[str], merge: Merge) -> list[str]:
    out: list[str] = []
    for symbol in symbols:
        if out and (out[-1], symbol) == merge:
            out[-1] += symbol
        else:
            out.append(symbol)
    return out


def _forced() -> list[Merge]:
    letters = [tuple(_bytes_as_characters(c)) for c in "æøåÆØÅéòôêèü"]
    merges = [(a, b) for a, b in letters]
    return merges + [("Ġ", "".join(_bytes_as_characters(c))) for c in _LETTERS]


def learn(texts: Iterable[str]) -> Tokenizer:
    """Learns the merges from sentences and adds Whisper's special tokens in Whisper's order."""
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    counts = collections.Counter(w for text in texts for w, _ in splitter.pre_tokenize_str(" " + text))
    merges = _forced()
    spelled: list[tuple[list[str], int]] = []
    for word, count in counts.most_common(8000):
        symbols = list(word)
        for merge in merges:
            symbols = _merged(symbols, merge) if merge[0] in symbols else symbols
        spelled.append((symbols, count))
    for _ in range(_LEARNED):
        pairs: collections.Counter[Merge] = collections.Counter()
        for symbols, count in spelled:
            for pair in itertools.pairwise(symbols):
                pairs[pair] += count
        best = max(pairs.items(), key=lambda item: (item[1], item[0]))[0]
        merges.append(best)
        spelled = [(_merged(s, best) if best[0] in s else s, n) for s, n in spelled]
    return _build(merges)


def _build(merges: list[Merge]) -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {symbol: i for i, symbol in enumerate(alphabet + [a + b for a, b in merges])}
    vocabulary[""] = len(vocabulary)  # CTranslate2 takes it as the mark of a multilingual vocabulary
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    controls = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{n}|>" for n in (*LANGUAGES, *_CONTROLS))]
    tokenizer.add_special_tokens(controls)
    tokenizer.add_tokens([f"<|{i * 0.02:.2f}|>" for i in range(TIME_TOKENS)])
    return tokenizer


class Vocabulary:
    """Token ids of a tokenizer file; `size` leaves out all time tokens but the first."""

    def __init__(self, path: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(path))
        self._known: dict[str, list[int]] = {}
        self.end = self._id("endoftext")
        self.start = self._id("startoftranscript")
        self.language = {name: self._id(name) for name in LANGUAGES}
        self.transcribe = self._id("transcribe")
        self.previous = self._id("startofprev")
        self.no_times = self._id("notimestamps")
        self.first_time = self._id("0.00")
        self.size = self.first_time + 1

    def _id(self, name: str) -> int:
        found = self.tokenizer.token_to_id(f"<|{name}|>")
        assert found is not None
        return int(found)

    def encode(self, text: str) -> list[int]:
        """Tokens of a text as written; words within a sentence want their space before them."""
        if text not in self._known:
            self._known[text] = list(self.tokenizer.encode(text, add_special_tokens=False).ids)
        return self._known[text]

    def names(self) -> list[str]:
        """Every token by id."""
        return [str(self.tokenizer.id_to_token(i)) for i in range(self.tokenizer.get_vocab_size())]


def learn_from_shards(folder: Path, target: Path) -> None:
    """Learns from the sentences of the shards that are there."""
    texts = [e["text"] for f in sorted(folder.glob("*.json")) for e in json.loads(f.read_text(encoding="utf-8"))]
    learn(texts).save(str(target))
