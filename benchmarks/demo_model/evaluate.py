"""Measures a model folder: `python -m benchmarks.demo_model.evaluate`; prints JSON.

Text and, for `unseen_voice_wer`, voices that training never had.  The consultations beside the
repository, when there, are spoken by their own tool and cut at the known pauses, not by the VAD.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.demo_model import noise, voices
from benchmarks.demo_model.espeak import Synthesiser
from benchmarks.demo_model.folders import BUNDLED, SHARED
from benchmarks.demo_model.grammar import Grammar, Sentence
from benchmarks.demo_model.listen import Ear
from benchmarks.demo_model.mel import RATE
from benchmarks.demo_model.scoring import Score, words
from benchmarks.demo_model.sources import short_answers
from benchmarks.demo_model.texts import Texts

Samples = NDArray[np.float32]
_LEAD_S, _TRAIL_S, _JOIN_S = 0.3, 0.45, 0.45
_LONGEST_S = 20.0


def clinical_sentences(count: int) -> list[Sentence]:
    """Held-out sentences, two thirds bokmål: of the grammar (frames, combinations) and of the dialogue bank."""
    chosen: list[Sentence] = []
    for language, share in (("no", 0.65), ("nn", 0.35)):
        texts = Texts("nn" if language == "nn" else "no")
        each = round(count * share / 3)
        said = [Sentence(t, texts.language, "sentence") for t in texts.held_out_said[:each]]
        chosen += said + texts.evaluation(each, 11, "frame") + texts.evaluation(2 * each - len(said), 12, "combination")
    return chosen


def spoken_wer(ear: Ear, sentences: list[Sentence], names: list[str], show: bool = False) -> float:
    """Word error rate of sentences spoken one by one in the voices in turn, with the pauses of an utterance."""
    rng, synthesiser, score = random.Random(5), Synthesiser(), Score()
    for i, sentence in enumerate(sentences):
        speech = synthesiser.say(sentence.text, names[i % len(names)], rng.randint(150, 180), rng.randint(38, 60))
        padded = np.pad(speech.samples, (int(_LEAD_S * RATE), int(0.1 * RATE)))
        heard = ear.transcribe(padded, sentence.language)
        score.add(sentence.text, heard)
        if show:
            print(f"{sentence.text} | {heard}", file=sys.stderr)
    return score.percent


def _utterances(sentences: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Start and end in seconds: sentences joined over short pauses, as endpointing would."""
    spans: list[tuple[float, float]] = []
    for sentence in sentences:
        start, end = sentence["start_ms"] / 1000, sentence["end_ms"] / 1000
        if spans and start - spans[-1][1] < _JOIN_S and end - spans[-1][0] < _LONGEST_S:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _read_channels(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / np.float32(32768)
        return data.reshape(-1, file.getnchannels())


def case_score(ear: Ear, case: Path, extra: list[str], show: bool = False) -> Score:
    """Errors of one consultation, a channel at a time."""
    score = Score()
    language = "nn" if json.loads(case.read_text(encoding="utf-8"))["language"] == "nn" else "no"
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "case.wav"
        subprocess.run([sys.executable, SHARED / "tools" / "speak_case.py", case, target, *extra], check=True)
        audio = _read_channels(target)
        sentences = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]
    for channel in (0, 1):
        mine = [s for s in sentences if s["channel"] == channel]
        heard = []
        for start, end in _utterances(mine):
            cut = audio[int(max(0, start - _LEAD_S) * RATE) : int((end + _TRAIL_S - 0.3) * RATE), channel]
            heard.append(ear.transcribe(cut, language))
            if show:
                said = " ".join(s["text"] for s in mine if start <= s["start_ms"] / 1000 < end)
                print(f"{said} | {heard[-1]}", file=sys.stderr)
        score.add(" ".join(s["text"] for s in mine), " ".join(heard))
    return score


def cases_wer(ear: Ear, extra: list[str], limit: int, show: bool = False) -> dict[str, Any] | None:
    """Word error rates of the consultations beside the repository; None without them."""
    cases = sorted((SHARED / "cases" / "dev").glob("*.json"))[:limit]
    if not cases:
        return None
    scores = {case.stem: case_score(ear, case, extra, show) for case in cases}
    total = Score(sum(s.errors for s in scores.values()), sum(s.words for s in scores.values()))
    return {"wer_%": total.percent, "words": total.words, "cases": {n: s.percent for n, s in scores.items()}}


def short_answer_recall(ear: Ear) -> float:
    """Percent of short answers, each alone in four voices, two of them never trained with, that are heard exactly."""
    rng, synthesiser, heard = random.Random(6), Synthesiser(), []
    for language in ("no", "nn"):
        for answer in sorted({a for a in short_answers(language) if not a.endswith("?")}):
            for voice in ["nb+m3", "nb+f2", *voices.HELD_OUT]:
                speech = synthesiser.say(answer + ".", voice, rng.randint(150, 180), rng.randint(38, 60))
                padded = np.pad(speech.samples, (int(_LEAD_S * RATE), int(0.1 * RATE)))
                heard.append(words(ear.transcribe(padded, language)) == words(answer))
    return round(100 * sum(heard) / len(heard), 1)


def english_wer(ear: Ear) -> float:
    """Word error rate of 40 English sentences of the trained kind that training never had."""
    grammar, rng = Grammar("en", more=True), random.Random(7)
    drawn = (grammar.sentence(rng) for _ in range(20_000))
    held_out = sorted({s.text for s in drawn if s.held_out})[:40]
    return spoken_wer(ear, [Sentence(text, "en", "frame") for text in held_out], ["en-us+m3", "en+f2"])


def invented_words(ear: Ear) -> dict[str, int]:
    """Words heard in a minute of silence and a minute of each noise or tone, in windows of 4 and 10 s."""
    sources: dict[str, Samples] = {"silence": np.zeros(60 * RATE, np.float32)}
    rng = np.random.default_rng(3)
    sources["white noise"] = (0.02 * rng.standard_normal(60 * RATE)).astype(np.float32)
    sources |= {"beeps": 0.1 * noise.beeps(rng, 60), "music": 0.05 * noise.music(rng, 60)}
    for path in sorted((SHARED / "data" / "noise").glob("*.wav")):
        if not path.name.startswith("rir"):
            sources[path.stem] = np.resize(noise.read_wave(path), 60 * RATE)
    counts = {}
    for name, samples in sources.items():
        cuts = [samples[i : i + n * RATE] for n in (4, 10) for i in range(0, 60 * RATE, n * RATE)]
        counts[name] = sum(len(ear.transcribe(cut, "no").split()) for cut in cuts)
    return counts


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All figures that the options ask for."""
    ear = Ear(options.model, beam=options.beam)
    began = time.monotonic()
    sentences = clinical_sentences(options.sentences)
    result: dict[str, Any] = {
        "clinical_sentences": len(sentences),
        "clinical_wer_%": spoken_wer(ear, sentences, ["nb+m3", "nb+f2", "nb+m7", "nb+m1"], options.show),
        "unseen_voice_wer_%": spoken_wer(ear, sentences[:: 1 if options.full else 2], voices.HELD_OUT),
    }
    if options.cases:
        result["dev_cases"] = cases_wer(ear, [], options.cases, options.show)
    if options.full:
        noise_file = SHARED / "data" / "noise" / "noise_freesound_573577.wav"
        result["dev_cases_noise_20_db"] = cases_wer(ear, ["--noise", str(noise_file), "--snr", "20"], options.cases)
        result["short_answers_heard_%"] = short_answer_recall(ear)
        result["english_wer_%"] = english_wer(ear)
        result["invented_words_a_minute"] = invented_words(ear)
    result["seconds"] = round(time.monotonic() - began)
    return result


def main() -> None:
    """Command line of the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--sentences", type=int, default=120)
    parser.add_argument("--cases", type=int, default=12, help="how many consultations at most")
    parser.add_argument("--beam", type=int, default=1, help="the daemon's is 5")
    parser.add_argument("--quick", dest="full", action="store_false", help="no noise, fewer sentences")
    parser.add_argument("--show", action="store_true", help="print what was said and heard to standard error")
    print(json.dumps(measure(parser.parse_args()), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
