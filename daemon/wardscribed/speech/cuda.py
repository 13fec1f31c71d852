"""What CTranslate2 needs of CUDA before a model is loaded on a GPU.

Its wheel loads cuBLAS 12 by name when the first product is computed, and neither brings it nor asks for it (its
`src/cuda/cublas_stub.cc`); cuDNN is not needed.  So it is loaded here, at the start, with a message that helps.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from wardscribed.errors import ModelError

_LIBRARIES = ("libcublasLt.so.12", "libcublas.so.12")  # the latter needs the former


def preload() -> None:
    """Load cuBLAS 12, from the system or from the package nvidia-cublas-cu12.  Raises ModelError."""
    for name in _LIBRARIES:
        if not any(map(_is_loaded, _candidates(name))):
            raise ModelError(
                f"'model.device' is cuda, but {name} cannot be loaded: install the package nvidia-cublas-cu12 beside "
                "wardscribe, or CUDA 12 on this machine, or take 'model.device' cpu"
            )


def _candidates(name: str) -> Iterator[str]:
    yield name
    if (package := importlib.util.find_spec("nvidia")) is not None:
        for folder in package.submodule_search_locations or ():
            yield str(Path(folder) / "cublas" / "lib" / name)


def _is_loaded(library: str) -> bool:
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
