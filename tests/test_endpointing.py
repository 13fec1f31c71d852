"""Utterances begin and end where people would say they do, and no speech falls between two of them."""

import itertools
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardscribed.audio.endpointing import (
    WINDOW,
    Endpointer,
    EndpointSettings,
    SpeechEnded,
    SpeechEvent,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
)
from wardscribed.errors import ConfigError

MS = 16  # samples
W = WINDOW

# In windows of 32 ms: 2 begin an utterance, 5 quiet ones end it (3 once it is 20 long), 2 pause it.
SMALL = EndpointSettings(
    min_speech_ms=64,
    min_silence_ms=160,
    speculative_ms=64,
    pre_roll_ms=96,
    pad_ms=128,
    soft_limit_ms=640,
    soft_silence_ms=96,
    max_utterance_ms=1400,
)
LEVELS = {"#": 0.9, "~": 0.4, "-": 0.2, ".": 0.0}


def hear(script: str, endpoint_settings: EndpointSettings = SMALL) -> list[SpeechEvent]:
    """Return the events of a script: `#` speech, `~` between the thresholds, `-` and `.` quiet, `|` flush."""
    endpointer = Endpointer(endpoint_settings)
    events: list[SpeechEvent] = []
    for symbol in script:
        events += endpointer.flush() if symbol == "|" else endpointer.receive(LEVELS[symbol])
    return events


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("........", [], id="silence"),
        pytest.param("...#....", [], id="click"),
        pytest.param("...#.#.#.", [], id="clicks"),
        pytest.param("~~~~~~", [], id="murmur"),
        pytest.param(".....##", [SpeechStarted(2 * W)], id="pre-roll"),
        pytest.param(".....#~", [SpeechStarted(2 * W)], id="goes on below the threshold"),
        pytest.param("##", [SpeechStarted(0)], id="nothing before the beginning"),
        pytest.param(
            ".....##.....",
            [SpeechStarted(2 * W), SpeechPaused(9 * W), SpeechEnded(2 * W, 11 * W, False)],
            id="utterance",
        ),
        pytest.param("##.#", [SpeechStarted(0)], id="gap too short to matter"),
        pytest.param("##..~", [SpeechStarted(0), SpeechPaused(4 * W), SpeechResumed(3 * W)], id="pause"),
        pytest.param(
            "##..#.....",
            [
                *(SpeechStarted(0), SpeechPaused(4 * W), SpeechResumed(3 * W)),
                *(SpeechPaused(7 * W), SpeechEnded(0, 9 * W, False)),
            ],
            id="two pauses",
        ),
        pytest.param(
            "##.....##.....",
            [
                *(SpeechStarted(0), SpeechPaused(4 * W), SpeechEnded(0, 6 * W, False)),
                *(SpeechStarted(6 * W), SpeechPaused(11 * W), SpeechEnded(6 * W, 13 * W, False)),
            ],
            id="pre-roll does not reach into the utterance before",
        ),
        pytest.param(
            "#" * 19 + "...",
            [SpeechStarted(0), SpeechPaused(21 * W), SpeechEnded(0, 22 * W, False)],
            id="shorter pause ends a long utterance",
        ),
        pytest.param("#" * 16 + "...", [SpeechStarted(0), SpeechPaused(18 * W)], id="but not a shorter one"),
        pytest.param("##|", [SpeechStarted(0), SpeechEnded(0, 2 * W, False)], id="flush in speech"),
        pytest.param("##.|", [SpeechStarted(0), SpeechEnded(0, 3 * W, False)], id="flush in a pause"),
        pytest.param("...|", [], id="flush in silence"),
        pytest.param("..#|", [], id="flush in a click"),
        pytest.param("#|#", [], id="flush forgets the click"),
        pytest.param("##|##", [SpeechStarted(0), SpeechEnded(0, 2 * W, False), SpeechStarted(2 * W)], id="and goes on"),
        pytest.param("##||", [SpeechStarted(0), SpeechEnded(0, 2 * W, False)], id="second flush"),
    ],
)
def test_script_gives_events(script: str, expected: list[SpeechEvent]) -> None:
    """A scripted conversation gives exactly these events."""
    assert hear(script) == expected


def cut_of(script: str) -> SpeechEvent:
    """Return the first end of a script that is longer than an utterance can be (43 windows)."""
    return next(event for event in hear(script) if isinstance(event, SpeechEnded))


@pytest.mark.parametrize(
    ("script", "window"),
    [
        pytest.param("#" * 30 + ".." + "#" * 20, 31.0, id="in the middle of the pause"),
        pytest.param("#" * 25 + ".." + "#" * 5 + "." + "#" * 20, 26.0, id="in the longest pause"),
        pytest.param("#" * 25 + ".." + "#" * 5 + ".." + "#" * 20, 33.0, id="in the later of two"),
        pytest.param("#" * 5 + "...." + "#" * 25 + "." + "#" * 20, 34.5, id="not in the first half"),
        pytest.param("#" * 30 + "~" + "#" * 20, 30.5, id="in the least likely speech"),
        pytest.param("#" * 30 + "-" + "#" * 5 + "~" + "#" * 20, 30.5, id="rather in a pause"),
    ],
)
def test_utterance_that_grows_too_long_is_cut_at_its_best_pause(script: str, window: float) -> None:
    """The cut lies in the latter half, in the longest pause, or else where speech is least likely."""
    assert cut_of(script) == SpeechEnded(0, int(window * W), is_cut=True)


def test_speech_goes_on_after_a_cut_without_a_gap() -> None:
    """The next utterance begins exactly at the cut and ends as any other."""
    cut = int(30.5 * W)

    assert hear("#" * 30 + "-" + "#" * 15 + ".....") == [
        SpeechStarted(0),
        SpeechEnded(0, cut, is_cut=True),
        SpeechStarted(cut),
        SpeechPaused(48 * W),
        SpeechEnded(cut, 50 * W, is_cut=False),
    ]


def test_pause_that_outlasts_a_cut_is_announced_again() -> None:
    """After a cut in the middle of a pause the new utterance has its own pause and end."""
    assert hear("#" * 41 + ".......") == [
        SpeechStarted(0),
        SpeechPaused(43 * W),
        SpeechEnded(0, 42 * W, is_cut=True),
        SpeechStarted(42 * W),
        SpeechPaused(44 * W),
        SpeechEnded(42 * W, 46 * W, is_cut=False),
    ]


def test_samples_that_fill_no_window_belong_to_the_open_utterance() -> None:
    """A flush hears the last samples too, and the next utterance begins after them though its first window does not."""
    endpointer = Endpointer(SMALL)
    for _ in range(3):
        endpointer.receive(0.9)

    assert endpointer.flush(remainder=500) == [SpeechEnded(0, 3 * W + 500, False)]
    assert endpointer.position == 3 * W
    assert endpointer.receive(0.9) + endpointer.receive(0.9) == [SpeechStarted(3 * W + 500)]


def test_skipped_samples_keep_positions_right() -> None:
    """What nobody hears ends the utterance before it, is counted, and is not reached by the next pre-roll."""
    endpointer = Endpointer(SMALL, start=1000)
    events = endpointer.receive(0.9) + endpointer.receive(0.9) + endpointer.skip(5000)
    events += endpointer.receive(0.9) + endpointer.receive(0.9)

    resumed = 1000 + 2 * W + 5000
    assert events == [SpeechStarted(1000), SpeechEnded(1000, 1000 + 2 * W, False), SpeechStarted(resumed)]


@pytest.mark.parametrize(("windows", "is_heard"), [(2, False), (3, True)])
def test_defaults_hear_a_short_word_and_no_click(windows: int, is_heard: bool) -> None:
    """96 ms of speech are an utterance; 64 ms are a click."""
    assert bool(hear("." * 20 + "#" * windows + "." * 20, EndpointSettings())) == is_heard


def test_defaults_keep_the_times_they_promise() -> None:
    """Pre-roll 300 ms, speculation after 160 ms, end after 500 ms with 400 ms of silence."""
    speech, silence = 40 * W, 80 * W
    start = speech - 300 * MS

    assert hear("." * 40 + "#" * 40 + "." * 40, EndpointSettings()) == [
        SpeechStarted(start),
        SpeechPaused(silence + 5 * W),
        SpeechEnded(start, silence + 400 * MS, False),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 0.3},
        {"threshold": 1.0},
        {"release_threshold": 0.0},
        {"min_speech_ms": 0},
        {"min_silence_ms": 0},
        {"soft_silence_ms": 0},
        {"speculative_ms": 0},
        {"pre_roll_ms": -1},
        {"pad_ms": -1},
        {"max_utterance_ms": 1700},
    ],
)
def test_contradictory_settings_are_refused(wrong: dict[str, float]) -> None:
    """Settings that cannot work are a configuration error that names them."""
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        EndpointSettings(**wrong)  # type: ignore[arg-type]


# -------------------------------------------------------------------------------------------------------- properties

SCRIPTS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.34, 0.35, 0.4, 0.5, 0.9, 1.0]), st.integers(1, 60)), max_size=30
).map(lambda runs: [probability for probability, count in runs for _ in range(count)])
SETTINGS = st.sampled_from(
    [SMALL, EndpointSettings(), EndpointSettings(pad_ms=0, pre_roll_ms=0, max_utterance_ms=1200)]
)
steady = settings(deadline=None, derandomize=True, database=None, max_examples=200)


def utterances(probabilities: list[float], endpoint_settings: EndpointSettings) -> list[SpeechEnded]:
    """Return all utterances of the probabilities, the last one ended by a flush."""
    endpointer = Endpointer(endpoint_settings)
    events = [event for probability in probabilities for event in endpointer.receive(probability)]
    return [event for event in events + endpointer.flush() if isinstance(event, SpeechEnded)]


@steady
@given(SCRIPTS, SETTINGS)
def test_utterances_are_ordered_bounded_and_do_not_overlap(
    probabilities: list[float], chosen: EndpointSettings
) -> None:
    """Utterances follow each other, lie within the audio, and none is longer than the encoder reads."""
    position = 0
    for utterance in utterances(probabilities, chosen):
        assert position <= utterance.start <= utterance.end <= len(probabilities) * W
        assert utterance.end - utterance.start <= chosen.max_utterance_ms * MS
        position = utterance.end


@steady
@given(SCRIPTS, SETTINGS)
def test_no_sustained_speech_is_lost(probabilities: list[float], chosen: EndpointSettings) -> None:
    """Every sample of speech that lasts min_speech lies in an utterance."""
    covered = [False] * (len(probabilities) * W)
    for utterance in utterances(probabilities, chosen):
        covered[utterance.start : utterance.end] = [True] * (utterance.end - utterance.start)
    needed = -(-chosen.min_speech_ms * MS // W)
    for first in range(len(probabilities) - needed + 1):
        if all(probability >= chosen.threshold for probability in probabilities[first : first + needed]):
            assert all(covered[first * W : (first + needed) * W])


@steady
@given(SCRIPTS, SETTINGS)
def test_a_cut_is_followed_by_an_utterance_that_begins_there(
    probabilities: list[float], chosen: EndpointSettings
) -> None:
    """After a cut nothing is lost or heard twice, and cuts keep their distance."""
    found = utterances(probabilities, chosen)
    for utterance, following in itertools.pairwise(found):
        if utterance.is_cut:
            assert following.start == utterance.end
            assert utterance.end - utterance.start >= chosen.max_utterance_ms * MS // 2
    assert not (found and found[-1].is_cut)


@steady
@given(SCRIPTS, SETTINGS)
def test_events_alternate(probabilities: list[float], chosen: EndpointSettings) -> None:
    """Started, then any number of paused and resumed in turn, then ended with the same start: in no other order."""
    endpointer = Endpointer(chosen)
    expected: tuple[type[SpeechEvent], ...] = (SpeechStarted,)
    start = 0
    steps: list[Callable[[], list[SpeechEvent]]] = [partial(endpointer.receive, p) for p in probabilities]
    for step in [*steps, endpointer.flush]:
        for event in step():
            assert isinstance(event, expected)
            match event:
                case SpeechStarted(start):
                    expected = (SpeechPaused, SpeechEnded)
                case SpeechPaused(at):
                    assert start < at == endpointer.position
                    expected = (SpeechResumed, SpeechEnded)
                case SpeechResumed():
                    assert start < event.pause < endpointer.position
                    expected = (SpeechPaused, SpeechEnded)
                case SpeechEnded():
                    assert event.start == start
                    expected = (SpeechStarted,)
