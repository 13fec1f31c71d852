"""A CTranslate2 Whisper that nobody trained: it says one text whatever it hears.

All attention and feed-forward outputs are zero, so what the decoder sees is its position alone.  The row of its
position table at which a token is due is that token's embedding, eight times as long as that of the token before.  It
batches, caps, aligns and fails as any Whisper does; its word times mean nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from ctranslate2.specs import whisper_spec
from numpy.typing import NDArray
from tokenizers import decoders, models, pre_tokenizers, trainers

SIZE = 64
HEADS = 2
POSITIONS = 448
TASK = 4  # <|startoftranscript|>, language, <|transcribe|>, <|notimestamps|>
PROMPTS = (0, 33, 97)  # tokens that may stand before the task
LONGEST = 28  # tokens of a text: after those the next place may begin where it is said after a prompt

_FIRST = ["<|endoftext|>", "<|startoftranscript|>"]
_LAST = ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]


def write_model(folder: Path, text: str, languages: tuple[str, ...] = ("en", "no", "nn"), n_mels: int = 80) -> Path:
    """Write the folder of a model that says `text` (each word at least one token) and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    special = [*_FIRST, *(f"<|{language}|>" for language in languages), *_LAST, *_times()]
    tokenizer = _tokenizer(text, special)
    tokenizer.save(str(folder / "tokenizer.json"))
    ids = tokenizer.get_vocab()
    vocabulary = sorted(ids, key=ids.__getitem__)
    script = tokenizer.encode(" " + text, add_special_tokens=False).ids if text else []
    assert len(script) <= LONGEST, "the text is too long"
    spec = _spec(len(vocabulary), n_mels, script, ids["<|endoftext|>"])
    spec.register_vocabulary(vocabulary)
    spec.config.alignment_heads = [[0, 0]]
    spec.config.lang_ids = [ids[f"<|{language}|>"] for language in languages]
    # As in the Whisper that is published: it takes an empty answer for a blank.
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], [ids["<|endoftext|>"]]
    spec.validate()
    spec.save(str(folder))
    preprocessor = {
        "feature_size": n_mels,
        "sampling_rate": 16_000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return folder


def _times() -> list[str]:
    return [f"<|{step * 0.02:.2f}|>" for step in range(1501)]


def _tokenizer(text: str, special: list[str]) -> tokenizers.Tokenizer:
    """Byte-level BPE that knows the words of the text as one token each."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2000, min_frequency=1, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator([" " + text], trainer)
    state = json.loads(tokenizer.to_str())
    state["model"]["vocab"][""] = len(state["model"]["vocab"])  # CTranslate2 knows a Whisper of many languages by it
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(state))
    tokenizer.add_special_tokens(special)
    return tokenizer


def _spec(n_tokens: int, n_mels: int, script: list[int], end: int) -> whisper_spec.WhisperSpec:
    spec = whisper_spec.WhisperSpec(1, HEADS, 1, HEADS)
    spec.encoder.conv1.weight, spec.encoder.conv1.bias = _zeros(SIZE, n_mels, 3), _zeros(SIZE)
    spec.encoder.conv2.weight, spec.encoder.conv2.bias = _zeros(SIZE, SIZE, 3), _zeros(SIZE)
    spec.encoder.position_encodings.encodings = _zeros(1500, SIZE)
    embeddings = np.random.default_rng(1).normal(size=(n_tokens, SIZE)).astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    spec.decoder.embeddings.weight = embeddings
    spec.decoder.projection.weight = embeddings
    spec.decoder.position_encodings.encodings = _positions(embeddings, script, end)
    _set_layer(spec.encoder.layer[0])
    _set_layer(spec.decoder.layer[0])
    _set_attention(spec.decoder.layer[0].attention, (1, 2, 1))
    _set_norm(spec.encoder.layer_norm)
    _set_norm(spec.decoder.layer_norm, 3.0)  # sharp: the token that is due has nearly all the probability
    return spec


def _positions(embeddings: NDArray[np.float32], script: list[int], end: int) -> NDArray[np.float32]:
    """Return the table: at the last token of the task the first of the text is due, after the text its end."""
    due = np.full(POSITIONS, end)
    for prompt in PROMPTS:
        first = prompt + TASK - 1
        due[first : first + len(script)] = script
    return np.asarray(8 * embeddings[due], dtype=np.float32)


def _set_layer(layer: Any) -> None:
    _set_attention(layer.self_attention, (3, 1))
    _set_norm(layer.ffn.layer_norm)
    _set_linear(layer.ffn.linear_0, 1)
    _set_linear(layer.ffn.linear_1, 1)


def _set_attention(attention: Any, widths: tuple[int, ...]) -> None:
    _set_norm(attention.layer_norm)
    for linear, width in zip(attention.linear, widths, strict=True):
        _set_linear(linear, width)


def _set_linear(linear: Any, width: int) -> None:
    linear.weight, linear.bias = _zeros(width * SIZE, SIZE), _zeros(width * SIZE)


def _set_norm(norm: Any, gamma: float = 1.0) -> None:
    norm.gamma, norm.beta = np.full(SIZE, gamma, np.float32), _zeros(SIZE)


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)
