"""One session: audio in, events out, through the states of lifecycle.py.  No I/O, no clock, no logger.

The engine moves it: `receive_audio` and the client's steps come from the connection, `receive_heard` after the audio
thread has listened, `receive_hypothesis` after the model thread has decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from wardscribe.protocol import (
    Ack,
    DraftNote,
    Editor,
    Error,
    Finalized,
    LeftOut,
    Note,
    ProtocolError,
    Reason,
    Start,
    State,
    StateChanged,
)
from wardscribed import lifecycle
from wardscribed.arrival import Arrival
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.audio.listener import Listener
from wardscribed.events import EventLog
from wardscribed.finalizing import Finalizing
from wardscribed.hearing import Hearing
from wardscribed.lifecycle import Step
from wardscribed.note import note_hash
from wardscribed.note.editing import edited
from wardscribed.rights import Rights
from wardscribed.track import Track
from wardscribed.utterance import Need, UtteranceSettings
from wardscribed.values import SAMPLE_RATE, Hypothesis, Transcript
from wardscribed.wire import quality_to_wire

MAX_BACKLOG = 20 * SAMPLE_RATE
"""Samples; above it nothing is acknowledged, which makes a client that sends faster than real time wait."""
_ACKNOWLEDGE = SAMPLE_RATE // 2

Drafter = Callable[[Transcript, bool], DraftNote]
"""Makes the draft note of what was said, the final one or as it stands; the template is bound in."""


class Session:
    """A conversation from its start until it is wiped."""

    def __init__(
        self,
        session_id: str,
        start: Start,
        drafter: Drafter,
        settings: EndpointSettings,
        n_mels: int,
        *,
        utterances: UtteranceSettings | None = None,
    ) -> None:
        self.id = session_id
        self.start = start
        self.language = start.language
        self.template = start.template
        self.microphone = start.microphone
        self.log = EventLog()
        self.state = State.OPEN
        self.rights = Rights()
        self._finalizing = Finalizing()
        self.seals = 0
        """How often it was sealed."""
        self._acknowledged = 0
        self._is_drafted = False  # or about to be
        self._grown = 0  # utterances that the growing draft has read
        self.is_buried = False
        """Wiped, and the engine has let go of it."""
        self.tracks = [Track(role, Listener(settings, n_mels)) for role in start.channels]
        self.note: DraftNote | None = None
        self._drafter = drafter
        self._settings = utterances or UtteranceSettings()
        self._arrival = Arrival(self.tracks, self.log)
        self.hearing = Hearing(self.tracks, self.log, self._settings)
        self.step(Step.START)

    @property
    def prompt(self) -> str:
        """Words for the decoder to expect."""
        return self._settings.prompt

    # ------------------------------------------------------------------------------------- from the connection

    @property
    def received(self) -> int:
        """Samples (a channel) received so far."""
        return self._arrival.received

    @property
    def known(self) -> int:
        """Samples (a channel) received so far, also by the daemon before a restart."""
        return max(self.received, self._arrival.owed)

    def receive_audio(self, first_sample: int, pcm: bytes) -> None:
        """Take interleaved s16le samples that begin at `first_sample`.

        What was received before is skipped, whatever the state; a gap becomes silence, so that times stay true.

        Raises ProtocolError `wrong_order` when the session is not recording, `bad_sample_index` for a gap of more than
        a minute.
        """
        if self._arrival.knows(first_sample, pcm) and self.state is not State.WIPED:
            return
        if self.state is not State.RECORDING and not self._arrival.is_owed:
            raise ProtocolError("wrong_order", f"audio is not expected in state '{self.state}'")
        self._arrival.take(first_sample, pcm)
        if self._arrival.pay():
            self.flush()

    def owe(self, received: int) -> None:
        """A session restored after it was stopped or paused had received so much: it takes it again, and flushes."""
        if self.state is not State.RECORDING:
            self._arrival.owed = received
            if self._arrival.pay():
                self.flush()

    def lose(self, missing_ms: int) -> None:
        """So much was not recorded here: what was said before it ends, and all viewers are told."""
        if self.state is not State.RECORDING:
            raise ProtocolError("wrong_order", f"'lost' is not possible in state '{self.state}'")
        if missing_ms < 1:
            raise ProtocolError("bad_field", "event lost: 'missing_ms' must be at least 1")
        self._arrival.tell_gap(missing_ms)
        self.flush()

    def finalize(self) -> None:
        """Decode what was received so far to its end; then viewers are told."""
        if self.state not in (State.RECORDING, State.PAUSED):
            raise ProtocolError("wrong_order", f"'finalize' is not possible in state '{self.state}'")
        self._finalizing.ask(self.received)
        self.flush()

    def _answer_finalize(self) -> None:
        for sample in self._finalizing.answers(self.tracks):
            self.log.append(partial(Finalized, sample=sample))

    def pause(self) -> None:
        """Stop listening; what was said so far is still decoded."""
        self.step(Step.PAUSE)
        self.flush()

    def stop(self) -> None:
        """The conversation is over; the draft follows when everything said is decoded."""
        self.step(Step.STOP)
        self.flush()

    def edit(self, section: str, index: int, text: str) -> None:
        """Change one sentence of the draft.  Raises ProtocolError `bad_edit` where there is no such sentence."""
        lifecycle.after(self.state, Step.EDIT)
        assert self.note is not None  # in review there is a draft
        self._publish(edited(self.note, section, index, text))

    def approve(self, content_hash: str) -> None:
        """Approve the draft that has this hash.  Raises ProtocolError `stale_hash` where it is another."""
        lifecycle.after(self.state, Step.APPROVE)
        assert self.note is not None
        if content_hash != note_hash(self.note):
            raise ProtocolError("stale_hash", "the draft changed since it was read; read it again and approve that")
        self.step(Step.APPROVE)
        self.step(Step.WRITTEN, Reason.NO_RECORD_SYSTEM)
        self.wipe()

    def discard(self, reason: Reason = Reason.NONE) -> None:
        """Throw everything away."""
        self.step(Step.DISCARD, reason)
        self.wipe()

    def wipe(self) -> None:
        """Forget what was said: words, events and draft."""
        self.step(Step.WIPE)
        self.hearing.wipe()
        self.note = None
        self.log.wipe(keep=StateChanged)

    def wipe_audio(self) -> None:
        """Overwrite what is left of the audio.  To be called from the audio thread, after `wipe`."""
        for track in self.tracks:
            track.listener.wipe()

    def step(self, step: Step, reason: Reason = Reason.NONE) -> None:
        """Go to the state that `step` leads to.  Raises ProtocolError `wrong_order`."""
        self.state = lifecycle.after(self.state, step)
        self.log.append(lambda seq: StateChanged(seq, self.id, self.state, reason))

    def flush(self) -> None:
        """Decode what was received so far to its end."""
        self.acknowledge(at_once=True)
        for track in self.tracks:
            track.flushes += 1
            track.listener.flush()

    # ----------------------------------------------------------------------------------- from the audio thread

    def receive_heard(self) -> None:
        """Take what the listeners heard since the last call."""
        if self.state is State.WIPED:
            self.hearing.drop_heard()  # what was still on its way
            return
        self.hearing.receive_heard()
        self._answer_finalize()

    def report_quality(self) -> None:
        """Tell viewers how the microphones do."""
        for channel, track in enumerate(self.tracks):
            report = track.listener.quality()
            make = partial(quality_to_wire, channel=channel, report=report)
            self.log.show(("quality", channel), make)

    # ----------------------------------------------------------------------------------- from the model thread

    def needs(self) -> Iterable[Need]:
        """Return the decodes wanted now: at most one a channel, the oldest utterance first."""
        return self.hearing.needs()

    def receive_hypothesis(self, need: Need, hypothesis: Hypothesis) -> None:
        """Take the answer to one of `needs`.  An answer that comes after a wipe is dropped."""
        self.hearing.receive_hypothesis(need, hypothesis)
        self._answer_finalize()

    @property
    def backlog(self) -> int:
        """Samples received that are not heard, or heard and not finally decoded though their utterance ended."""
        if self.state is State.WIPED:
            return 0
        unheard = sum(max(track.listener.received - track.listener.heard, 0) for track in self.tracks)
        return unheard + sum(u.end - u.start for track in self.tracks for u in track.open if u.end is not None)

    def acknowledge(self, *, at_once: bool = False) -> None:
        """Acknowledge what was received, unless the backlog is so long that the client should wait.

        A few times a second is enough, unless `at_once` says otherwise or no more is to come.
        """
        received = self.received
        is_news = received - self._acknowledged >= _ACKNOWLEDGE or self.state is not State.RECORDING
        if (is_news or at_once) and self.backlog <= MAX_BACKLOG:
            self._acknowledged = received
            self.log.show("ack", lambda seq: Ack(seq, received))

    # ------------------------------------------------------------------------------------------------ the note

    @property
    def is_drained(self) -> bool:
        """Whether everything received before the last flush is heard and decoded."""
        return not self._arrival.owed and self.hearing.is_drained

    def transcript(self) -> Transcript:
        """Return what was said, utterance by utterance in the order in which they began."""
        return self.hearing.transcript(self.language)

    def begin_draft(self) -> Callable[[], DraftNote] | None:
        """Return what makes the draft, once, when the stopped session is drained.

        It touches nothing of the session, so any thread may call it; the answer goes to `receive_draft`.
        """
        if self.state is not State.DRAFTING or self._is_drafted or not self.is_drained:
            return None
        self._is_drafted = True
        return partial(self._drafter, self.transcript(), True)

    def begin_growing(self) -> Callable[[], DraftNote] | None:
        """Return what makes the note as it stands, where more was said since the last; it goes to `show_growing`."""
        settled = self.hearing.settled()
        if self.state not in (State.RECORDING, State.PAUSED) or settled == self._grown:
            return None
        self._grown = settled
        return partial(self._drafter, self.hearing.transcript(self.language, settled), False)

    def show_growing(self, note: DraftNote) -> None:
        """Show the note as it stands; nobody can approve it yet."""
        if self.state in (State.RECORDING, State.PAUSED):
            self.log.show("note", lambda seq: Note(seq, False, "", note))

    def receive_draft(self, note: DraftNote) -> None:
        """Take the draft that was begun.  One that comes after a wipe is dropped."""
        if self.state is State.DRAFTING:
            self.step(Step.DRAFTED)
            self._publish(note)

    def fail_draft(self) -> None:
        """No draft could be made: everything said is offered as left out, so that nothing is lost."""
        if self.state is not State.DRAFTING:
            return
        turns = self.transcript().turns
        left_out = tuple(LeftOut(turn.id, turn.text, "draft_failed") for turn in turns)
        self.step(Step.DRAFTED)
        self.warn("draft_failed", "no draft could be made; what was said is listed as left out")
        self._publish(DraftNote(self.template, self.language, (), left_out))

    def _publish(self, note: DraftNote) -> None:
        self.note = note
        content_hash = note_hash(note)
        self.log.replace(Note, lambda seq: Note(seq, True, content_hash, note))

    def tell_editor(self) -> None:
        """Tell all viewers who edits now."""
        editor = self.rights.editor
        self.log.append(lambda seq: Editor(seq, editor.client if editor is not None else ""))

    def warn(self, code: str, message: str) -> None:
        """Tell all viewers something that they should act on."""
        self.log.append(lambda seq: Error(seq, code, message))
