"""Debian's chromium at the bedside page, with the virtual microphone for its ears."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.packages import needs_package
from tests.soundserver import SoundServer

needs_browser = needs_package("chromium", "pulseaudio", "pulseaudio-utils")
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
CHROMIUM = "/usr/bin/chromium"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STEREO = "/?who=clinician,patient"
"""Each of two people has a channel."""
SAID = """
  [...document.querySelectorAll("#lines .words")].map((line) => [...line.childNodes]
    .filter((node) => node.className !== "tail").map((node) => node.textContent).join("").trim()).join(" ")
"""
FLAGS = (
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
    "--use-fake-ui-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def running_browser(sound_server: SoundServer | None) -> AsyncIterator[Browser]:
    """Run a browser that hears the sound server's microphone."""
    async with async_playwright() as playwright:
        environment: dict[str, str | float | bool] = dict(sound_server.environment if sound_server else os.environ)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS), env=environment)
        yield browser
        await browser.close()


class Bedside:
    """The page, as a person uses it.  `faults` is what the browser complained of, which nothing may cause."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.set_default_timeout(PATIENCE_MS)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    async def press(self, button: str) -> None:
        """Press one of the buttons at the foot of the page."""
        await self.page.locator(f"#{button}").click()

    async def start(self) -> None:
        """Begin, once there is a microphone."""
        await self.page.locator("#microphone-choice").wait_for()
        await self.press("start")
        await self.has_state("recording")

    async def discard(self) -> None:
        """Throw the session away, and see that nothing is left and the browser had nothing to complain of."""
        await self.press("discard")
        await self.page.locator("#sure button[value=discard]").click()
        await self.has_state("discarded")
        await expect(self.page.locator("#lines li")).to_have_count(0)
        grave = [fault for fault in self.faults if "WebSocket" not in fault]  # the browser tells of every cut line
        assert not grave, grave

    async def has_state(self, state: str) -> None:
        """Wait until the page is at this state of the session."""
        await self.page.locator(f"#state[data-state={state}]").wait_for()

    async def has_draft(self) -> None:
        """Wait until the draft can be read and changed: the state is told before it comes."""
        await self.has_state("review")
        await self.page.locator("#sections button.said").first.wait_for()

    async def said(self) -> str:
        """Return the committed words that stand on the page."""
        return str(await self.page.evaluate(SAID))

    async def has_said(self, *words: str) -> None:
        """Wait until all these words are committed."""
        has_all = f"(words) => {{ const said = ({SAID}).toLowerCase(); return words.every((w) => said.includes(w)) }}"
        await self.page.wait_for_function(has_all, arg=words)

    async def hears(self, pattern: str) -> None:
        """Wait until these words stand in the conversation, be it in its tail."""
        await self.page.locator("#lines").get_by_text(re.compile(pattern, re.IGNORECASE)).first.wait_for()

    async def look_at_doubts(self) -> int:
        """Look at everything that was heard with doubt, a screenful at a press; return how many presses it took."""
        doubts, presses = self.page.locator(".sentence.must"), 0
        while left := await doubts.count():
            await self.press("next-flag")
            await expect(doubts).not_to_have_count(left)
            presses += 1
        await expect(self.page.locator("#next-flag")).to_be_hidden()
        return presses


@asynccontextmanager
async def open_page(browser: Browser, url: str, **options: Any) -> AsyncIterator[Bedside]:
    """Open the page of the daemon at `url` in a fresh profile."""
    context = await browser.new_context(permissions=["microphone", "clipboard-read", "clipboard-write"], **options)
    page = await context.new_page()
    bedside = Bedside(page)
    await page.goto(http_address(url))
    yield bedside
    await context.close()


def http_address(url: str) -> str:
    """Return where the page of the daemon at `url` is."""
    return url.replace("ws", "http", 1)


async def speak(server: SoundServer, sound: Path) -> None:
    """Speak a file into the microphone, to its end."""
    with server.play(sound) as playing:
        await asyncio.to_thread(playing.wait)
