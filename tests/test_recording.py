"""When the microphone of a session is open, and what the daemon is told of it."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from wardscribe.client import Client
from wardscribe.errors import ClientError, MicrophoneError
from wardscribe.protocol import Role, Start
from wardscribe.recording import Recording, Told
from wardscribe.sources import Audio, Missing

SECOND = bytes(32_000)


class Room:
    """A microphone and a client, and in their order what happened to both."""

    def __init__(self) -> None:
        self.happened: list[object] = []
        self.sound: asyncio.Queue[bytes | Missing | ClientError] = asyncio.Queue()
        self._news = asyncio.Condition()
        self.recording = Recording(
            cast("Client", self),
            Start(channels=(Role.CLINICIAN,)),
            self._source,
            Told(lambda: self._note("heard"), lambda _: None, lambda error: self._note(error)),
        )

    def _note(self, what: object) -> None:
        self.happened.append(what)

    async def _source(self) -> Audio:
        self._note("opened")
        try:
            while True:
                match await self.sound.get():
                    case ClientError() as error:
                        raise error
                    case pcm:
                        yield pcm
        finally:
            self._note("closed")

    def start(self, _start: Start) -> None:
        self._note("start")

    def pause(self) -> None:
        self._note("pause")

    def resume(self) -> None:
        self._note("resume")

    def stop(self) -> None:
        self._note("stop")

    def lost(self, missing_ms: int) -> None:
        self._note(missing_ms)

    async def send_audio(self, pcm: bytes, _ahead_s: float) -> None:
        self._note(len(pcm))

    async def settle(self, *sound: bytes | Missing | ClientError) -> list[object]:
        """Let this be heard and everything come of it; return what happened since the last time."""
        for each in sound:
            self.sound.put_nowait(each)
        for _ in range(20):  # nothing here waits for anything outside the event loop
            await asyncio.sleep(0)
        happened, self.happened = self.happened, []
        return happened


async def test_a_pause_closes_the_microphone_before_the_daemon_is_told() -> None:
    """And after it the daemon is told once the microphone is heard again: what is shown is what is so."""
    room = Room()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.recording.run())
        assert await room.settle() == ["opened"]
        assert await room.settle(SECOND, Missing(40), SECOND) == ["start", "heard", 32_000, 40, 32_000]
        room.recording.pause()
        assert await room.settle(SECOND) == ["closed", "pause"]
        room.sound.get_nowait()
        room.recording.resume()
        assert await room.settle() == ["opened"]
        assert await room.settle(SECOND) == ["resume", "heard", 32_000]
        room.recording.stop()
        assert await room.settle() == ["closed", "stop"]


async def test_a_conversation_can_end_in_a_pause() -> None:
    """The microphone stays closed."""
    room = Room()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.recording.run())
        await room.settle(SECOND)
        room.recording.pause()
        await room.settle()
        room.recording.stop()
        assert await room.settle() == ["stop"]


async def test_a_change_of_mind_is_no_pause() -> None:
    """Resumed before the microphone was closed: it is opened again, and the daemon hears of nothing."""
    room = Room()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.recording.run())
        await room.settle(SECOND)
        room.recording.pause()
        room.recording.resume()
        assert await room.settle(SECOND) == ["closed", "opened", "heard", 32_000]
        room.recording.stop()


async def test_a_microphone_that_goes_away_ends_the_conversation() -> None:
    """What was heard is drafted; the person is told."""
    room = Room()
    error = MicrophoneError("unplugged")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.recording.run())
        await room.settle(SECOND)
        assert await room.settle(error) == ["closed", error, "stop"]
    assert room.recording.is_over


async def test_a_microphone_that_is_not_there_after_a_pause_leaves_it_paused() -> None:
    """It can be plugged in and opened once more: nothing is lost by it."""
    room = Room()
    error = MicrophoneError("unplugged")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.recording.run())
        await room.settle(SECOND)
        room.recording.pause()
        await room.settle()
        room.recording.resume()
        assert await room.settle(error) == ["opened", "closed", error]
        assert room.recording.is_paused
        room.recording.resume()
        assert await room.settle(SECOND) == ["opened", "resume", "heard", 32_000]
        room.recording.stop()


async def test_a_microphone_that_is_never_heard_is_an_error() -> None:
    """There is no session then, and nothing is said to the daemon."""
    room = Room()
    room.sound.put_nowait(MicrophoneError("unplugged"))

    with pytest.raises(MicrophoneError):
        await room.recording.run()
    assert room.happened == ["opened", "closed"]


async def test_who_stops_before_anything_is_heard_has_no_session() -> None:
    """The microphone is closed, and the daemon is told nothing."""
    room = Room()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.recording.run())
        await room.settle()
        room.recording.stop()
        assert await room.settle() == ["closed"]
    assert not room.recording.has_begun


async def test_it_ends_by_itself_after_so_much_sound() -> None:
    """Pauses do not count."""
    room = Room()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.recording.run(limit_s=2))
        await room.settle(SECOND)
        room.recording.pause()
        await room.settle()
        room.recording.resume()
        assert await room.settle(SECOND, SECOND) == ["opened", "resume", "heard", 32_000, "closed", "stop"]
