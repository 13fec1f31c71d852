"""Language models that word a note: the gate, the fall-back and the wire."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx2
import pytest

from tests.scripted_writer import write_writer
from wardscribe.values import DraftNote
from wardscribed.errors import ModelError
from wardscribed.growing import Drafts
from wardscribed.note import templates
from wardscribed.note.backends.local import LocalWriter
from wardscribed.note.backends.openai import OpenAiWriter
from wardscribed.note.backends.worded import MODEL_FAILED, UNUSED, worded
from wardscribed.note.backends.wording import WriterError
from wardscribed.note.drafting import Draft
from wardscribed.note.templates import Library
from wardscribed.values import Transcript, Turn

TEMPLATE = templates.load()["strukturert"]
SAID = (
    Turn(1, "clinician", "Hvilke medisiner bruker du?"),
    Turn(2, "patient", "Jeg tar Eliquis fem milligram to ganger om dagen."),
    Turn(3, "clinician", "Jeg henviser deg til øyelege."),
)


class Scripted:
    """A writer whose answer is given."""

    name = "scripted"

    def __init__(self, *sentences: tuple[str, str, list[int]], text: str = "") -> None:
        listed = [{"section": s, "text": t, "evidence": e} for s, t, e in sentences]
        self.text = text or json.dumps({"sentences": listed})
        self.asked = ""

    def answer(self, question: str) -> str:
        """Remember the question and give the answer."""
        self.asked = question
        return self.text


def write(writer: Scripted) -> DraftNote:
    """Return the note that the writer words."""
    growing = Draft("nb", TEMPLATE)
    for turn in SAID:
        growing.receive(turn)
    growing.finish()
    return worded(growing, writer, TEMPLATE)


def texts(note: DraftNote) -> list[str]:
    """Return the sentences of a note."""
    return [s.text for part in note.sections for s in part.sentences]


def test_worded_keeps_what_the_evidence_carries() -> None:
    """A sentence of the evidence's words stands, with the turns as evidence and the model named."""
    writer = Scripted(("medikamenter", "Tar Eliquis 5 mg to ganger om dagen.", [1]))
    note = write(writer)
    assert "[1] (medikamenter, patient)" in writer.asked
    assert texts(note) == ["Tar Eliquis 5 mg to ganger om dagen."]
    assert note.written_by == "scripted"
    assert [left.reason for left in note.not_included if left.turn == 3] == [UNUSED]


@pytest.mark.parametrize(
    ("section", "text", "numbers"),
    [
        ("medikamenter", "Tar Eliquis 50 mg to ganger om dagen.", [1]),
        ("medikamenter", "Tar Marevan 5 mg to ganger om dagen.", [1]),
        ("medikamenter", "Tar ikke Eliquis 5 mg to ganger om dagen.", [1]),
        ("medikamenter", "Tar Eliquis 5 mg for atrieflimmer.", [1]),
        ("medikamenter", "Tar Eliquis 5 mg to ganger om dagen.", []),
        ("medikamenter", "Tar Eliquis 5 mg to ganger om dagen.", [99]),
        ("plan", "Tar Eliquis 5 mg to ganger om dagen.", [1]),
        ("vurdering", "Bør vurderes for hjertesvikt.", [2]),
    ],
)
def test_worded_drops_what_the_evidence_does_not_carry(section: str, text: str, numbers: list[int]) -> None:
    """Another number, drug, negation, reason, section or no evidence: the sentence is left out, with a reason."""
    good = ("plan", "Henviser til øyelege.", [2])
    note = write(Scripted((section, text, numbers), good))
    assert texts(note) == ["Henviser til øyelege."]
    assert text in [left.text for left in note.not_included]


def test_worded_says_nothing_twice() -> None:
    """The second of two like sentences is left out."""
    one = ("plan", "Henviser til øyelege.", [2])
    assert texts(write(Scripted(one, one))) == ["Henviser til øyelege."]


@pytest.mark.parametrize("text", ["", "I cannot help with that.", '{"sentences": 1}', '{"sentences": []}', "[1]"])
def test_worded_falls_back_with_a_warning(text: str) -> None:
    """Whatever a model answers, there is a note: the speakers' words, marked."""
    note = write(Scripted(text=text or "{"))
    assert note.warning == MODEL_FAILED
    assert note.written_by == "extractive"
    assert any("Eliquis 5 mg" in text for text in texts(note))


def server(reply: httpx2.Response | Exception) -> OpenAiWriter:
    """Return a writer whose server gives this reply."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        assert request.url == "http://vllm.test/v1/chat/completions"
        assert json.loads(request.content)["temperature"] == 0
        if isinstance(reply, Exception):
            raise reply
        return reply

    client = httpx2.Client(transport=httpx2.MockTransport(handle))
    return OpenAiWriter("http://vllm.test/v1/", "some-model", 5, client)


def test_openai_writer_returns_the_message() -> None:
    """The text of the first choice is the answer."""
    reply = httpx2.Response(200, json={"choices": [{"message": {"content": "{}"}}]})
    assert server(reply).answer("spørsmål") == "{}"


@pytest.mark.parametrize(
    "reply",
    [
        httpx2.Response(500),
        httpx2.Response(200, text="no json"),
        httpx2.Response(200, json={"choices": []}),
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("late"),
    ],
)
def test_openai_writer_names_the_fault_and_quotes_nothing(reply: httpx2.Response | Exception) -> None:
    """A server that is down, late or odd is a WriterError without what was asked."""
    with pytest.raises(WriterError) as caught:
        server(reply).answer("hemmelig")
    assert "hemmelig" not in str(caught.value)


def test_local_writer_names_what_a_folder_lacks(tmp_path: Path) -> None:
    """A folder without a model is a ModelError that lists the files."""
    with pytest.raises(ModelError, match=r"model\.bin, tokenizer\.json, config\.json"):
        LocalWriter(tmp_path)


def model_note(folder: Path) -> DraftNote:
    """Return the note that a local model words, by the path that a session takes."""
    growing = Drafts(Library(None), LocalWriter(folder, threads=1)).begin("nb", "strukturert")
    return growing(Transcript("nb", SAID), True)


def test_a_local_model_words_the_note_behind_the_gate(tmp_path: Path) -> None:
    """A real generator: what its evidence carries stands, an invented dose does not, its hash is named."""
    told = [
        {"section": "medikamenter", "text": "Tar Eliquis 5 mg to ganger om dagen.", "evidence": [1]},
        {"section": "medikamenter", "text": "Tar Eliquis 50 mg to ganger om dagen.", "evidence": [1]},
        {"section": "plan", "text": "Henviser til øyelege.", "evidence": [2]},
    ]
    note = model_note(write_writer(tmp_path / "model", {"sentences": told}))

    assert texts(note) == [told[0]["text"], told[2]["text"]]
    assert [left.reason for left in note.not_included if left.text == told[1]["text"]] == ["tall_uten_belegg"]
    assert re.fullmatch("ctranslate2:model@[0-9a-f]{12}", note.written_by)
    assert not note.warning


@pytest.mark.parametrize(
    ("answer", "positions"),
    [
        ("Her er notatet ditt:", 4096),
        ({"sentences": "none"}, 4096),
        ({"sentences": [{"section": "plan", "text": "Henviser til øyelege.", "evidence": [2]}]}, 64),
    ],
    ids=["chatter", "another form", "the prompt is longer than the model's context"],
)
def test_a_local_model_that_fails_leaves_the_speakers_words(
    tmp_path: Path, answer: dict[str, object] | str, positions: int
) -> None:
    """The note stands as it was drafted, with a visible mark."""
    note = model_note(write_writer(tmp_path / "model", answer, positions))

    assert note.warning == MODEL_FAILED
    assert any("Eliquis 5 mg" in text for text in texts(note))
