"""Reads CTranslate2's model.bin: a header, then variables (name, shape, type, bytes), then aliases."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPES = [np.float32, np.int8, np.int16, np.int32, np.float16]
"""By the type number of the file."""
Array = NDArray[Any]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, kind: str) -> int:
        value = struct.unpack_from("<" + kind, self._data, self._at)[0]
        self._at += struct.calcsize(kind)
        return int(value)

    def take(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def string(self) -> str:
        return self.take(self.number("H"))[:-1].decode()


def variables(file: Path) -> dict[str, Array]:
    """All variables of a model.bin; int8 weights are divided by their scale a row, which gives float32."""
    reader = _Reader(file.read_bytes())
    reader.number("I"), reader.string(), reader.number("I")  # version of the file, name and revision of the model
    found: dict[str, Array] = {}
    for _ in range(reader.number("I")):
        name = reader.string()
        shape = [reader.number("I") for _ in range(reader.number("B"))]
        kind = _TYPES[reader.number("B")]
        found[name] = np.frombuffer(reader.take(reader.number("I")), kind).reshape(shape)
    scales = {name: value for name, value in found.items() if name.endswith("_scale")}
    for name, scale in scales.items():
        weight = found[name.removesuffix("_scale")].astype(np.float32)
        found[name.removesuffix("_scale")] = weight / scale.reshape(-1, *[1] * (weight.ndim - 1))
    return found
