"""A session's state as its client keeps it: encrypted and authenticated, useless to everybody but this daemon.

A seal is AES-256-GCM under a key derived for the session (HKDF-SHA256).  Bound in, so that a seal opens only where all
of it is the same: the format's version, the session, the user, the device, the seal's place, its count and its expiry.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wardscribe.protocol import ProtocolError
from wardscribed.errors import ConfigError
from wardscribed.trust.moment import BOOT_BYTES, Moment
from wardscribed.trust.tombstones import End, Tombstones

KEY_BYTES = 32
VERSION = 3
_NONCE_BYTES = 12  # NIST SP 800-38D, section 8.2: random, and far fewer than 2**32 seals under one session's key
_HEADER = struct.Struct(f">BIQdd{BOOT_BYTES}s")  # version, index, count, expiry as in moment.py
_LONGEST_MEMORY = 10_000  # sessions whose old seals are remembered


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose seal it is."""

    session: str
    user: str = field(repr=False)
    """What the user proved to be with: for now the token."""
    device: str = field(repr=False)
    """The secret of the client's machine."""


def load_key(path: Path) -> bytes:
    """Read the key of 32 bytes from a file that only its owner may read.  Raises ConfigError."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            key = file.read(KEY_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"'seal.key_file': cannot read {path}: {error.strerror}") from error
    if _is_open_to_others(status):
        raise ConfigError(f"'seal.key_file' {path} can be read by others: chmod 0400 {path}")
    if len(key) != KEY_BYTES:
        raise ConfigError(f"'seal.key_file' {path} must hold exactly {KEY_BYTES} random bytes")
    return key


def _is_open_to_others(status: os.stat_result) -> bool:
    """Group read is all right where the group is root's: so systemd shows a credential that an ACL gives to us."""
    allowed = 0o440 if (status.st_uid, status.st_gid) == (0, 0) else 0o400
    return bool(stat.S_IMODE(status.st_mode) & 0o077 & ~allowed)


class Seals:
    """Makes and opens seals, and remembers in memory which are too old to be opened again."""

    def __init__(self, key: bytes, lifetime_s: int, tombstones: Tombstones | None = None) -> None:
        """A seal can be opened for `lifetime_s` after it was made, unless its session is over."""
        self._key = key
        self._lifetime_s = lifetime_s
        self._tombstones = tombstones or Tombstones(lifetime_s)
        self._oldest: dict[str, int] = {}  # session → the least count that may still be opened

    def seal(self, owner: Owner, index: int, count: int, content: bytes, now: Moment) -> str:
        """Return `content` sealed at place `index`; `count` grows with every seal of the session."""
        expiry = now.later(self._lifetime_s)
        header = _HEADER.pack(VERSION, index, count, expiry.wall_s, expiry.up_s, bytes.fromhex(expiry.boot))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher(owner).encrypt(nonce, content, _bound(header, owner))
        return base64.b64encode(header + nonce + sealed).decode()

    def open(self, owner: Owner, states: Sequence[str], now: Moment) -> tuple[int, list[bytes]]:
        """Return the count of the newest of a session's seals, and what they hold, in order.

        Raises ProtocolError: `bad_seal` where one was not made for this owner and place, `stale_seal` where it is
        expired or a newer one was used.
        """
        opened = [self._open(owner, index, state) for index, state in enumerate(states)]
        if not opened:
            raise ProtocolError("bad_seal", "there is no sealed state")
        count, expiry = max(((count, expiry) for count, expiry, _ in opened), key=lambda it: it[0])
        if now.since(expiry) > 0:
            raise ProtocolError("stale_seal", "the sealed state is expired")
        if owner.session in self._tombstones:
            raise ProtocolError("stale_seal", "the session is over")
        if count < self._oldest.get(owner.session, 0):
            raise ProtocolError("stale_seal", "a newer state of this session was used")
        self._remember(owner.session, count)
        return count, [content for _, _, content in opened]

    def retire(self, session: str, end: End, now: Moment, *, is_durable: bool = False) -> None:
        """The session is over: no seal of it opens any more.  Raises OSError where a restart would not know.

        `is_durable`: wait for the disk.
        """
        self._tombstones.add(session, end, now, is_durable=is_durable)
        self._oldest.pop(session, None)

    def end_of(self, session: str) -> End | None:
        """How a session ended; None where it is not over, as far as is known."""
        return self._tombstones.end_of(session)

    def _remember(self, session: str, count: int) -> None:
        self._oldest.pop(session, None)
        self._oldest[session] = count
        if len(self._oldest) > _LONGEST_MEMORY:
            del self._oldest[next(iter(self._oldest))]

    def _open(self, owner: Owner, index: int, state: str) -> tuple[int, Moment, bytes]:
        """Return (count, expiry, content)."""
        try:
            sealed = base64.b64decode(state, validate=True)
            version, place, count, wall_s, up_s, boot = _HEADER.unpack_from(sealed)
            header, rest = sealed[: _HEADER.size], sealed[_HEADER.size :]
            nonce, ciphertext = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
            content = self._cipher(owner).decrypt(nonce, ciphertext, _bound(header, owner))
        except (binascii.Error, struct.error, ValueError, InvalidTag):
            raise ProtocolError("bad_seal", "a sealed state was not made by this daemon for this client") from None
        if version != VERSION or place != index:
            raise ProtocolError("bad_seal", "a sealed state is of another version or in another place")
        return count, Moment(wall_s, up_s, boot.hex()), content

    def _cipher(self, owner: Owner) -> AESGCM:
        derivation = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"wardscribe seal " + owner.session.encode())
        return AESGCM(derivation.derive(self._key))


def _bound(header: bytes, owner: Owner) -> bytes:
    """Return what is authenticated with the content: each part with its length, so that none can run into the next."""
    parts = [header, *(text.encode("utf-8", "surrogatepass") for text in (owner.session, owner.user, owner.device))]
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)
