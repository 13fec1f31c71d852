"""The client library as other programs see it."""

from __future__ import annotations

import asyncio
import re
import typing
from pathlib import Path

import pytest

import wardscribe
from benchmarks.daemon import Daemon
from tests.peer import consultation
from wardscribe import protocol
from wardscribe.notices import Disconnected, Waiting

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
PUBLIC = """
    Ack Bye Client ClientError Commit Disconnected DraftNote Editor Error Event Finalized Gap LeftOut Note Partial
    Quality Ready Reason RefusedError Role Section Sentence Source Start State StateChanged Utterance Waiting Word
"""


def test_the_public_surface_is_what_was_decided() -> None:
    """A name that is added or taken away is a decision, for other programs build on it."""
    assert sorted(wardscribe.__all__) == PUBLIC.split()
    assert all(getattr(wardscribe, name).__doc__ for name in wardscribe.__all__)


def test_an_event_is_one_of_those_that_a_client_yields() -> None:
    """A checker that knows the union tells a program which case it forgot."""
    told = set(protocol.DAEMON_EVENTS.values()) - {protocol.Sealed}

    assert set(typing.get_args(wardscribe.Event)) == told | {Disconnected, Waiting}


async def test_the_readmes_example_runs(daemon: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands there, against a real daemon: words are printed, and it ends by itself."""
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, typing.Any] = {}
    exec(example, names)  # noqa: S102  # it is what the README tells people to run
    async with asyncio.timeout(60):
        await names["transcribe"](daemon.url, consultation(15))

    assert len(capsys.readouterr().out.split()) > 10
