"""How quick the bedside page is: a committed word → painted, typing in a long review, and what recording costs.

`python -m benchmarks.page --json`.  Needs chromium and, for the cost of recording, pulseaudio.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks import usage
from benchmarks.daemon import running_daemon
from benchmarks.long_talk import LongTalk
from benchmarks.shown import percentiles
from tests.e2e.browser import STEREO, Bedside, open_page, running_browser
from tests.soundserver import SoundServer, running_sound_server
from wardscribe.demo import CONSULTATION

_LINES = 1_000
_COMMITS = 100
_TYPED = "Pasienten har hatt vondt i ryggen siden tirsdag og sover dårlig. " * 3
_KEY_MS = 30
_RECORDED_S = 30

_WATCH_PAINT = """() => {
  window.painted = {};
  const look = () => {
    const last = document.querySelector('#lines li:last-child .words')?.textContent.match(/ord\\d+/g)?.at(-1);
    if (!last) return;
    requestAnimationFrame(() => setTimeout(() => { painted[last] ??= performance.timeOrigin + performance.now(); }));
  };
  new MutationObserver(look).observe(document.querySelector('#lines'), { childList: true, subtree: true });
}"""
_WATCH_FRAMES = """() => {
  window.frames_ms = [];
  let before = performance.now();
  const frame = (now) => { frames_ms.push(now - before); before = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""


async def painted(lines: int) -> dict[str, Any]:
    """Return how long a committed word takes to the screen beside so many lines, and how typing in the review goes."""
    talk = LongTalk(lines, _COMMITS)
    async with talk.serving() as url, running_browser(None) as browser, open_page(browser, "about:blank") as bedside:
        await bedside.page.add_init_script(f"addEventListener('DOMContentLoaded', {_WATCH_PAINT})")
        await bedside.page.goto(url.replace("ws", "http", 1))
        await talk.is_said.wait()
        await bedside.has_state("review")
        at: dict[str, float] = await bedside.page.evaluate("painted")
        delays = [at[f"ord{i}"] / 1000 - said for i, said in enumerate(talk.said_at) if f"ord{i}" in at]
        return {
            "lines": lines,
            "words": len(delays),
            "painted_s": percentiles(delays),
            **await typed(bedside),
        }


async def typed(bedside: Bedside) -> dict[str, Any]:
    """Return the frames a second while a sentence of the review is typed."""
    page = bedside.page
    await page.locator("#sections .said").first.focus()
    await page.keyboard.press("e")
    await page.evaluate(_WATCH_FRAMES)
    await page.keyboard.type(_TYPED, delay=_KEY_MS)
    frames: list[float] = (await page.evaluate("frames_ms"))[1:]
    return {
        "typing_fps": round(1000 / statistics.mean(frames), 1),
        "typing_frame_s": percentiles([ms / 1000 for ms in frames], (50, 95, 100)),
    }


def processes() -> dict[int, str]:
    """Return the browser's processes that this one started: pid → what it is for."""
    found = {}
    for pid in usage.family(os.getpid()):
        command = usage.command(pid)
        kinds = re.search(r"--utility-sub-type=(\w+)", command) or re.search(r"--type=([\w-]+)", command)
        if "chromium" in command and kinds:
            found[pid] = kinds[1]
        elif "/chromium " in command:
            found[pid] = "browser"
    return found


async def recording(server: SoundServer, url: str) -> dict[str, float]:
    """Return what recording costs the browser's processes, in per cent of a core."""
    async with running_browser(server) as browser, open_page(browser, url + STEREO) as bedside:
        await bedside.start()
        with server.play(CONSULTATION) as playing:
            await asyncio.sleep(5)
            before, began = {pid: usage.own_cpu_s(pid) for pid in processes()}, time.monotonic()
            await asyncio.sleep(_RECORDED_S)
            cost: defaultdict[str, float] = defaultdict(float)
            for pid, kind in processes().items():
                cost[kind] += 100 * (usage.own_cpu_s(pid) - before.get(pid, 0)) / (time.monotonic() - began)
            playing.terminate()
        await bedside.discard()
    return {f"recording_{kind}_percent": round(percent, 1) for kind, percent in sorted(cost.items())}


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("benchmarks.page")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures: dict[str, Any] = {"few": await painted(10), "many": await painted(_LINES)}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sound_server(Path(folder), channels=2) as server,
        running_daemon(Path(folder) / "daemon.log") as daemon,
    ):
        figures["recording"] = await recording(server, daemon.url)
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
