"""The configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardscribe.protocol import Role
from wardscribed.config import Config, is_loopback, load, parse, tls_context
from wardscribed.errors import ConfigError

DIGEST = "0" * 64


def test_empty_file_gives_the_defaults() -> None:
    """Without configuration: loopback, the bundled model."""
    assert parse("", "x") == Config()
    assert is_loopback(Config().server.host)


def test_keys_are_read() -> None:
    """Values reach their place with their types."""
    config = parse('[server]\nport = 1\n[capture]\ndevice = "Mic"\nchannels = ["clinician", "patient"]', "x")

    assert config.server.port == 1
    assert config.capture.channels == (Role.CLINICIAN, Role.PATIENT)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[server]\nprot = 1", "unknown key 'server.prot'"),
        ("[sever]", "unknown key 'sever'"),
        ('[server]\nport = "1"', "'server.port' must be an integer"),
        ("[server]\nport = 70000", "'server.port' must be from 0 to 65535"),
        ("server = 3", "'server' must be an object"),
        ("[server", "x: "),
        ('[server]\nhost = "0.0.0.0"', "'server.certificate' and 'server.key' are needed"),
        ('[server]\nhost = "ward.example"\ncertificate = "c"\nkey = "k"', "'server.token_sha256' is needed"),
        ('[server]\ncertificate = "c"', "go together"),
        ('[server]\ntoken_sha256 = "secret"', "64 lower-case hexadecimal digits"),
        ('[model]\ndevice = "gpu"', "'model.device' must be cpu, cuda or auto"),
        ("[capture]\nchannels = []", "'capture.channels' must name one or two roles"),
        ('[capture]\nchannels = ["doctor"]', "'capture.channels[0]' must be one of"),
        ('[capture]\napproved = ["Jabra", " "]', "'capture.approved' must not hold an empty name"),
        ("[session]\nidle_minutes = 0", "'session.idle_minutes' must be from 1"),
    ],
)
def test_wrong_configuration_is_named(text: str, named: str) -> None:
    """Each fault names its key, and the file."""
    with pytest.raises(ConfigError) as error:
        parse(text, "x")

    assert named in str(error.value)
    assert str(error.value).startswith("x: ")


def test_missing_file_is_named(tmp_path: Path) -> None:
    """The path stands in the message."""
    with pytest.raises(ConfigError, match=r"absent\.toml"):
        load(tmp_path / "absent.toml")


def test_unusable_certificate_is_named(tmp_path: Path) -> None:
    """A certificate that cannot be loaded is a configuration error, not a traceback."""
    absent = tmp_path / "absent.pem"
    config = parse(f'[server]\ncertificate = "{absent}"\nkey = "{absent}"', "x")

    with pytest.raises(ConfigError, match=r"server\.certificate"):
        tls_context(config.server)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("", False),
        ("0.0.0.0", False),
        ("a.b", False),
    ],
)
def test_loopback_is_recognised(host: str, expected: bool) -> None:
    """Everything that another machine could reach is not loopback; an empty host is every address."""
    assert is_loopback(host) is expected
