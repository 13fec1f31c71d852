"""`wardscribed` as a program: exit statuses, and messages that name the fault."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from wardscribe.demo import CONSULTATION

TRANSCRIPT = {
    "language": "nb",
    "turns": [
        {"id": 1, "speaker": "clinician", "text": "Er du allergisk mot noe?"},
        {"id": 2, "speaker": "patient", "text": "Nei."},
        {"id": 3, "speaker": "patient", "text": "Jeg har hatt hodepine i tre uker."},
    ],
}


def run(*arguments: object, configuration: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program; a configuration goes to its standard input."""
    command = [sys.executable, "-m", "wardscribed", *map(str, arguments)]
    return subprocess.run(command, input=configuration, capture_output=True, text=True, timeout=110, check=False)


@pytest.mark.parametrize(
    ("configuration", "named"),
    [
        ("[server]\nprot = 1", "unknown key 'server.prot'"),
        ('[server]\nhost = "0.0.0.0"', "'server.certificate' and 'server.key' are needed"),
        ('[model]\npath = "/absent/folder"', "/absent/folder"),
        ('[model]\npath = "/tmp"', "model.bin"),
        ('[note]\ntemplates = "/absent/folder"', "/absent/folder"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "check"])
def test_wrong_configuration_ends_with_78(command: str, configuration: str, named: str) -> None:
    """One line that names the fault, no traceback, and a status after which a restart is useless."""
    done = run(command, "--config", "-", configuration=configuration)

    assert done.returncode == 78
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_taken_port_ends_with_69() -> None:
    """Another try may help: the message names the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--config", "-", configuration=f"[server]\nport = {port}")

    assert done.returncode == 69
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_good_configuration_is_confirmed() -> None:
    """`check` loads the model and the templates."""
    done = run("check")

    assert done.returncode == 0
    assert done.stdout.count("ok") == 3


def test_model_is_held_to_the_reference(tmp_path: Path) -> None:
    """What the daemon hears with a model folder, faster-whisper hears with it too."""
    path = tmp_path / "x.wav"
    with wave.open(str(CONSULTATION)) as whole, wave.open(str(path), "wb") as beginning:
        beginning.setparams(whole.getparams())
        beginning.writeframes(whole.readframes(20 * whole.getframerate()))
    done = run("check", "--reference", path)
    alike = re.search(r"hear (\d+)% alike", done.stdout)

    assert alike is not None, done.stderr
    assert int(alike[1]) > 90


def test_file_of_wrong_sample_rate_ends_with_2(tmp_path: Path) -> None:
    """The rate found and the one expected are in the message."""
    path = tmp_path / "x.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(44_100)
        sound.writeframes(bytes(44_100))
    done = run("transcribe", path)

    assert done.returncode == 2
    assert "44100" in done.stderr
    assert "16000" in done.stderr


def test_transcribe_prints_words_and_utterances() -> None:
    """Words of both channels with times that rise, each utterance with its text."""
    done = run("transcribe", CONSULTATION, "--json")
    result = json.loads(done.stdout)

    assert set(result) == {"words", "utterances"}
    assert {word["channel"] for word in result["words"]} == {0, 1}
    assert all(set(word) == {"text", "start_ms", "end_ms", "p", "channel"} for word in result["words"])
    assert all(word["start_ms"] <= word["end_ms"] and 0 <= word["p"] <= 1 for word in result["words"])
    starts = [word["start_ms"] for word in result["words"]]
    assert starts == sorted(starts)
    spoken = " ".join(utterance["text"] for utterance in result["utterances"])
    assert sorted(spoken.split()) == sorted(word["text"] for word in result["words"])


@pytest.mark.parametrize("template", ["strukturert", "narrativ"])
def test_note_has_evidence_for_every_sentence(tmp_path: Path, template: str) -> None:
    """The printed note has the published shape, and every sentence names turns that there are."""
    path = tmp_path / "t.json"
    path.write_text(json.dumps(TRANSCRIPT), encoding="utf-8")
    done = run("note", path, "--template", template, "--json")
    note = json.loads(done.stdout)

    assert set(note) == {"template", "language", "sections", "not_included", "forms", "written_by", "warning"}
    sentences = [sentence for section in note["sections"] for sentence in section["sentences"]]
    assert sentences
    assert all(set(sentence["evidence"]) <= {1, 2, 3} and sentence["evidence"] for sentence in sentences)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "t.json"),
        ("[]", "transcript"),
        ('{"language": "nb", "turns": [{"id": 1, "speaker": "doctor", "text": "x"}]}', "speaker"),
        ('{"language": "de", "turns": []}', "language"),
    ],
)
def test_unreadable_transcript_ends_with_2(tmp_path: Path, text: str, named: str) -> None:
    """The message names the file or the field."""
    path = tmp_path / "t.json"
    path.write_text(text, encoding="utf-8")
    done = run("note", path, "--json")

    assert done.returncode == 2
    assert named in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_unknown_template_is_named_with_those_there_are(tmp_path: Path) -> None:
    """A wrong template name is a usage error that lists the right ones."""
    path = tmp_path / "t.json"
    path.write_text(json.dumps(TRANSCRIPT), encoding="utf-8")
    done = run("note", path, "--template", "absent")

    assert done.returncode == 2
    assert "strukturert" in done.stderr
