"""`make screenshots`: pictures of the bedside page, taken while a real consultation is spoken, read and approved."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from benchmarks.daemon import running_daemon
from tests.e2e.browser import SCHEMES, STEREO, Bedside, open_page, running_browser
from tests.soundserver import SoundServer, running_sound_server
from wardscribe.demo import CONSULTATION

SIZES = {"small": (1024, 600), "usual": (1280, 800), "large": (1920, 1080), "huge": (3840, 2160)}
_MIDDLE_S = 30


async def take(bedside: Bedside, folder: Path, name: str, sizes: dict[str, tuple[int, int]]) -> None:
    """Take a picture in every size, in light and in dark."""
    page = bedside.page
    for size, (width, height) in sizes.items():
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
            await page.screenshot(path=folder / f"page-{name}-{size}-{scheme}.png")


async def picture(browser: Browser, server: SoundServer, url: str, folder: Path, options: Any) -> None:
    """Go through a whole consultation with a picture of every view."""
    sizes = SIZES if options.all else {"usual": SIZES["usual"]}
    async with open_page(browser, f"{url}{STEREO}&language={options.language}") as bedside:
        await bedside.page.locator("#microphone option").first.wait_for(state="attached")
        await take(bedside, folder, "start", sizes)
        await bedside.start()
        with server.play(CONSULTATION) as playing:
            await asyncio.sleep(_MIDDLE_S)
            await take(bedside, folder, "recording", sizes)
            await asyncio.to_thread(playing.wait)
        await bedside.hears("ha")
        await asyncio.sleep(2)
        await bedside.press("stop")
        await bedside.has_draft()
        await bedside.page.mouse.move(0, 0)
        if await bedside.page.locator("#next-flag").is_visible():
            await bedside.press("next-flag")
        await take(bedside, folder, "review", sizes)
        await bedside.look_at_doubts()
        await bedside.press("approve")
        await bedside.has_state("written")
        await take(bedside, folder, "approved", sizes)


async def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser("screenshots")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=["nb", "nn", "en"], default="nb")
    parser.add_argument("--all", action="store_true", help="in every size")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        running_sound_server(Path(scratch), channels=2) as server,
        running_daemon(Path(scratch) / "daemon.log") as daemon,
    ):
        async with running_browser(server) as browser:
            await picture(browser, server, daemon.url, options.folder, options)


if __name__ == "__main__":
    asyncio.run(main())
