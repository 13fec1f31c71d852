"""How good notes of heard words are: `python -m benchmarks.heard_notes CASES SPOKEN --json`.

SPOKEN holds NAME.wav and NAME.json for every case: two channels, the clinician on the first, and which turn was said
when ({"sentences": [{"turn", "channel", "start_ms"}]}).  Each is heard once, off line, with the bundled model or the
one of --config; what was heard is kept beside it as NAME.heard.json (remove it to hear anew).  Only synthetic voices.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import cases, notes
from wardscribe.values import DraftNote
from wardscribed import config, offline
from wardscribed.note.drafting import Draft
from wardscribed.note.templates import load
from wardscribed.values import Transcript, Turn

EARLY_MS = 600
"""An utterance begins at most so long before its first sentence: the recogniser wants some silence before speech."""
Heard = Sequence[Mapping[str, Any]]
"""Utterances of `wardscribe transcribe --json`."""


def hear(case: cases.Case, spoken: Path, settings: config.Config) -> Heard:
    """Return what was heard of a case, from its file if it was heard before."""
    kept = spoken / f"{case.id}.heard.json"
    if not kept.is_file():
        heard = asyncio.run(offline.transcribe(settings, spoken / f"{case.id}.wav", case.language))
        kept.write_text(json.dumps(heard["utterances"], ensure_ascii=False), encoding="utf-8")
    utterances: Heard = json.loads(kept.read_text(encoding="utf-8"))
    return utterances


def transcript(language: str, heard: Heard, roles: bool) -> Transcript:
    """Return what was heard as a conversation; with roles, the channel tells who speaks."""
    speakers = ("clinician", "patient") if roles else (None, None)
    return Transcript(language, tuple(Turn(u["utterance"], speakers[u["channel"]], u["text"]) for u in heard))


def turns_of(heard: Heard, sentences: Sequence[Mapping[str, Any]]) -> dict[int, tuple[int, ...]]:
    """Return the turns that were said in each utterance, by its number."""
    found: dict[int, tuple[int, ...]] = {}
    for one in heard:
        later = [u["start_ms"] for u in heard if u["channel"] == one["channel"] and u["start_ms"] > one["start_ms"]]
        start, end = one["start_ms"] - EARLY_MS, min(later, default=1 << 60) - EARLY_MS
        said = (s["turn"] for s in sentences if s["channel"] == one["channel"] and start <= s["start_ms"] < end)
        found[one["utterance"]] = tuple(dict.fromkeys(said))
    return found


def draft(case: cases.Case, heard: Heard, turns: Mapping[int, tuple[int, ...]], roles: bool) -> DraftNote:
    """Return the note of what was heard, with the turns of the case as evidence."""
    growing = Draft(case.language, load()[case.template])
    for turn in transcript(case.language, heard, roles).turns:
        growing.receive(turn)
    note = growing.finish()
    sections = []
    for section in note.sections:
        mapped = [
            dataclasses.replace(s, evidence=tuple(turn for number in s.evidence for turn in turns[number]) or (-1,))
            for s in section.sentences
        ]
        sections.append(dataclasses.replace(section, sentences=tuple(mapped)))
    return dataclasses.replace(note, sections=tuple(sections))


def main() -> None:
    """Hear what was not heard yet, draft, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("spoken", type=Path)
    parser.add_argument("--config", type=Path, help="configuration that names another model")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = config.load(arguments.config) if arguments.config else config.Config()
    counts: dict[str, list[Any]] = {"roles": [], "without_roles": []}
    for case in cases.read_all(arguments.cases):
        heard = hear(case, arguments.spoken, settings)
        said = json.loads((arguments.spoken / f"{case.id}.json").read_text(encoding="utf-8"))["sentences"]
        for name, roles in (("roles", True), ("without_roles", False)):
            counts[name].append(notes.score(case, draft(case, heard, turns_of(heard, said), roles)))
    figures = {name: notes.figures(given) for name, given in counts.items()}
    print(json.dumps(figures, indent=None if arguments.json else 1))


if __name__ == "__main__":
    main()
