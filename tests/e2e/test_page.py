"""The bedside page in a real browser, with a real daemon and a microphone that speaks: from start to approved."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.daemon import Daemon
from tests.e2e.browser import Bedside, needs_browser, open_page, running_browser
from tests.faults.line import Line
from tests.peer import consultation
from tests.soundserver import SoundServer, running_sound_server
from wardscribe.demo import CONSULTATION

pytestmark = [needs_browser, pytest.mark.timeout(300)]
STEREO = "/?who=clinician,patient"


@pytest.fixture(scope="module")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    """A sound server whose microphone has a channel for each of two people."""
    with running_sound_server(tmp_path_factory.mktemp("sound"), channels=2) as server:
        yield server


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 20 s of the bundled consultation."""
    path = tmp_path_factory.mktemp("sound") / "beginning.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(consultation(20))
    return path


async def speak(server: SoundServer, sound: Path) -> None:
    """Speak a file into the microphone, to its end."""
    with server.play(sound) as playing:
        await asyncio.to_thread(playing.wait)


async def test_from_start_to_an_approved_note(daemon: Daemon, sound_server: SoundServer) -> None:
    """A whole consultation: few presses lead to a note that stands on the page, while the daemon forgets it."""
    async with running_browser(sound_server) as browser, open_page(browser, daemon.url + STEREO) as bedside:
        page = bedside.page
        await bedside.start()
        await speak(sound_server, CONSULTATION)
        await bedside.hears("metoprolol")
        assert await page.locator("#sections .sentence").count() > 0, "the note grows while people talk"
        await bedside.press("stop")
        await bedside.has_state("review")
        doubts = await bedside.look_at_doubts()
        await bedside.press("approve")
        await bedside.has_state("written")

        assert "metoprolol" in (await page.locator("#approved-note").inner_text()).lower()
        assert await page.locator("#lines li").count() == 0, "only the note is left"
        assert 4 + doubts <= 5  # informed, start, stop, approve
        await bedside.press("copy")
        assert "metoprolol" in (await page.evaluate("navigator.clipboard.readText()")).lower()
        await bedside.press("again")
        assert await page.locator("#approved-note").is_hidden()
        assert bedside.faults == []


async def test_a_cut_connection_loses_nothing(daemon: Daemon, sound_server: SoundServer, beginning: Path) -> None:
    """Cut in the middle of speech, for seconds: the page says so, and every word stands there in the end."""
    line = Line(urlsplit(daemon.url).port or 0)
    async with line.laid() as url, running_browser(sound_server) as browser, open_page(browser, url + STEREO) as bedside:
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
        await bedside.hears("hoven")

        said = (await bedside.said()).lower()
        assert all(word in said for word in ("tatt opp", "greit", "sol", "tungpustet", "hoven")), said
        assert await bedside.page.locator("#lines .gap").count() == 0
        await discard(bedside)


async def test_a_reload_goes_on(daemon: Daemon, sound_server: SoundServer, beginning: Path) -> None:
    """The words come back and the recording goes on by itself; only what was said meanwhile is missing, and marked."""
    async with running_browser(sound_server) as browser, open_page(browser, daemon.url + STEREO) as bedside:
        await bedside.start()
        await speak(sound_server, beginning)
        await bedside.hears("hoven")
        before = await bedside.said()
        await bedside.page.reload()
        await bedside.has_state("recording")
        await speak(sound_server, beginning)
        await bedside.page.locator("#lines .gap").wait_for()
        await bedside.page.wait_for_function("document.querySelector('#lines').innerText.match(/hoven/gi).length === 2")

        assert (await bedside.said()).startswith(before)
        assert await bedside.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})") != ""
        stored = await bedside.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
        assert "hoven" not in stored
        await discard(bedside)


async def discard(bedside: Bedside) -> None:
    """Throw the session away, as a person does, and see that the browser complained of nothing."""
    await bedside.press("discard")
    await bedside.page.locator("#sure button[value=discard]").click()
    await bedside.has_state("discarded")
    assert await bedside.page.locator("#lines li").count() == 0
    assert [fault for fault in bedside.faults if "WebSocket" not in fault] == []
