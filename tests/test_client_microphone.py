"""The real microphone path: PortAudio, ALSA and a sound server; only the air is missing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.daemon import Daemon
from tests.soundserver import MICROPHONE, SoundServer, needs_sound_server, running_sound_server
from tests.test_client_cli import typist
from wardscribe import demo, microphone, protocol
from wardscribe.errors import MicrophoneError
from wardscribe.protocol import DAEMON_EVENTS, State
from wardscribe.soundserver import recorded_source

PATIENCE_S = 60


@pytest.fixture(scope="module")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    """A sound server with the microphone."""
    with running_sound_server(tmp_path_factory.mktemp("sound")) as server:
        yield server


@needs_sound_server
def test_devices_are_listed(sound_server: SoundServer) -> None:
    """`wardscribe devices` names the microphone as `mic` wants it."""
    command = [sys.executable, "-m", "wardscribe", "devices"]
    listed = subprocess.run(command, env=sound_server.environment, capture_output=True, text=True, check=True)

    printed = subprocess.run(
        [*command, "--json"], env=sound_server.environment, capture_output=True, text=True, check=True
    )

    assert f" {MICROPHONE}  (" in listed.stdout
    assert MICROPHONE in [json.loads(line)["name"] for line in printed.stdout.splitlines()]


@needs_sound_server
@pytest.mark.parametrize("name", ["approvedmic", "Approved", "nothing like it"])
def test_a_name_must_match_exactly(sound_server: SoundServer, name: str, daemon: Daemon) -> None:
    """A part of a name, or other capitals, is another microphone: the message tells which there are."""
    command = [sys.executable, "-m", "wardscribe", "mic", "--device", name, "--url", daemon.url, "--discard"]
    done = subprocess.run(
        command, env=sound_server.environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert done.returncode == 69
    assert f"no microphone named exactly '{name}'; there are: " in done.stderr
    assert f"'{MICROPHONE}'" in done.stderr


@needs_sound_server
def test_every_sample_is_captured(sound_server: SoundServer, tmp_path: Path) -> None:
    """What is played is what is captured, sample for sample."""
    program = f"""
        import asyncio, sys
        from contextlib import aclosing
        from wardscribe.microphone import Microphone

        async def main():
            microphone = Microphone("{MICROPHONE}")
            expected = 0
            async with aclosing(microphone.chunks()) as chunks:
                async for first, pcm in chunks:
                    if not expected:
                        assert microphone.is_listening
                        print("listening", flush=True)
                    assert first == expected, (first, expected)
                    expected += len(pcm) // 2
                    sys.stdout.buffer.write(pcm)
                    if expected > 16_000 * 4:
                        break
            assert microphone.lost_samples == 0

        asyncio.run(main())
    """
    sound = tmp_path / "a.wav"
    pcm = _ramp(sound)
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], env=sound_server.environment, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"listening\n"
        with sound_server.play(sound):
            heard = process.stdout.read()

    assert process.returncode == 0
    assert pcm in heard


def _ramp(path: Path) -> bytes:
    """Write a second of samples, all different, and return them."""
    pcm = b"".join(n.to_bytes(2, "little") for n in range(1, 16_001))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(pcm)
    return pcm


@needs_sound_server
def test_another_microphone_is_never_heard_instead(tmp_path: Path) -> None:
    """When the microphone goes away the sound server moves us to another one: capture ends with an error."""
    program = f"""
        import asyncio
        from wardscribe.errors import MicrophoneError
        from wardscribe.microphone import Microphone

        async def main():
            seen = 0
            async for first, pcm in Microphone("{MICROPHONE}").chunks():
                if not first:
                    print("listening", flush=True)
                assert any(pcm) is False, "another microphone was heard"

        try:
            asyncio.run(main())
        except MicrophoneError as error:
            print(error)
    """
    with running_sound_server(tmp_path) as server:
        other = tmp_path / "other.wav"
        _ramp(other)
        server.add_microphone("OtherMic")
        module = server.control("list", "short", "modules").splitlines()
        [own] = [line.split()[0] for line in module if f"source_name={MICROPHONE}" in line]
        server.control("set-default-source", "OtherMic")
        command = [sys.executable, "-c", textwrap.dedent(program)]
        with subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "listening\n"
            with subprocess.Popen(["paplay", "-d", "OtherMic_in", str(other)], env=server.environment):
                server.control("unload-module", own)
                said = process.stdout.read()

    assert f"switched from '{MICROPHONE}'" in said


@needs_sound_server
def test_a_microphone_becomes_a_note(sound_server: SoundServer, daemon: Daemon, tmp_path: Path) -> None:
    """`wardscribe mic` from spoken words through the real daemon to a draft that is approved."""
    sound = _cut(tmp_path / "complaint.wav", 11, 20)
    command = [
        sys.executable,
        "-m",
        "wardscribe",
        "mic",
        "--url",
        daemon.url,
        "--device",
        MICROPHONE,
        "--seconds",
        "11",
    ]
    with subprocess.Popen(
        [*command, "--json", "--approve-unseen"],
        env=sound_server.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while "Lytter" not in process.stderr.readline():
            assert process.poll() is None
        with sound_server.play(sound):
            lines, _ = process.communicate(timeout=PATIENCE_S)

    events = [protocol.decode(line, DAEMON_EVENTS) for line in lines.splitlines()]
    states = [event.state for event in events if isinstance(event, protocol.StateChanged)]
    [note] = [event.note for event in events if isinstance(event, protocol.Note) and event.final]
    assert process.returncode == 0
    assert states == [State.RECORDING, State.DRAFTING, State.REVIEW, State.APPROVED, State.WRITTEN, State.WIPED]
    assert any(section.sentences for section in note.sections)


@needs_sound_server
def test_a_pause_closes_the_terminals_microphone(sound_server: SoundServer, daemon: Daemon) -> None:
    """One key closes it, as the sound server sees too, and the same key opens it; Ctrl-C ends the conversation."""
    command = ["mic", "--url", daemon.url, "--device", MICROPHONE]
    with typist(command, sound_server.environment) as person:
        at = person.await_text("Opptak", person.await_text("p lukker mikrofonen"))
        sound_server.until_recorded(person.process.pid, MICROPHONE)
        person.type("p")
        at = person.await_text("mikrofonen er lukket", at)
        sound_server.until_recorded(person.process.pid, "")
        person.type("p")
        at = person.await_text("Opptak", at)
        sound_server.until_recorded(person.process.pid, MICROPHONE)
        person.process.send_signal(signal.SIGINT)
        at = person.await_text("[g]odkjenn", at)
        sound_server.until_recorded(person.process.pid, "")
        person.type("f\n")
        person.await_text("Forkastet.", at)
        assert person.process.wait(PATIENCE_S) == 0


def _cut(path: Path, start_s: int, end_s: int) -> Path:
    """Write a part of the demo's consultation."""
    with wave.open(str(demo.CONSULTATION)) as whole, wave.open(str(path), "wb") as part:
        part.setparams(whole.getparams())
        whole.setpos(start_s * whole.getframerate())
        part.writeframes(whole.readframes((end_s - start_s) * whole.getframerate()))
    return path


def test_missing_portaudio_names_the_debian_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the system library the message says what to install; nothing else of the client needs it."""
    monkeypatch.setattr(microphone, "import_module", _raise_os_error)

    with pytest.raises(MicrophoneError, match="libportaudio2"):
        microphone.devices()


def _raise_os_error(_: str) -> None:
    raise OSError("PortAudio library not found")


def test_only_our_own_recording_counts() -> None:
    """The source of the first recording of our process; another program's recording is not ours."""
    sources = [{"index": 1, "name": "a"}, {"index": 2, "name": "b"}]
    outputs = [
        {"source": 1, "properties": {"application.process.id": "10"}},
        {"source": 2, "properties": {"application.process.id": "20"}},
        {"source": 1, "properties": {}},
    ]

    assert recorded_source(outputs, sources, 20) == "b"
    assert recorded_source(outputs, sources, 30) == ""
    assert recorded_source(json.loads("[]"), [], 20) == ""
