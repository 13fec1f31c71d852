"""One session: audio in, events out, through the states of lifecycle.py.  No I/O, no clock, no logger.

The engine moves it: `receive_audio` and the client's steps come from the connection, `receive_heard` after the audio
thread has listened, `receive_hypothesis` after the model thread has decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from wardscribe.protocol import (
    DraftNote,
    Editor,
    Error,
    Finalized,
    ProtocolError,
    Reason,
    Restore,
    Start,
    State,
    StateChanged,
)
from wardscribed import lifecycle
from wardscribed.acknowledging import Acknowledging
from wardscribed.arrival import Arrival
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.audio.listener import Listener
from wardscribed.drafting import Drafter, Drafting, all_left_out
from wardscribed.events import EventLog
from wardscribed.finalizing import Finalizing
from wardscribed.hearing import Hearing
from wardscribed.lifecycle import Step
from wardscribed.rights import Rights
from wardscribed.track import Track
from wardscribed.utterance import Need, UtteranceSettings
from wardscribed.values import Hypothesis, Transcript
from wardscribed.wire import quality_to_wire


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
        self.log = EventLog()
        self.state = State.OPEN
        self.rights = Rights()
        self._finalizing = Finalizing()
        self.seals = 0
        """How often it was sealed."""
        self.is_being_approved = False
        """It is being written down that it is: nobody changes the draft meanwhile."""
        self.is_buried = False
        """Wiped, and the engine has let go of it."""
        self.is_broken_off = False
        """Something failed that could not be mended: nobody moves it any more."""
        self.tracks = [Track(role, Listener(settings, n_mels)) for role in start.channels]
        self.drafting = Drafting(drafter, self.log)
        self._settings = utterances or UtteranceSettings()
        self.prompt = self._settings.prompt
        """Words for the decoder to expect."""
        self._arrival = Arrival(self.tracks, self.log)
        self._acknowledging = Acknowledging(self.tracks, self.log)
        self.hearing = Hearing(self.tracks, self.log, self._settings)
        self.step(Step.START)

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

    def forgo(self, unsaid_ms: int, away_s: float) -> None:
        """Restored; what was heard and not committed, and what was said since, is lost: viewers are told."""
        is_recording = self.state is State.RECORDING
        missing_ms = unsaid_ms if is_recording or any(track.interrupted for track in self.tracks) else 0
        if missing_ms := missing_ms + is_recording * round(1_000 * away_s):
            self._arrival.tell_gap(missing_ms)
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

    def answer_finalize(self) -> None:
        """Tell who asked for it that everything up to there is decoded, where it is."""
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
        self.drafting.edit(section, index, text)

    def restore(self, step: Restore) -> None:
        """Take something that was left out into the draft.  Raises ProtocolError `bad_edit` where that cannot be."""
        lifecycle.after(self.state, Step.EDIT)
        self.drafting.restore(step, self.transcript())

    def check_approval(self, content_hash: str) -> None:
        """Raise ProtocolError `wrong_order`, or `stale_hash` where the draft is not the one that has this hash."""
        lifecycle.after(self.state, Step.APPROVE)
        self.drafting.check(content_hash)

    def approve(self, content_hash: str) -> None:
        """Approve the draft that has this hash.  Raises ProtocolError as `check_approval` does."""
        self.check_approval(content_hash)
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
        self.drafting.wipe()
        self.log.wipe(keep=StateChanged)

    def wipe_audio(self) -> None:
        """Overwrite what is left of the audio.  To be called from the audio thread, after `wipe`."""
        for track in self.tracks:
            for listener in (*track.former, track.listener):
                listener.wipe()

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
        self.answer_finalize()

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
        self.answer_finalize()

    @property
    def backlog(self) -> int:
        """Samples received that are not heard, or heard and not finally decoded though their utterance ended."""
        return 0 if self.state is State.WIPED else self._acknowledging.backlog

    def acknowledge(self, *, at_once: bool = False) -> None:
        """Acknowledge what was received, unless too much waits; a few times a second, or `at_once`."""
        self._acknowledging.tell(self.received, at_once=at_once or self.state is not State.RECORDING)

    # ------------------------------------------------------------------------------------------------ the note

    @property
    def is_drained(self) -> bool:
        """Whether everything received before the last flush is heard and decoded."""
        return not self._arrival.owed and self.hearing.is_drained

    def transcript(self) -> Transcript:
        """Return what was said, utterance by utterance in the order in which they began."""
        return self.hearing.transcript(self.language)

    @property
    def note(self) -> DraftNote | None:
        """The draft under review."""
        return self.drafting.note

    def begin_draft(self) -> Callable[[], DraftNote] | None:
        """Return what makes the draft, once, when the stopped session is drained; the answer is for `receive_draft`."""
        if self.state is not State.DRAFTING or not self.is_drained:
            return None
        return self.drafting.begin(self.transcript)

    def begin_growing(self) -> Callable[[], DraftNote] | None:
        """Return what makes the note as it stands, where more was said since the last; it goes to `show_growing`."""
        if self.state not in (State.RECORDING, State.PAUSED):
            return None
        settled = self.hearing.settled()
        return self.drafting.grow(settled, lambda: self.hearing.transcript(self.language, settled))

    def show_growing(self, note: DraftNote) -> None:
        """Show the note as it stands, unless the conversation is over by now."""
        if self.state in (State.RECORDING, State.PAUSED):
            self.drafting.show(note)

    def receive_draft(self, note: DraftNote) -> None:
        """Take the draft that was begun.  One that comes after a wipe is dropped."""
        if self.state is State.DRAFTING:
            self.step(Step.DRAFTED)
            self.drafting.publish(note)

    def fail_draft(self) -> None:
        """No draft could be made: viewers are told, and everything said is offered as left out."""
        if self.state is State.DRAFTING:
            self.step(Step.DRAFTED)
            self.warn("draft_failed", "no draft could be made; what was said is listed as left out")
            self.drafting.publish(all_left_out(self.start.template, self.transcript()))

    def tell_editor(self) -> None:
        """Tell all viewers who edits now."""
        editor = self.rights.editor
        self.log.append(lambda seq: Editor(seq, editor.client if editor is not None else ""))

    def warn(self, code: str, message: str) -> None:
        """Tell all viewers something that they should act on."""
        self.log.append(lambda seq: Error(seq, code, message))
