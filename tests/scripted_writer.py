"""An instruction model that nobody trained: whatever it is asked, it gives one answer.

Attention and feed-forward outputs are zero, so what the model sees is the last token alone.  The whole answer is one
token, due after every other, and the end is due after it.  It tokenizes, generates and fails as any generator does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from ctranslate2.specs import transformer_spec
from numpy.typing import NDArray
from tokenizers import decoders, models, pre_tokenizers

SIZE = 8
END = "<|endoftext|>"


def write_writer(folder: Path, answer: dict[str, Any] | str, positions: int = 4096) -> Path:
    """Write the folder of a model that gives `answer` to prompts of fewer than so many tokens, and return it."""
    folder.mkdir(parents=True)
    text = answer if isinstance(answer, str) else json.dumps(answer)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = tokenizers.Tokenizer(models.BPE({letter: i for i, letter in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens([text])
    tokenizer.add_special_tokens([END])
    tokenizer.save(str(folder / "tokenizer.json"))
    ids = tokenizer.get_vocab()
    spec = _spec(len(ids), ids[text], ids[END], positions)
    spec.register_vocabulary([token if token != text else "<answer>" for token in sorted(ids, key=ids.__getitem__)])
    spec.config.bos_token = spec.config.eos_token = spec.config.unk_token = END
    spec.validate()
    spec.save(str(folder))
    return folder


def _spec(count: int, answer: int, end: int, positions: int) -> transformer_spec.TransformerDecoderModelSpec:
    spec = transformer_spec.TransformerDecoderModelSpec.from_config(1, 1)
    decoder = spec.decoder
    embeddings, projection = np.zeros((2, count, SIZE), np.float32)
    embeddings[:, 0], embeddings[answer] = 1.0, np.eye(SIZE)[1]
    projection[answer], projection[end] = 9 * np.eye(SIZE)[0], 9 * np.eye(SIZE)[1]
    decoder.embeddings.weight, decoder.projection.weight = embeddings, projection
    decoder.position_encodings.encodings = _zeros(positions, SIZE)
    decoder.scale_embeddings = False
    layer = decoder.layer[0]
    for norm in (decoder.layer_norm, layer.self_attention.layer_norm, layer.ffn.layer_norm):
        norm.gamma, norm.beta = np.ones(SIZE, np.float32), _zeros(SIZE)
    linears = (*layer.self_attention.linear, layer.ffn.linear_0, layer.ffn.linear_1)
    for linear, width in zip(linears, (3, 1, 1, 1), strict=True):
        linear.weight, linear.bias = _zeros(width * SIZE, SIZE), _zeros(width * SIZE)
    return spec


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)
