"""Dictated and typed headings."""

from __future__ import annotations

from wardscribed.note.language import Language, tokens


def heading_of(text: str, language: Language) -> str | None:
    """Return the section of the heading that a sentence opens with («Plan: …») or is («Plan.»), or None."""
    heading, sign, _ = text.partition(":")
    name = heading if sign else text
    words = [word for word in tokens(name) if word not in language.heading_lead]
    return language.headings.get(" ".join(words))


def is_heading(text: str, language: Language) -> bool:
    """Return whether a sentence is a heading and nothing else."""
    return heading_of(text, language) is not None and not text.partition(":")[2].strip(" .")
