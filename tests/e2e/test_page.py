"""The bedside page in a real browser, with a real daemon and a microphone that speaks: from start to approved."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from benchmarks.daemon import Daemon
from tests.e2e.browser import STEREO, needs_browser, open_page, running_browser, speak
from tests.faults.line import Line
from tests.peer import open_peer
from tests.soundserver import SoundServer
from wardscribe import protocol
from wardscribe.demo import CONSULTATION

pytestmark = [needs_browser, pytest.mark.timeout(300)]


async def test_from_start_to_an_approved_note(daemon: Daemon, sound_server: SoundServer) -> None:
    """A whole consultation: few presses lead to a note that stands on the page, while the daemon forgets it."""
    async with running_browser(sound_server) as browser, open_page(browser, daemon.url + STEREO) as bedside:
        page = bedside.page
        await bedside.start()
        await speak(sound_server, CONSULTATION)
        await bedside.hears("metoprolol")
        await page.locator("#sections .sentence").first.wait_for()  # the note grows while people talk
        await bedside.press("stop")
        await bedside.has_draft()
        doubts = await page.locator(".sentence.must").count()
        is_held = str(doubts > 0).lower()  # what was heard with doubt is to be looked at first
        await expect(page.locator("#approve")).to_have_attribute("aria-disabled", is_held)
        presses = await bedside.look_at_doubts()
        assert presses <= 2, "start, stop, a screenful of doubts or two, approve: five at most"
        await bedside.press("approve")
        await bedside.has_state("written")

        await expect(page.locator("#approved-note")).to_contain_text("metoprolol", ignore_case=True)
        await expect(page.locator("#lines li")).to_have_count(0)  # only the note is left
        await bedside.press("copy")
        await page.wait_for_function("navigator.clipboard.readText().then((text) => /metoprolol/i.test(text))")
        await bedside.press("again")
        await expect(page.locator("#approved-note")).to_be_hidden()
        assert bedside.faults == []


async def test_a_cut_connection_loses_nothing(daemon: Daemon, sound_server: SoundServer, beginning: Path) -> None:
    """Cut in the middle of speech, for seconds: the page says so, and every word stands there in the end."""
    line = Line(urlsplit(daemon.url).port or 0)
    async with (
        line.laid() as url,
        running_browser(sound_server) as browser,
        open_page(browser, url + STEREO) as bedside,
    ):
        await bedside.start()
        speaking = asyncio.create_task(speak(sound_server, beginning))
        await bedside.hears("godt? morgen|morgen")
        port, line.port = line.port, 0
        line.cut()
        await bedside.page.locator("#link[data-link=lost]").wait_for()
        await asyncio.sleep(3)
        line.port = port
        await bedside.page.locator("#link[data-link=connected]").wait_for()
        await speaking

        await bedside.has_said("tatt opp", "greit", "sol", "tungpustet", "hoven")
        assert await bedside.page.locator("#lines .gap").count() == 0
        await bedside.discard()


async def test_a_note_that_was_approved_elsewhere_is_not_shown(
    daemon: Daemon, sound_server: SoundServer, beginning: Path
) -> None:
    """Away while another client changed and approved the note, the page says so, and shows and copies none."""
    line = Line(urlsplit(daemon.url).port or 0)
    async with (
        line.laid() as url,
        running_browser(sound_server) as browser,
        open_page(browser, url + STEREO) as bedside,
        open_peer(daemon.url) as desk,
    ):
        await bedside.start()
        await speak(sound_server, beginning)
        await bedside.has_said("hoven")
        await bedside.press("stop")
        await bedside.has_draft()
        port, line.port = line.port, 0
        line.cut()
        await bedside.page.locator("#link[data-link=lost]").wait_for()
        session = await bedside.page.evaluate("JSON.parse(sessionStorage['wardscribe.session']).session")
        await desk.say(protocol.Watch(session))
        note = await desk.expect(protocol.Note, lambda event: event.final)
        await desk.say(protocol.Take())
        section = next(section for section in note.note.sections if section.sentences)
        await desk.say(protocol.Edit(section.id, 0, "Endret ved pulten."))
        changed = await desk.expect(protocol.Note, lambda event: event.hash != note.hash)
        await desk.say(protocol.Approve(changed.hash))
        await desk.expect_state(protocol.State.WIPED)
        line.port = port

        await bedside.has_state("written")
        await expect(bedside.page.locator("#done-text")).to_contain_text("kan ikke vises her")
        await expect(bedside.page.locator("#approved-note")).to_be_empty()
        await expect(bedside.page.locator("#copy")).to_be_hidden()


async def test_a_reload_goes_on(daemon: Daemon, sound_server: SoundServer, beginning: Path) -> None:
    """The words come back and the recording goes on by itself; only what was said meanwhile is missing, and marked."""
    async with running_browser(sound_server) as browser, open_page(browser, daemon.url + STEREO) as bedside:
        await bedside.start()
        await speak(sound_server, beginning)
        await bedside.has_said("hoven")
        before = await bedside.said()
        await bedside.page.reload()
        await bedside.has_state("recording")
        await speak(sound_server, beginning)
        await bedside.page.locator("#lines .gap").wait_for()
        said_again = bedside.page.locator("#lines .words", has_text="hoven")
        await expect(said_again).to_have_count(2)

        assert (await bedside.said()).startswith(before)
        stored = await bedside.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
        assert "clinician" in stored, "who speaks on which channel"
        assert not [word for word in ("hoven", "tungpustet") if word in stored]
        await bedside.discard()
