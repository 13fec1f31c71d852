"""Voice activity detection by Silero: windows in, speech probabilities out.  The only module that imports onnxruntime.

One call serves one window of each of many channels: the network's batch axis holds channels, and what it remembers of
each is kept by the caller in a VadState.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from wardscribed.errors import ModelError
from wardscribed.values import SAMPLE_RATE

WINDOW = 512
"""Samples the network reads at a time (32 ms)."""
_CONTEXT = 64  # samples before the window that it reads again
_FILE = "silero_vad/data/silero_vad.onnx"


class VadState:
    """What the network remembers of one channel: its last samples and the state of its LSTM."""

    __slots__ = ("context", "lstm")

    def __init__(self) -> None:
        self.context = np.zeros(_CONTEXT, np.float32)
        self.lstm = np.zeros((2, 128), np.float32)

    def reset(self) -> None:
        """Forget everything, in place: as before the first window."""
        self.context.fill(0)
        self.lstm.fill(0)


class Vad:
    """The network, on one thread.  It holds no state of any channel."""

    def __init__(self, path: Path) -> None:
        """Load the ONNX file.  Raises ModelError where it is missing or unreadable."""
        if not path.is_file():
            raise ModelError(f"the speech detector {path.name} is missing: install the package silero-vad")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # two were slower on so small a network
        try:
            self._network = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions have no common base but this
            raise ModelError(f"the speech detector {path.name} cannot be read") from error

    @classmethod
    def load(cls) -> Vad:
        """Load the file of the installed silero-vad.  Raises ModelError where it is not installed."""
        try:
            distribution = metadata.distribution("silero-vad")
        except metadata.PackageNotFoundError as error:
            raise ModelError("the speech detector is missing: install the package silero-vad") from error
        # Not by importlib.resources: that imports the package, and the package imports torch.
        return cls(Path(str(distribution.locate_file(_FILE))))

    def probabilities(self, windows: NDArray[np.float32], states: Sequence[VadState]) -> NDArray[np.float32]:
        """Return the speech probabilities [B] of `windows` [B, 512] (-1..1), a channel each, and update `states`."""
        if not states:
            return np.empty(0, np.float32)
        audio = np.concatenate([np.stack([state.context for state in states]), windows], axis=1, dtype=np.float32)
        lstm = np.stack([state.lstm for state in states], axis=1)
        inputs = {"input": audio, "state": lstm, "sr": np.array(SAMPLE_RATE, np.int64)}
        output, lstm = self._network.run(None, inputs)
        for i, state in enumerate(states):
            state.context[:] = audio[i, -_CONTEXT:]
            state.lstm[:] = lstm[:, i]
        return np.asarray(output[:, 0], np.float32)
