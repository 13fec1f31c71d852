"""`wardscribe` as people run it: real processes, the real daemon, every exit status."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.daemon import Daemon
from wardscribe import demo, protocol
from wardscribe.errors import ClientError
from wardscribe.protocol import State
from wardscribe.soundfile import open_sound

PATIENCE_S = 90


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "wardscribe", *words],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def complaint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds of the demo's consultation."""
    path = tmp_path_factory.mktemp("sound") / "complaint.wav"
    with wave.open(str(demo.CONSULTATION)) as whole, wave.open(str(path), "wb") as part:
        part.setparams(whole.getparams())
        whole.setpos(11 * whole.getframerate())
        part.writeframes(whole.readframes(9 * whole.getframerate()))
    return path


def events(done: subprocess.CompletedProcess[str]) -> list[object]:
    """Return the events that a command with --json printed; every line must be one."""
    return [protocol.decode(line, protocol.DAEMON_EVENTS) for line in done.stdout.splitlines()]


def states(done: subprocess.CompletedProcess[str]) -> list[State]:
    """Return the states that a session went through."""
    return [event.state for event in events(done) if isinstance(event, protocol.StateChanged)]


def test_demo_ends_with_a_draft_and_nothing_stored() -> None:
    """`wardscribe demo --fast` starts a daemon, hears the consultation, drafts, discards, and ends well."""
    done = run("demo", "--fast", "--json")

    assert (done.returncode, states(done)[-3:]) == (0, [State.REVIEW, State.DISCARDED, State.WIPED])
    [note] = [event.note for event in events(done) if isinstance(event, protocol.Note) and event.final]
    assert {"medikamenter", "plan"} <= {section.id for section in note.sections if section.sentences}


def test_demo_for_people_is_readable_when_flat() -> None:
    """Without a tty: plain lines, no control characters, who said what, the note by section."""
    done = run("demo", "--fast")

    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert re.search(r"^00:0\d Kliniker ", done.stdout, re.MULTILINE)
    assert re.search(r"^Plan$", done.stdout, re.MULTILINE)


def test_demos_consultation_is_what_its_reference_says() -> None:
    """Two channels, at most 75 s, sentences within the audio, in order, by both."""
    sound = open_sound(demo.CONSULTATION)
    reference = json.loads(demo.CONSULTATION.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]
    times = [(sentence["start_ms"], sentence["end_ms"]) for sentence in reference]

    assert (sound.channels, sound.seconds < 75) == (2, True)
    assert all(start < end <= sound.seconds * 1000 for start, end in times)
    assert times == sorted(times)
    assert {sentence["channel"] for sentence in reference} == {0, 1}


def test_demo_says_when_the_daemon_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thin installation names what is missing; the status says that it is worth another try."""
    monkeypatch.setitem(sys.modules, "ctranslate2", None)

    with pytest.raises(ClientError, match=r"not installed here \(missing: ctranslate2\)") as raised:
        demo.check_daemon()
    assert raised.value.status == 69


def test_file_is_approved(daemon: Daemon, complaint: Path) -> None:
    """A file goes to a running daemon; `--approve-unseen` approves the draft and the session is wiped."""
    done = run("file", str(complaint), "--url", daemon.url, "--approve-unseen", "--json")

    expected = ["recording", "drafting", "review", "approved", "written", "wiped"]
    assert (done.returncode, [str(state) for state in states(done)]) == (0, expected)


@pytest.mark.parametrize("options", [(), ("--json", "--patient", "p"), ("--json", "--encounter", "e")])
def test_nothing_of_a_patient_is_approved_unseen(complaint: Path, options: tuple[str, ...]) -> None:
    """Only a trial, which shows nobody anything and belongs to nobody, may approve what nobody read."""
    done = run("file", str(complaint), "--approve-unseen", *options)

    assert done.returncode == 78
    assert "--approve-unseen is for trials" in done.stderr


def test_without_anybody_to_ask_nothing_is_approved(daemon: Daemon, complaint: Path) -> None:
    """Neither --approve-unseen nor a terminal: the draft is shown and discarded."""
    done = run("file", str(complaint), "--url", daemon.url)

    assert done.returncode == 0
    assert "Utkast til notat" in done.stdout
    assert "Forkastet." in done.stdout


class Typist:
    """A person at a terminal of 80 by 24."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self.seen = ""

    def await_text(self, text: str, after: int = 0) -> int:
        """Read until `text` stands on the screen, behind position `after`; return the position behind it."""
        while (found := self.seen.find(text, after)) < 0:
            self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", os.read(self._screen, 65_536).decode(errors="replace"))
        return found + len(text)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._screen, text.encode())


@contextmanager
def typist(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> Iterator[Typist]:
    """Run a command on a terminal."""
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "wardscribe", *words]
    own = {**environment, "COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color"}
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=own) as process:
        os.close(terminal)
        try:
            yield Typist(process, screen)
        finally:
            process.kill() if process.poll() is None else None
            os.close(screen)


def test_a_person_reads_edits_and_approves(daemon: Daemon, complaint: Path) -> None:
    """On a terminal: evidence on request, an edit, a slip that decides nothing, approval."""
    with typist(["file", str(complaint), "--url", daemon.url]) as person:
        at = person.await_text("[g]odkjenn")
        person.type("b\n")
        at = person.await_text("[g]odkjenn", person.await_text("›", at))
        person.type("ja\n")
        at = person.await_text("Skriv for eksempel", at)
        person.type("e 1 Pusten er tung.\n")
        at = person.await_text("[g]odkjenn", person.await_text("1 Pusten er tung.  ⚑", at))
        person.type("g\n")
        person.await_text("Samtalen er slettet", person.await_text("Godkjent.", at))
        assert person.process.wait(PATIENCE_S) == 0


def test_ctrl_c_ends_the_conversation_then_discards(daemon: Daemon) -> None:
    """The first Ctrl-C stops and drafts what was said; at the prompt it warns, then discards."""
    with typist(["file", str(demo.CONSULTATION), "--realtime", "--url", daemon.url]) as person:
        at = person.await_text("Opptak  00:03")
        person.process.send_signal(signal.SIGINT)
        at = person.await_text("[g]odkjenn", at)
        person.process.send_signal(signal.SIGINT)
        at = person.await_text("Ctrl-C en gang til", at)
        person.process.send_signal(signal.SIGINT)
        person.await_text("Samtalen er slettet", person.await_text("Forkastet.", at))
        assert person.process.wait(PATIENCE_S) == 0


def test_watch_follows_another_session(daemon: Daemon, complaint: Path) -> None:
    """A watcher sees the other's words and the end; it ends well by itself."""
    with typist(["file", str(complaint), "--realtime", "--json", "--discard", "--url", daemon.url]) as holder:
        holder.await_text('"state": "recording"')
        session = re.findall(r'"session": "([^"]+)"', holder.seen)[0]
        done = run("watch", session, "--json", "--url", daemon.url)

    assert done.returncode == 0
    assert states(done) == [State.RECORDING, State.DRAFTING, State.REVIEW, State.DISCARDED, State.WIPED]
    assert any(isinstance(event, protocol.Commit) for event in events(done))


def test_a_draft_is_taken_over_and_back(daemon: Daemon, complaint: Path) -> None:
    """`take` edits another terminal's draft; who lost it is told, decides nothing, and takes it back with `t`."""
    with typist(["file", str(complaint), "--url", daemon.url]) as first:
        first.await_text("[g]odkjenn")
        [session] = re.findall(r"take (\S{16})", first.seen)
        with typist(["take", session, "--url", daemon.url, "--language", "en"]) as other:
            theirs = other.await_text("[a]pprove")
            at = first.await_text("[g]odkjenn", first.await_text("redigeres nå av wardscribe take"))
            first.type("g\n")
            at = first.await_text("[t]a over", first.await_text("not_editor", at))
            other.type("e 1 Taken.\n")
            at = first.await_text("[g]odkjenn", first.await_text("1 Taken.  ⚑", at))
            first.type("t\n")
            theirs = other.await_text("edited by wardscribe file", theirs)
            at = first.await_text("[g]odkjenn", first.await_text("redigeres nå av wardscribe file", at))
            first.type("g\n")
            first.await_text("Godkjent.", at)
            other.await_text("Approved.", theirs)
            assert (first.process.wait(PATIENCE_S), other.process.wait(PATIENCE_S)) == (0, 0)


def test_nobody_takes_over_without_a_terminal() -> None:
    """What is piped into `take` would decide on a draft that nobody read."""
    done = run("take", "session")

    assert (done.returncode, "needs a terminal" in done.stderr) == (78, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shells_completion_knows_the_commands(shell: str) -> None:
    """Every command and its options; paths are completed to files."""
    done = run("completion", shell)

    assert done.returncode == 0
    assert all(word in done.stdout for word in ("doctor", "take", "watch", "token-file"))


def test_bash_completes(tmp_path: Path) -> None:
    """Real bash, given what stands on the line, offers the commands that go on so."""
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").stdout)
    program = f"source {script}; COMP_WORDS=(wardscribe d); COMP_CWORD=1; _shtab_wardscribe; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["demo", "devices", "doctor"]


def test_daemons_commands_are_handed_over() -> None:
    """`wardscribe check` is `wardscribed check` of the same installation, with its output and its status."""
    good, bad = run("check"), run("check", "--config", "/nonexistent")

    assert (good.returncode, good.stdout.startswith("configuration: ok")) == (0, True)
    assert bad.returncode == 78
    assert bad.stderr.startswith("wardscribed: ")


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ([], 2, "required"),
        (["mic", "--seconds", "-1"], 2, "--seconds"),
        (["watch", "x", "--roles", "nurse"], 2, "--roles"),
        (["file", "/nonexistent.wav"], 2, "No such file"),
        (["file", __file__], 2, "not a WAV file"),
        (["file", str(demo.CONSULTATION), "--url", "ws://127.0.0.1:1"], 69, "no connection"),
        (["file", str(demo.CONSULTATION), "--url", "ws://192.0.2.1:1"], 78, "not encrypted"),
        (["file", str(demo.CONSULTATION), "--roles", "clinician"], 78, "--roles names 1 channels, the audio has 2"),
        (["watch", "x", "--token-file", "/nonexistent"], 78, "token file"),
    ],
)
def test_what_fails_says_so_in_a_sentence(words: list[str], status: int, message: str) -> None:
    """One line on standard error and the status of errors.ExitStatus; never a traceback."""
    done = run(*words)

    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_session_is_told(daemon: Daemon) -> None:
    """Watching what does not exist ends at once."""
    done = run("watch", "nothing", "--url", daemon.url)

    assert (done.returncode, "no such session" in done.stderr) == (69, True)


def test_a_refused_session_is_told(daemon: Daemon) -> None:
    """The daemon's reason reaches the person."""
    done = run("file", str(demo.CONSULTATION), "--url", daemon.url, "--template", "nothing")

    assert (done.returncode, "'template' must be one of" in done.stderr) == (69, True)
