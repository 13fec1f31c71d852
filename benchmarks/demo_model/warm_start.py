"""Reads a converted model back into the torch model, so that training can go on from the bundled folder.

The inverse of convert.py.  What only training has, the phoneme head, is not in the folder and is learned anew.
"""

from pathlib import Path

import numpy as np
import torch

from benchmarks.demo_model.model import Whisper
from benchmarks.demo_model.model_file import Array, variables


def _attention(found: dict[str, Array], source: str, target: str, stacked: list[list[str]]) -> dict[str, Array]:
    """The projections of one attention; those of a list lie on top of each other in the file."""
    out: dict[str, Array] = {}
    for i, names in enumerate([*stacked, ["out"]]):
        weights = np.split(found[f"{source}/linear_{i}/weight"], len(names))
        biases = np.split(found[f"{source}/linear_{i}/bias"], len(names))
        for name, weight, bias in zip(names, weights, biases, strict=True):
            out[f"{target}.{name}.weight"] = weight
            if name != "key":
                out[f"{target}.{name}.bias"] = bias
    return out | _norm(found, f"{source}/layer_norm", f"{target}_norm")


def _norm(found: dict[str, Array], source: str, target: str) -> dict[str, Array]:
    return {f"{target}.weight": found[f"{source}/gamma"], f"{target}.bias": found[f"{source}/beta"]}


def _layer(found: dict[str, Array], source: str, target: str) -> dict[str, Array]:
    out = _attention(found, f"{source}/self_attention", f"{target}.attention", [["query", "key", "value"]])
    if f"{source}/attention/linear_0/weight" in found:
        out |= _attention(found, f"{source}/attention", f"{target}.cross", [["query"], ["key", "value"]])
    for i, name in enumerate(("inner", "outer")):
        out |= {f"{target}.{name}.{kind}": found[f"{source}/ffn/linear_{i}/{kind}"] for kind in ("weight", "bias")}
    return out | _norm(found, f"{source}/ffn/layer_norm", f"{target}.inner_norm")


def load(model: Whisper, folder: Path) -> None:
    """Fills a model with the weights of a converted folder of the same sizes and tokens."""
    found = variables(folder / "model.bin")
    weights: dict[str, Array] = {
        "embedding.weight": found["decoder/embeddings/weight"][: model.size.vocabulary],
        "token_positions": found["decoder/position_encodings/encodings"],
    }
    for side, count in (("encoder", model.size.encoder_layers), ("decoder", model.size.decoder_layers)):
        weights |= _norm(found, f"{side}/layer_norm", f"{side}_norm")
        for i in range(count):
            weights |= _layer(found, f"{side}/layer_{i}", f"{side}.{i}")
    for name in ("conv1", "conv2"):
        weights |= {f"{name}.{kind}": found[f"encoder/{name}/{kind}"] for kind in ("weight", "bias")}
    state = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in weights.items()}
    torch.nn.init.zeros_(model.phoneme_head.weight)  # a head of chance would push the encoder about
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected
    assert set(missing) == {"positions", "phoneme_head.weight", "phoneme_head.bias"}, missing
