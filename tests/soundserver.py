"""A microphone without hardware: a PulseAudio sink whose monitor is the source `ApprovedMic`, and ALSA's way to it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.packages import needs_package
from wardscribe.soundserver import recorded_source

MICROPHONE = "ApprovedMic"
needs_sound_server = needs_package("pulseaudio", "pulseaudio-utils", "libasound2-plugins", "libportaudio2")
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class SoundServer:
    """A sound server that runs; programs under test get its `environment`."""

    folder: Path
    environment: dict[str, str]

    def play(self, sound: Path) -> subprocess.Popen[bytes]:
        """Begin to speak a WAV file into the microphone."""
        return subprocess.Popen(["paplay", "-d", f"{MICROPHONE}_in", str(sound)], env=self.environment)

    def control(self, *words: str) -> str:
        """Run pactl and return what it prints."""
        command = ["pactl", *words]
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=_PATIENCE_S
        )
        return done.stdout.strip()

    def until_recorded(self, pid: int, source: str) -> None:
        """Wait until a process records from the source of this name, and where it is "" until from none."""
        deadline = time.monotonic() + _PATIENCE_S
        while (heard := self.recorded_by(pid)) != source and time.monotonic() < deadline:
            time.sleep(0.1)
        assert heard == source

    def recorded_by(self, pid: int) -> str:
        """Return the name of the source that a process records from at this moment, or nothing."""
        outputs, sources = (
            json.loads(self.control("-f", "json", "list", what)) for what in ("source-outputs", "sources")
        )
        return recorded_source(outputs, sources, pid)

    def add_microphone(self, name: str, channels: int = 1) -> str:
        """Add a source, and the sink that is heard through it; returns the source's module, to be unloaded."""
        form = ("rate=16000", f"channels={channels}")
        self.control("load-module", "module-null-sink", f"sink_name={name}_in", "format=s16le", *form)
        names = (f"source_name={name}", f"source_properties=device.description={name}")  # browsers show the latter
        return self.control("load-module", "module-remap-source", f"master={name}_in.monitor", *names, *form)


@contextmanager
def running_sound_server(folder: Path, channels: int = 1) -> Iterator[SoundServer]:
    """Run a server with the microphone `ApprovedMic`; everything it needs lies in `folder`."""
    script = folder / "start.pa"
    script.write_text(
        f".fail\nload-module module-native-protocol-unix socket={folder}/native auth-anonymous=1\n", encoding="utf-8"
    )
    alsa = folder / "asound.conf"
    devices = "".join(
        f'pcm.{name} {{ type pulse server "unix:{folder}/native" device "{name}" }}\n'
        for name in (MICROPHONE, "OtherMic")
    )
    alsa.write_text(f"</usr/share/alsa/alsa.conf>\n{devices}", encoding="utf-8")
    home = {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    client = {"PULSE_SERVER": f"unix:{folder}/native", "ALSA_CONFIG_PATH": str(alsa)}
    options = [
        "-n",
        "--daemonize=no",
        "--exit-idle-time=-1",
        "--disable-shm=yes",
        "--use-pid-file=no",
        "-F",
        str(script),
    ]
    with (folder / "pulseaudio.log").open("wb") as log:
        process = subprocess.Popen(["pulseaudio", *options], env=os.environ | home, stdout=log, stderr=log)
    with process:
        try:
            server = SoundServer(folder, os.environ | home | client)
            _wait(folder / "native", process)
            server.add_microphone(MICROPHONE, channels)
            yield server
        finally:
            process.terminate()


def _wait(socket: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server has made its socket, by the tool that is made for it: it retries until it is answered."""
    command = ["timeout", str(_PATIENCE_S), "sh", "-c", 'until [ -S "$1" ]; do sleep 0.05; done', "sh", str(socket)]
    subprocess.run(command, check=True)
    assert process.poll() is None
