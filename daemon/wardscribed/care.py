"""What housekeeping knows of a session, and when nobody wants one any more."""

from __future__ import annotations

from dataclasses import dataclass

from wardscribed.session import Session


@dataclass(slots=True)
class Care:
    """When what happened to a session; times are the event loop's."""

    touched: float
    """When somebody last spoke in it or did something with it."""
    utterances: int
    is_warned: bool = False
    left: float | None = None
    """When its recording connection left."""


def is_abandoned(session: Session) -> bool:
    """Whether nothing is in a session and nobody looks on: its client lost the line before it heard of it."""
    return session.received == 0 and not session.log.viewers
