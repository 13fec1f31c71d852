"""Only approved microphones get in, whoever asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks.daemon import Daemon, running_daemon
from tests.peer import open_peer
from wardscribe import protocol
from wardscribe.approval import check_microphone, is_approved
from wardscribe.demo import CONSULTATION
from wardscribe.errors import ExitStatus, RefusedError
from wardscribe.protocol import ProtocolError, Source, Start
from wardscribed import admission

APPROVED = ("Jabra Speak 510", "ApprovedMic")


@pytest.mark.parametrize(
    ("name", "approved", "expected"),
    [
        ("anything", (), True),
        ("", (), True),
        ("ApprovedMic", APPROVED, True),
        ("Jabra SPEAK 510 USB (0b0e:0420)", APPROVED, True),
        ("Built-in Audio", APPROVED, False),
        ("Jabra", APPROVED, False),
        ("", APPROVED, False),
    ],
)
def test_a_microphone_is_approved_by_what_is_in_its_name(name: str, approved: tuple[str, ...], expected: bool) -> None:
    """In capitals or not; without a list any is, and with one a session must name its microphone."""
    assert is_approved(name, approved) is expected


def test_the_refusal_names_what_is_approved() -> None:
    """So that a person knows what to plug in."""
    with pytest.raises(RefusedError, match=r"'default' is not approved here; name one of: 'Jabra Speak 510'"):
        check_microphone("", APPROVED)


def test_the_daemons_own_microphone_is_its_configurations() -> None:
    """The list is for clients."""
    admission.check_microphone(Start(source=Source.DAEMON), APPROVED)
    with pytest.raises(ProtocolError) as error:
        admission.check_microphone(Start(microphone="Built-in Audio"), APPROVED)
    assert error.value.code == "not_approved"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon that approves of one microphone."""
    with running_daemon(tmp_path_factory.mktemp("strict") / "log", tables='[capture]\napproved = ["Jabra"]') as daemon:
        yield daemon


async def test_the_daemon_lets_no_other_in(strict: Daemon) -> None:
    """It says which are approved, refuses others, and the connection may try again."""
    async with open_peer(strict.url) as peer:
        assert peer.events[0].microphones == ("Jabra",)
        await peer.say(Start(microphone="Built-in Audio"))
        assert "'Jabra'" in (await peer.expect_error("not_approved")).message
        await peer.say(Start(microphone="JABRA Speak"))
        await peer.expect_state(protocol.State.RECORDING)
        await peer.say(protocol.Discard())


def wardscribe(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the client to its end."""
    command = [sys.executable, "-m", "wardscribe", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


@pytest.mark.parametrize("words", [["mic", "--device", "Built-in Audio"], ["file", str(CONSULTATION)]])
def test_the_terminal_opens_no_other(strict: Daemon, words: list[str]) -> None:
    """Neither a microphone nor a file that comes from who knows where."""
    done = wardscribe(*words, "--url", strict.url, "--json")

    assert done.returncode == ExitStatus.CONFIGURATION
    assert "is not approved here" in done.stderr
    assert done.stdout == ""
