"""Where speech may travel, what failures mean, and when to try again."""

from pathlib import Path

import pytest

from wardscribe.connecting import check_url, end_of_connection, received, retry_delay_s, tls_context
from wardscribe.errors import ClientError, RefusedError
from wardscribe.protocol import Ack, Bye, Error


@pytest.mark.parametrize(
    "url", ["ws://127.0.0.1:8790", "ws://localhost:1", "ws://[::1]:8790", "wss://scribe.example:1"]
)
def test_loopback_and_encrypted_addresses_are_allowed(url: str) -> None:
    """Unencrypted only within this machine."""
    check_url(url)


@pytest.mark.parametrize(
    "url", ["ws://10.0.0.1:8790", "ws://scribe.example", "http://127.0.0.1", "127.0.0.1:8790", "ws://"]
)
def test_other_addresses_are_refused(url: str) -> None:
    """Speech does not leave this machine unencrypted."""
    with pytest.raises(RefusedError):
        check_url(url)


def test_retry_delay_grows_and_is_bounded() -> None:
    """The delay doubles from a quarter of a second to two and a half; chance takes off up to half."""
    assert [retry_delay_s(n, 0.0) for n in range(8)] == [0.25, 0.5, 1, 2, 2.5, 2.5, 2.5, 2.5]
    assert retry_delay_s(3, 1.0) == 1.0
    assert retry_delay_s(10_000, 0.0) == 2.5


def test_what_ends_a_connection() -> None:
    """A farewell says whether and when to come back; an error ends it only when it is fatal."""
    assert end_of_connection(Bye(0, "restart", 3000)) == 3.0
    assert isinstance(end_of_connection(Bye(0, "gone")), ClientError)
    assert isinstance(end_of_connection(Error(0, "unauthorized", "no", fatal=True)), RefusedError)
    assert end_of_connection(Error(0, "bad_edit", "no")) is None
    assert end_of_connection(Ack(0, 1)) is None


@pytest.mark.parametrize("message", [b"\0", "{", "[]", '{"type": "hello"}', '{"type": "ack", "seq": 1}'])
def test_what_is_no_event_of_version_1_is_refused(message: str | bytes) -> None:
    """A daemon that speaks otherwise is told apart from a lost connection."""
    with pytest.raises(RefusedError, match="version 1"):
        received(message)


def test_unusable_certificate_file_is_named(tmp_path: Path) -> None:
    """A missing certificate file is a matter of configuration."""
    with pytest.raises(RefusedError, match="certificate"):
        tls_context(tmp_path / "none.pem")
