"""Note templates: data files that say which sections a document has, in what order, under which headings."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
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
"""What a sentence can be about; a template's sections are made of these."""
_CLINICIANS = {"vurdering", "plan"}
_ID = re.compile(r"[a-z][a-z0-9_]*")


class Wording(StrEnum):
    """In whose words a section is written."""

    RECORD = "record"
    """Record style: short."""
    SPOKEN = "spoken"
    """As it was said: a narrative note, a letter to the patient."""


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
    about: tuple[str, ...] = ()
    """What its sentences are about, one or more of SECTIONS; empty: what its id says."""
    wording: Wording = Wording.RECORD
    clinician_only: bool = False
    """Of what was said about these, only the clinician's words (a letter to the patient)."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What its sentences are about."""
        return self.about or (self.id,)

    @property
    def is_clinicians(self) -> bool:
        """Whether nobody's words but the clinician's may stand in it."""
        return self.clinician_only or not _CLINICIANS.isdisjoint(self.labels)


@dataclass(frozen=True, slots=True)
class _File:
    title: Titles
    sections: tuple[TemplateSection, ...]
    density: Density = Density.NORMAL
    document_type: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One template; `version` is the SHA-256 of its file, which approval is bound to."""

    id: str
    version: str
    title: Titles
    sections: tuple[TemplateSection, ...]
    density: Density = Density.NORMAL
    """Where the clinician wishes no other."""
    document_type: str = ""
    """Code of the kind of document (OID 2.16.578.1.12.4.1.1.9602), for instance B03-2; for the record system."""

    def heading(self, section: TemplateSection, language: str) -> str:
        """Return the section's heading in a language; empty where the text runs on."""
        return str(getattr(section.title, language))


def load(folder: Path | None = None) -> dict[str, Template]:
    """Return the templates of a folder (default: those that ship) by name.  Raises ConfigError naming file and key."""
    folder = folder or FOLDER
    templates = dict(read_each(folder))
    for read in templates.values():
        if isinstance(read, ConfigError):
            raise read
    if not templates:
        raise ConfigError(f"the templates folder {folder} holds no .toml file")
    return {name: read for name, read in templates.items() if isinstance(read, Template)}


def read_each(folder: Path | None = None) -> Iterator[tuple[str, Template | ConfigError]]:
    """Yield each template of a folder by name, or what is wrong with it: a super-user sees all faults at once."""
    for path in sorted((folder or FOLDER).glob("*.toml")):
        try:
            yield path.stem, _read(path)
        except ConfigError as error:
            yield path.stem, error


def load_all(site: Path | None) -> dict[str, Template]:
    """Return the templates that ship and a site's own, which go first where names are equal."""
    return {**load(), **(load(site) if site else {})}


class Library:
    """The templates in use; a change in the site's folder is seen at the next look."""

    def __init__(self, site: Path | None) -> None:
        """Read them all.  Raises ConfigError."""
        self._site = site
        self._state = _state(site)
        self._templates = load_all(site)
        self.problem = ""
        """Why the newest files are not in use; empty where they are."""

    def current(self) -> dict[str, Template]:
        """Return the templates; a folder that has become faulty is not used until it is mended."""
        state = _state(self._site)
        if state != self._state:
            self._state = state
            try:
                self._templates, self.problem = load_all(self._site), ""
            except ConfigError as error:
                self.problem = str(error)
        return self._templates


def _state(site: Path | None) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when a file does."""
    found = sorted(site.glob("*.toml")) if site else []
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in found)


def _read(path: Path) -> Template:
    try:
        content = path.read_bytes()
        file = from_json(_File, tomllib.loads(content.decode()))
    except FieldError as error:
        raise ConfigError(f"template {path.name}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"template {path.name}: is no TOML: {error}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"template {path.name}: cannot be read: {type(error).__name__}") from error
    _check(path.name, file.sections)
    version = hashlib.sha256(content).hexdigest()
    return Template(path.stem, version, file.title, file.sections, file.density, file.document_type)


def _check(name: str, sections: tuple[TemplateSection, ...]) -> None:
    seen: set[str] = set()
    for i, section in enumerate(sections):
        fault = _fault(section, seen)
        if fault:
            raise ConfigError(f"template {name}: 'sections[{i}].{fault}")
        seen |= {section.id}
    if not sections:
        raise ConfigError(f"template {name}: 'sections' is empty")


def _fault(section: TemplateSection, seen: set[str]) -> str:
    """Return what is wrong with a section, beginning with its key; empty where nothing is."""
    labels = set(section.labels)
    if not section.about and section.id not in SECTIONS:
        return f"id' must be one of {', '.join(SECTIONS)}, or 'about' names some of them"
    if not _ID.fullmatch(section.id):
        return "id' has lower-case letters a-z, digits and _ only"
    if section.id in seen:
        return "id' stands there twice"
    if not labels <= set(SECTIONS):
        return f"about' may name {', '.join(SECTIONS)}"
    if labels & _CLINICIANS and labels - _CLINICIANS and not section.clinician_only:
        return "about' mixes vurdering or plan with what patients say: give them sections of their own"
    return ""
