"""Labelled consultations: JSON files with turns, facts that a note must hold and statements that it must not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wardscribed.values import Transcript, Turn

ROLES = {"K": "clinician", "P": "patient", "A": "other"}


@dataclass(frozen=True)
class Labelled:
    """One sentence as it was said, and what it is about."""

    text: str
    label: str


@dataclass(frozen=True)
class CaseTurn:
    """What one person said in one go."""

    id: int
    role: str
    sentences: tuple[Labelled, ...]

    @property
    def text(self) -> str:
        """The whole turn."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Fact:
    """What a good note holds: one of each group of terms, none of the others."""

    section: str
    groups: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    evidence: frozenset[int]
    critical: bool


@dataclass(frozen=True)
class Case:
    """One consultation."""

    id: str
    language: str
    template: str
    turns: tuple[CaseTurn, ...]
    facts: tuple[Fact, ...]
    forbidden: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    """Kind, and groups of terms that must not stand together in a sentence."""
    madrs: Mapping[int, int]
    """Spoken score by item."""

    def transcript(self, roles: bool = True) -> Transcript:
        """Return what was said; without roles nobody knows who speaks."""
        turns = (Turn(turn.id, turn.role if roles else None, turn.text) for turn in self.turns)
        return Transcript(self.language, tuple(turns))


def read_all(folder: Path) -> list[Case]:
    """Return the cases of a folder, by name."""
    return [_case(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]


def _case(data: Mapping[str, Any]) -> Case:
    return Case(
        data["id"],
        data["language"],
        data["template"],
        tuple(_turn(turn) for turn in data["turns"]),
        tuple(_fact(fact) for fact in data["facts"]),
        tuple((item["kind"], _groups(item["terms"])) for item in data["forbidden"]),
        {int(item): given["score"] for item, given in (data.get("madrs") or {}).items()},
    )


def _turn(data: Mapping[str, Any]) -> CaseTurn:
    return CaseTurn(
        data["id"], ROLES[data["speaker"]], tuple(Labelled(s["text"], s["label"]) for s in data["sentences"])
    )


def _fact(data: Mapping[str, Any]) -> Fact:
    return Fact(
        data["section"],
        _groups(data["must_terms"]),
        tuple(term.lower() for term in data["must_not_terms"]),
        frozenset(data["evidence"]),
        data["critical"],
    )


def _groups(groups: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(term.lower() for term in group) for group in groups)
