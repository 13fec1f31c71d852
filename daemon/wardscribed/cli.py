"""`wardscribed`: serve, and the off-line commands."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import sys
from pathlib import Path
from typing import Any, NoReturn

from wardscribe.errors import ClientError, ExitStatus
from wardscribed import config as configuration
from wardscribed import note_commands
from wardscribed.config import Config
from wardscribed.errors import WardscribeError, frames


def main(argv: list[str] | None = None) -> NoReturn:
    """Run a command; the process ends with one of the statuses of errors.ExitStatus."""
    arguments = _parser().parse_args(argv)
    _set_up_logging(arguments.log_level)
    try:
        arguments.run(arguments)
    except (WardscribeError, ClientError) as error:
        _fail(str(error), error.status)
    except OSError as error:
        _fail(str(error), ExitStatus.UNAVAILABLE)
    except Exception as error:
        _fail(f"a bug: {frames(error)}", ExitStatus.BUG)
    _give_up_a_full_log()
    sys.exit(ExitStatus.OK)


def _fail(message: str, status: ExitStatus) -> NoReturn:
    print(f"wardscribed: {message}", file=sys.stderr)
    sys.exit(status)


def _give_up_a_full_log() -> None:
    """Drop what could not be logged: Python tries again when it ends, and would end with status 120."""
    try:
        sys.stderr.flush()
    except OSError:
        sys.stderr = None  # as it is where a process has none


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("wardscribed", description="Streaming transcription and draft notes on the ward.")
    parser.add_argument("--log-level", choices=["debug", "info", "warning"], default="info")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the daemon")
    serve.set_defaults(run=_serve)
    check = commands.add_parser("check", help="check configuration and model, and end")
    check.add_argument(
        "--reference", type=Path, metavar="FILE.wav", help="also compare with faster-whisper on this file"
    )
    check.add_argument("--language", choices=["nb", "nn", "en"], default="nb", help="of that file")
    check.set_defaults(run=_check)
    transcribe = commands.add_parser("transcribe", help="transcribe a WAV file (16 kHz, 16 bit, 1 or 2 channels)")
    transcribe.add_argument("file", type=Path, metavar="FILE")
    transcribe.add_argument("--language", choices=["nb", "nn", "en"], default="nb")
    transcribe.set_defaults(run=_transcribe)
    note = note_commands.add(commands, _load)
    commands.add_parser("asyncapi", help="print the protocol as an AsyncAPI 3 document").set_defaults(run=_asyncapi)

    for command in (serve, check, transcribe, *note):
        command.add_argument("--config", metavar="FILE", help="TOML configuration; - reads standard input")
    transcribe.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _set_up_logging(level: str) -> None:
    """Log to standard error without timestamps (the journal has them) and without content at any level."""
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("websockets").setLevel(logging.WARNING)  # its debug lines print frames, and so what was said
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    logging.getLogger("httpx2").setLevel(logging.WARNING)


def _load(arguments: argparse.Namespace) -> Config:
    if arguments.config is None:
        return Config()
    if arguments.config == "-":
        return configuration.parse(sys.stdin.read(), "standard input")
    return configuration.load(Path(arguments.config))


def _serve(arguments: argparse.Namespace) -> None:
    from wardscribed import assembly, server, serving  # the models' libraries take a second to import: not for --help
    from wardscribed.trust import memory

    memory.forbid_dumps()
    config = _load(arguments)
    drafts, glossaries, seals = (
        assembly.load_drafts(config), assembly.load_glossaries(config), assembly.load_seals(config)
    )  # fmt: skip
    daemon = server.Daemon(config, assembly.build_engine(config), drafts, glossaries, seals)
    gc.freeze()  # what is loaded by now stays: to look through it for garbage would hold the event loop
    asyncio.run(serving.run(daemon))


def _check(arguments: argparse.Namespace) -> None:
    from wardscribed import assembly

    config = _load(arguments)
    configuration.tls_context(config.server)
    assembly.load_seals(config)
    recognizer = assembly.build_engine(config).recognizer
    assembly.load_glossaries(config)
    templates = assembly.load_drafts(config).templates
    print(f"configuration: ok\nmodel: {recognizer.name}, ok\ntemplates: {', '.join(templates)}, ok")
    if arguments.reference:
        from wardscribed import offline

        likeness = offline.likeness(config, arguments.reference, arguments.language)
        print(f"reference: faster-whisper and this daemon hear {likeness:.0%} alike")


def _transcribe(arguments: argparse.Namespace) -> None:
    from wardscribed import offline

    result = asyncio.run(offline.transcribe(_load(arguments), arguments.file, arguments.language))
    if arguments.json:
        _print_json(result)
    else:
        print("\n".join(utterance["text"] for utterance in result["utterances"]))


def _asyncapi(_: argparse.Namespace) -> None:
    from wardscribed import asyncapi

    _print_json(asyncapi.document())


def _print_json(data: Any) -> None:
    json.dump(data, sys.stdout, ensure_ascii=False)
    print()
