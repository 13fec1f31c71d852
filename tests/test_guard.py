"""What is not believed, and what must be."""

from __future__ import annotations

import pytest

from wardscribed.speech.guard import PHANTOMS, DecodedRow, guarded, plain
from wardscribed.values import Word


def row(
    text: str, logprob: float = -0.3, no_speech: float = 0.01, prompt: str = "", seconds: float = 0.0
) -> DecodedRow:
    """Return a row whose words last 0.3 s each, in as much audio unless told otherwise."""
    words = tuple(Word(t, 4800 * i, 4800 * (i + 1), 0.8) for i, t in enumerate(text.split()))
    return DecodedRow(words, seconds or 0.3 * len(words), logprob, no_speech, prompt)


def heard(decoded: DecodedRow) -> str:
    """Return what is believed, as one text."""
    return " ".join(word.text for word in guarded(decoded))


@pytest.mark.parametrize("text", ["Ja.", "Nei.", "nei da", "Mm.", "Jo", "5", "Nei, nei, nei!", "Ja ja ja ja.", "Hm?"])
@pytest.mark.parametrize(("logprob", "no_speech"), [(-0.1, 0.0), (-0.9, 0.1), (-0.5, 0.9), (-1.5, 0.5)])
def test_short_answers_survive(text: str, logprob: float, no_speech: float) -> None:
    """A short true answer is believed even where one sign is bad."""
    assert heard(row(text, logprob, no_speech, prompt="ja nei nei da")) == text


@pytest.mark.parametrize(
    "text",
    [
        "Blodtrykk 120 over 80, puls 64.",
        "telefon 22 22 22 22 og 900 00 000",
        "1000000 enheter",
        "Det gjør vondt, vondt, vondt, så vondt!",
        "Takk for at du så på såret mitt.",
        "Takk for at du så på.",
        "Hun spurte: «Takk for oss?»",
    ],
)
def test_confident_speech_is_untouched(text: str) -> None:
    """Nothing is taken from a row that the model is sure of, repeated numbers and phantom phrases included."""
    assert heard(row(text)) == text


def test_text_on_silence_falls() -> None:
    """No speech, and words that the model does not believe in: silence."""
    assert heard(row("Det er en fin dag", logprob=-1.2, no_speech=0.7)) == ""


@pytest.mark.parametrize("phrase", sorted(PHANTOMS))
def test_a_doubtful_phantom_falls(phrase: str) -> None:
    """What subtitles say is not believed in a row that is in doubt, be it all or the end of it, once or twice."""
    assert heard(row(phrase, no_speech=0.4)) == ""
    assert heard(row(f"Vi ses i morgen. {phrase.title()}! {phrase}.", logprob=-0.8)) == "Vi ses i morgen."


def test_phantoms_are_written_as_they_are_compared() -> None:
    """A phrase with a capital or a comma would never be found."""
    assert [plain(phrase) for phrase in sorted(PHANTOMS)] == sorted(PHANTOMS)


@pytest.mark.parametrize(
    ("text", "believed"),
    [
        ("vondt i magen " + "og det er bra " * 6, "vondt i magen og det er bra"),
        ("ja " * 12, "ja"),
        ("først " + "nei, " * 8 + "til slutt", "først nei, til slutt"),
        ("ta to ta to ta to ta to", "ta to"),
        ("hahahahahaha hei", "hei"),
        ("12 " * 9, "12"),
    ],
)
def test_a_loop_is_cut_to_its_first_copy(text: str, believed: str) -> None:
    """A phrase again and again is said once; what stands before and after it stays."""
    assert heard(row(text)) == believed


def test_more_text_than_a_mouth_can_say_falls() -> None:
    """Fifteen words in one second were not spoken."""
    assert heard(row("pasienten " * 3 + "har smerter i brystet", seconds=1.0)) == ""
    assert heard(row("pasienten har smerter i brystet", seconds=1.0)) == "pasienten har smerter i brystet"


def test_a_doubtful_echo_of_the_prompt_falls() -> None:
    """The prompt come back from silence is not speech; a question asked again is."""
    question = "Har du vondt i brystet når du puster?"
    assert heard(row("vondt i brystet", no_speech=0.4, prompt=question)) == ""
    assert heard(row(question, prompt=question)) == question
    assert heard(row("i brystet", no_speech=0.4, prompt=question)) == "i brystet"


def test_a_row_does_not_show_what_was_said() -> None:
    """Neither the words nor the prompt are in the repr."""
    assert "sentinel" not in repr(row("sentinel", prompt="sentinel"))
