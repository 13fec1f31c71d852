"""Writes the model folder that CTranslate2 loads: `python -m benchmarks.demo_model.convert`.

Built from ctranslate2's WhisperSpec; int8 weights, float32 positions.  The averaged weights are taken.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch
from ctranslate2.specs import whisper_spec
from numpy.typing import NDArray

from benchmarks.demo_model.folders import BUNDLED, work_folder
from benchmarks.demo_model.losses import GUIDED_HEADS
from benchmarks.demo_model.tokenizer import LANGUAGES, TIME_TOKENS, Vocabulary

_MODEL_FILES = ("model.bin", "config.json", "vocabulary.json", "tokenizer.json", "preprocessor_config.json")
Weights = dict[str, NDArray[np.float32]]


def _linear(spec: Any, weights: Weights, names: list[str]) -> None:
    """Fills a linear layer, several stacked (queries, keys, values) into one; keys have no bias."""
    spec.weight = np.concatenate([weights[f"{n}.weight"] for n in names])
    sizes = [weights[f"{n}.weight"].shape[0] for n in names]
    zeros = [np.zeros(size, np.float32) for size in sizes]
    spec.bias = np.concatenate([weights.get(f"{n}.bias", z) for n, z in zip(names, zeros, strict=True)])


def _norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _layer(spec: Any, weights: Weights, name: str, *, cross: bool) -> None:
    own = f"{name}.attention"
    _norm(spec.self_attention.layer_norm, weights, f"{name}.attention_norm")
    _linear(spec.self_attention.linear[0], weights, [f"{own}.query", f"{own}.key", f"{own}.value"])
    _linear(spec.self_attention.linear[1], weights, [f"{own}.out"])
    if cross:
        other = f"{name}.cross"
        _norm(spec.attention.layer_norm, weights, f"{name}.cross_norm")
        _linear(spec.attention.linear[0], weights, [f"{other}.query"])
        _linear(spec.attention.linear[1], weights, [f"{other}.key", f"{other}.value"])
        _linear(spec.attention.linear[2], weights, [f"{other}.out"])
    _norm(spec.ffn.layer_norm, weights, f"{name}.inner_norm")
    _linear(spec.ffn.linear_0, weights, [f"{name}.inner"])
    _linear(spec.ffn.linear_1, weights, [f"{name}.outer"])


def specification(size: dict[str, int], weights: Weights) -> whisper_spec.WhisperSpec:
    """The CTranslate2 form of the weights; every time token gets the row of the first."""
    spec = whisper_spec.WhisperSpec(size["encoder_layers"], size["heads"], size["decoder_layers"], size["heads"])
    encoder, decoder = spec.encoder, spec.decoder
    for convolution in ("conv1", "conv2"):
        getattr(encoder, convolution).weight = weights[f"{convolution}.weight"]
        getattr(encoder, convolution).bias = weights[f"{convolution}.bias"]
    encoder.position_encodings.encodings = weights["positions"]
    _norm(encoder.layer_norm, weights, "encoder_norm")
    for i, layer in enumerate(encoder.layer):
        _layer(layer, weights, f"encoder.{i}", cross=False)
    rows = weights["embedding.weight"]
    embedding = np.concatenate([rows, np.repeat(rows[-1:], TIME_TOKENS - 1, axis=0)])
    decoder.embeddings.weight = embedding
    decoder.projection.weight = embedding
    decoder.scale_embeddings = False
    decoder.position_encodings.encodings = weights["token_positions"]
    _norm(decoder.layer_norm, weights, "decoder_norm")
    for i, layer in enumerate(decoder.layer):
        _layer(layer, weights, f"decoder.{i}", cross=True)
    return spec


def convert(run: Path, target: Path, quantization: str | None = "int8", which: str = "averaged") -> None:
    """Converts a run's checkpoint into the folder `target`."""
    state = torch.load(run / "checkpoint.pt", weights_only=True)
    weights = {name: value.float().numpy() for name, value in state[which].items()}
    vocabulary = Vocabulary(run / "tokenizer.json")
    spec = specification(state["size"], weights)
    spec.register_vocabulary(vocabulary.names())
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [vocabulary.language[name] for name in LANGUAGES]
    spec.config.alignment_heads = [list(head) for head in GUIDED_HEADS]
    spec.validate()
    spec.optimize(quantization)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        spec.save(scratch)
        for file in Path(scratch).iterdir():
            shutil.copyfile(file, target / file.name)
    shutil.copyfile(run / "tokenizer.json", target / "tokenizer.json")
    features = {"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (target / "preprocessor_config.json").write_text(json.dumps(features) + "\n", encoding="utf-8")
    hashes = {name: hashlib.sha256((target / name).read_bytes()).hexdigest() for name in _MODEL_FILES}
    manifest = {"name": "wardscribe-synthetic", "files": hashes}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    ctranslate2.models.Whisper(str(target))


def main() -> None:
    """Command line of the conversion."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, default=work_folder() / "run")
    parser.add_argument("--target", type=Path, default=BUNDLED)
    parser.add_argument("--float", action="store_true", help="keep float32 weights, for comparison")
    parser.add_argument("--weights", choices=["averaged", "model"], default="averaged")
    options = parser.parse_args()
    convert(options.run, options.target, None if options.float else "int8", options.weights)


if __name__ == "__main__":
    main()
