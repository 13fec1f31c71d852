"""When the bedside page listens, with which microphone, and what becomes of a talk whose microphone goes away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

import pytest
from playwright.async_api import Browser, expect

from benchmarks.daemon import Daemon
from tests.e2e.browser import STEREO, Bedside, http_address, needs_browser, open_page, running_browser
from tests.soundserver import MICROPHONE, SoundServer

pytestmark = [needs_browser, pytest.mark.timeout(300)]
OTHER = "OtherMic"
_TELL = """
  const tracks = [];
  const live = () => tracks.filter(({ readyState }) => readyState === "live").map(({ label }) => label);
  setInterval(() => (document.documentElement.dataset.hears = live().join()), 50);
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
"""


@asynccontextmanager
async def telling(browser: Browser, url: str) -> AsyncIterator[Bedside]:
    """Open the page and have it tell which of its tracks are live: the browser's sign is lit while one is."""
    async with open_page(browser, "about:blank") as bedside:
        await bedside.page.add_init_script(_TELL)
        await bedside.page.goto(http_address(url))
        yield bedside


async def hears(bedside: Bedside, *names: str) -> None:
    """Wait until the page listens to these microphones and to no other."""
    await expect(bedside.page.locator("html")).to_have_attribute("data-hears", ",".join(names))


@contextmanager
def second_microphone(server: SoundServer) -> Iterator[Callable[[], str]]:
    """A microphone that is there until it is pulled out, which the yielded function does."""
    server.control("set-default-source", MICROPHONE)
    module = server.add_microphone(OTHER)
    try:
        yield lambda: server.control("unload-module", module)
    finally:
        if f"source_name={OTHER} " in server.control("list", "short", "modules"):
            server.control("unload-module", module)


async def test_the_microphone_is_off_while_nobody_is_recorded(daemon: Daemon, sound_server: SoundServer) -> None:
    """Paused, reloaded then, stopped, reloaded in review, discarded: the browser's sign is out."""
    async with running_browser(sound_server) as browser, telling(browser, daemon.url + STEREO) as bedside:
        await hears(bedside, MICROPHONE)
        await bedside.start()
        await hears(bedside, MICROPHONE)
        await bedside.press("pause")
        await hears(bedside)
        await bedside.page.reload()
        await bedside.has_state("paused")
        await bedside.page.locator("#link[data-link=connected]").wait_for()
        await hears(bedside)
        await bedside.press("resume")
        await bedside.has_state("recording")
        await hears(bedside, MICROPHONE)
        await bedside.press("stop")
        await hears(bedside)
        await bedside.has_state("review")
        await bedside.page.reload()
        await bedside.has_state("review")
        await hears(bedside)
        await bedside.discard()
        await hears(bedside)
        await bedside.press("again")
        await hears(bedside, MICROPHONE)


async def test_the_last_syllable_is_sent_before_a_pause(daemon: Daemon, sound_server: SoundServer) -> None:
    """What is heard when a person presses the button does not wait for a chunk to be full: it goes before the step."""
    sent: list[str | bytes] = []
    async with running_browser(sound_server) as browser, telling(browser, daemon.url + STEREO) as bedside:
        bedside.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
        await bedside.page.reload()
        await bedside.start()
        for _ in range(3):  # the button may be pressed just when a chunk is full
            await bedside.page.wait_for_timeout(500)
            await bedside.press("pause")
            await bedside.has_state("paused")
            await bedside.press("resume")
            await bedside.has_state("recording")
        await bedside.discard()

    steps = [at for at, frame in enumerate(sent) if isinstance(frame, str) and '"pause"' in frame]
    chunks = [[len(frame) for frame in sent[:at] if isinstance(frame, bytes)] for at in steps]
    assert len(chunks) == 3
    assert min(before[-1] for before in chunks) < max(chunks[0])


async def test_a_talk_goes_on_with_another_microphone(daemon: Daemon, sound_server: SoundServer) -> None:
    """Where one is pulled out, nothing else is listened to in its place: the page pauses, says so, and asks."""
    async with running_browser(sound_server) as browser, telling(browser, daemon.url + STEREO) as bedside:
        with second_microphone(sound_server) as pull_out:
            await hears(bedside, MICROPHONE)
            await bedside.page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
            await bedside.page.locator("#microphone option", has_text=OTHER).wait_for(state="attached")
            await bedside.page.locator("#microphone").select_option(OTHER)
            await hears(bedside, OTHER)
            await bedside.start()
            pull_out()
            await bedside.has_state("paused")
        await hears(bedside)
        await expect(bedside.page.locator("#says")).to_contain_text("Mikrofonen ble borte")
        await bedside.press("resume")
        await bedside.has_state("recording")
        await hears(bedside, MICROPHONE)
        await bedside.page.locator("#alert", has_text=MICROPHONE).wait_for()
        await bedside.discard()


async def test_only_approved_microphones_are_opened(
    run_daemon: Callable[..., AbstractContextManager[Daemon]], sound_server: SoundServer
) -> None:
    """Others are marked and cannot be chosen; where there is no other, there is no recording."""
    with run_daemon(tables=f'[capture]\napproved = ["{OTHER.lower()}"]') as daemon:
        async with running_browser(sound_server) as browser, telling(browser, daemon.url + STEREO) as bedside:
            page = bedside.page
            await page.locator("#microphone-says", has_text="godkjent").wait_for()
            await bedside.press("start")
            await page.locator("#alert", has_text="godkjent").wait_for()
            await hears(bedside)
            with second_microphone(sound_server):
                await bedside.press("start")
                await bedside.has_state("recording")
                await hears(bedside, OTHER)
                marked = page.locator("#microphone option", has_text="ikke godkjent")
                await expect(marked).to_have_count(1)
                await expect(marked).to_be_disabled()
                await bedside.discard()
