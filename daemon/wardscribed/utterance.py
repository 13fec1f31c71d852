"""One utterance on its way from speech to committed words.  No I/O, no clock.

What is decoded is not the whole utterance but a window that ends where audio ends: its start follows the committed
words, a step behind, so that a decode costs the same at the end of a long utterance as at its beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from wardscribed.speech.commit import CommitSettings, Committer, Update
from wardscribed.values import Hypothesis, Word, samples


@dataclass(frozen=True, slots=True)
class UtteranceSettings:
    """What is decoded when, and with what expectation."""

    commit: CommitSettings = field(default_factory=CommitSettings)
    first_decode_ms: int = 450
    """Audio before the first decode: pre-roll and a first syllable, for less gives no word."""
    next_decode_ms: int = 200
    """Audio between one decode and the next."""
    least_window_ms: int = 1_500
    """A window shorter than this is left to grow: a little context makes the first words surer."""
    longest_window_ms: int = 8_000
    """More is decoded piece by piece, from pause to pause; where there is no pause, the window is shortened between two
    words."""
    only_finals: bool = False
    """Whether nothing is decoded before the utterance has ended: off line nobody reads along."""
    prompt: str = field(default="", repr=False)
    """Words for the decoder to expect."""
    overlap_words: int = 4
    """Committed words that stay in a window shortened between two words, to tell what comes after them."""


@dataclass(frozen=True, slots=True)
class Need:
    """A decode that an utterance wants: its samples from `start` to `end`."""

    utterance: int
    channel: int
    start: int
    end: int
    is_final: bool
    """What it hears is over: the utterance, or a piece of it that ends in a pause."""
    in_pause: bool = False
    """It may be over: if the pause lasts, this decode was the final one."""


class OpenUtterance:
    """An utterance whose words are not all committed yet."""

    def __init__(
        self,
        number: int,
        channel: int,
        start: int,
        settings: UtteranceSettings | None = None,
        committed: Sequence[Word] = (),
    ) -> None:
        """`committed`: the words with which an interrupted utterance goes on."""
        self.number = number
        self.channel = channel
        self.start = start
        self.end: int | None = None
        """Where it ended, once it has."""
        self.is_done = False
        """Whether all its words are committed."""
        self._settings = settings or UtteranceSettings()
        self._window_start = start
        self._pauses: list[int] = []  # where the window may begin: the middles of the pauses in it
        self._pause: int | None = None  # heard up to here, the silence had lasted a while
        self._decoded_to = start
        self._latest: Hypothesis | None = None
        self._committer = Committer(self._settings.commit, committed)

    @property
    def window_start(self) -> int:
        """Audio before this sample will not be decoded again."""
        return self._window_start

    def pause(self, at: int) -> None:
        """The speaker has been silent for a while at sample `at`; perhaps the utterance is over."""
        self._pause = at

    def go_on(self, pause: int | None = None) -> None:
        """The speaker went on after a pause around sample `pause`."""
        self._pause = None
        if pause is not None:
            self._pauses.append(pause)

    def need(self, heard: int) -> Need | None:
        """Return the decode wanted when audio is heard up to sample `heard`, or None."""
        start, end = self._window_start, heard if self.end is None else self.end
        if (piece := self._piece_end(end)) is not None:
            return Need(self.number, self.channel, start, piece, is_final=True)
        if self.end is not None:
            return Need(self.number, self.channel, start, self.end, is_final=True)
        if self._settings.only_finals or self._covers_pause():
            return None  # in the latter case nothing was said since the last decode
        if heard - self._decoded_to < self._least_news():
            return None
        return Need(self.number, self.channel, start, heard, is_final=False, in_pause=self._pause is not None)

    def _piece_end(self, end: int) -> int | None:
        """Return the pause up to which to decode first, when more waits than a window should hold."""
        limit = self._window_start + samples(self._settings.longest_window_ms)
        if end <= limit or not self._pauses:
            return None
        return max([pause for pause in self._pauses if pause <= limit], default=self._pauses[0])

    def _least_news(self) -> int:
        """Return how many samples make a decode worth its while."""
        if self._pause is not None:
            return 1
        settings = self._settings
        return samples(settings.first_decode_ms if self._latest is None else settings.next_decode_ms)

    def finish(self, end: int) -> Update | None:
        """The utterance ended at sample `end`.  If the last decode heard all its speech, it is the final one."""
        self.end = end
        if not self._covers_pause() or self._latest is None:
            return None
        self.is_done = True
        return self._committer.receive(self._latest, is_final=True)

    def receive(self, need: Need, hypothesis: Hypothesis) -> Update:
        """Take the answer to `need`; return what it commits and the partial tail."""
        self._decoded_to = need.end
        self._latest = hypothesis
        covers_pause = self._covers_pause()
        self.is_done = self.end is not None and (need.end >= self.end or covers_pause)
        update = self._committer.receive(hypothesis, is_final=need.is_final or self.is_done, in_pause=covers_pause)
        if need.is_final:
            self._begin_window(need.end)
        elif not self.is_done:
            self._shorten(update)
        return update

    def _covers_pause(self) -> bool:
        return self._pause is not None and self._decoded_to >= self._pause

    def _shorten(self, update: Update) -> None:
        """Let the window begin behind what is committed: in a pause, or, when it is long, between two words."""
        if self._decoded_to - self._window_start < samples(self._settings.least_window_ms):
            return
        settled = update.partial[0].start if update.partial else self._decoded_to
        passed = [pause for pause in self._pauses if pause <= settled]
        if passed:
            self._begin_window(passed[-1])
        elif self._decoded_to - self._window_start > samples(self._settings.longest_window_ms):
            self._begin_window(self._committer.boundary(self._settings.overlap_words))

    def _begin_window(self, at: int | None) -> None:
        if at is None or at <= self._window_start:
            return
        self._window_start = at
        self._pauses = [pause for pause in self._pauses if pause > at]
        self._committer.forget(at)
        if self._latest is not None:  # it may yet be the final one
            self._latest = self._latest.since(at)
