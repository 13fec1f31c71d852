"""Speaks the training text and stores it: `python -m benchmarks.demo_model.data`.

A shard is `NNN.mel.npy` (uint8 [frames, 80], see mel.py) and `NNN.json`, one entry an utterance:
text, language, first frame and number of frames, words [character, start frame], phonemes [name, frame].
"""

import argparse
import json
import random
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from benchmarks.demo_model import voices
from benchmarks.demo_model.espeak import Synthesiser
from benchmarks.demo_model.folders import work_folder
from benchmarks.demo_model.mel import mel_power, to_bytes
from benchmarks.demo_model.texts import EnglishTexts, Texts

_NYNORSK_SHARE = 0.37
_ENGLISH_EVERY = 16
"""One shard in so many is English."""
_SHARD_SECONDS = 2400


def write_shard(task: tuple[int, Path]) -> float:
    """Speaks sentences until the shard is full; returns its seconds."""
    number, folder = task
    rng = random.Random(1000 + number)
    nn = number * 37 % 100 < 100 * _NYNORSK_SHARE
    is_english = number % _ENGLISH_EVERY == _ENGLISH_EVERY - 1
    sentences = (EnglishTexts() if is_english else Texts("nn" if nn else "no")).training(rng)
    synthesiser = Synthesiser()
    mels, entries, frames = [], [], 0
    while frames < _SHARD_SECONDS * 100:
        sentence = next(sentences)
        manner = voices.draw(rng, is_english=is_english)
        speech = synthesiser.say(
            sentence.text, manner.voice, manner.speed, manner.pitch, spread=manner.spread, filtered=manner.filtered
        )
        mel = to_bytes(mel_power(speech.samples))
        mels.append(mel)
        entries.append(
            {
                "text": sentence.text,
                "language": sentence.language,
                "start": frames,
                "frames": len(mel),
                "words": [[at, round(100 * s)] for at, s in speech.words],
                "phonemes": [[name, round(100 * s)] for name, s in speech.phonemes],
            }
        )
        frames += len(mel)
    np.save(folder / f"{number:03d}.mel.npy", np.concatenate(mels))
    part = folder / f"{number:03d}.part"
    part.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    part.rename(folder / f"{number:03d}.json")
    return frames / 100


def main() -> None:
    """Writes the shards that are not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=work_folder() / "shards")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--shards", type=int, default=72, help="of 40 minutes each")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    numbers = range(options.first, options.first + options.shards)
    tasks = [(n, options.folder) for n in numbers if not (options.folder / f"{n:03d}.json").exists()]
    with Pool(options.processes, maxtasksperchild=1) as pool:
        for seconds in pool.imap_unordered(write_shard, tasks):
            print(f"{seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
