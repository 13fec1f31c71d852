"""The session on a terminal: committed words plain, the tail dim, then the draft note.

On a tty the open utterances and a status line stay at the bottom and what is finished scrolls up; anywhere else only
what is finished is printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from wardscribe import protocol
from wardscribe.conversation import Conversation, Line, Placed, left_out, placed
from wardscribe.labels import Labels
from wardscribe.protocol import LeftOut, Reason, Role, Sentence, State
from wardscribe.reading import HARMLESS, pieces

_ROLE_STYLES = {Role.CLINICIAN: "cyan", Role.PATIENT: "green", Role.OTHER: "magenta", Role.UNKNOWN: "blue"}
_METER_CELLS = 8
_PROGRESS_CELLS = 20
_METER_FLOOR_DB = -56.0
_FLAT_WIDTH = 100
_PROMPT_LINES = 3


class Terminal:
    """A session for people."""

    def __init__(self, conversation: Conversation, labels: Labels, shown_on: Console | None = None) -> None:
        self.console = shown_on or console()
        self._conversation = conversation
        self._labels = labels
        self._printed: set[int] = set()  # utterances that scrolled up
        self._told_gaps = 0
        self._told_session = ""
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            # Cleared at the end; drawn only when `refresh` says so: once, in one write, hence without flicker.
            self._live = Live(console=self.console, auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_live()

    def _end_live(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def show(self, event: Any) -> None:
        """Let finished utterances scroll up; tell what became of the session."""
        self._print_finished()
        match event:
            case protocol.StateChanged(state=State.RECORDING):
                self._tell_session(event.session)
            case protocol.StateChanged(state=State.REVIEW):
                self._end_live()
            case protocol.StateChanged(state=State.WRITTEN | State.DISCARDED as state):
                self._end_live()
                reason = self._labels.outcomes.get(event.reason, event.reason)
                # Without a record system nothing was delivered to anybody: approved is all it is.
                told = State.APPROVED if event.reason is Reason.NO_RECORD_SYSTEM else state
                self.say(f"{self._labels.states[told]}. {reason}".rstrip())
            case protocol.StateChanged(state=State.WIPED):
                self._end_live()
                self.say(self._labels.wiped)
            case protocol.Editor():
                self.say(self._labels.edits.format(client=event.client or "?"))
            case protocol.Error():
                self.console.print(
                    Text(self._labels.refusal(event.code), style="red").append(
                        f"  {event.code}: {event.message}", "dim"
                    )
                )

    def _tell_session(self, session: str) -> None:
        if session != self._told_session:
            self._told_session = session
            self.say(self._labels.session.format(session=session))

    def refresh(self) -> None:
        """Draw the open utterances and the status line."""
        if self._live is not None:
            self._live.update(self._bottom(), refresh=True)

    def say(self, text: str) -> None:
        """Print a line in a low voice."""
        self.console.print(Text(text, style="dim"))

    def ask(self, text: str) -> None:
        """Print a prompt and stay on its line."""
        self.console.print(Text(f"{text} > ", style="bold"), end="")

    # ---------------------------------------------------------------------------------------------- what was said

    def _print_finished(self) -> None:
        """Print ended utterances in the order in which they began; one that is still open holds those behind it."""
        for line in self._waiting():
            if not line.ended:
                return
            self._print_gaps(line.start_ms)
            if line.committed:
                self.console.print(self._utterance(line))
            self._printed.add(line.number)
        self._print_gaps(math.inf)

    def _print_gaps(self, until_ms: float) -> None:
        """Print where something was not recorded, in its place among what was said."""
        while self._told_gaps < len(gaps := self._conversation.gaps) and gaps[self._told_gaps].at_ms <= until_ms:
            gap = gaps[self._told_gaps]
            self._told_gaps += 1
            text = self._labels.gap.format(seconds=max(round(gap.missing_ms / 1000), 1))
            self.console.print(Text(f"{clock(gap.at_ms)} [{text}]", style="red"))

    def _waiting(self) -> list[Line]:
        lines = (line for line in self._conversation.lines.values() if line.number not in self._printed)
        return sorted(lines, key=lambda line: line.start_ms)

    def _utterance(self, line: Line) -> RenderableType:
        text = Text(line.text)
        if line.partial:
            text.append((" " if line.committed else "") + " ".join(line.partial), style="dim")
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=5)
        grid.add_column(width=self._role_width())
        grid.add_column(ratio=1)
        grid.add_row(Text(clock(line.start_ms), style="dim"), self._speaker(line.channel), text)
        return grid

    def _speaker(self, channel: int) -> Text:
        role = self._conversation.role(channel)
        name = self._labels.roles[role]
        return Text(name if role is not Role.UNKNOWN else f"{name} {channel + 1}", style=_ROLE_STYLES[role])

    def _role_width(self) -> int:
        return max(len(name) for name in self._labels.roles.values())

    def _bottom(self) -> RenderableType:
        open_lines = [self._utterance(line) for line in self._waiting() if line.committed or line.partial]
        return Group(*open_lines, Text(), self._status())

    def _status(self) -> RenderableType:
        shown = self._conversation
        status = Text(no_wrap=True, overflow="ellipsis")
        if shown.state is not None:
            dot = "red" if shown.state is State.RECORDING else "yellow"
            status.append("● ", style=dot).append(self._labels.states[shown.state], style="bold")
        status.append(f"  {clock(shown.elapsed_ms)}  ")
        status.append_text(self._progress() if shown.total_ms else Text())
        if shown.state is State.PAUSED and shown.hears_itself:
            status.append(f"{self._labels.paused}  ", style="yellow")
        elif not shown.is_catching_up:
            status.append_text(self._levels())
        name, style = ("connected", "dim") if shown.is_connected else ("disconnected", "bold red")
        status.append(getattr(self._labels, name), style=style)
        if shown.unsent is not None and not (shown.is_catching_up and shown.is_connected):
            text = self._labels.unsent.format(seconds=shown.unsent.seconds, limit=shown.unsent.limit_s)
            status.append(f"  {text}", style="bold red")
        return status

    def _levels(self) -> Text:
        shown, text = self._conversation, Text()
        for channel in sorted(shown.levels):
            text.append_text(self._speaker(channel)).append(" ")
            text.append_text(meter(shown.levels[channel])).append("  ")
            if channel in shown.clipping:
                text.append(f"{self._labels.clipping}  ", style="red")
        return text

    def _progress(self) -> Text:
        """Return how much of a file is done; the bar only where no levels need the room."""
        shown = self._conversation
        text, share = Text(f"/ {clock(shown.total_ms)}  "), min(shown.elapsed_ms / shown.total_ms, 1.0)
        if not shown.is_catching_up:
            return text
        return text.append_text(bar(share, _PROGRESS_CELLS, "cyan")).append(f" {share:4.0%}  ")

    # --------------------------------------------------------------------------------------------------- the draft

    def show_note(self, *, with_evidence: bool) -> None:
        """Print the draft by section, its sentences numbered."""
        note = self._conversation.note
        if note is None:
            return
        self._end_live()
        self.console.print()
        self.console.print(Rule(f"[bold]{escape(self._labels.note)}[/] · {escape(note.template)}", align="left"))
        if not any(section.sentences for section in note.sections):
            self.say(self._labels.nothing)
        titles = {section.id: section.title for section in note.sections}
        shown = ""
        for place in placed(note):
            if place.section != shown:
                shown = place.section
                self.console.print(Text(f"\n{titles[shown]}", style="bold cyan"))
            self.console.print(self._sentence(place.number, place.sentence, with_evidence=with_evidence))
        self._show_left_out(left_out(note), with_harmless=with_evidence)
        self.console.print()

    def show_sentences(self, places: Sequence[Placed]) -> Sequence[Placed]:
        """Print sentences with what was said for them: what the screen holds, the first at least; return those."""
        room = self.console.height - _PROMPT_LINES if self.console.is_terminal else math.inf
        for shown, place in enumerate(places):
            rows = self._sentence(place.number, place.sentence, with_evidence=True)
            room -= len(self.console.render_lines(rows))
            if shown and room < 0:
                return places[:shown]
            self.console.print(rows)
        return places

    def _sentence(self, number: int, sentence: Sentence, *, with_evidence: bool) -> RenderableType:
        text = _marked(sentence.text, sentence.doubted)
        for flag in sentence.flags:
            text.append(f"  ⚑ {self._labels.flags.get(flag, flag)}", style="yellow")
        carriers = self._conversation.evidence(sentence) if with_evidence else []
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=3, justify="right")
        grid.add_column(ratio=1)
        grid.add_row(Text(str(number), style="dim"), text)
        for line in carriers:
            said = Text("› ").append_text(self._speaker(line.channel)).append(f" {clock(line.start_ms)} «")
            said.append_text(_marked(line.text, sentence.doubted)).append("»")
            said.stylize("dim")
            grid.add_row("", said)
        return grid

    def _show_left_out(self, items: list[LeftOut], *, with_harmless: bool) -> None:
        """Print what was left out; what nobody needs to look at is only counted unless it is asked for."""
        if not items:
            return
        self.console.print(Text(f"\n{self._labels.left_out} ({len(items)})", style="bold cyan"))
        told = [item for item in items if with_harmless or item.reason not in HARMLESS]
        for item in told:
            reason = self._labels.reasons.get(item.reason, item.reason)
            self.console.print(Padding(Text(f"{item.text} ({reason})", style="dim"), (0, 0, 0, 4)))
        if counted := self._labels.summary(item.reason for item in items if item not in told):
            self.console.print(Padding(Text(counted, style="dim"), (0, 0, 0, 4)))


def _marked(text: str, doubted: Iterable[str]) -> Text:
    """Return a text with its doubted words underlined."""
    return Text.assemble(
        *((piece, "bold underline" if is_doubted else "") for piece, is_doubted in pieces(text, doubted))
    )


def console() -> Console:
    """Return where people read: standard output, as wide as the terminal."""
    own = Console(highlight=False)
    return own if own.is_terminal else Console(highlight=False, width=_FLAT_WIDTH)


def clock(ms: int) -> str:
    """Return a time of the session as minutes and seconds."""
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}"


def meter(level_db: float) -> Text:
    """Return a level as a bar: green, yellow above −12 dB, red above −3 dB."""
    share = min(max(1 - level_db / _METER_FLOOR_DB, 0.0), 1.0)
    return bar(share, _METER_CELLS, "red" if level_db > -3 else "yellow" if level_db > -12 else "green")


def bar(share: float, width: int, style: str) -> Text:
    """Return a share, 0–1, as a bar of constant width."""
    cells = round(share * width)
    return Text().append("━" * cells, style=style).append("╌" * (width - cells), style="bright_black")
