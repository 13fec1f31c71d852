"""Transcript files in, transcripts out."""

from __future__ import annotations

from typing import Any

import pytest

from wardscribed.errors import TranscriptError
from wardscribed.note import transcripts
from wardscribed.values import Transcript, Turn

TURN = {"id": 1, "speaker": "patient", "text": "Sentinel."}


def test_read_keeps_order_ids_and_speakers() -> None:
    """A transcript is what the file says, an unknown speaker is None."""
    data = {"language": "nb", "turns": [TURN, {"id": 7, "speaker": None, "text": "Ja."}, {"id": 3, "text": "Nei."}]}
    assert transcripts.read(data) == Transcript(
        "nb", (Turn(1, "patient", "Sentinel."), Turn(7, None, "Ja."), Turn(3, None, "Nei."))
    )


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"turns": []}, "language"),
        ({"language": "sv", "turns": []}, "language"),
        ({"language": "nb"}, "turns"),
        ({"language": "nb", "turns": {}}, "turns"),
        ({"language": "nb", "turns": [{**TURN, "id": "1"}]}, "turns[0].id"),
        ({"language": "nb", "turns": [TURN, TURN]}, "turns[1].id"),
        ({"language": "nb", "turns": [{**TURN, "speaker": "sentinel"}]}, "turns[0].speaker"),
        ({"language": "nb", "turns": [{**TURN, "sound": 1}]}, "turns[0].sound"),
        ({"language": "nb", "turns": [{"id": 1}]}, "turns[0].text"),
        ([], "object"),
    ],
)
def test_read_names_the_field_and_quotes_nothing(data: Any, named: str) -> None:
    """What is wrong is named; what was said is not quoted."""
    with pytest.raises(TranscriptError) as caught:
        transcripts.read(data)
    assert named in str(caught.value)
    assert "entinel" not in str(caught.value)
