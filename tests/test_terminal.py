"""What stands on the screen, by a terminal of 80 columns that is read back as text."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from wardscribe import protocol
from wardscribe.conversation import Conversation, Placed
from wardscribe.labels import labels
from wardscribe.notices import Disconnected, Waiting
from wardscribe.protocol import (
    Commit,
    DraftNote,
    LeftOut,
    Note,
    Partial,
    Reason,
    Role,
    Section,
    Sentence,
    State,
    StateChanged,
    Utterance,
    Word,
)
from wardscribe.terminal import Terminal, clock, meter
from wardscribe.view import JsonLines

NOTE = DraftNote(
    "strukturert",
    "nb",
    (
        Section("aktuelt", "Aktuelt", (Sentence("Tungpustet i to uker.", (1,), ("unsure",)),)),
        Section("allergi", "Allergi", ()),
        Section("plan", "Plan", (Sentence("Blodprøver i dag.", (2,)),)),
    ),
    (LeftOut(3, "Fint vær [i dag].", "smaprat"), LeftOut(1, "Min søster er syk.", "annen_person")),
)
SAID = (
    Utterance(1, 1, 1, 4_000, 4_000, ended=False),
    Commit(2, 1, 1, (Word("tungpustet", 4_000, 4_500, 0.9),)),
    Utterance(3, 2, 0, 9_000, 9_000, ended=False),
    Commit(4, 2, 0, (Word("blodprøver", 9_000, 9_500, 0.9),)),
)


def screen(*events: Any, language: str = "nb", is_tty: bool = False) -> tuple[Terminal, io.StringIO]:
    """Return a terminal that was shown these events, and what it wrote."""
    written = io.StringIO()
    conversation = Conversation((Role.CLINICIAN, Role.PATIENT))
    console = Console(file=written, force_terminal=is_tty, width=80, height=24, highlight=False, color_system=None)
    terminal = Terminal(conversation, labels(language), console)
    with terminal:
        for event in events:
            conversation.receive(event)
            terminal.show(event)
            terminal.refresh()
    return terminal, written


def ended(number: int, channel: int, start_ms: int) -> Utterance:
    """Return the end of an utterance."""
    return Utterance(9, number, channel, start_ms, start_ms + 900, ended=True)


def test_utterances_are_printed_in_the_order_in_which_they_began() -> None:
    """One that is still open holds those behind it, and each is printed once."""
    _, early = screen(*SAID, ended(2, 0, 9_000))
    _, late = screen(*SAID, ended(2, 0, 9_000), ended(1, 1, 4_000))

    assert early.getvalue() == ""
    lines = [line.split() for line in late.getvalue().splitlines()]
    assert lines == [["00:04", "Pasient", "tungpustet"], ["00:09", "Kliniker", "blodprøver"]]


def test_the_tail_and_the_status_stand_at_the_bottom() -> None:
    """On a tty, open utterances show their tail; state, time and connection stand below."""
    partial = Partial(5, 1, 1, (Word("i", 5_000, 5_100, 0.9), Word("går", 5_100, 5_200, 0.9)))
    terminal, written = screen(
        StateChanged(0, "s", State.RECORDING), protocol.Ack(0, 80_000), *SAID, partial, is_tty=True
    )

    assert "tungpustet i går" in written.getvalue()
    assert "● Opptak  00:05  tilkoblet" in written.getvalue()
    assert terminal.console.width == 80


def test_a_file_shows_how_much_is_done() -> None:
    """Time, length, a bar and a share; as it was spoken, the levels stand where the bar would."""
    terminal, _ = screen(StateChanged(0, "s", State.RECORDING), protocol.Ack(0, 80_000))
    terminal._conversation.total_ms = 20_000
    terminal._conversation.receive(protocol.Quality(0, 0, -10.0, False, 0.0, 0.0))
    terminal._conversation.receive(Waiting(30, 300))
    fast = terminal._status()
    terminal._conversation.show_level(0, -10.0)

    assert "● Opptak  00:05  / 00:20  ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  tilkoblet" in str(fast)
    assert "venter" not in str(fast)  # of course much waits
    assert "00:05  / 00:20  Kliniker ━━━━━━━╌  tilkoblet" in str(terminal._status())


def test_the_session_is_named_once_for_whoever_follows_it() -> None:
    """Another terminal needs its name; it is told when the recording begins, and not again after a pause."""
    states = (State.RECORDING, State.PAUSED, State.RECORDING)
    _, written = screen(*(StateChanged(i, "abc", state) for i, state in enumerate(states)))

    assert written.getvalue().count("wardscribe take abc") == 1


def test_a_lost_connection_is_told() -> None:
    """The clinician sees it at once."""
    _, written = screen(Disconnected(), is_tty=True)

    assert "mistet forbindelsen" in written.getvalue()


def test_a_gap_stands_in_its_place_in_the_transcript() -> None:
    """What was not recorded is shown between what was said before it and what was said after it."""
    ended = (Utterance(5, 1, 1, 4_000, 4_500, ended=True), Utterance(6, 2, 0, 9_000, 9_500, ended=True))
    _, written = screen(*SAID, protocol.Gap(2, 6_000, 42_000), *ended)
    lines = [line for line in written.getvalue().splitlines() if line]

    assert [next(i for i, line in enumerate(lines) if text in line) for text in ("tungp", "42 s", "blodp")] == [0, 1, 2]
    assert "00:06 [opptaket mangler 42 s her]" in lines[1]


def test_waiting_audio_is_shown_while_it_waits() -> None:
    """The clinician sees how much is in this machine's memory only."""
    terminal, written = screen(StateChanged(1, "s", State.RECORDING), Waiting(130, 300), is_tty=True)
    assert "130 av 300 s lyd venter på" in written.getvalue()
    written.truncate(0)
    terminal._conversation.receive(Waiting(0, 300))

    assert "venter" not in str(terminal._status())


def test_a_takeover_is_told() -> None:
    """Both sides see who edits now."""
    _, written = screen(protocol.Editor(3, "desk"), language="en")

    assert "edited by desk" in written.getvalue()


def test_the_draft_stands_by_section_with_numbers_and_doubts() -> None:
    """Empty sections are left out; what was left out is told unless it is harmless, which is counted."""
    terminal, written = screen(*SAID, Note(6, True, "h", NOTE))
    terminal.show_note(with_evidence=False)
    text = written.getvalue()

    assert "Utkast til notat · strukturert" in text
    assert "  1 Tungpustet i to uker.  ⚑ usikkert hørt" in text
    assert "  2 Blodprøver i dag." in text
    assert "Allergi" not in text
    assert "Ikke tatt med (2)\n    Min søster er syk. (om en annen)" in text
    assert "1 småprat" in text
    assert "Fint vær" not in text


def test_evidence_shows_what_was_said() -> None:
    """Under each sentence the words that carry it, who said them and when; and everything that was left out."""
    terminal, written = screen(*SAID, Note(6, True, "h", NOTE))
    terminal.show_note(with_evidence=True)
    text = written.getvalue()

    assert "› Pasient 00:04 «tungpustet»" in text
    assert "› Kliniker 00:09 «blodprøver»" in text
    assert "Fint vær [i dag]. (småprat)" in text  # brackets are speech here, not markup


def test_doubts_are_shown_as_many_as_the_screen_holds() -> None:
    """Those that are said to be shown, and no others: what scrolled away unseen was not looked at."""
    terminal, written = screen(*SAID, is_tty=True)
    places = [Placed(n, "plan", n, Sentence(f"Setning {n}, tungpustet.", (1,), ("unsure",))) for n in range(1, 30)]
    shown = terminal.show_sentences(places)

    assert shown == places[: len(shown)]
    assert 1 < len(shown) <= 24 / 2
    assert f"Setning {len(shown)}," in written.getvalue()
    assert f"Setning {len(shown) + 1}," not in written.getvalue()
    assert len(screen(*SAID)[0].show_sentences(places)) == len(places), "a file has no end of the screen"


@pytest.mark.parametrize(("language", "word"), [("nb", "Kliniker"), ("nn", "Klinikar"), ("en", "Clinician")])
def test_the_screen_speaks_the_sessions_language(language: str, word: str) -> None:
    """Bokmål, nynorsk and English."""
    _, written = screen(*SAID[2:], ended(2, 0, 9_000), language=language)

    assert word in written.getvalue()


def test_the_end_is_told() -> None:
    """What became of the session, and that nothing is kept."""
    _, written = screen(StateChanged(7, "s", State.DISCARDED, Reason.IDLE), StateChanged(8, "s", State.WIPED))

    assert written.getvalue() == (
        "Forkastet. Ingenting skjedde på lenge.\nSamtalen er slettet; tjenesten har ikke lagret noe.\n"
    )


def test_json_lines_are_wire_objects(capsys: pytest.CaptureFixture[str]) -> None:
    """One line an event, as it came; what the program says itself goes to standard error."""
    with JsonLines() as view:
        view.show(Disconnected())
        for event in SAID:
            view.show(event)
        view.say("Lytter")
    out, err = capsys.readouterr()

    assert [protocol.decode(line, protocol.DAEMON_EVENTS) for line in out.splitlines()] == list(SAID)
    assert err == "Lytter\n"


def test_times_and_levels() -> None:
    """Minutes and seconds; a bar of constant width whose colour warns."""
    assert [clock(ms) for ms in (0, 59_999, 61_000, 3_600_000)] == ["00:00", "00:59", "01:01", "60:00"]
    assert len(meter(6.0).plain) == 8
    assert [meter(db).plain for db in (-100.0, -28.0, 0.0)] == ["╌╌╌╌╌╌╌╌", "━━━━╌╌╌╌", "━━━━━━━━"]
    assert [meter(db).spans[0].style for db in (-28.0, -6.0, 0.0)] == ["green", "yellow", "red"]
