"""What is over stays over, and how it ended is known: in the next life, on a full disk, and when the clock jumps."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from wardscribe.protocol import ProtocolError, Reason, State
from wardscribed.errors import ConfigError
from wardscribed.trust.moment import Moment
from wardscribed.trust.seal import KEY_BYTES, Owner, Seals
from wardscribed.trust.tombstones import End, Tombstones

NOW = Moment(1_800_000_000.0, 5_000.0, "a" * 32)
LIFETIME_S = 600
DAY_S = 86_400
END = End(State.DISCARDED, Reason.BY_CLINICIAN, 29)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where they are kept."""
    return tmp_path / "ended"


def tombstones(path: Path, now: Moment = NOW) -> Tombstones:
    """Those that a daemon finds when it starts."""
    return Tombstones(LIFETIME_S, path, now)


def test_the_next_life_knows_what_is_over(path: Path) -> None:
    """And nothing else."""
    tombstones(path).add("one", END, NOW)

    assert "one" in tombstones(path)
    assert "other" not in tombstones(path)


@pytest.mark.parametrize(
    "end", [END, End(State.WRITTEN, Reason.NO_RECORD_SYSTEM, 1), End(State.WRITTEN, Reason.NONE, 2_000_000)]
)
def test_the_next_life_knows_how_it_ended(path: Path, end: End) -> None:
    """Whoever comes back is told by the same event."""
    tombstones(path).add("one", end, NOW)

    assert tombstones(path).end_of("one") == end
    assert tombstones(path).end_of("other") is None


def test_what_was_noted_last_holds(path: Path) -> None:
    """An approval that could not be written down was refused, and the session discarded then."""
    one = tombstones(path)
    one.add("one", End(State.WRITTEN, Reason.NO_RECORD_SYSTEM, 31), NOW)
    one.add("one", END, NOW)

    assert one.end_of("one") == END
    assert tombstones(path).end_of("one") == END


def test_what_must_be_durable_is_on_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written and then synced, not the other way round; and the file under its name before anything else."""
    synced: list[tuple[bool, str]] = []

    def sync(file: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(file).st_mode), path.read_text()))

    monkeypatch.setattr(os, "fsync", sync)
    one = tombstones(path)
    one.add("one", END, NOW)
    one.add("other", END, NOW, is_durable=True)

    assert synced == [(True, ""), (False, path.read_text())]


def test_the_file_holds_digests_ends_and_times_only(path: Path) -> None:
    """Not even the session's number can be read in it, and nobody else may read it."""
    tombstones(path).add("sentinel", END, NOW)

    assert "sentinel" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_written_once(path: Path) -> None:
    """However often it is said."""
    one = tombstones(path)
    one.add("one", END, NOW)
    size = path.stat().st_size
    one.add("one", END, NOW)
    tombstones(path).add("one", END, NOW)

    assert path.stat().st_size == size


def test_a_seal_of_a_session_that_is_over_opens_in_no_life(path: Path) -> None:
    """As long as it is not expired, and a day more: the clock may be set back meanwhile."""
    owner = Owner("s", "", "")
    seals = Seals(bytes(KEY_BYTES), LIFETIME_S, tombstones(path))
    state = seals.seal(owner, 0, 1, b"sentinel", NOW)
    seals.retire("s", END, NOW)
    for now in (NOW.later(-DAY_S), NOW, NOW.later(LIFETIME_S)):
        again = Seals(bytes(KEY_BYTES), LIFETIME_S, tombstones(path, now.later(DAY_S)))
        with pytest.raises(ProtocolError, match="is over"):
            again.open(owner, [state], now)


def test_a_clock_that_is_set_forgets_nothing(path: Path) -> None:
    """By a week: in the same boot the seals of what is over could still be opened."""
    tombstones(path).add("one", END, NOW)
    set_meanwhile = replace(NOW, wall_s=NOW.wall_s + 7 * DAY_S)
    tombstones(path, set_meanwhile).add("other", END, set_meanwhile)

    assert "one" in tombstones(path, set_meanwhile)


def test_a_clock_that_is_not_set_yet_is_no_trouble(path: Path) -> None:
    """A machine without a clock of its own begins in 1970."""
    boot = Moment(5.0, 5.0, "b" * 32)
    tombstones(path, boot).add("one", END, boot)

    assert "one" in tombstones(path, boot)


def test_what_can_be_forgotten_goes_from_the_file(path: Path) -> None:
    """At the next start after its time."""
    tombstones(path).add("old", END, NOW)
    later = NOW.later(LIFETIME_S + DAY_S + 1)
    tombstones(path, later).add("new", END, later)

    assert "old" not in tombstones(path, later)
    assert "new" in tombstones(path, later)
    assert len(path.read_text().split("\n")) == 2


@pytest.mark.parametrize("size", range(1, 113))
def test_a_line_that_breaks_off_spoils_no_other(path: Path, size: int) -> None:
    """A full disk leaves half a line: those before and after it hold."""
    one = tombstones(path)
    one.add("before", END, NOW)
    whole = path.read_bytes()
    one.add("broken", END, NOW)
    path.write_bytes(path.read_bytes()[: len(whole) + size])
    tombstones(path).add("after", END, NOW)

    again = tombstones(path)
    assert "before" in again
    assert "after" in again
    assert "broken" not in again


def test_rubbish_in_the_file_is_passed_over(path: Path) -> None:
    """Whatever it is."""
    digest = "a" * 32
    until = f"{digest} 1900000000 1900000000"
    wrong = ["\xff\x00 ", " x y z", "a" * 10_000, f"{digest} gone  1 {until}", f"{digest} written idle 1"]
    wrong += [f"{digest} written  {seq} {until}" for seq in (-1, 0, 10**9, "\u0b66")]
    path.write_text("\n".join(wrong), encoding="utf-8")

    assert tombstones(path).end_of("one") is None
    assert path.read_text(encoding="utf-8") == ""


def test_a_full_disk_is_told_and_written_to_once_there_is_room(path: Path) -> None:
    """In this life it is known all the same; it can be tried again, and then every later life knows."""
    one = tombstones(path)
    path.unlink()
    path.symlink_to("/dev/full")
    for _ in range(2):
        with pytest.raises(OSError, match="No space left"):
            one.add("one", END, NOW)
    assert "one" in one
    path.unlink()
    one.add("one", END, NOW)

    assert "one" in tombstones(path)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Before the daemon serves anybody."""
    with pytest.raises(ConfigError, match=r"'seal\.ended_file'.*No such file"):
        tombstones(tmp_path / "absent" / "ended")


def test_memory_does_not_grow_for_ever() -> None:
    """What is past goes when the next comes."""
    one = Tombstones(LIFETIME_S)
    one.add("old", END, NOW)
    one.add("new", END, NOW.later(LIFETIME_S + DAY_S + 1))

    assert "old" not in one
    assert "new" in one
