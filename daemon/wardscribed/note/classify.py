"""Sentences in, labels out: the section each belongs to, or why it belongs to none.

A linear model weighs the words, the cues, who speaks and what came before (`signals.py`); rules stand where a wrong
guess would break a promise: other people's illnesses, and what only the clinician may say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from wardscribed.note import linear, signals
from wardscribed.note.context import (
    EXAM,
    LABELS,
    ONLY_CLINICIAN,
    OTHER_PERSON,
    QUESTION,
    SMALL_TALK,
    STEERING,
    UNSURE,
    Context,
    Labelled,
    remember,
)
from wardscribed.note.cues import STRONG
from wardscribed.note.headings import heading_of, is_heading
from wardscribed.note.language import Language
from wardscribed.note.neighbours import is_drug
from wardscribed.note.people import RELATIVES, about_another
from wardscribed.note.sentences import Piece
from wardscribed.note.templates import SECTIONS

_MIN_TOPIC = 0.05
_UNDER_HEADING = 4.0
"""How much likelier a dictated sentence is of its heading's section."""
_DICTATED = (*SECTIONS, SMALL_TALK, STEERING)
_UNDER = (*SECTIONS, SMALL_TALK)
"""What a sentence under a dictated heading can be: a call that comes in between is small talk."""
_STATES = 0.3
"""How much less likely a clinician only steers, for every cue of findings or plans: losing such a sentence is worse."""
_OWN_DRUG = 0.2
"""How much less likely a patient who tells of a drug of his own only chats."""
_STATEMENTS = tuple(label for label in LABELS if label != QUESTION)
_RELATIVES = (RELATIVES, SMALL_TALK)
_PATIENTS = tuple(label for label in LABELS if label not in ONLY_CLINICIAN)


class Model(Protocol):
    """What weighs signals: `linear.LinearModel`, or one that is being trained."""

    def chances(self, signals: Mapping[str, float], among: Iterable[str] = ()) -> dict[str, float]:
        """Return the probability of each label."""
        ...


class Classifier:
    """Labels the sentences of one conversation in order; each costs the same however long the conversation is."""

    def __init__(self, language: Language, labels: Model | None = None, topics: Model | None = None) -> None:
        self._language = language
        self._labels = labels or linear.load("labels")
        self._topics = topics or linear.load("topics")
        self.context = Context()

    def receive(self, piece: Piece, label: str = "") -> Labelled:
        """Return the sentence with its label; a `label` that is given (in training) is believed."""
        context = self.context
        chosen, worth = (label, 1.0) if label else self._label(piece)
        answered = None
        if piece.speaker != "clinician" and context.answers == 0 and context.question is not None:
            answered = context.question
        topic = max(context.topics, key=lambda name: context.topics[name], default="") if answered else ""
        item = Labelled(piece, chosen, answered, worth, topic)
        if piece.speaker == "clinician" and not piece.dictated:
            self._follow(item)
        remember(item, context)
        return item

    def _follow(self, item: Labelled) -> None:
        """A question opens a topic; a statement closes it."""
        context = self.context
        if item.piece.question or item.label == QUESTION:
            chances = self._topics.chances(signals.of_words(item.piece, self._language))
            context.topics = {name: chance for name, chance in chances.items() if chance >= _MIN_TOPIC}
            context.question, context.answers, context.since_question = item.piece, 0, 0
        elif item.label in SECTIONS:
            context.question = None

    def _label(self, piece: Piece) -> tuple[str, float]:
        if piece.dictated:
            return self._dictated(piece)
        if piece.speaker == "clinician":
            return self._told(piece)
        another = about_another(piece, self.context, self._language)
        if another == OTHER_PERSON:
            return another, 1.0
        among = _RELATIVES if another else _PATIENTS
        chances = self._chances(piece, among)
        if not another and set(piece.tokens) & self._language.sets["self"] and self._names_drug(piece):
            chances[SMALL_TALK] *= _OWN_DRUG
            chances[STEERING] *= _OWN_DRUG
        label, chance = _best(chances)
        return (OTHER_PERSON, chance) if another and label != RELATIVES else (label, chance)

    def _told(self, piece: Piece) -> tuple[str, float]:
        asks = piece.question or not piece.text.rstrip().endswith(".")
        chances = self._chances(piece, LABELS if asks else _STATEMENTS)
        cues = max(piece.hits.get(label, 0.0) for label in (*EXAM, *ONLY_CLINICIAN)) / STRONG
        if cues >= 1.0:
            chances[STEERING] *= _STATES**cues
        label, chance = _best(chances)
        return (label if piece.sure or label not in ONLY_CLINICIAN else UNSURE), chance

    def _names_drug(self, piece: Piece) -> bool:
        return any(is_drug(token, self._language) for token in piece.tokens)

    def _chances(self, piece: Piece, among: Iterable[str]) -> dict[str, float]:
        return self._labels.chances(signals.in_place(piece, self.context, self._language), among)

    def _dictated(self, piece: Piece) -> tuple[str, float]:
        """A dictated sentence belongs where its words say, and more so under its heading."""
        heading = heading_of(piece.text, self._language)
        if heading:
            self.context.heading = heading
            if is_heading(piece.text, self._language):
                return STEERING, 1.0
            return heading, 1.0
        sets, words = self._language.sets, set(piece.tokens)
        if piece.hits.get("outsider") and words & sets["first"]:
            return OTHER_PERSON, 1.0
        if words & sets["first"] and words & sets["second"]:
            return SMALL_TALK, 1.0  # said to somebody who came in
        among = _UNDER if self.context.heading else _DICTATED
        chances = self._chances(piece, among)
        if self.context.heading:
            chances[self.context.heading] *= _UNDER_HEADING
        return _best(chances)


def _best(chances: Mapping[str, float]) -> tuple[str, float]:
    label = max(chances, key=lambda name: chances[name])
    return label, chances[label]
