"""`make demo-page`: a daemon, the bedside page in a window, and a consultation that nobody ever had, spoken to it.

Without a screen or chromium the page's address is printed, for a browser that has a microphone of its own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Error, Page, async_playwright

from tests.e2e.browser import CHROMIUM, FLAGS, STEREO, http_address, speak
from tests.soundserver import SoundServer, running_sound_server
from wardscribe.demo import CONSULTATION, own_daemon

_NEEDS = ("pulseaudio", "paplay", "pactl")


def can_show() -> bool:
    """Return whether there is a screen to show a window on, a browser, and what makes a microphone."""
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return has_screen and Path(CHROMIUM).exists() and all(map(shutil.which, _NEEDS))


async def show(address: str, server: SoundServer) -> None:
    """Open the page in a window and speak as soon as it listens, in each conversation; return when it is closed."""
    async with async_playwright() as playwright:
        flags = [*FLAGS, f"--app={address}", "--window-size=1280,800"]
        profile = tempfile.mkdtemp(dir=server.folder)
        context = await playwright.chromium.launch_persistent_context(
            profile,
            headless=False,
            executable_path=CHROMIUM,
            args=flags,
            env=dict(server.environment),
            no_viewport=True,
        )
        page = context.pages[0]
        page.set_default_timeout(0)
        try:
            while True:
                await _converse(page, server)
        except Error:  # the window was closed
            return


async def _converse(page: Page, server: SoundServer) -> None:
    await page.locator("#state[data-state=recording]").wait_for()
    print("The consultation is being spoken: a minute.", flush=True)
    await speak(server, CONSULTATION)
    print("It was spoken to its end: press Avslutt, read, approve.", flush=True)
    await page.locator("#state:is([data-state=written], [data-state=discarded])").wait_for()


async def main() -> None:
    """Run the demo until its window is closed, or until Ctrl-C."""
    async with own_daemon() as daemon:
        address = http_address(await daemon.url())
        print(f"The bedside page: {address}/", flush=True)
        if not can_show():
            print("Open it in a browser on this machine that has a microphone.  Ctrl-C ends it.", flush=True)
            await asyncio.Event().wait()
        with tempfile.TemporaryDirectory() as folder, running_sound_server(Path(folder), channels=2) as server:
            await show(address + STEREO, server)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print()
