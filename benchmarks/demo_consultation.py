"""Speak the consultation of `wardscribe demo` with espeak-ng: clinician left, patient right, exact sentence times.

    python -m benchmarks.demo_consultation [FOLDER]

Writes consultation.wav and consultation.json.  The people are made up; nobody ever said this.
"""

import argparse
import io
import json
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FOLDER = Path(__file__).parents[1] / "clients" / "wardscribe" / "demo_consultation"
_HALF_TAPS = 24
_PEAK = 0.7 * 32_767
_PAUSE_IN_TURN_S, _LEAD_S, _TAIL_S = 0.25, 0.5, 1.0
_PAUSE_AFTER_TURN_S = (0.6, 0.4)  # the clinician thinks, and has several turns in a row


@dataclass(frozen=True, slots=True)
class Voice:
    """An espeak-ng voice, its speed in words a minute and its pitch (0–99)."""

    name: str
    speed: int
    pitch: int


VOICES = (Voice("nb+m3", 172, 45), Voice("nb+f2", 165, 55))
"""By channel: clinician, patient."""

TURNS: list[tuple[int, list[str]]] = [
    (0, ["God morgen.", "Samtalen blir tatt opp, er det greit for deg?"]),
    (1, ["Ja, det er helt greit.", "For et nydelig vær i dag."]),
    (0, ["Ja, endelig litt sol.", "Hva kan jeg hjelpe deg med?"]),
    (1, ["Jeg har vært tungpustet i to uker, mest i trapper.", "Og jeg er hoven i anklene om kvelden."]),
    (0, ["Har du hatt vondt i brystet?"]),
    (1, ["Nei, jeg har ikke hatt vondt i brystet."]),
    (0, ["Hvilke medisiner bruker du?"]),
    (1, ["Jeg tar metoprolol femti milligram om morgenen.", "Og furosemid førti milligram."]),
    (0, ["Er du allergisk mot noe?"]),
    (1, ["Ja, jeg får utslett av penicillin."]),
    (0, ["Røyker du?"]),
    (1, ["Nei, jeg sluttet for ti år siden."]),
    (0, ["Blodtrykket er hundre og førti over åtti, og pulsen er syttito."]),
    (0, ["Jeg hører litt knatring nederst på begge lunger."]),
    (0, ["Jeg tror det er hjertesvikten som har blitt litt verre."]),
    (0, ["Vi øker furosemid til åtti milligram daglig.", "Vi tar blodprøver i dag, og du får ny time om en uke."]),
    (1, ["Takk skal du ha, det høres bra ut."]),
]  # fmt: skip


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description="Speak the consultation of the demo.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    samples, sentences = compose()
    with wave.open(str(folder / "consultation.wav"), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.astype("<i2").tobytes())
    text = json.dumps({"language": "nb", "sentences": sentences}, ensure_ascii=False, indent=1)
    (folder / "consultation.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(samples) / RATE:.1f} s, {len(sentences)} sentences in {folder}")


def compose() -> tuple[NDArray[np.int16], list[dict[str, object]]]:
    """Return the samples, shape [time, 2], and every sentence with its turn, channel and times in ms."""
    at, placed, sentences = int(_LEAD_S * RATE), [], []
    for turn, (channel, texts) in enumerate(TURNS, start=1):
        for text in texts:
            spoken = say(text, VOICES[channel])
            placed.append((channel, at, spoken))
            end = at + len(spoken)
            times = {"start_ms": at * 1000 // RATE, "end_ms": end * 1000 // RATE}
            sentences.append({"turn": turn, "channel": channel, "text": text, **times})
            at = end + int(_PAUSE_IN_TURN_S * RATE)
        at += int((_PAUSE_AFTER_TURN_S[channel] - _PAUSE_IN_TURN_S) * RATE)
    samples = np.zeros((at + int(_TAIL_S * RATE), 2), np.int16)
    for channel, start, spoken in placed:
        samples[start : start + len(spoken), channel] = spoken
    return samples, sentences


def say(text: str, voice: Voice) -> NDArray[np.int16]:
    """Return espeak-ng's samples at 16 kHz, without the silence around them."""
    words = ["espeak-ng", "-v", voice.name, "-s", str(voice.speed), "-p", str(voice.pitch), "--stdout", text]
    data = subprocess.run(words, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(data)) as sound:
        rate = sound.getframerate()
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float64)
    loud = np.flatnonzero(np.abs(samples) > 0.002 * 32_768)
    resampled = resample(samples[loud[0] : loud[-1] + 1], rate)
    loudness = _PEAK / float(np.abs(resampled).max())
    return (resampled * loudness).round().astype(np.int16)


def resample(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Bring samples from a higher `rate` to 16 kHz through a windowed sinc that cuts at 95 % of the new Nyquist."""
    cut = 0.95 * RATE / rate
    positions = np.arange(0, len(samples), rate / RATE)
    taps = np.floor(positions).astype(int)[:, None] + np.arange(1 - _HALF_TAPS, _HALF_TAPS + 1)
    distance = positions[:, None] - taps
    weights = cut * np.sinc(cut * distance) * (0.5 + 0.5 * np.cos(np.pi * distance / (_HALF_TAPS + 1)))
    padded = np.pad(samples, _HALF_TAPS)
    return np.asarray((padded[taps + _HALF_TAPS] * weights).sum(axis=1))


if __name__ == "__main__":
    main()
