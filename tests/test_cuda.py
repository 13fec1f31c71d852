"""A GPU without its library is a clear message at the start, not a failure at the first word."""

from __future__ import annotations

import ctypes.util
from pathlib import Path

import pytest

from wardscribed import assembly
from wardscribed.config import ModelConfig
from wardscribed.errors import ModelError
from wardscribed.speech import cuda


@pytest.mark.skipif(ctypes.util.find_library("cublas") is not None, reason="this machine has cuBLAS")
def test_a_missing_library_is_named() -> None:
    """The setting, the library and three ways out are in the message."""
    with pytest.raises(
        ModelError, match=r"'model\.device' is cuda, but libcublasLt\.so\.12 cannot.*nvidia-cublas-cu12"
    ):
        assembly.load_recognizers(ModelConfig(device="cuda"))


def test_a_library_is_found_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any library that the loader can load counts as loaded; by its name or by its path."""
    name = ctypes.util.find_library("m")
    assert name is not None
    monkeypatch.setattr(cuda, "_LIBRARIES", (name,))
    cuda.preload()


def test_the_package_is_looked_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What nvidia-cublas-cu12 installs is found beside the daemon, without a path in the environment."""
    (tmp_path / "nvidia" / "cublas" / "lib").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert str(tmp_path / "nvidia" / "cublas" / "lib" / "x.so") in list(cuda._candidates("x.so"))
