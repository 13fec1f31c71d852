"""Note templates: data files that say which sections a note has, in what order, under which headings."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wardscribe.fields import FieldError, from_json
from wardscribed.errors import ConfigError
from wardscribed.note.preferences import Density

FOLDER = Path(__file__).parents[1] / "templates"
SECTIONS = (
    "aktuelt",
    "tidligere_sykdommer",
    "familie_sosialt",
    "naturlige_funksjoner",
    "medikamenter",
    "allergi",
    "funn",
    "undersokelser",
    "vurdering",
    "plan",
)
"""What a sentence can be about; a template chooses among these."""


@dataclass(frozen=True, slots=True)
class Titles:
    """A heading in each language."""

    nb: str
    nn: str
    en: str


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """One section; a section without titles goes on under the heading before it, as running text."""

    id: str
    title: Titles = Titles("", "", "")  # frozen


@dataclass(frozen=True, slots=True)
class _File:
    title: Titles
    sections: tuple[TemplateSection, ...]
    density: Density = Density.NORMAL


@dataclass(frozen=True, slots=True)
class Template:
    """One template; `version` is the SHA-256 of its file, which approval is bound to."""

    id: str
    version: str
    title: Titles
    sections: tuple[TemplateSection, ...]
    density: Density = Density.NORMAL
    """Where the clinician wishes no other."""

    def heading(self, section: TemplateSection, language: str) -> str:
        """Return the section's heading in a language; empty where the text runs on."""
        return str(getattr(section.title, language))


def load(folder: Path | None = None) -> dict[str, Template]:
    """Return the templates of a folder (default: those that ship) by name.  Raises ConfigError naming file and key."""
    folder = folder or FOLDER
    templates = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    if not templates:
        raise ConfigError(f"the templates folder {folder} holds no .toml file")
    return templates


def _read(path: Path) -> Template:
    try:
        content = path.read_bytes()
        file = from_json(_File, tomllib.loads(content.decode()))
    except FieldError as error:
        raise ConfigError(f"template {path.name}: {error}") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"template {path.name}: cannot be read: {type(error).__name__}") from error
    _check(path.name, [section.id for section in file.sections])
    return Template(path.stem, hashlib.sha256(content).hexdigest(), file.title, file.sections, file.density)


def _check(name: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for i, section in enumerate(ids):
        if section not in SECTIONS:
            raise ConfigError(f"template {name}: 'sections[{i}].id' must be one of {', '.join(SECTIONS)}")
        if section in seen:
            raise ConfigError(f"template {name}: 'sections[{i}].id' stands there twice")
        seen.add(section)
    if not seen:
        raise ConfigError(f"template {name}: 'sections' is empty")
