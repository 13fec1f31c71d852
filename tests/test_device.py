"""A device on which decodes throw, hang and come to rubbish: its neighbours are heard, and it comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.scripts import ScriptedRecognizer
from wardscribed.device import Device
from wardscribed.speech.recognizer import Request
from wardscribed.values import Hypothesis

SECOND = 16_000
GOOD = Request(np.zeros((80, 200), np.float32), 0, 2 * SECOND, "nb", "", 1)
BAD = replace(GOOD, language="en")
LIMIT_S = 0.2


class Rubbish(ScriptedRecognizer):
    """Answers with what `spoil` makes of the truth where English is asked for."""

    def __init__(self, spoil: Callable[[list[Hypothesis]], list[Hypothesis]]) -> None:
        super().__init__()
        self._spoil = spoil

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        heard = super().decode(requests)
        return self._spoil(heard) if any(r.language == "en" for r in requests) else heard


def throw_on_english(requests: Sequence[Request]) -> None:
    """A decoder that cannot bear one language."""
    if any(request.language == "en" for request in requests):
        raise RuntimeError("broken")


async def heard(device: Device, *requests: Request | None) -> list[bool]:
    """Return of which requests something was heard."""
    return [bool(hypothesis) for hypothesis in await device.decode(lambda: requests)]


async def test_a_batch_that_throws_is_tried_one_by_one() -> None:
    """The neighbours of a request that breaks the decoder are heard; what was never a request stays none."""
    recognizer = ScriptedRecognizer(throw_on_english)
    assert await heard(Device(recognizer), GOOD, BAD, None, GOOD) == [True, False, False, True]
    assert [len(batch) for batch in recognizer.batches] == [3, 1, 1, 1]


def too_few(hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """One answer is missing."""
    return hypotheses[1:]


def too_late(hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """Words after the end of the audio."""
    return [replace(h, words=tuple(replace(w, end=10 * SECOND) for w in h.words)) for h in hypotheses]


def too_sure(hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """No number is a probability."""
    return [replace(h, words=tuple(replace(w, p=float("nan")) for w in h.words)) for h in hypotheses]


@pytest.mark.parametrize("spoil", [too_few, too_late, too_sure])
async def test_rubbish_is_no_answer(spoil: Callable[[list[Hypothesis]], list[Hypothesis]]) -> None:
    """Too few answers, times outside the audio and impossible probabilities count as failures."""
    assert await heard(Device(Rubbish(spoil)), GOOD, BAD) == [True, False]


async def test_a_decode_that_hangs_is_left_behind() -> None:
    """The model is loaded anew, and the request that hung is heard by the new one."""
    never, restarted = threading.Event(), ScriptedRecognizer()

    def hang(_: Sequence[Request]) -> None:
        never.wait()

    device = Device(ScriptedRecognizer(hang), lambda: restarted, LIMIT_S)
    try:
        assert await heard(device, GOOD, GOOD) == [True, True]
        assert device.recognizer is restarted
        assert device.restarts == 1
    finally:
        never.set()
    await device.close()


async def test_a_lost_device_is_loaded_anew_once() -> None:
    """Where nothing succeeds, the next batch finds another model; what failed stays without an answer."""

    def lost(_: Sequence[Request]) -> None:
        raise RuntimeError("CUDA failed with error unspecified launch failure")

    device = Device(ScriptedRecognizer(lost), ScriptedRecognizer)
    assert await heard(device, GOOD, GOOD) == [False, False]
    assert await heard(device, GOOD, GOOD) == [True, True]
    assert device.restarts == 1


async def test_a_model_that_cannot_be_loaded_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The device goes on failing, says so, and tries again at the next batch."""

    def gone() -> ScriptedRecognizer:
        raise OSError("no such folder")

    device = Device(ScriptedRecognizer(throw_on_english), gone)
    assert await heard(device, BAD) == [False]
    assert await heard(device, BAD) == [False]
    assert device.restarts == 2
    assert "could not be loaded" in caplog.text
    assert "no such folder" not in caplog.text
