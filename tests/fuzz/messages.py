"""Messages by chance: right ones, nearly right ones and rubbish."""

from __future__ import annotations

import dataclasses
import enum
import json
import random
import typing
from typing import Any

from wardscribe import protocol

_TEXTS: list[Any] = [
    "",
    "x",
    "\x00",
    "æøå",
    "\ud800",
    "😀" * 50,
    "a" * 5_000,
    "plan",
    "strukturert",
    "nb",
    "-1",
    "null",
    '"',
    "\\",
]
_NUMBERS = [0, 1, -1, 2, 7, 2**31, 2**63 - 1, 2**63, -(2**63), 10**30, 1.5, float("nan"), float("inf"), 1e308]
_OTHERS: list[Any] = [None, True, False, [], {}, [[]], [1, "x"], {"a": 1}]


class Messages:
    """An endless source of messages from a client, by a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._sample = 0

    def next(self) -> str | bytes:
        """Return the next message."""
        kind = self._chance.random()
        if kind < 0.35:
            return self._audio()
        if kind < 0.75:
            return self._event(wrong=0.0)
        if kind < 0.9:
            return self._event(wrong=0.3)
        if kind < 0.97:
            return self._torn(self._event(wrong=0.1))
        return self._rubbish() if kind < 0.985 else self._chance.randbytes(self._chance.randrange(40))

    def _audio(self) -> bytes:
        jump = 2**40 if self._chance.random() < 0.02 else self._chance.choice([0, 0, 0, 0, 0, 1, -5, 160])
        self._sample = max(0, self._sample + jump)
        pcm = self._chance.randbytes(self._chance.choice([0, 2, 4, 3, 640, 1_280, 3_200]))
        message = protocol.encode_audio(min(self._sample, 2**64 - 1), pcm)
        self._sample += len(pcm) // 2
        return message

    def _event(self, wrong: float) -> str:
        name = self._chance.choice(list(protocol.CLIENT_EVENTS))
        cls = protocol.CLIENT_EVENTS[name]
        hints = typing.get_type_hints(cls)
        data: dict[str, Any] = {"type": name}
        for field in dataclasses.fields(cls):
            if self._chance.random() < 0.7 or field.default is dataclasses.MISSING:
                is_wrong = self._chance.random() < wrong
                data[field.name] = self._anything() if is_wrong else self._value(hints[field.name])
        if self._chance.random() < wrong:
            data[self._chance.choice(_TEXTS)] = self._anything()
        return json.dumps(data)

    def _value(self, kind: Any) -> Any:
        if typing.get_origin(kind) is tuple:
            return [self._value(typing.get_args(kind)[0]) for _ in range(self._chance.randrange(4))]
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return str(self._chance.choice(list(kind)).value)
        if kind is bool:
            return self._chance.random() < 0.5
        if kind is int:
            return self._chance.choice([0, 0, 1, 2, 60_000, -1])
        return self._chance.choice(["", "nb", "strukturert", "plan", "x", "A" * 80])

    def _anything(self) -> Any:
        return self._chance.choice(self._chance.choice([_TEXTS, _NUMBERS, _OTHERS]))

    def _torn(self, text: str) -> str:
        at = self._chance.randrange(len(text))
        return self._chance.choice([text[:at], text[at:], text[:at] + self._rubbish() + text[at:], text + text])

    def _rubbish(self) -> str:
        return "".join(chr(self._chance.randrange(0xD800)) for _ in range(self._chance.randrange(12)))


def sendable(message: str | bytes) -> str | bytes:
    """Return the message as a websocket can carry it: text is UTF-8, so without lone surrogates."""
    return message if isinstance(message, bytes) else message.encode("utf-8", "replace").decode()
