"""Sessions of all kinds at once on the real models: everybody is heard, nobody's request breaks another's batch."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from wardscribe.demo import CONSULTATION, ROLES
from wardscribe.protocol import Commit, DraftNote, Start, State
from wardscribe.soundfile import open_sound
from wardscribed import assembly
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.config import Config, ModelConfig
from wardscribed.session import Session
from wardscribed.utterance import UtteranceSettings
from wardscribed.values import SAMPLE_RATE, Transcript

FRAME = 2 * len(ROLES)
GLOSSARIES = ("", "metoprolol, furosemid", ", ".join(f"legemiddel {n}" for n in range(60)))


def no_note(transcript: Transcript, _: bool) -> DraftNote:
    """Drafting has its own tests."""
    return DraftNote("t", transcript.language, ())


def sessions() -> list[Session]:
    """Every language with every kind of prompt, short sentences and speech without a pause, begun at odd offsets."""
    with_pauses, without = EndpointSettings(), EndpointSettings(min_silence_ms=2000, soft_silence_ms=2000)
    return [
        Session(
            str(number),
            Start(language, channels=ROLES),
            no_note,
            with_pauses if number % 2 else without,
            80,
            utterances=UtteranceSettings(prompt=prompt),
        )
        for number, (language, prompt) in enumerate(itertools.product(("nb", "nn", "en"), GLOSSARIES))
    ]


async def test_a_mixed_load_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    """Languages, prompts and lengths share two workers and their batches; each session ends with its words."""
    sound = open_sound(CONSULTATION)
    pcm = b"".join(sound.chunks(SAMPLE_RATE))
    config = Config(model=ModelConfig(workers=2, threads=1))
    engine = await asyncio.to_thread(assembly.build_engine, config)
    moving, running = asyncio.create_task(engine.run()), sessions()
    for session in running:
        engine.add(session)
    for second in range(12):
        for number, session in enumerate(running):
            first = (second * SAMPLE_RATE + 1_777 * number) * FRAME
            session.receive_audio(session.received, pcm[first : first + SAMPLE_RATE * FRAME])
        engine.wake()
        await asyncio.sleep(0.1)
    for session in running:
        session.stop()
    engine.wake()
    async with asyncio.timeout(100):
        for session in running:
            viewer = session.log.open_viewer(0)
            while session.state is not State.REVIEW:
                await viewer.take()
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)

    committed = {s.id: sum(len(e.words) for e in s.log.since(0) if isinstance(e, Commit)) for s in running}
    assert all(committed[s.id] >= 8 for s in running if s.language != "en" and not s.prompt), committed
    assert "failed" not in caplog.text
