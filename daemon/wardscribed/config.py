"""The configuration: one TOML file, every key known and typed, each setting in one place."""

from __future__ import annotations

import ipaddress
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wardscribe.fields import FieldError, from_json
from wardscribe.protocol import Role
from wardscribed.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the daemon listens, and who may connect."""

    host: str = "127.0.0.1"
    port: int = 8790
    """0: any free port."""
    certificate: str = ""
    """PEM file with the server's certificate chain; required off loopback."""
    key: str = ""
    """PEM file with the certificate's private key."""
    token_sha256: str = ""
    """SHA-256 (hex) of the bearer token that clients send in `hello`; required off loopback."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The speech model."""

    path: str = ""
    """Folder of a CTranslate2 Whisper model; empty: the small bundled model, which hears synthetic voices only."""
    device: str = "cpu"
    """cpu, cuda or auto."""
    compute_type: str = "default"
    """A CTranslate2 compute type, for instance int8 or float16."""
    device_index: tuple[int, ...] = (0,)
    """The GPUs to use: each holds the whole model and serves all sessions."""
    workers: int = 0
    """Decodes at the same time on one device; 0: one a core, at most 8, and 1 on a GPU."""
    threads: int = 0
    """CPU threads of one decode; 0: the cores divided by the workers."""
    glossaries: str = ""
    """Folder of the site's word lists, one `NAME.txt` each; a session names the one it wants."""
    beam: int = 5
    """Beam width of the decodes that end an utterance, while the device has time to spare; under load it is 1."""


@dataclass(frozen=True, slots=True)
class CaptureConfig:
    """The microphone on the daemon's own host, and which ones clients may use."""

    device: str = ""
    """Exact name of the input device; empty: sessions cannot ask for it."""
    channels: tuple[Role, ...] = (Role.UNKNOWN,)
    """One role a channel."""
    approved: tuple[str, ...] = ()
    """Names of the microphones that clients may use, or what is always in them; empty: any."""


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """Limits of sessions."""

    max_sessions: int = 256
    """More are refused with the error `busy`, and so is before that what the model's device could not serve in time."""
    idle_minutes: int = 30
    """A session that nobody speaks in or touches is discarded after so long, after a warning."""
    end_silence_ms: int = 500
    """Silence that ends an utterance."""


@dataclass(frozen=True, slots=True)
class NoteConfig:
    """The draft note."""

    templates: str = ""
    """Folder of the site's own templates; they go before the built-in ones of the same name."""
    backend: str = "extractive"
    """Who words notes: extractive (the speakers), ctranslate2 (a local model), openai (a server within the walls)."""
    model: str = ""
    """ctranslate2: folder of an instruction model; openai: the model's name at the server."""
    url: str = ""
    """openai: base URL of the server, with /v1."""
    timeout_s: float = 60.0
    """openai: after so long the note stands in the speakers' own words."""


@dataclass(frozen=True, slots=True)
class SealConfig:
    """Sessions that outlive a restart of the daemon: their clients keep them, sealed."""

    key_file: str = ""
    """File with 32 random bytes that only the daemon may read; empty: sessions end with the daemon."""
    ended_file: str = ""
    """File in which the daemon notes, without content, which sessions are over; empty: a restart forgets it."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings.  A missing file or key means the default."""

    server: ServerConfig = field(default_factory=ServerConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    capture: CaptureConfig = field(default_factory=CaptureConfig)
    session: SessionConfig = field(default_factory=SessionConfig)
    note: NoteConfig = field(default_factory=NoteConfig)
    seal: SealConfig = field(default_factory=SealConfig)


def load(path: Path) -> Config:
    """Read and check a configuration file.  Raises ConfigError naming the file and the key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the configuration {path}: {error}") from error
    return parse(text, str(path))


def parse(text: str, name: str) -> Config:
    """Return the checked configuration in TOML `text`; `name` is for messages.  Raises ConfigError."""
    try:
        return _checked(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, FieldError, ConfigError) as error:
        raise ConfigError(f"{name}: {error}") from error
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply") from None


def _checked(data: Mapping[str, Any]) -> Config:
    config = from_json(Config, data)
    _check_server(config.server)
    _check_numbers(config)
    if config.model.device not in ("cpu", "cuda", "auto"):
        raise ConfigError("'model.device' must be cpu, cuda or auto")
    indices = config.model.device_index
    if not indices or len(set(indices)) < len(indices):
        raise ConfigError("'model.device_index' must name one or more GPUs, each once")
    _check_note(config.note)
    if not 1 <= len(config.capture.channels) <= 2:
        raise ConfigError("'capture.channels' must name one or two roles")
    if not all(name.strip() for name in config.capture.approved):
        raise ConfigError("'capture.approved' must not hold an empty name: every microphone would be approved")
    return config


def _check_note(note: NoteConfig) -> None:
    if note.backend not in ("extractive", "ctranslate2", "openai"):
        raise ConfigError("'note.backend' must be extractive, ctranslate2 or openai")
    if note.backend != "extractive" and not note.model:
        raise ConfigError(f"'note.backend' {note.backend} needs 'note.model'")
    if note.backend == "openai" and not note.url.startswith(("http://", "https://")):
        raise ConfigError("'note.backend' openai needs 'note.url', which begins with http:// or https://")
    if not 1 <= note.timeout_s <= 600:
        raise ConfigError("'note.timeout_s' must be from 1 to 600")


def _check_server(server: ServerConfig) -> None:
    if bool(server.certificate) != bool(server.key):
        raise ConfigError("'server.certificate' and 'server.key' go together")
    digest = server.token_sha256
    if digest and (len(digest) != 64 or not set(digest) <= set("0123456789abcdef")):
        raise ConfigError("'server.token_sha256' must be 64 lower-case hexadecimal digits")
    if is_loopback(server.host):
        return
    if not server.certificate:
        raise ConfigError(
            f"'server.host' {server.host} is not loopback: 'server.certificate' and 'server.key' are needed"
        )
    if not digest:
        raise ConfigError(f"'server.host' {server.host} is not loopback: 'server.token_sha256' is needed")


def _check_numbers(config: Config) -> None:
    ranges = [
        ("server.port", config.server.port, 0, 65_535),
        *(("model.device_index", index, 0, 64) for index in config.model.device_index),
        ("model.workers", config.model.workers, 0, 64),
        ("model.threads", config.model.threads, 0, 256),
        ("model.beam", config.model.beam, 1, 10),
        ("session.max_sessions", config.session.max_sessions, 1, 10_000),
        ("session.idle_minutes", config.session.idle_minutes, 1, 24 * 60),
        ("session.end_silence_ms", config.session.end_silence_ms, 200, 2_000),
    ]
    for name, value, low, high in ranges:
        if not low <= value <= high:
            raise ConfigError(f"'{name}' must be from {low} to {high}")


def is_loopback(host: str) -> bool:
    """Return whether `host` is an address that only this machine reaches (a name other than localhost is not)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tls_context(server: ServerConfig) -> ssl.SSLContext | None:
    """Return the TLS context of the configured certificate, or None.  Raises ConfigError when it cannot be used."""
    if not server.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(server.certificate, server.key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"cannot use 'server.certificate' {server.certificate} and 'server.key': {error}") from error
    return context
