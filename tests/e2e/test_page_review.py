"""The review on the bedside page, by keyboard alone; and what axe-core says of every view in light and in dark."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from benchmarks.daemon import Daemon
from tests.e2e.browser import SCHEMES, STEREO, Bedside, needs_browser, open_page, running_browser, speak
from tests.soundserver import SoundServer

pytestmark = [needs_browser, pytest.mark.timeout(300)]
TOKEN = "correct horse"


async def is_accessible(bedside: Bedside) -> None:
    """Fail where axe-core finds anything serious or critical, in light or in dark."""
    for scheme in SCHEMES:
        await bedside.page.emulate_media(color_scheme=scheme)
        found: Any = await Axe().run(bedside.page)
        grave = [fault for fault in found.response["violations"] if fault["impact"] in ("serious", "critical")]
        assert [(scheme, fault["id"], [node["html"] for node in fault["nodes"]]) for fault in grave] == []


async def test_a_note_is_reviewed_by_keyboard(daemon: Daemon, sound_server: SoundServer, beginning: Path) -> None:
    """From start to approved without a mouse, and accessible at every step."""
    async with running_browser(sound_server) as browser, open_page(browser, daemon.url + STEREO) as bedside:
        await begin(bedside)
        await speak(sound_server, beginning)
        await bedside.has_said("hoven")
        await bedside.page.keyboard.press("F2")
        await bedside.has_state("paused")
        await is_accessible(bedside)
        await bedside.page.keyboard.press("F4")
        await bedside.has_draft()
        await look_at_evidence(bedside)
        await change(bedside)
        await remove(bedside, await take_in(bedside))
        await look_around(bedside)
        await bedside.look_at_doubts()
        await bedside.page.keyboard.press("Control+Enter")
        await bedside.has_state("written")
        await is_accessible(bedside)

        await expect(bedside.page.locator("#approved-note")).to_contain_text("Endret for hånd.")
        assert bedside.faults == []


async def begin(bedside: Bedside) -> None:
    """The button says that the patient is informed."""
    page = bedside.page
    await page.locator("#link[data-link=connected]").wait_for()
    await page.locator("#microphone option").first.wait_for(state="attached")
    await is_accessible(bedside)
    await expect(page.locator("#start")).to_contain_text("informert")
    await page.keyboard.press("F2")
    await bedside.has_state("recording")


async def look_at_evidence(bedside: Bedside) -> None:
    """A sentence lights up what it rests on, and the reverse."""
    page = bedside.page
    await page.locator("#sections .said").first.focus()
    await page.keyboard.press("Enter")
    await page.locator("#lines .lit").first.wait_for()
    await is_accessible(bedside)
    await page.locator("#lines .lit").first.focus()
    await page.keyboard.press("Enter")
    await page.locator("#sections .lit").first.wait_for()


async def change(bedside: Bedside) -> None:
    """A sentence is changed where it stands."""
    page = bedside.page
    await page.locator("#sections .said").first.focus()
    await page.keyboard.press("e")
    await is_accessible(bedside)
    await page.keyboard.type(" Endret for hånd.")
    await page.keyboard.press("Enter")
    await page.locator("#sections .said", has_text="Endret for hånd.").wait_for()


async def take_in(bedside: Bedside) -> str:
    """What was left out comes in with one key, and is not left out any more; return its words."""
    left = bedside.page.locator(".left")
    await bedside.page.locator("#left-out details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    many, text = await left.count(), str(await left.first.locator("p").evaluate("(p) => p.firstChild.textContent"))
    await left.first.locator("button").focus()
    await bedside.page.keyboard.press("Enter")
    taken = bedside.page.locator("#sections .said", has_text=text)
    await taken.wait_for()
    await expect(left).to_have_count(many - 1)
    await taken.focus()
    await bedside.page.keyboard.press("Enter")
    await bedside.page.locator(".sentence.lit", has_text=text).wait_for()
    await bedside.page.locator("#lines .lit").first.wait_for()  # it rests on what was said
    return text


async def remove(bedside: Bedside, text: str) -> None:
    """A sentence goes with one key, and is left out again."""
    rows, left = bedside.page.locator("#sections .said"), bedside.page.locator(".left")
    many, many_left = await rows.count(), await left.count()
    await rows.filter(has_text=text).focus()
    await bedside.page.keyboard.press("Delete")
    await expect(rows).to_have_count(many - 1)
    await expect(left).to_have_count(many_left + 1)


async def look_around(bedside: Bedside) -> None:
    """Help is a key away, and so is the search."""
    page = bedside.page
    await page.keyboard.press("F1")
    await is_accessible(bedside)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+f")
    await page.keyboard.type("hoven")
    await expect(page.locator("#found")).to_contain_text("1")


async def test_a_token_is_asked_for(run_daemon: Callable[..., AbstractContextManager[Daemon]]) -> None:
    """It is kept in memory only: a wrong one is refused, the right one opens, a reload asks again."""
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    with run_daemon(f'token_sha256 = "{digest}"') as daemon:
        async with running_browser(None) as browser, open_page(browser, daemon.url) as bedside:
            page = bedside.page
            await page.locator("#token").fill("wrong")
            await is_accessible(bedside)
            await page.keyboard.press("Enter")
            await page.locator("#token-wrong").wait_for()
            await page.locator("#token").fill(TOKEN)
            await page.keyboard.press("Enter")
            await page.locator("#setup").wait_for()
            stored = await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + location.href")
            assert TOKEN not in stored
            await page.reload()
            await page.locator("#token").wait_for()


@pytest.mark.parametrize("language", ["nn", "en"])
async def test_the_language_is_chosen(daemon: Daemon, language: str) -> None:
    """All that stands there changes at once, and is remembered."""
    async with running_browser(None) as browser, open_page(browser, daemon.url) as bedside:
        await bedside.page.locator("#language").select_option(language)
        await bedside.page.reload()
        await bedside.page.locator(f"html[lang={language}]").wait_for()

        await expect(bedside.page.locator("#start")).to_contain_text(re.compile("informert|informed"))
        await expect(bedside.page.locator("h2").nth(1)).to_have_text(re.compile("^(Ny samtale|New conversation)$"))
