"""`wardscribe doctor` against real daemons: what is right, what is wrong, and what to do."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.daemon import Daemon
from tests.packages import needs_package
from tests.soundserver import MICROPHONE, SoundServer, needs_sound_server, running_sound_server
from tests.test_server import make_certificate

PATIENCE_S = 60


@pytest.fixture(scope="module")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    """A sound server with the microphone."""
    with running_sound_server(tmp_path_factory.mktemp("sound")) as server:
        yield server


def doctor(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [sys.executable, "-m", "wardscribe", "doctor", "--seconds", "0.5", *words]
    return subprocess.run(
        command, env=environment or dict(os.environ), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def verdicts(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return check → verdict of what --json printed."""
    return {line["check"]: line["verdict"] for line in map(json.loads, done.stdout.splitlines())}


def test_the_way_to_a_daemon_is_looked_at(daemon: Daemon) -> None:
    """Everything up to the token is right on loopback; no session is begun."""
    before = daemon.log.read_text(encoding="utf-8").count(" opened")
    found = verdicts(doctor("--url", daemon.url, "--json"))

    assert [found[check] for check in ("daemon", "tls", "protocol", "token", "clock")] == ["ok"] * 5
    assert daemon.log.read_text(encoding="utf-8").count(" opened") == before


@needs_sound_server
def test_all_is_well_but_a_silent_microphone(daemon: Daemon, sound_server: SoundServer) -> None:
    """Nothing plays into the microphone: the last check alone is at fault, and says what to do."""
    words = ("--url", daemon.url, "--device", MICROPHONE)
    done = doctor(*words, "--json", environment=sound_server.environment)
    shown = doctor(*words, "--language", "nn", environment=sound_server.environment)

    assert set(verdicts(done).values()) == {"ok", "fault"}
    assert (verdicts(done)["sound"], done.returncode) == ("fault", 69)
    assert "✓ Mikrofonen finst" in shown.stdout
    assert "✓ Mikrofonen er godkjend" in shown.stdout
    assert "✗ Mikrofonen høyrer" in shown.stdout
    assert "→ Slå av demping" in shown.stdout


@needs_sound_server
def test_an_unapproved_microphone_is_told(
    run_daemon: Callable[..., AbstractContextManager[Daemon]], sound_server: SoundServer
) -> None:
    """With what to do; it is configuration."""
    with run_daemon(tables='[capture]\napproved = ["Jabra"]') as strict:
        done = doctor("--url", strict.url, "--device", MICROPHONE, "--json", environment=sound_server.environment)

    assert (verdicts(done)["microphone"], verdicts(done)["approval"]) == ("ok", "fault")
    assert (done.returncode, "'Jabra'" in done.stdout) == (78, True)


def test_a_missing_daemon_is_told_and_the_rest_is_unknown() -> None:
    """One fault, what to do, and the status that another try may help."""
    done = doctor("--url", "ws://127.0.0.1:1", "--json")
    shown = doctor("--url", "ws://127.0.0.1:1", "--language", "en")

    assert verdicts(done) | {"microphone": "", "sound": ""} == {
        "daemon": "fault", "tls": "unknown", "protocol": "unknown", "token": "unknown", "clock": "unknown",
        "microphone": "", "approval": "unknown", "sound": "",
    }  # fmt: skip
    assert done.returncode == 69
    assert "→ See that the daemon runs" in shown.stdout
    assert "Traceback" not in done.stderr + shown.stderr


@needs_package("openssl")
def test_token_and_certificate_are_told_apart(
    run_daemon: Callable[..., AbstractContextManager[Daemon]], tmp_path: Path
) -> None:
    """A stranger's certificate stops at TLS, a wrong token at the token; with both right all is well."""
    key, certificate = make_certificate(tmp_path)
    digest = hashlib.sha256(b"correct").hexdigest()
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("correct\n")
    bad.write_text("wrong\n")
    with run_daemon(f'certificate = "{certificate}"\nkey = "{key}"\ntoken_sha256 = "{digest}"') as guarded:
        words = ("--url", guarded.url, "--json")
        trusting = (*words, "--ca-file", str(certificate))
        unknown, refused, right = (
            verdicts(doctor(*options))
            for options in (words, (*trusting, "--token-file", str(bad)), (*trusting, "--token-file", str(good)))
        )

    assert (unknown["daemon"], unknown["tls"], unknown["token"]) == ("ok", "fault", "unknown")
    assert (refused["tls"], refused["protocol"], refused["token"]) == ("ok", "ok", "fault")
    assert [right[check] for check in ("daemon", "tls", "protocol", "token", "clock")] == ["ok"] * 5


@pytest.mark.parametrize(("option", "check"), [("--ca-file", "tls"), ("--token-file", "token")])
def test_a_file_that_cannot_be_read_is_a_fault_and_no_crash(option: str, check: str) -> None:
    """It is configuration, and of what the file is for: another try is useless."""
    done = doctor("--url", "wss://127.0.0.1:1", option, "/nonexistent", "--json")

    assert (verdicts(done)[check], done.returncode) == ("fault", 78)
