"""The bedside page while its daemon is restarted."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import expect

from benchmarks.daemon import Daemon, running_daemon
from tests.e2e.browser import STEREO, needs_browser, open_page, running_browser
from tests.soundserver import SoundServer

pytestmark = [needs_browser, pytest.mark.timeout(300)]
Start = Callable[[int], AbstractContextManager[Daemon]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start the daemon, always with the same key, on a port (0: any)."""
    key = tmp_path / "key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    return lambda port: running_daemon(tmp_path / "log", tables=f'[seal]\nkey_file = "{key}"', port=port)


async def test_a_reloaded_page_outlives_the_daemon(start: Start, sound_server: SoundServer, beginning: Path) -> None:
    """What it was told after the reload it gives back to the next daemon: every word stands, and the talk goes on."""
    async with running_browser(sound_server) as browser, AsyncExitStack() as pages:
        with start(0) as daemon:
            port = int(daemon.url.rsplit(":", 1)[1])
            bedside = await pages.enter_async_context(open_page(browser, daemon.url + STEREO))
            await bedside.start()
            with sound_server.play(beginning) as playing:
                await bedside.hears("hoven")
                playing.terminate()
            before = await bedside.said()
            await bedside.page.reload()
            await bedside.hears("hoven")
        await bedside.page.locator("#link[data-link=lost]").wait_for()
        with start(port):
            await bedside.page.locator("#link[data-link=connected]").wait_for()
            await bedside.has_state("recording")

            assert (await bedside.said()).startswith(before)
            await expect(bedside.page.locator("#alert")).to_be_empty()
            await bedside.discard()


async def test_a_page_that_was_away_says_that_the_talk_is_gone(start: Start, sound_server: SoundServer) -> None:
    """Seals are in the page's memory only: after a reload that came too late it is ready for the next conversation."""
    async with running_browser(sound_server) as browser, AsyncExitStack() as pages:
        with start(0) as daemon:
            port = int(daemon.url.rsplit(":", 1)[1])
            bedside = await pages.enter_async_context(open_page(browser, daemon.url + STEREO))
            await bedside.start()
            address = bedside.page.url
            await bedside.page.goto("about:blank")
        with start(port):
            await bedside.page.goto(address)
            await bedside.page.locator("#alert", has_text="finnes ikke lenger").wait_for()
            await bedside.start()
            await bedside.discard()
