"""Seals: they open where everything is the same, and nowhere else."""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from pathlib import Path

import pytest

from wardscribe.protocol import ProtocolError, Reason, State
from wardscribed.errors import ConfigError
from wardscribed.trust.moment import BEGINNING, Moment
from wardscribed.trust.seal import KEY_BYTES, Owner, Seals, load_key
from wardscribed.trust.tombstones import End

KEY = bytes(range(KEY_BYTES))
OWNER = Owner("s", "token", "device")
NOW = Moment(1_800_000_000.0, 5_000.0, "a" * 32)
LIFETIME_S = 600


def seals(key: bytes = KEY) -> Seals:
    """A daemon's seals."""
    return Seals(key, LIFETIME_S)


def refused(owner: Owner, states: list[str], now: Moment = NOW, by: Seals | None = None) -> str:
    """Return the code with which the states are refused."""
    with pytest.raises(ProtocolError) as error:
        (by or seals()).open(owner, states, now)
    assert "sentinel" not in str(error.value)
    return error.value.code


def test_what_was_sealed_is_opened_after_a_restart() -> None:
    """Another process with the same key gets the contents in order, and the newest count."""
    one = seals()
    states = [one.seal(OWNER, index, 7 + index, content, NOW) for index, content in enumerate([b"first", b"second"])]

    assert seals().open(OWNER, states, NOW.later(LIFETIME_S)) == (8, [b"first", b"second"])


def test_a_seal_shows_nothing_and_no_two_are_alike() -> None:
    """The content is encrypted, with a nonce of its own each time."""
    one, other = (seals().seal(OWNER, 0, 1, b"sentinel", NOW) for _ in range(2))

    assert one != other
    assert b"sentinel" not in base64.b64decode(one)


@pytest.mark.parametrize("field", ["session", "user", "device"])
def test_a_seal_of_somebody_else_is_refused(field: str) -> None:
    """Session, user and device are bound in."""
    state = seals().seal(OWNER, 0, 1, b"sentinel", NOW)

    assert refused(replace(OWNER, **{field: "other"}), [state]) == "bad_seal"


def test_parts_of_the_owner_do_not_run_into_each_other() -> None:
    """`ab` + `c` is somebody else than `a` + `bc`."""
    state = seals().seal(Owner("s", "ab", "c"), 0, 1, b"sentinel", NOW)

    assert refused(Owner("s", "a", "bc"), [state]) == "bad_seal"


def test_another_key_opens_nothing() -> None:
    """A daemon with another key is another daemon."""
    state = seals().seal(OWNER, 0, 1, b"sentinel", NOW)

    assert refused(OWNER, [state], by=seals(bytes(KEY_BYTES))) == "bad_seal"


@pytest.mark.parametrize("at", [0, 1, 5, 13, 21, 33, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    """Version, place, count, expiry, nonce, content and tag are all authenticated."""
    sealed = bytearray(base64.b64decode(seals().seal(OWNER, 0, 1, b"sentinel", NOW)))
    sealed[at] ^= 1

    assert refused(OWNER, [base64.b64encode(sealed).decode()]) == "bad_seal"


@pytest.mark.parametrize("state", ["", "!", "AAAA", "A" * 1_000])
def test_what_is_no_seal_is_refused(state: str) -> None:
    """Garbage is answered like any other wrong seal."""
    assert refused(OWNER, [state]) == "bad_seal"


def test_no_seal_opens_nothing() -> None:
    """Not even at the beginning of time."""
    assert refused(OWNER, [], now=BEGINNING) == "bad_seal"


def test_a_seal_in_another_place_is_refused() -> None:
    """Pieces cannot be reordered or left out at the front."""
    states = [seals().seal(OWNER, index, index, b"sentinel", NOW) for index in range(2)]

    assert refused(OWNER, states[::-1]) == "bad_seal"
    assert refused(OWNER, states[1:]) == "bad_seal"


def test_the_newest_seal_expires() -> None:
    """A session that went on keeps its oldest pieces; one that nobody came back to is gone."""
    one = seals()
    old = one.seal(OWNER, 0, 1, b"old", NOW)
    new = one.seal(OWNER, 1, 2, b"new", NOW.later(LIFETIME_S))

    assert seals().open(OWNER, [old, new], NOW.later(LIFETIME_S * 3 // 2))[0] == 2
    assert refused(OWNER, [old, new], NOW.later(2 * LIFETIME_S + 1)) == "stale_seal"


@pytest.mark.parametrize("jump_s", [-3_600, 3_600])
def test_a_clock_that_is_set_lets_no_seal_expire_and_none_live(jump_s: int) -> None:
    """By an hour, which is longer than a seal lives."""
    state = seals().seal(OWNER, 0, 1, b"sentinel", NOW)
    in_time, too_late = (NOW.later(LIFETIME_S + late_s) for late_s in (0, 1))

    assert seals().open(OWNER, [state], replace(in_time, wall_s=in_time.wall_s + jump_s))[0] == 1
    assert refused(OWNER, [state], replace(too_late, wall_s=too_late.wall_s + jump_s)) == "stale_seal"


def test_an_older_seal_is_refused_once_a_newer_was_used() -> None:
    """Nobody can set a session back."""
    one = seals()
    old, new = (one.seal(OWNER, 0, count, b"sentinel", NOW) for count in (1, 2))
    again = seals()
    again.open(OWNER, [new], NOW)

    assert refused(OWNER, [old], by=again) == "stale_seal"


def test_a_session_that_is_over_stays_over() -> None:
    """What was approved or discarded cannot be opened again, so no note is written twice."""
    one = seals()
    state = one.seal(OWNER, 0, 9, b"sentinel", NOW)
    one.retire(OWNER.session, End(State.DISCARDED, Reason.BY_CLINICIAN, 3), NOW)

    assert refused(OWNER, [state], by=one) == "stale_seal"


def test_the_key_is_read(tmp_path: Path) -> None:
    """32 bytes in a file of ours."""
    path = tmp_path / "key"
    path.touch(mode=0o400)
    path.chmod(0o600)
    path.write_bytes(KEY)

    assert load_key(path) == KEY


@pytest.mark.parametrize(
    ("content", "mode", "named"),
    [
        (KEY, 0o660, "can be read by others"),
        (KEY, 0o604, "can be read by others"),
        (KEY[:-1], 0o600, "exactly 32 random bytes"),
        (KEY + b"\n", 0o600, "exactly 32 random bytes"),
        (None, 0, "cannot read"),
    ],
)
def test_an_unsuitable_key_is_named(tmp_path: Path, content: bytes | None, mode: int, named: str) -> None:
    """Who else may read it, a wrong length, no file: each is said with the setting's name."""
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
        os.chmod(path, mode)  # noqa: PTH101
    with pytest.raises(ConfigError, match=r"seal\.key_file") as error:
        load_key(path)

    assert named in str(error.value)
