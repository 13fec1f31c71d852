"""Wards for fault tests, and what is said in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.ward import UTTERANCES, Ward, conversation


@pytest.fixture(scope="module")
def pcm() -> bytes:
    """A conversation in which everybody says the same."""
    return conversation(UTTERANCES)


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    """A ward with a key."""
    with Ward(tmp_path).running() as ward:
        await ward.start()
        yield ward


@pytest.fixture
async def keyless(tmp_path: Path) -> AsyncIterator[Ward]:
    """A ward whose sessions end with the daemon."""
    with Ward(tmp_path, is_sealed=False).running() as ward:
        await ward.start()
        yield ward
