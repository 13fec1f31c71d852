"""A draft that grows while people talk: turns in, one by one; the note as it stands out.

Each turn is understood when the next one comes, because what follows may show that it asked; the last one when the
conversation is over.  What is left to do then does not grow with the length of the conversation.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

from wardscribe.values import DraftNote, LeftOut, Section, Sentence
from wardscribed.note import forms, linear
from wardscribed.note.backends.wording import Evidence
from wardscribed.note.classify import Classifier, Model
from wardscribed.note.compose import LITTLE, Composed, Composer
from wardscribed.note.dictation import CommandCount, punctuated
from wardscribed.note.doubt import marked
from wardscribed.note.language import load
from wardscribed.note.preferences import Density, Preferences, min_worth
from wardscribed.note.sentences import Piece, asked_after_all, is_monologue, of_turn
from wardscribed.note.speakers import SpeakerGuess
from wardscribed.note.templates import Template, TemplateSection, Wording
from wardscribed.note.verify import Claim, problem
from wardscribed.values import Turn

NOT_IN_TEMPLATE = "mal"
"""Reason: the template has no such section."""


@dataclasses.dataclass(frozen=True, slots=True)
class Models:
    """The linear models of a draft; None means the one that ships."""

    labels: Model | None = None
    topics: Model | None = None
    worths: linear.LinearModel | None = None
    speakers: linear.LinearModel | None = None


@functools.cache
def _forms() -> dict[str, forms.Form]:
    """The questionnaires that ship are read once."""
    return forms.load()


class Draft:
    """The draft note of one conversation.  Not for use by two threads."""

    def __init__(
        self, language: str, template: Template, preferences: Preferences | None = None, models: Models | None = None
    ) -> None:
        self._language = load(language)
        self._template = template
        self._preferences = preferences or Preferences()
        self._models = models or Models()
        self._commands = CommandCount(self._language)
        self._turns: dict[int, Turn] = {}
        self._start(dictated=False)

    def _start(self, dictated: bool) -> None:
        """Begin to understand (anew, where it turns out that somebody dictates)."""
        self._dictated = dictated
        self._classifier = Classifier(self._language, self._models.labels, self._models.topics)
        self._composer = Composer(self._language, self._models.worths)
        self._speakers = SpeakerGuess(self._language, self._models.speakers)
        self._waiting: list[Piece] = []
        self._pieces: list[Piece] = []
        self._heard: dict[int, Turn] = {}
        """The turns as evidence: dictated signs are signs."""
        self._checked: dict[tuple[int, Density], tuple[Sentence | None, tuple[str, ...], str]] = {}
        """What became of each composed sentence, by its piece and density: the gate is passed once."""
        self._clinician: set[int] = set()
        """Turns in which the clinician speaks beyond doubt, where no channel tells."""
        self._forms = {name: forms.Filler(form, self._language) for name, form in _forms().items()}

    def receive(self, turn: Turn) -> None:
        """Take the next turn; it costs the same however long the conversation is."""
        self._turns[turn.id] = turn
        if self._commands.receive(turn.text) and not self._dictated:
            self._again_as_dictated()
        else:
            self._take(turn)

    def note(self) -> DraftNote:
        """Return the note as it stands, without the last turn (which may turn out to be a question)."""
        return self.document(self._template)

    def finish(self) -> DraftNote:
        """Return the note when the conversation is over; nothing is received after it."""
        self._understand(None)
        if not self._dictated and is_monologue(self._pieces, self._language):
            self._again_as_dictated(signs_spoken=False)
            self._understand(None)
        return self.document(self._template)

    def _again_as_dictated(self, signs_spoken: bool = True) -> None:
        self._start(dictated=True)
        for turn in self._turns.values():
            self._take(turn, signs_spoken)

    def _take(self, turn: Turn, signs_spoken: bool = True) -> None:
        spoken = self._dictated and signs_spoken
        self._heard[turn.id] = dataclasses.replace(turn, text=punctuated(turn.text, self._language)) if spoken else turn
        found = list(of_turn(turn, self._language, spoken))
        if self._dictated:
            found = [dataclasses.replace(piece, dictated=True) for piece in found]
        found = self._in_one_go(self._speakers.receive(found), turn.speaker)
        if found:
            self._understand(found[0])
            self._waiting = found

    def _in_one_go(self, found: list[Piece], speaker: str | None) -> list[Piece]:
        """Where a person who is known speaks on, the turn goes on with the one before."""
        before = self._waiting[-1] if self._waiting else None
        if not found or speaker is None or self._dictated or before is None or before.speaker != speaker:
            return found
        return [dataclasses.replace(piece, first=False, stretch=before.stretch) for piece in found]

    def _understand(self, after: Piece | None) -> None:
        """Sort and phrase the sentences of the turn that waited; `after` is the first sentence that follows."""
        for i, piece in enumerate(self._waiting):
            following = self._waiting[i + 1] if i + 1 < len(self._waiting) else after
            piece = piece if self._dictated else asked_after_all(piece, following, self._language)
            self._pieces.append(piece)
            if piece.dictated or (piece.speaker == "clinician" and piece.sure):
                self._clinician.add(piece.turn)
            self._composer.receive(self._classifier.receive(piece))
            self._check_last()
            for filler in self._forms.values():
                filler.receive(piece)
        self._waiting = []

    def _check_last(self) -> None:
        """Pass the gate as people talk, so that nothing of it is left to do when they stop."""
        for composed in self._composer.composed[-1:]:
            for part in self._template.sections:
                if composed.item.label in part.labels:
                    self._checked_in(composed, part, self._template)

    # ------------------------------------------------------------------------------------------------ documents

    def document(self, template: Template) -> DraftNote:
        """Return a document of this conversation: the note, or after `finish` any other, without listening again."""
        code = self._preferences.language or self._language.code
        shown: dict[int, Composed] = {}
        left_out = [*self._composer.left_out]
        sections = tuple(
            Section(
                part.id,
                template.heading(part, code),
                tuple(self._sentences(part, template, shown, left_out)),
                part.is_clinicians,
            )
            for part in template.sections
        )
        known = {label for part in template.sections for label in part.labels}
        left_out.extend(
            LeftOut(c.item.piece.turn, c.item.piece.text, NOT_IN_TEMPLATE)
            for c in self._composer.composed
            if c.item.label not in known
        )
        left_out.extend(self._composer.unused_questions(list(shown.values())))
        order = {turn: place for place, turn in enumerate(self._turns)}
        left_out.sort(key=lambda left: order.get(left.turn, -1))
        answers = {name: filled for name, filler in self._forms.items() if (filled := filler.answers())}
        return DraftNote(template.id, self._language.code, sections, tuple(left_out), answers)

    def evidence(self, template: Template) -> list[Evidence]:
        """Return the numbered pieces that a language model may word: what the gate lets pass."""
        found: list[Evidence] = []
        whole = dataclasses.replace(template, density=Density.FULL)
        for part in template.sections:
            for sentence, composed in self._passed(part, whole):
                speaker = composed.item.piece.speaker or "unknown"
                found.append(Evidence(len(found) + 1, part.id, speaker, sentence.text, sentence.evidence))
        return found

    def _passed(self, part: TemplateSection, template: Template) -> Iterator[tuple[Sentence, Composed]]:
        for composed in self._composer.composed:
            if composed.item.label in part.labels:
                sentence, _, reason = self._checked_in(composed, part, template)
                if sentence and not reason:
                    yield sentence, composed

    def judged(self, claim: Claim) -> tuple[Sentence, str]:
        """Return a sentence that somebody else worded, marked, and why it must not be shown if so."""
        return self._marked(claim.sentence), problem(claim, self._heard, self._language, self._clinician) or ""

    def _sentences(
        self, part: TemplateSection, template: Template, shown: dict[int, Composed], left_out: list[LeftOut]
    ) -> Iterator[Sentence]:
        """Yield the sentences of a section; what it goes without is added to the list."""
        for composed in self._composer.composed:
            item = composed.item
            if item.label not in part.labels:
                continue
            if part.clinician_only and item.piece.speaker != "clinician":
                left_out.append(LeftOut(item.piece.turn, item.piece.text, NOT_IN_TEMPLATE))
                continue
            sentence, cut, reason = self._checked_in(composed, part, template)
            if sentence and not reason:
                shown[id(composed.item.piece)] = composed
                left_out.extend(LeftOut(item.piece.turn, text, LITTLE) for text in cut)
                yield sentence
            else:
                left_out.append(LeftOut(item.piece.turn, item.piece.text, reason))

    def _checked_in(
        self, composed: Composed, part: TemplateSection, template: Template
    ) -> tuple[Sentence | None, tuple[str, ...], str]:
        """Return a sentence as it is shown, the clauses it is shown without, and why it is not shown if so."""
        density = (
            template.density if template.density == Density.FULL else self._preferences.density or template.density
        )
        spoken = part.wording == Wording.SPOKEN and composed.item.piece.speaker == "clinician"
        key = (id(composed.item.piece), Density.FULL if spoken else density)
        if key not in self._checked:
            self._checked[key] = self._check(composed, key[1])
        return self._checked[key]

    def _check(self, composed: Composed, density: Density) -> tuple[Sentence | None, tuple[str, ...], str]:
        full = density == Density.FULL
        sentence, cut = (
            (composed.sentence, ()) if full else composed.with_worth(min_worth(density, composed.item.label))
        )
        if sentence is None:
            return None, (), LITTLE
        reason = self._refused(composed, sentence)
        if reason and not full and not self._refused(composed, composed.sentence):
            return self._marked(composed.sentence), (), ""  # shortened it would say something else
        return self._marked(sentence), cut, reason

    def _refused(self, composed: Composed, sentence: Sentence) -> str:
        claim = Claim(composed.item.label, sentence)
        return problem(claim, self._heard, self._language, self._clinician) or ""

    def _marked(self, sentence: Sentence) -> Sentence:
        """Flag a sentence with a word that the recogniser doubted; say what is negative in the clinician's words."""
        own = self._preferences.negatives.get(sentence.text)
        sentence = dataclasses.replace(sentence, text=own) if own else sentence
        return marked(sentence, self._turns, self._language)
