"""One utterance on its way from speech to committed words.  No I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from wardscribed.speech.commit import Committer, Update
from wardscribed.values import Hypothesis, samples

_FIRST_DECODE = samples(450)  # pre-roll and a first syllable: less gives no word
_NEXT_DECODE = samples(240)


@dataclass(frozen=True, slots=True)
class Need:
    """A decode that an utterance wants: its samples from `start` to `end`."""

    utterance: int
    channel: int
    start: int
    end: int
    is_final: bool


class OpenUtterance:
    """An utterance whose words are not all committed yet."""

    def __init__(self, number: int, channel: int, start: int) -> None:
        self.number = number
        self.channel = channel
        self.start = start
        self.end: int | None = None
        """Where it ended, once it has."""
        self.is_done = False
        """Whether all its words are committed."""
        self._pause: int | None = None  # heard up to here, the silence had lasted a while
        self._decoded_to = start
        self._latest: Hypothesis | None = None
        self._committer = Committer()

    def pause(self, at: int) -> None:
        """The speaker has been silent for a while at sample `at`; perhaps the utterance is over."""
        self._pause = at

    def go_on(self) -> None:
        """The speaker went on."""
        self._pause = None

    def need(self, heard: int) -> Need | None:
        """Return the decode wanted when audio is heard up to sample `heard`, or None."""
        if self.end is not None:
            return Need(self.number, self.channel, self.start, self.end, is_final=True)
        if self._covers_pause():
            return None  # nothing was said since the last decode
        least = _FIRST_DECODE if self._latest is None else _NEXT_DECODE
        if heard - self._decoded_to < (least if self._pause is None else 1):
            return None
        return Need(self.number, self.channel, self.start, heard, is_final=False)

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
        self.is_done = need.is_final or (self.end is not None and self._covers_pause())
        return self._committer.receive(hypothesis, is_final=self.is_done)

    def _covers_pause(self) -> bool:
        return self._pause is not None and self._decoded_to >= self._pause
