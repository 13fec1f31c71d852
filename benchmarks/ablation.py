"""What each part of the policy gives, in delay and in words: the same consultations in simulated time.

    python -m benchmarks.ablation [--json] [--minutes 4] [--model FOLDER] [--only NAME ...]

The recognizer is real; time is the audio's own, and a decode takes what the variant says.  So a row tells what a rule
costs or gives, not what a machine can do: `benchmarks.latency` and `benchmarks.throughput` tell that.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import figures, generated
from benchmarks.figures import Delays
from benchmarks.generated import Consultation
from benchmarks.scoring import Errors
from benchmarks.shown import percentiles
from benchmarks.simulation import Simulator, Variant
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.audio.vad import Vad
from wardscribed.speech import models
from wardscribed.speech.commit import CommitSettings
from wardscribed.speech.recognizer import RecognizerSettings, WhisperRecognizer
from wardscribed.utterance import UtteranceSettings

_NEVER = 2.0  # a probability that no word has
_FAR_MS = 60_000


def variants() -> list[Variant]:
    """The policy as it ships, then with one thing changed a row."""
    no_pause = EndpointSettings(speculative_ms=480)
    rows = [
        Variant("as shipped"),
        Variant("agreement alone", _commit(alone_p=_NEVER, latest_ms=_FAR_MS)),
        Variant("no agreement (cut-off and end)", _commit(sure_p=_NEVER, latest_ms=_FAR_MS)),
        Variant("end alone", _commit(cutoff_ms=_FAR_MS, alone_p=_NEVER, latest_ms=_FAR_MS)),
        Variant("no probability floor", _commit(alone_p=0.0, sure_p=0.0)),
        Variant("no speculative end", endpointing=no_pause),
        Variant("whole utterances decoded", UtteranceSettings(least_window_ms=_FAR_MS)),
        Variant("greedy finals", beam_final=1),
        Variant("beam 5 throughout", beam_partial=5),
        Variant("off line", utterances=UtteranceSettings(only_finals=True)),
    ]
    return rows + [_busy(row) for row in rows[:5]]


def _busy(row: Variant) -> Variant:
    """As the device does that has as many sessions as it can hold."""
    return replace(row, name=f"{row.name}, busy", refresh_s=1.0, decode_s=0.15, beam_final=1)


def _commit(**changes: Any) -> UtteranceSettings:
    return UtteranceSettings(commit=replace(CommitSettings(), **changes))


def consultations(minutes: float) -> list[Consultation]:
    """Made-up consultations, equally long, together so many minutes."""
    scripts = list(generated.dialogues())
    speaker = generated.Speaker()
    return [speaker.speak(name, voices, turns, 60 * minutes / len(scripts)) for name, voices, turns in scripts]


def measure(simulator: Simulator, spoken: Sequence[Consultation], variant: Variant) -> dict[str, Any]:
    """Return one row of the table."""
    delays, errors, decodes, decoded_s = Delays(), Errors(), 0, 0.0
    for consultation in spoken:
        result = simulator.run(consultation, variant)
        errors += figures.measure(consultation, result.arrivals, delays)
        decodes, decoded_s = decodes + result.decodes, decoded_s + result.decoded_s
    seconds = sum(consultation.seconds for consultation in spoken)
    return {
        "variant": variant.name,
        "wer": round(errors.rate, 4),
        "commit_latency_s": percentiles(delays.commit),
        "final_s": percentiles(delays.final),
        "decodes_a_second": round(decodes / seconds, 2),
        "decoded_s_a_second": round(decoded_s / seconds, 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--model", type=Path, default=models.bundled(), metavar="FOLDER")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="only variants whose names begin so")
    arguments = parser.parse_args()
    recognizer = WhisperRecognizer.load(models.open_folder(arguments.model), RecognizerSettings())
    simulator, spoken = Simulator(recognizer, Vad.load()), consultations(arguments.minutes)
    chosen = [v for v in variants() if not arguments.only or v.name.startswith(tuple(arguments.only))]
    rows = []
    for variant in chosen:
        rows.append(measure(simulator, spoken, variant))
        print(_line(rows[-1]), file=sys.stderr if arguments.json else sys.stdout, flush=True)
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))


def _line(row: dict[str, Any]) -> str:
    commit, final = row["commit_latency_s"], row["final_s"]
    delays = f"commit {commit['p50']} / {commit['p95']} s, final {final['p50']} / {final['p95']} s"
    load = f"{row['decodes_a_second']} decodes, {row['decoded_s_a_second']} s decoded a second"
    return f"{row['variant']:<36} WER {row['wer']:.1%}, {delays}, {load}"


if __name__ == "__main__":
    main()
