"""`wardscribe`: the thin client on a terminal."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from wardscribe import commands, demo
from wardscribe.consultation import Decision
from wardscribe.errors import ClientError, ExitStatus
from wardscribe.protocol import Role

_URL = "ws://127.0.0.1:8790"
_HANDED_OVER = {
    "transcribe": "transcribe a WAV file without a daemon",
    "note": "draft the note of a transcript",
    "templates": "check and show note templates",
    "check": "check the daemon's configuration and model",
    "serve": "run the daemon",
}
_INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended

Arguments = argparse.Namespace


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run a command; the process ends with one of the statuses of errors.ExitStatus."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if words and words[0] in _HANDED_OVER:
            _hand_over(words)
        arguments = parser().parse_args(words)
        _unwind_on(signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
        arguments.run(arguments)
        sys.stdout.flush()
    except ClientError as error:
        print(f"wardscribe: {error}", file=sys.stderr)
        sys.exit(error.status)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads: nothing is left to flush
    sys.exit(ExitStatus.OK)


def _unwind_on(*signals: signal.Signals) -> None:
    """End as on Ctrl-C, so that the demo's daemon is ended too."""
    for number in signals:
        signal.signal(number, signal.default_int_handler)


def _hand_over(words: list[str]) -> NoReturn:
    """Become the daemon's program of the same installation."""
    demo.check_daemon()
    os.execv(sys.executable, [sys.executable, "-m", "wardscribed", *words])  # noqa: S606  # no shell is wanted


# -------------------------------------------------------------------------------------------------- the command line


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands but those that the daemon's program has."""
    top = argparse.ArgumentParser(
        "wardscribe",
        description="Transcribe a conversation while it is spoken, and read the draft note of it.",
        epilog="Also, if the daemon is installed here: "
        + "; ".join(f"{name}: {text}" for name, text in _HANDED_OVER.items())
        + ".",
    )
    top.add_argument("--version", action="version", version=f"wardscribe {version('wardscribe')}")
    add = top.add_subparsers(required=True, metavar="COMMAND", dest="command").add_parser
    _add_demo(add("demo", help="hear a synthetic consultation with a daemon of its own"))
    _add_microphone(add("mic", help="hold a session with a microphone"))
    _add_file(add("file", help="send a WAV file (16 kHz, 16 bit, 1 or 2 channels)"))
    _add_watch(add("watch", help="follow another client's session"))
    _add_take(add("take", help="take over another client's draft: read, edit, approve or discard it here"))
    _add_tray(add("tray", help="be in the desktop's tray: record, read, approve (needs the extra 'tray')"))
    _add_devices(add("devices", help="list the microphones"))
    _add_doctor(add("doctor", help="check connection, token, clock and microphone, and say what to do"))
    _add_completion(add("completion", help="print the completion of a shell"))
    return top


def _add_demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--fast", action="store_true", help="as fast as the daemon acknowledges")
    _add_output(command)
    command.set_defaults(run=_asynchronous(commands.run_demo))


def _add_microphone(command: argparse.ArgumentParser) -> None:
    _add_capture(command)
    command.add_argument("--seconds", type=seconds, default=float("inf"), help="stop after so long; default: Ctrl-C")
    _add_session(command)
    command.set_defaults(run=_asynchronous(commands.run_microphone))


def _add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", type=Path, metavar="PATH")
    speed = command.add_mutually_exclusive_group()
    speed.add_argument("--realtime", action="store_true", help="as fast as it was spoken")
    speed.add_argument("--fast", action="store_true", help="as fast as the daemon acknowledges (the default)")
    _add_session(command)
    command.set_defaults(run=_asynchronous(commands.run_file))


def _add_watch(command: argparse.ArgumentParser) -> None:
    _add_followed(command)
    _add_json(command)
    command.set_defaults(run=_asynchronous(commands.run_watch))


def _add_take(command: argparse.ArgumentParser) -> None:
    _add_followed(command)
    command.set_defaults(run=_asynchronous(commands.run_take), json=False)


def _add_followed(command: argparse.ArgumentParser) -> None:
    command.add_argument("session", metavar="SESSION")
    _add_language(command)
    command.add_argument("--roles", type=roles, default=(), metavar="ROLE[,ROLE]", help="who speaks on which channel")
    _add_connection(command)
    _add_evidence(command)


def _add_tray(command: argparse.ArgumentParser) -> None:
    command.add_argument("--watch", default="", metavar="SESSION", help="follow a session that is recorded elsewhere")
    autostart = command.add_mutually_exclusive_group()
    for name, text in (("install", "start it at log-in, with these options"), ("remove", "start it no more")):
        autostart.add_argument(f"--{name}-autostart", dest="autostart", action="store_const", const=name, help=text)
    _add_capture(command)
    _add_start(command)
    _add_connection(command)
    command.add_argument("--json", action="store_true", help="print every event as one line")
    command.add_argument("--scheme", choices=["light", "dark"], default="", help="colours; default: the desktop's")
    command.set_defaults(run=commands.run_tray)


def _add_devices(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print every microphone as one line of JSON")
    command.set_defaults(run=commands.run_devices)


def _add_doctor(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", default="", metavar="NAME", help="the microphone; default: the system's")
    command.add_argument("--seconds", type=seconds, default=2.0, help="how long to listen; default 2")
    command.add_argument("--json", action="store_true", help="print every check as one line of JSON")
    _add_language(command)
    _add_connection(command)
    command.set_defaults(run=_asynchronous(commands.run_doctor))


def _add_completion(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=["bash", "zsh", "fish"])
    command.set_defaults(run=lambda arguments: commands.run_completion(arguments, parser()))


def _add_capture(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--device", default="", metavar="NAME", help="exact name, see `devices`; default: the system's"
    )
    command.add_argument("--channels", type=int, choices=[1, 2], default=1)


def _add_start(command: argparse.ArgumentParser) -> None:
    command.add_argument("--language", choices=["nb", "nn", "en"], default="nb")
    command.add_argument("--glossary", default="", metavar="NAME", help="word list of the site")
    command.add_argument("--template", default="strukturert", metavar="NAME", help="note template")
    command.add_argument("--preferences", type=Path, metavar="FILE", help="JSON: how you want notes (see README)")
    command.add_argument("--roles", type=roles, metavar="ROLE[,ROLE]", help="who speaks on which channel")
    command.add_argument("--patient", default="", metavar="REF", help="patient reference of the record system")
    command.add_argument("--encounter", default="", metavar="REF", help="encounter reference of the record system")
    command.add_argument("--informed", action="store_true", help="the patient was told of the recording")


def _add_session(command: argparse.ArgumentParser) -> None:
    _add_start(command)
    decision = command.add_mutually_exclusive_group()
    trial = "for trials, with --json only: approve the draft though nobody read it; not with --patient or --encounter"
    for name, kind, text in (
        ("--approve-unseen", Decision.APPROVE, trial),
        ("--discard", Decision.DISCARD, "discard the draft"),
    ):
        decision.add_argument(name, dest="decision", action="store_const", const=kind, help=text)
    _add_connection(command)
    _add_output(command)


def _add_connection(command: argparse.ArgumentParser) -> None:
    command.add_argument("--url", default=_URL, help=f"the daemon; default {_URL}")
    command.add_argument("--token-file", type=Path, metavar="FILE", help="file that holds the bearer token")
    command.add_argument("--ca-file", type=Path, metavar="FILE", help="PEM certificates to trust for wss://")
    command.add_argument("--certificate", type=Path, metavar="FILE", help="PEM certificate of this machine")
    command.add_argument("--key", type=Path, metavar="FILE", help="PEM key of --certificate")


def _add_language(command: argparse.ArgumentParser) -> None:
    command.add_argument("--language", choices=["nb", "nn", "en"], default="nb", help="language of the screen")


def _add_output(command: argparse.ArgumentParser) -> None:
    _add_json(command)
    _add_evidence(command)


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print every event as one line, and nothing else")


def _add_evidence(command: argparse.ArgumentParser) -> None:
    command.add_argument("--evidence", action="store_true", help="show what was said under each sentence of the note")


def seconds(text: str) -> float:
    """Return a positive number."""
    value = float(text)
    if not value > 0:
        raise ValueError
    return value


def roles(text: str) -> tuple[Role, ...]:
    """Return the roles named, of clinician, patient, other and unknown."""
    return tuple(Role(name) for name in text.split(","))


def _asynchronous(command: Callable[[Arguments], Coroutine[Any, Any, None]]) -> Callable[[Arguments], None]:
    return lambda arguments: asyncio.run(command(arguments))
