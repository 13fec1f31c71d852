"""What was heard with doubt, on the bedside page: looked at a screenful at a time, beside what was heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import expect

from benchmarks.long_talk import LongTalk
from tests.e2e.browser import Bedside, needs_browser, open_page, running_browser
from tests.e2e.test_page_review import is_accessible

pytestmark = [needs_browser, pytest.mark.timeout(300)]
SMALL = {"width": 1024, "height": 600}
_DOUBTS = 20
_LIT = """(all) => all.map((one) => {
  const [box, pane] = [one, document.querySelector("#note")].map((node) => node.getBoundingClientRect());
  const isWhole = box.top >= pane.top && box.bottom <= pane.bottom;
  return [one.dataset.index, isWhole, one.querySelector(".heard mark").textContent];
})"""


@asynccontextmanager
async def long_review() -> AsyncIterator[Bedside]:
    """A draft with more doubts than a small screen holds."""
    talk = LongTalk(20 * _DOUBTS, 0)
    async with (
        talk.serving() as url,
        running_browser(None) as browser,
        open_page(browser, url, viewport=SMALL) as bedside,
    ):
        await bedside.has_draft()
        await expect(bedside.page.locator(".sentence.must")).to_have_count(_DOUBTS)
        yield bedside


async def left(bedside: Bedside, count: int) -> None:
    """Wait until so many doubts are left."""
    await expect(bedside.page.locator(".sentence.must")).to_have_count(count)


async def test_a_press_takes_a_screenful() -> None:
    """Whatever counts as looked at stood on the screen whole, beside what was heard for it, its doubted word marked."""
    seen: list[str] = []
    presses = 0
    async with long_review() as bedside:
        while len(seen) < _DOUBTS:
            await bedside.page.keyboard.press("F8")
            presses += 1
            lit: list[Any] = await bedside.page.locator(".sentence.lit").evaluate_all(_LIT)
            assert [(is_whole, doubted) for _, is_whole, doubted in lit] == [(True, "vondt")] * len(lit)
            seen += [index for index, _, _ in lit]
            await left(bedside, _DOUBTS - len(seen))
        await expect(bedside.page.locator("#approve")).to_have_attribute("aria-disabled", "false")

    assert seen == [str(index) for index in range(_DOUBTS)]
    assert 1 < presses < _DOUBTS / 2


async def test_a_press_too_much_looks_at_nothing() -> None:
    """Who presses twice in a hurry has neither approved nor skipped what there was to see."""
    async with long_review() as bedside:
        page = bedside.page
        await page.locator("#approve").dblclick(force=True)  # it says that it is disabled
        await page.keyboard.press("Control+Enter")
        await page.locator("#alert", has_text=str(_DOUBTS)).wait_for()
        await left(bedside, _DOUBTS)
        await page.locator("#next-flag").dblclick()
        await page.locator(".sentence.lit").first.wait_for()
        await left(bedside, _DOUBTS - await page.locator(".sentence.lit").count())
        await is_accessible(bedside)
        await bedside.has_state("review")
