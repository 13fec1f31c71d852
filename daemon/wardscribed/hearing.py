"""What a session's channels hear: utterances and their words, told to the log.  No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wardscribe.protocol import Commit, Partial, Role, Utterance
from wardscribed.audio.endpointing import SpeechEnded, SpeechPaused, SpeechResumed, SpeechStarted
from wardscribed.audio.listener import Flushed, Heard, position
from wardscribed.events import EventLog
from wardscribed.speech.commit import Update
from wardscribed.track import Said, Track
from wardscribed.utterance import Need, OpenUtterance, UtteranceSettings
from wardscribed.values import INAUDIBLE, Hypothesis, Transcript, Word, milliseconds
from wardscribed.wire import words_to_wire


class Hearing:
    """The utterances of all channels, from the first sound to the last committed word."""

    def __init__(self, tracks: Sequence[Track], log: EventLog, settings: UtteranceSettings) -> None:
        self.said: list[Said] = []
        self.utterances = 0
        """Utterances begun."""
        self._tracks = tracks
        self._log = log
        self._settings = settings

    def receive_heard(self) -> None:
        """Take what the listeners heard since the last call."""
        heard = self._heard_in_order()
        for channel, track in enumerate(self._tracks):
            if track.listener.heard > track.heard or any(of == channel for of, _ in heard):
                self._tell_unheard(channel, track)
        for channel, event in heard:
            self._receive_speech(channel, self._tracks[channel], event)
        for track in self._tracks:
            track.heard = track.listener.heard
            track.listener.keep_from = track.needed_from

    @property
    def is_deaf(self) -> bool:
        """Whether a passage is going by that cannot be heard."""
        return any(track.unheard_from is not None for track in self._tracks)

    def begin_anew(self) -> None:
        """Mark as inaudible what is open and what was received and not heard; new ears go on with what comes.

        While one fault follows another, nothing heard in between, it is one passage: it is told when it is over.
        """
        received = max(track.listener.received for track in self._tracks)
        for channel, track in enumerate(self._tracks):
            is_flushed = track.flushes > 0
            unheard_from = track.heard if track.unheard_from is None else track.unheard_from
            while track.interrupted:
                track.go_on(channel, track.rest_of_interrupted().start, self._settings)
            if track.open:
                unheard_from = received
            while track.open:
                self._give_up(track, track.open[0], received)
            track.begin_anew(received)
            track.unheard_from = unheard_from if unheard_from < received else None
            if is_flushed:
                self._tell_unheard(channel, track)

    def _tell_unheard(self, channel: int, track: Track) -> None:
        """The passage that could not be heard is over."""
        if track.unheard_from is not None:
            self._begin(channel, track, track.unheard_from)
            track.unheard_from = None
            self._give_up(track, track.open[-1], track.listen_from)

    def _give_up(self, track: Track, utterance: OpenUtterance, received: int) -> None:
        """What is not committed of an utterance is inaudible."""
        utterance.end = received if utterance.end is None else utterance.end
        start = min(max([utterance.start, *(word.end for word in track.words[-1:])]), utterance.end)
        self._log.withdraw(("partial", utterance.channel))
        self._commit(track, utterance, [Word(INAUDIBLE, start, utterance.end, 0.0)])
        self._finish(track, utterance)

    def drop_heard(self) -> None:
        """Forget what the listeners heard since the last call."""
        self._heard_in_order()

    def wipe(self) -> None:
        """Forget all words."""
        for track in self._tracks:
            track.open.clear()
            track.interrupted.clear()
            track.words.clear()
        self.said.clear()

    @property
    def is_drained(self) -> bool:
        """Whether everything received before the last flush is heard and decoded."""
        return not any(track.open or track.flushes or track.interrupted for track in self._tracks)

    def settled(self) -> int:
        """Return how many utterances, in the order in which they began, no other will come between."""
        first_open = min((track.open[0].start for track in self._tracks if track.open), default=None)
        return sum(first_open is None or said.start < first_open for said in self.said)

    def transcript(self, language: str, count: int | None = None) -> Transcript:
        """Return what was said (the first `count` utterances of it), in the order in which the utterances began."""
        roles = [None if track.role is Role.UNKNOWN else str(track.role) for track in self._tracks]
        ordered = sorted(self.said, key=lambda said: said.start)[:count]
        return Transcript(language, tuple(said.turn(roles[said.channel]) for said in ordered))

    def needs(self) -> Iterable[Need]:
        """Return the decodes wanted now: at most one a channel, the oldest utterance first."""
        for track in self._tracks:
            if track.open and (need := track.open[0].need(track.listener.heard)) is not None:
                yield need

    def receive_hypothesis(self, need: Need, hypothesis: Hypothesis) -> None:
        """Take the answer to one of `needs`.  An answer that nobody waits for any more is dropped."""
        track = self._tracks[need.channel]
        if track.open and track.open[0].number == need.utterance:
            # After a cut the audio behind it is decoded again: words committed before the cut was made are not new.
            update = track.open[0].receive(need, hypothesis.since(track.said_to))
            self._publish_words(track, track.open[0], update)

    def _publish_words(self, track: Track, utterance: OpenUtterance, update: Update) -> None:
        number, channel = utterance.number, utterance.channel
        if update.committed:
            self._commit(track, utterance, update.committed)
        if not utterance.is_done:
            self._log.show(
                ("partial", channel), lambda seq: Partial(seq, number, channel, words_to_wire(update.partial))
            )
            return
        self._log.withdraw(("partial", channel))
        self._finish(track, utterance)

    def _commit(self, track: Track, utterance: OpenUtterance, committed: Sequence[Word]) -> None:
        words = words_to_wire(committed)
        track.words += committed
        self._log.append(lambda seq: Commit(seq, utterance.number, utterance.channel, words))

    def _finish(self, track: Track, utterance: OpenUtterance) -> None:
        assert utterance.end is not None
        start, end = milliseconds(utterance.start), milliseconds(utterance.end)
        number, channel = utterance.number, utterance.channel
        self._log.append(lambda seq: Utterance(seq, number, channel, start, end, ended=True))
        if track.words:
            track.said_to = track.words[-1].end
            self.said.append(Said(number, channel, utterance.start, tuple(track.words)))
        track.words = []
        track.ended_at = utterance.end
        track.open.popleft()

    def _heard_in_order(self) -> list[tuple[int, Heard]]:
        """Return what the channels heard, by time: utterances are numbered in the order in which they begin."""
        found: list[tuple[int, int, Heard]] = []
        for channel, track in enumerate(self._tracks):
            at = 0
            for event in track.listener.take_events():
                at = max(at, position(event))
                found.append((at, channel, event))
        return [(channel, event) for _, channel, event in sorted(found, key=lambda it: it[0])]

    def _receive_speech(self, channel: int, track: Track, event: Heard) -> None:
        match event:
            case SpeechStarted():
                self._begin(channel, track, event.start)
            case SpeechPaused():
                track.open[-1].pause(event.at)
            case SpeechResumed():
                track.open[-1].go_on(event.pause)
            case SpeechEnded():
                self._end(track, track.open[-1], event)
            case Flushed():
                track.flushes -= 1
                self._end_interrupted(channel, track)

    def _end_interrupted(self, channel: int, track: Track) -> None:
        """End the utterances that a restart interrupted and that nothing more was heard of."""
        while track.interrupted:
            rest = track.rest_of_interrupted()
            self._end(track, track.go_on(channel, rest.start, self._settings), rest)

    def _begin(self, channel: int, track: Track, start: int) -> None:
        if track.interrupted:
            track.go_on(channel, start, self._settings)
            return
        self.utterances += 1
        number = self.utterances
        track.open.append(OpenUtterance(number, channel, start, self._settings))
        ms = milliseconds(start)
        self._log.append(lambda seq: Utterance(seq, number, channel, ms, ms, ended=False))

    def _end(self, track: Track, utterance: OpenUtterance, event: SpeechEnded) -> None:
        if event.is_cut:
            utterance.go_on()  # its last decode heard more than what is now the utterance
        update = utterance.finish(event.end)
        if update is not None:
            self._publish_words(track, utterance, update)
