"""The page's deciding modules, each by itself in the browser: events in, model out; sound in, messages out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from benchmarks.daemon import Daemon
from tests.e2e.browser import CHROMIUM, FLAGS, http_address, needs_browser
from tests.test_reading import PIECES
from wardscribe.reading import MUST_BE_TOUCHED, pieces

pytestmark = needs_browser
Run = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def run(daemon: Daemon) -> Iterator[Run]:
    """`run(module, program)` returns what `program` returns, with everything that `module` exports at hand as `m`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        page.goto(http_address(daemon.url))
        yield lambda module, program: page.evaluate(f"async () => {{ const m = await import('/{module}'); {program} }}")
        browser.close()


OUTGOING = """
  const out = new m.Outgoing(2);
  const told = (message) => typeof message === "string" ? JSON.parse(message).type
    : [Number(new DataView(message.buffer).getBigUint64(0)), message.length - 8];
  const said = () => { const all = []; for (let x; (x = out.next()) !== null;) all.push(told(x)); return all; };
  out.addStep({ type: "start", channels: ["clinician", "patient"] });
  for (let i = 0; i < 3; i++) out.addAudio(new Int16Array(200));
  out.addStep({ type: "stop" });
"""


def test_what_was_not_acknowledged_is_said_again(run: Run) -> None:
    """After a cut, from the very sample; steps until their answer comes."""
    said = run(
        "outgoing.js",
        OUTGOING
        + """
        const first = said();
        out.receive({ type: "state", state: "recording" });
        out.acknowledge(150);
        out.rewind();
        return [first, said(), out.unacknowledged];
        """,
    )

    assert said == [["start", [0, 400], [100, 400], [200, 400], "stop"], [[150, 200], [200, 400], "stop"], 150]


def test_a_step_is_said_once_where_it_was_taken(run: Run) -> None:
    """The state that follows shows it."""
    said = run(
        "outgoing.js",
        OUTGOING
        + """
        said();
        out.receive({ type: "state", state: "recording" });
        out.acknowledge(300);
        out.receive({ type: "state", state: "drafting" });
        out.rewind();
        return said();
        """,
    )

    assert said == []


def test_a_restarted_daemon_gets_what_was_not_sealed(run: Run) -> None:
    """Acknowledged sound is kept until a sealed state holds it."""
    said = run(
        "outgoing.js",
        OUTGOING
        + """
        out.keepsSealed = true;
        said();
        out.receive({ type: "state", state: "recording" });
        out.acknowledge(300);
        out.forget(100);
        out.goBack(100);
        out.rewind();
        return said();
        """,
    )

    assert said == [[100, 400], [200, 400], "stop"]


CONVERSATION = """
  let model = m.EMPTY;
  const tell = (...events) => { for (const event of events) model = m.next(model, event); };
  const word = (text, p = 0.9) => ({ text, p, start_ms: 0, end_ms: 1 });
  tell({ type: "state", session: "a", state: "recording", reason: "" },
    { type: "utterance", utterance: 0, channel: 0, start_ms: 0, end_ms: 900, ended: false },
    { type: "partial", utterance: 0, channel: 0, words: [word("ja"), word("det"), word("gjør")] });
"""


def test_committed_words_take_the_place_of_the_tail(run: Run) -> None:
    """And how surely each was heard is known."""
    [line] = run(
        "conversation.js",
        CONVERSATION
        + """
        tell({ type: "commit", utterance: 0, channel: 0, words: [word("ja"), word("det", 0.3)] });
        return model.items;
        """,
    )

    assert [(word["text"], word["p"]) for word in line["words"]] == [("ja", 0.9), ("det", 0.3)]
    assert line["tail"] == ["gjør"]


def test_gaps_stand_where_they_were(run: Run) -> None:
    """In the order of time, whatever the order of events."""
    items = run(
        "conversation.js",
        CONVERSATION
        + """
        tell({ type: "utterance", utterance: 1, channel: 1, start_ms: 9000, end_ms: 9900, ended: true },
          { type: "gap", at_ms: 5000, missing_ms: 1200 });
        return model.items.map((item) => item.kind);
        """,
    )

    assert items == ["line", "gap", "line"]


def test_words_do_not_outlive_their_session(run: Run) -> None:
    """Discarded: nothing is left.  Approved: the note alone, which nothing else holds."""
    end = """
        const note = { sections: [] };
        tell({ type: "note", final: true, hash: "h", note }, { type: "state", session: "a", state: "END", reason: "" },
          { type: "state", session: "a", state: "wiped", reason: "" });
        return [model.outcome, model.items.length, model.note !== null];
    """

    assert run("conversation.js", CONVERSATION + end.replace("END", "discarded")) == ["discarded", 0, False]
    assert run("conversation.js", CONVERSATION + end.replace("END", "written")) == ["written", 0, True]


NOTE = """
  const sentence = (text, evidence, ...flags) => ({ text, evidence, flags });
  const said = [sentence("Vondt.", [1, 2], "unsure"), sentence("Hoven.", [2])];
  const note = {
    not_included: [{ turn: 4, text: "Tar blodprøver.", reason: "lite_nytt" }],
    sections: [{ id: "aktuelt", sentences: said }, { id: "plan", sentences: [sentence("Ny time.", [5])] }],
  };
"""


def test_what_is_flagged_is_to_be_touched(run: Run) -> None:
    """By the rule of every client, and only until it was looked at."""
    flags = run("rules.js", "return m.RULES.must_be_touched")
    left = run(
        "review.js",
        NOTE
        + """
        const flagged = (flag) => ({ sections: [{ id: "plan", sentences: [sentence("Vondt.", [1], flag)] }] });
        const [doubt] = m.untouched(note, new Set());
        const must = [...FLAGS, "edited"].filter((flag) => m.untouched(flagged(flag), new Set()).length);
        return [doubt.text, m.untouched(note, new Set([doubt.key])).length, must];
        """.replace("FLAGS", json.dumps(flags)),
    )

    assert left == ["Vondt.", 0, sorted(MUST_BE_TOUCHED)]


def test_sentences_light_their_own_words(run: Run) -> None:
    """Each utterance those of the sentences that rest on it."""
    lit = run("review.js", NOTE + "return [...m.evidenceOf(said)].map(([number, words]) => [number, [...words]])")

    assert lit == [[1, ["vondt"]], [2, ["vondt", "hoven"]]]


@pytest.mark.parametrize(("text", "doubted", "marked"), PIECES)
def test_doubted_words_are_found_as_other_clients_find_them(
    run: Run, text: str, doubted: list[str], marked: list[str]
) -> None:
    """Whole words, however they are written; nothing of the text is lost."""
    found = run("review.js", f"return m.pieces({json.dumps(text)}, {json.dumps(doubted)})")

    assert found == [list(piece) for piece in pieces(text, doubted)]
    assert [piece for piece, is_doubted in found if is_doubted] == marked


def test_an_utterance_knows_its_sentences(run: Run) -> None:
    """The reverse of a sentence's evidence."""
    assert run("review.js", NOTE + "return m.restingOn(note, 2).map(({ text }) => text)") == ["Vondt.", "Hoven."]


def test_missing_sound_is_told_once(run: Run) -> None:
    """The clock says how much should have come; what only comes late is not missing."""
    told = run(
        "sound.js",
        """
        const line = new m.Timeline();
        const chunk = (number, lateMs) => line.missing(1600 * number, 100 * number + lateMs);
        const busy = [0, 900, 2500, 1700, 0].map((lateMs, number) => chunk(number, lateMs));
        const asleep = Array.from({ length: 30 }, (_, i) => chunk(5 + i, 3000));
        return [busy, asleep.filter((ms) => ms)];
        """,
    )

    assert told == [[0, 0, 0, 0, 0], [3000]]


def test_what_a_reload_missed_is_told_however_short(run: Run) -> None:
    """Half a second is told where sound was surely lost, and is a scheduler's doing everywhere else."""
    told = run(
        "sound.js",
        """
        const line = new m.Timeline();
        const chunk = (number, lateMs) => line.missing(1600 * number, 100 * number + lateMs);
        line.begin(0);
        const reloaded = Array.from({ length: 20 }, (_, i) => chunk(i, 500));
        const later = Array.from({ length: 20 }, (_, i) => chunk(20 + i, 1000));
        return [reloaded, later].map((all) => all.filter((ms) => ms));
        """,
    )

    assert told == [[500], []]


def test_channels_are_mixed_and_doubled(run: Run) -> None:
    """A session has the channels that were chosen, whatever the microphone gives."""
    mixed = run(
        "sound.js",
        """
        const pcm = Int16Array.from([100, 300, -32768, 32767]);
        return [[...m.remixed(pcm, 2, 1)], [...m.remixed(pcm.subarray(0, 2), 1, 2)], [...m.remixed(pcm, 2, 2)]];
        """,
    )

    assert mixed == [[200, -1], [100, 100, 300, 300], [100, 300, -32768, 32767]]


def test_the_microphone_check_hears_speech_and_shouting(run: Run) -> None:
    """Speech stands out of the room; a peak at full scale is too loud."""
    checked = run(
        "sound.js",
        """
        const after = (peaks) => peaks.reduce((sound, peak) => m.heard(sound, peak), m.SILENT);
        const quiet = Array(20).fill(0.003);
        const rooms = [quiet, [...quiet, ...Array(6).fill(0.1)], [...quiet, 1]];
        return rooms.map(after).map((sound) => [sound.isHeard, sound.isClipping]);
        """,
    )

    assert checked == [[False, False], [True, False], [False, True]]


def test_sealed_states_are_given_back(run: Run) -> None:
    """Those that hold everything that was told, in order."""
    given = run(
        "standing.js",
        """
        const standing = new m.Standing("");
        standing.receive({ type: "state", seq: 1, session: "a", state: "recording" });
        standing.receive({ type: "sealed", seq: 1, index: 0, sample: 0, state: "x" });
        standing.receive({ type: "sealed", seq: 1, index: 1, sample: 0, state: "y" });
        standing.receive({ type: "sealed", seq: 2, index: 1, sample: 0, state: "z" });
        return standing.unseals();
        """,
    )

    assert given == [{"type": "unseal", "session": "a", "states": ["x", "z"], "is_last": True, "last_seq": 1}]
