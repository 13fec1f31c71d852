"""`wardscribed note` and `wardscribed templates`: drafts and templates without a daemon."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wardscribe.values import DraftNote
from wardscribed.config import Config
from wardscribed.errors import ConfigError, TranscriptError
from wardscribed.note import templates, transcripts
from wardscribed.note.drafting import Draft
from wardscribed.note.preferences import Density, Preferences
from wardscribed.values import Transcript

PREVIEW = Path(__file__).parent / "note" / "preview.json"
"""The fictional conversation that `templates preview` shows a template with."""
LoadConfig = Callable[[argparse.Namespace], Config]


def add(commands: Any, load: LoadConfig) -> list[argparse.ArgumentParser]:
    """Add the commands to a parser; `load` reads the configuration that the arguments name."""
    note = commands.add_parser("note", help="draft the note of a transcript")
    note.add_argument("file", type=Path, metavar="TRANSCRIPT.json")
    note.add_argument("--template", default="strukturert", metavar="NAME")
    note.add_argument("--density", choices=[density.value for density in Density], help="default: the template's")
    note.add_argument("--form", choices=["nb", "nn", "en"], help="written form of the headings")
    note.add_argument("--json", action="store_true", help="print JSON")
    note.set_defaults(run=lambda arguments: _note(arguments, load(arguments)))

    group = commands.add_parser("templates", help="check and show note templates").add_subparsers(required=True)
    check = group.add_parser("check", help="check the templates that ship and a folder of one's own")
    check.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="default: the one in the configuration")
    check.set_defaults(run=lambda arguments: _check(arguments.folder or _folder(load(arguments))))
    preview = group.add_parser("preview", help="show a template with a fictional conversation")
    preview.add_argument("name", metavar="NAME")
    preview.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    preview.set_defaults(run=lambda arguments: _preview(arguments.name, arguments.folder or _folder(load(arguments))))
    return [note, check, preview]


def _folder(config: Config) -> Path | None:
    return Path(config.note.templates) if config.note.templates else None


def _note(arguments: argparse.Namespace, config: Config) -> None:
    template = _template(arguments.template, _folder(config))
    density = Density(arguments.density) if arguments.density else None
    transcript = transcripts.read(_read_json(arguments.file))
    note = _draft(transcript, template, Preferences(density, arguments.form or ""))
    if arguments.json:
        print(json.dumps(dataclasses.asdict(note), ensure_ascii=False))
    else:
        print(as_text(note))


def _draft(transcript: Transcript, template: templates.Template, preferences: Preferences) -> DraftNote:
    growing = Draft(transcript.language, template, preferences)
    for turn in transcript.turns:
        growing.receive(turn)
    return growing.finish()


def _template(name: str, folder: Path | None) -> templates.Template:
    """Return a template; faults of its neighbours do not matter here."""
    known = {**dict(templates.read_each()), **dict(templates.read_each(folder) if folder else ())}
    read = known.get(name)
    if isinstance(read, templates.Template):
        return read
    if read is not None:
        raise read
    raise TranscriptError(f"there is no template '{name}'; there is: {', '.join(known)}")


def _check(folder: Path | None) -> None:
    """Print every template with its version; faults all at once, and as an error in the end."""
    found = [*templates.read_each(), *(templates.read_each(folder) if folder else ())]
    for name, read in found:
        if isinstance(read, templates.Template):
            print(f"{name}: ok, {len(read.sections)} sections, version {read.version[:12]}")
    faults = [str(read) for _, read in found if isinstance(read, ConfigError)]
    if folder and not any(folder.glob("*.toml")):
        faults.append(f"the templates folder {folder} holds no .toml file")
    if faults:
        raise ConfigError("\n".join(faults))


def _preview(name: str, folder: Path | None) -> None:
    print(as_text(_draft(transcripts.read(_read_json(PREVIEW)), _template(name, folder), Preferences())))


def as_text(note: DraftNote) -> str:
    """Return a note as plain text: headings, sentences, and forms below."""
    lines: list[str] = []
    for section in note.sections:
        lines += [section.title] if section.title else []
        lines += [f"  {sentence.text}" for sentence in section.sentences]
    for form in note.forms.values():
        lines.append(form["title"])
        lines += [f"  {item['text']}: {item['score']}" for item in form["items"] if item["score"] is not None]
        lines += [f"  Sum: {form['total']}"] if form["total"] is not None else []
    return "\n".join(lines)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TranscriptError(f"cannot read the transcript {path}: {type(error).__name__}") from error
