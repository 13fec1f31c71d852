"""What the terminal says to clinicians, in the session's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wardscribe.protocol import Role, State


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language."""

    roles: dict[Role, str]
    states: dict[State, str]
    connected: str
    disconnected: str
    listening: str
    waiting: str
    note: str
    left_out: str
    nothing: str
    clipping: str
    ask: str
    """The prompt under a draft; the letters in it are those of `keys`."""
    keys: dict[str, str]
    """Letter → approve, discard, evidence or edit."""
    words: dict[str, str]
    """The same for whole words."""
    edit_help: str
    discard_again: str
    wiped: str
    starting: str
    reasons: dict[str, str]
    """Why something is not in the note: reason as the daemon names it → as people read it."""
    flags: dict[str, str]
    """What to mind in a sentence: flag as the daemon names it → as people read it."""

    def summary(self, reasons: Iterable[str]) -> str:
        """Return how many things were left out for which reason."""
        counts = Counter(self.reasons.get(reason, reason) for reason in reasons)
        return ", ".join(f"{count} {reason}" for reason, count in counts.most_common())


_NB = Labels(
    roles={Role.CLINICIAN: "Kliniker", Role.PATIENT: "Pasient", Role.OTHER: "Andre", Role.UNKNOWN: "Tale"},
    states={
        State.OPEN: "Åpen",
        State.RECORDING: "Opptak",
        State.PAUSED: "Pause",
        State.DRAFTING: "Skriver utkast",
        State.REVIEW: "Til gjennomlesing",
        State.APPROVED: "Godkjent",
        State.WRITTEN: "Levert",
        State.DISCARDED: "Forkastet",
        State.WIPED: "Slettet",
    },
    connected="tilkoblet",
    disconnected="mistet forbindelsen, prøver igjen",
    listening="Lytter nå. Ctrl-C avslutter samtalen.",
    waiting="Venter på mikrofonen …",
    note="Utkast til notat",
    left_out="Ikke tatt med",
    nothing="Ingenting er tatt med i utkastet.",
    clipping="for høyt",
    ask="[g]odkjenn  [f]orkast  [b]elegg  [e]ndre",
    keys={"g": "approve", "f": "discard", "b": "evidence", "e": "edit"},
    words={"godkjenn": "approve", "forkast": "discard", "belegg": "evidence", "endre": "edit"},
    edit_help="Skriv for eksempel: e 3 Ny tekst (uten tekst fjernes setning 3).",
    discard_again="Ctrl-C en gang til forkaster alt.",
    wiped="Samtalen er slettet; tjenesten har ikke lagret noe.",
    starting="Starter tjenesten og laster modellen …",
    reasons={"small_talk": "småprat", "question": "spørsmål", "process": "prosess"},
    flags={},
)
_NN = Labels(
    roles={Role.CLINICIAN: "Klinikar", Role.PATIENT: "Pasient", Role.OTHER: "Andre", Role.UNKNOWN: "Tale"},
    states={
        State.OPEN: "Open",
        State.RECORDING: "Opptak",
        State.PAUSED: "Pause",
        State.DRAFTING: "Skriv utkast",
        State.REVIEW: "Til gjennomlesing",
        State.APPROVED: "Godkjend",
        State.WRITTEN: "Levert",
        State.DISCARDED: "Forkasta",
        State.WIPED: "Sletta",
    },
    connected="tilkopla",
    disconnected="mista sambandet, prøver igjen",
    listening="Lyttar no. Ctrl-C avsluttar samtalen.",
    waiting="Ventar på mikrofonen …",
    note="Utkast til notat",
    left_out="Ikkje teke med",
    nothing="Ingenting er teke med i utkastet.",
    clipping="for høgt",
    ask="[g]odkjenn  [f]orkast  [b]elegg  [e]ndre",
    keys={"g": "approve", "f": "discard", "b": "evidence", "e": "edit"},
    words={"godkjenn": "approve", "forkast": "discard", "belegg": "evidence", "endre": "edit"},
    edit_help="Skriv til dømes: e 3 Ny tekst (utan tekst blir setning 3 fjerna).",
    discard_again="Ctrl-C ein gong til forkastar alt.",
    wiped="Samtalen er sletta; tenesta har ikkje lagra noko.",
    starting="Startar tenesta og lastar modellen …",
    reasons={"small_talk": "småprat", "question": "spørsmål", "process": "prosess"},
    flags={},
)
_EN = Labels(
    roles={Role.CLINICIAN: "Clinician", Role.PATIENT: "Patient", Role.OTHER: "Others", Role.UNKNOWN: "Speech"},
    states={
        State.OPEN: "Open",
        State.RECORDING: "Recording",
        State.PAUSED: "Paused",
        State.DRAFTING: "Drafting",
        State.REVIEW: "To be read",
        State.APPROVED: "Approved",
        State.WRITTEN: "Delivered",
        State.DISCARDED: "Discarded",
        State.WIPED: "Wiped",
    },
    connected="connected",
    disconnected="connection lost, trying again",
    listening="Listening now. Ctrl-C ends the conversation.",
    waiting="Waiting for the microphone …",
    note="Draft note",
    left_out="Not included",
    nothing="Nothing is included in the draft.",
    clipping="too loud",
    ask="[a]pprove  [d]iscard  e[v]idence  [e]dit",
    keys={"a": "approve", "d": "discard", "v": "evidence", "e": "edit"},
    words={"approve": "approve", "discard": "discard", "evidence": "evidence", "edit": "edit"},
    edit_help="Type for instance: e 3 New text (without a text, sentence 3 is removed).",
    discard_again="Ctrl-C once more discards everything.",
    wiped="The conversation is wiped; the daemon stored nothing.",
    starting="Starting the daemon and loading the model …",
    reasons={"small_talk": "small talk", "question": "question", "process": "process"},
    flags={},
)
_ALL = {"nb": _NB, "nn": _NN, "en": _EN}


def labels(language: str) -> Labels:
    """Return the words of a session's language; Norwegian bokmål where there are none."""
    return _ALL.get(language, _NB)
