"""Batches through the real CTranslate2: a model that says one text, and the one that ships."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.demo_model.espeak import Synthesiser
from tests.packages import needs_package
from tests.scripted_model import write_model
from wardscribed.audio.features import LogMel
from wardscribed.errors import ModelError
from wardscribed.speech.models import bundled, open_folder
from wardscribed.speech.recognizer import BUCKETS, RecognizerSettings, Request, WhisperRecognizer, bucket_frames
from wardscribed.values import Hypothesis

TEXT = "Har du vondt i magen? Ja, 38,5 grader."
SECOND = 16_000


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> WhisperRecognizer:
    """A recognizer that always says TEXT."""
    folder = write_model(tmp_path_factory.mktemp("scripted"), TEXT)
    return WhisperRecognizer.load(open_folder(folder), RecognizerSettings())


@pytest.fixture(scope="module")
def trained() -> WhisperRecognizer:
    """The model that ships; until it is made, the one to build against."""
    prototype = Path(__file__).parents[2] / "shared" / "model-prototype"
    folder = next((path for path in (bundled(), prototype) if (path / "model.bin").is_file()), None)
    if folder is None:
        pytest.skip("the bundled model is not there")
    return WhisperRecognizer.load(open_folder(folder), RecognizerSettings())


def request(samples: int, start: int = 0, prompt: str = "", language: str = "nb", beam: int = 5) -> Request:
    """Return a request for so much silence."""
    features = np.zeros((80, bucket_frames(0, samples)), np.float32)
    return Request(features, start, start + samples, language, prompt, beam)


def spoken(text: str, voice: str = "nb+m3", start: int = 0) -> Request:
    """Return a request for the text as espeak-ng speaks it."""
    pcm = (Synthesiser().say(text, voice, 160, 50).samples * 32768).clip(-32768, 32767).astype(np.int16)
    pcm = np.concatenate([np.zeros(4000, np.int16), pcm, np.zeros(4000, np.int16)])
    mel = LogMel()
    mel.append(np.concatenate([pcm, np.zeros(SECOND, np.int16)]))
    features = mel.window(0, len(pcm), bucket_frames(0, len(pcm)))
    return Request(features, start, start + len(pcm), "nb", "", 5)


def text(hypothesis: Hypothesis) -> str:
    """Return the words' texts."""
    return " ".join(word.text for word in hypothesis.words)


def test_bucket_counts_the_frame_in_which_the_audio_begins() -> None:
    """What begins within a frame touches one frame more than its length says."""
    assert bucket_frames(160 * 7, 160 * 177) == 200
    assert bucket_frames(160 * 7 + 96, 160 * 177 + 96) == 250


@pytest.mark.parametrize(
    ("samples", "frames"),
    [(0, 100), (1, 100), (160 * 170, 200), (160 * 170 + 1, 250), (29 * SECOND, 3000), (99 * SECOND, 3000)],
)
def test_bucket(samples: int, frames: int) -> None:
    """The smallest window that holds the audio and 0.3 s of silence, and never more than the encoder takes."""
    assert bucket_frames(0, samples) == frames


def test_one_request(scripted: WhisperRecognizer) -> None:
    """The words come with times within the audio, rising, and with probabilities."""
    hypothesis = scripted.decode([request(4 * SECOND, start=10 * SECOND)])[0]
    assert text(hypothesis) == TEXT
    assert hypothesis.end == 14 * SECOND
    times = [t for word in hypothesis.words for t in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 10 * SECOND
    assert times[-1] <= 14 * SECOND
    assert all(0.9 < word.p <= 1 for word in hypothesis.words)


def test_a_mixed_batch(scripted: WhisperRecognizer) -> None:
    """Lengths, prompts, languages and beams may be mixed; answers come in the order of the requests."""
    batch = [
        request((2 + i % 3) * SECOND, start=i * SECOND, prompt="magen " * (i % 4) * 20, language=["nb", "en"][i % 2])
        for i in range(12)
    ]
    batch = [replace(r, beam=5 if i % 5 == 0 else 1) for i, r in enumerate(batch)]
    hypotheses = scripted.decode(batch)
    assert [h.end for h in hypotheses] == [r.end for r in batch]
    assert {text(h) for h in hypotheses} == {TEXT}
    assert scripted.decode([]) == []


def test_fewer_frames_than_a_bucket_are_padded(scripted: WhisperRecognizer) -> None:
    """Features that end where the audio does are filled up with silence."""
    short = replace(request(3 * SECOND), features=np.zeros((80, 300), np.float32))
    assert text(scripted.decode([short, request(3 * SECOND)])[0]) == TEXT


def test_tokens_are_capped_by_the_audio(tmp_path: Path) -> None:
    """Who never stops is stopped: 8 tokens and, here, 4 for each second."""
    folder = write_model(tmp_path, "a b c d e f g h i j k l m n o p q r")
    recognizer = WhisperRecognizer.load(open_folder(folder), RecognizerSettings(tokens_per_second=4))
    assert len(recognizer.decode([request(SECOND)])[0].words) == 12


def test_an_empty_answer_is_possible(tmp_path: Path) -> None:
    """Beside rows that say something, too."""
    recognizer = WhisperRecognizer.load(open_folder(write_model(tmp_path, "")), RecognizerSettings())
    assert recognizer.decode([request(SECOND), request(9 * SECOND, beam=1)])[0].words == ()


def test_languages_are_ours(tmp_path: Path) -> None:
    """A Norwegian model without nynorsk hears it as Norwegian; English it does not claim."""
    folder = open_folder(write_model(tmp_path / "no", "hei", languages=("no",)))
    assert WhisperRecognizer.load(folder, RecognizerSettings()).languages == ("nb", "nn")


def test_a_model_of_other_languages_is_refused(tmp_path: Path) -> None:
    """A model that can hear nobody here does not start."""
    folder = open_folder(write_model(tmp_path, "bonjour", languages=("fr",)))
    with pytest.raises(ModelError, match="neither Norwegian nor English"):
        WhisperRecognizer.load(folder, RecognizerSettings())


@pytest.mark.parametrize("settings", [RecognizerSettings(compute_type="int3"), RecognizerSettings(device="abacus")])
def test_settings_that_cannot_run_are_refused(tmp_path: Path, settings: RecognizerSettings) -> None:
    """A wrong device or compute type is an error of the model's set-up, not a traceback."""
    folder = open_folder(write_model(tmp_path, "hei"))
    with pytest.raises(ModelError, match="cannot be loaded"):
        WhisperRecognizer.load(folder, settings)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    """What passes the check of the folder may still not be a model."""
    folder = write_model(tmp_path, "hei")
    (folder / "model.bin").write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot be loaded"):
        WhisperRecognizer.load(open_folder(folder), RecognizerSettings())


def test_warm_up_takes_every_shape(scripted: WhisperRecognizer) -> None:
    """It decodes without complaint; nothing of it stays."""
    scripted.warm_up()
    assert BUCKETS[-1] == 3000


def test_a_request_does_not_show_what_was_said() -> None:
    """Neither audio nor prompt is in the repr."""
    shown = repr(request(SECOND, prompt="sentinel"))
    assert "sentinel" not in shown
    assert "array" not in shown


def test_nothing_that_could_fetch_is_imported() -> None:
    """The recognizer brings no client of a model hub into the process."""
    code = "import sys, wardscribed.speech.recognizer; print({'huggingface_hub', 'httpx', 'torch'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


@needs_package("espeak-ng")
@pytest.mark.parametrize("said", ["Jeg har vondt i magen.", "Hvor lenge har du hatt feber?", "Nei, det går bra."])
def test_speech_is_heard(trained: WhisperRecognizer, said: str) -> None:
    """A synthetic voice is understood but for a word, and the words lie where the speech is."""
    asked = spoken(said, start=SECOND)
    hypothesis = trained.decode([asked])[0]
    expected, words = said.lower().strip(".?").split(), [w.text.lower().strip(".,?") for w in hypothesis.words]
    assert len(set(expected) & set(words)) >= len(expected) - 1
    assert hypothesis.words[-1].end < asked.end
    assert hypothesis.words[-1].start > SECOND + (asked.end - asked.start) // 2


@needs_package("espeak-ng")
def test_company_changes_nothing(trained: WhisperRecognizer) -> None:
    """What one session hears does not depend on who shares its batch."""
    first, second = spoken("Har du vondt i magen?"), spoken("Pasienten bruker medisiner.", "nb+f2")
    batch = [replace(first, language="en"), request(2 * SECOND), first, second]
    for asked, together in zip(batch, trained.decode(batch), strict=True):
        alone = trained.decode([asked])[0]
        assert text(together) == text(alone)
        assert [w.p for w in together.words] == pytest.approx([w.p for w in alone.words], abs=0.01)


def test_silence_has_no_words(trained: WhisperRecognizer) -> None:
    """Neither silence nor faint noise is made into text."""
    noise = (np.random.default_rng(1).normal(size=4 * SECOND) * 8).astype(np.int16)
    mel = LogMel()
    mel.append(np.concatenate([noise, np.zeros(SECOND, np.int16)]))
    noisy = replace(request(4 * SECOND), features=mel.window(0, len(noise), 400))
    assert [h.words for h in trained.decode([request(2 * SECOND), noisy])] == [(), ()]
