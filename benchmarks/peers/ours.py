"""Our daemon, held to the same form."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks import ours
from benchmarks.generated import Consultation
from benchmarks.load import Message, Speak
from benchmarks.peers.place import Place
from benchmarks.shown import Shown


class Wardscribe:
    """The daemon of this repository, with its default settings or with beam 1 throughout."""

    package = "wardscribe"

    def __init__(self, *, beam: int | None = None) -> None:
        self._beam = beam
        self.name = "wardscribe" if beam is None else f"wardscribe-beam-{beam}"
        self.settings = "defaults" if beam is None else f"beam {beam}"

    def command(self, place: Place) -> Sequence[str]:
        """Serve the model folder."""
        configuration = place.folder / "wardscribe.toml"
        beam = "" if self._beam is None else f"beam = {self._beam}\n"
        configuration.write_text(
            f'[server]\nport = {place.port}\n[model]\npath = "{place.model}"\n{beam}'
            f"[session]\nmax_sessions = {place.sessions + 1}\n",
            encoding="utf-8",
        )
        return [sys.executable, "-m", "wardscribed", "serve", "--config", str(configuration)]

    def speaker(self, place: Place, talks: Sequence[Consultation]) -> Speak:
        """Return what holds one session."""
        return ours.Ours(f"ws://127.0.0.1:{place.port}", talks).speak

    def read(self, messages: Sequence[Message]) -> Sequence[Shown]:
        """Commits are committed, partials are not."""
        return list(ours.shown(ours.events(messages)))
