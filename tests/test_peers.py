"""What other servers send, read as text that was shown."""

import json
from typing import Any

import numpy as np
import pytest

from benchmarks.generated import Consultation, Spoken
from benchmarks.peers.__main__ import chosen
from benchmarks.peers.realtimestt import RealtimeSTT
from benchmarks.peers.whisperlive import WhisperLive
from benchmarks.peers.whisperlivekit import WhisperLiveKit
from benchmarks.peers.wyoming import Wyoming, utterances
from benchmarks.shown import Shown


def _messages(*events: Any) -> list[tuple[float, str]]:
    return [(float(at_s), json.dumps(event)) for at_s, event in enumerate(events)]


def _texts(shown: list[Shown]) -> list[tuple[float, list[str], list[str]]]:
    return [(s.at_s, s.committed.split(), s.text.split()) for s in shown]


def test_whisperlivekit_commits_lines_and_not_its_buffer() -> None:
    """A line for silence has no text; messages without lines show nothing."""
    silence = {"speaker": -2, "text": None}
    read = WhisperLiveKit().read(
        _messages(
            {"type": "config"},
            {"lines": [], "buffer_transcription": "jeg"},
            {"lines": [{"speaker": 1, "text": "Jeg sover."}, silence], "buffer_transcription": " Det"},
            {"type": "ready_to_stop"},
        )
    )
    assert _texts(list(read)) == [(1, [], ["jeg"]), (2, ["Jeg", "sover."], ["Jeg", "sover.", "Det"])]


def test_whisperlive_commits_completed_segments_and_remembers_those_that_scrolled_away() -> None:
    """A message has the last segments only."""
    one = {"start": "0.0", "end": "1.0", "text": "Jeg sover.", "completed": True}
    two = {"start": "1.0", "end": "2.0", "text": "Det går", "completed": False}
    read = WhisperLive().read(
        _messages({"message": "SERVER_READY"}, {"segments": [one, two]}, {"segments": [{**two, "completed": True}]})
    )
    assert _texts(list(read)) == [
        (1, ["Jeg", "sover."], ["Jeg", "sover.", "Det", "går"]),
        (2, ["Jeg", "sover.", "Det", "går"], ["Jeg", "sover.", "Det", "går"]),
    ]


def test_realtimestt_commits_stable_text_until_the_final_takes_its_place() -> None:
    """Other events carry no text."""
    read = RealtimeSTT().read(
        _messages(
            {"type": "status"},
            {"type": "realtime", "text": "jeg over", "committedStableText": "jeg"},
            {"type": "final", "text": "Jeg sover."},
            {"type": "realtime", "text": "det", "committedStableText": ""},
        )
    )
    assert _texts(list(read)) == [
        (1, ["jeg"], ["jeg", "over"]),
        (2, ["Jeg", "sover."], ["Jeg", "sover."]),
        (3, ["Jeg", "sover."], ["Jeg", "sover.", "det"]),
    ]


def test_wyoming_answers_are_put_in_the_order_of_the_sentences() -> None:
    """The second sentence may be answered first."""
    read = Wyoming().read(_messages([1, "Det går."], [0, "Jeg sover."]))
    assert _texts(list(read))[-1][1] == ["Jeg", "sover.", "Det", "går."]


def test_wyoming_is_told_every_sentence_whole() -> None:
    """The pieces of a sentence end with it, a little pause included, and none is sent before it was spoken."""
    spoken = (Spoken(0, "Ja.", 0, 250), Spoken(0, "Nei.", 600, 900))
    talk = Consultation("t", np.zeros((16_000 * 2, 1), np.int16), spoken, has_word_times=True)
    first, second = utterances(talk)
    assert [at_s for at_s, _ in first.pieces] == pytest.approx([0.1, 0.2, 0.3, 0.35])
    assert second.end_s == pytest.approx(1.0)
    assert second.pieces[0][0] == pytest.approx(0.45)


def test_an_unknown_peer_is_refused_by_name() -> None:
    """A typing error must not measure nothing."""
    with pytest.raises(SystemExit, match="nobody"):
        chosen(["nobody"])
    assert [peer.name for peer in chosen(["wyoming"])] == ["wyoming"]
