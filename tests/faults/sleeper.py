"""A laptop that a test lets sleep: a conversation in a process of its own, which prints how far it is, then its words.

    python -m tests.faults.sleeper URL UTTERANCES

Pings come quickly here, so that a sleep of two seconds is longer than their time-out.
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.faults.ward import Talk, conversation
from wardscribe import connecting


async def _hold(url: str, utterances: int) -> None:
    talk = Talk(conversation(utterances), speed=2.0)
    holding = asyncio.create_task(talk.hold(url))
    while not holding.done():
        print(talk.progress, flush=True)
        await asyncio.wait([holding], timeout=0.1)
    await holding
    disconnected = sum(type(event).__name__ == "Disconnected" for event in talk.events)
    told = {"transcript": talk.transcript(), "notes": len(talk.notes), "disconnected": disconnected}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    connecting._PING_S, connecting._PING_TIMEOUT_S = 0.2, 0.5  # type: ignore[assignment]
    asyncio.run(_hold(sys.argv[1], int(sys.argv[2])))
