"""What the terminal says to clinicians, in the session's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wardscribe import refusals
from wardscribe.protocol import Reason, Role, State


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language."""

    roles: dict[Role, str]
    states: dict[State, str]
    connected: str
    disconnected: str
    listening: str
    pausing: str
    """Added to `listening` where a key can be pressed."""
    paused: str
    """Beside the state, while the microphone is closed."""
    pause_key: str
    waiting: str
    session: str
    """Where {session} can be followed and edited from."""
    note: str
    left_out: str
    nothing: str
    clipping: str
    gap: str
    """{seconds} were not recorded."""
    unsent: str
    """{seconds} of {limit} wait in memory for the daemon."""
    edits: str
    """{client} edits the draft now."""
    ask: str
    """The prompt under a draft; the letters in it are those of `keys`."""
    ask_take: str
    """The prompt under a draft that somebody else edits."""
    keys: dict[str, str]
    """Letter → approve, discard, evidence, edit or take."""
    words: dict[str, str]
    """The same for whole words."""
    doubtful: str
    """Before the sentences that must be looked at."""
    edit_help: str
    discard_again: str
    wiped: str
    starting: str
    reasons: dict[str, str]
    """Why something is not in the note: reason as the daemon names it → as people read it."""
    flags: dict[str, str]
    """What to mind in a sentence: flag as the daemon names it → as people read it."""

    outcomes: dict[Reason, str]
    """Why a session ended: reason as the daemon names it → as people read it."""

    refusals: dict[str, str]
    """What went wrong, by its code."""
    refused: str
    """{code} is none of those."""

    def refusal(self, code: str) -> str:
        """Return what went wrong."""
        return self.refusals.get(code) or self.refused.format(code=code)

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
    pausing="p lukker mikrofonen for en pause.",
    paused="mikrofonen er lukket, p åpner den",
    pause_key="p",
    waiting="Venter på mikrofonen …",
    session="Også på en annen skjerm: wardscribe take {session}",
    note="Utkast til notat",
    left_out="Ikke tatt med",
    nothing="Ingenting er tatt med i utkastet.",
    clipping="for høyt",
    gap="opptaket mangler {seconds} s her",
    unsent="{seconds} av {limit} s lyd venter på tjenesten",
    edits="Utkastet redigeres nå av {client}.",
    ask="[g]odkjenn  [f]orkast  [b]elegg  [e]ndre",
    ask_take="[t]a over redigeringen",
    keys={"g": "approve", "f": "discard", "b": "evidence", "e": "edit", "t": "take"},
    words={"godkjenn": "approve", "forkast": "discard", "belegg": "evidence", "endre": "edit", "ta": "take"},
    doubtful="Dette ble hørt med tvil. Les det mot det som ble sagt, og godkjenn så:",
    edit_help="Skriv for eksempel: e 3 Ny tekst (uten tekst fjernes setning 3).",
    discard_again="Ctrl-C en gang til forkaster alt.",
    wiped="Samtalen er slettet; tjenesten har ikke lagret noe.",
    starting="Starter tjenesten og laster modellen …",
    reasons={
        "smaprat": "småprat",
        "prosess": "samtalens gang",
        "spm": "spørsmål",
        "annen_person": "om en annen",
        "usikker": "usikkert hvor det hører hjemme",
        "rettet": "rettet etterpå",
        "gjentatt": "sagt før",
        "lite_nytt": "lite nytt",
        "mal": "ikke i malen",
        "modell_utelot": "utelatt av modellen",
        "fjernet": "tatt ut for hånd",
        "draft_failed": "uten utkast",
        "ikke_behandlerens_ord": "ikke behandlerens ord",
        "enhet_uten_belegg": "enhet uten belegg",
        "uten_belegg": "uten belegg",
        "tall_uten_belegg": "tall uten belegg",
        "side_uten_belegg": "side uten belegg",
        "nektelse_uten_belegg": "nektelse uten belegg",
        "begrep_uten_belegg": "begrep uten belegg",
    },
    flags={
        "unsure": "usikkert hørt",
        "edited": "endret",
        "corrected": "rettet i samtalen",
    },
    outcomes={
        Reason.BY_CLINICIAN: "",
        Reason.NO_RECORD_SYSTEM: "Notatet er bare vist her.",
        Reason.IDLE: "Ingenting skjedde på lenge.",
    },
    refusals=refusals.NB,
    refused="Tjenesten sa nei ({code}).",
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
    pausing="p lukkar mikrofonen for ein pause.",
    paused="mikrofonen er lukka, p opnar han",
    pause_key="p",
    waiting="Ventar på mikrofonen …",
    session="Også på ein annan skjerm: wardscribe take {session}",
    note="Utkast til notat",
    left_out="Ikkje teke med",
    nothing="Ingenting er teke med i utkastet.",
    clipping="for høgt",
    gap="opptaket manglar {seconds} s her",
    unsent="{seconds} av {limit} s lyd ventar på tenesta",
    edits="Utkastet blir no redigert av {client}.",
    ask="[g]odkjenn  [f]orkast  [b]elegg  [e]ndre",
    ask_take="[t]a over redigeringen",
    keys={"g": "approve", "f": "discard", "b": "evidence", "e": "edit", "t": "take"},
    words={"godkjenn": "approve", "forkast": "discard", "belegg": "evidence", "endre": "edit", "ta": "take"},
    doubtful="Dette vart høyrt med tvil. Les det mot det som vart sagt, og godkjenn så:",
    edit_help="Skriv til dømes: e 3 Ny tekst (utan tekst blir setning 3 fjerna).",
    discard_again="Ctrl-C ein gong til forkastar alt.",
    wiped="Samtalen er sletta; tenesta har ikkje lagra noko.",
    starting="Startar tenesta og lastar modellen …",
    reasons={
        "smaprat": "småprat",
        "prosess": "gangen i samtalen",
        "spm": "spørsmål",
        "annen_person": "om ein annan",
        "usikker": "uvisst kvar det høyrer heime",
        "rettet": "retta etterpå",
        "gjentatt": "sagt før",
        "lite_nytt": "lite nytt",
        "mal": "ikkje i malen",
        "modell_utelot": "utelate av modellen",
        "fjernet": "teke ut for hand",
        "draft_failed": "utan utkast",
        "ikke_behandlerens_ord": "ikkje orda til behandlaren",
        "enhet_uten_belegg": "eining utan belegg",
        "uten_belegg": "utan belegg",
        "tall_uten_belegg": "tal utan belegg",
        "side_uten_belegg": "side utan belegg",
        "nektelse_uten_belegg": "nekting utan belegg",
        "begrep_uten_belegg": "omgrep utan belegg",
    },
    flags={
        "unsure": "usikkert høyrt",
        "edited": "endra",
        "corrected": "retta i samtalen",
    },
    outcomes={
        Reason.BY_CLINICIAN: "",
        Reason.NO_RECORD_SYSTEM: "Notatet er berre vist her.",
        Reason.IDLE: "Ingenting hende på lenge.",
    },
    refusals=refusals.NN,
    refused="Tenesta sa nei ({code}).",
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
    pausing="p closes the microphone for a pause.",
    paused="the microphone is closed, p opens it",
    pause_key="p",
    waiting="Waiting for the microphone …",
    session="On another screen too: wardscribe take {session}",
    note="Draft note",
    left_out="Not included",
    nothing="Nothing is included in the draft.",
    clipping="too loud",
    gap="{seconds} s were not recorded here",
    unsent="{seconds} of {limit} s of audio wait for the daemon",
    edits="The draft is edited by {client} now.",
    ask="[a]pprove  [d]iscard  e[v]idence  [e]dit",
    ask_take="[t]ake the editing over",
    keys={"a": "approve", "d": "discard", "v": "evidence", "e": "edit", "t": "take"},
    words={"approve": "approve", "discard": "discard", "evidence": "evidence", "edit": "edit", "take": "take"},
    doubtful="This was heard with doubt. Read it against what was said, then approve:",
    edit_help="Type for instance: e 3 New text (without a text, sentence 3 is removed).",
    discard_again="Ctrl-C once more discards everything.",
    wiped="The conversation is wiped; the daemon stored nothing.",
    starting="Starting the daemon and loading the model …",
    reasons={
        "smaprat": "small talk",
        "prosess": "steering",
        "spm": "questions",
        "annen_person": "about somebody else",
        "usikker": "unsure where it belongs",
        "rettet": "corrected later",
        "gjentatt": "said before",
        "lite_nytt": "little new",
        "mal": "not in the template",
        "modell_utelot": "left out by the model",
        "fjernet": "taken out by hand",
        "draft_failed": "without a draft",
        "ikke_behandlerens_ord": "not the clinician's words",
        "enhet_uten_belegg": "unit without evidence",
        "uten_belegg": "no evidence",
        "tall_uten_belegg": "number without evidence",
        "side_uten_belegg": "side without evidence",
        "nektelse_uten_belegg": "negation without evidence",
        "begrep_uten_belegg": "term without evidence",
    },
    flags={
        "edited": "edited",
        "unsure": "heard with doubt",
        "corrected": "corrected in the conversation",
    },
    outcomes={
        Reason.BY_CLINICIAN: "",
        Reason.NO_RECORD_SYSTEM: "The note is only shown here.",
        Reason.IDLE: "Nothing happened for a long time.",
    },
    refusals=refusals.EN,
    refused="The service said no ({code}).",
)
_ALL = {"nb": _NB, "nn": _NN, "en": _EN}


def labels(language: str) -> Labels:
    """Return the words of a session's language; Norwegian bokmål where there are none."""
    return _ALL.get(language, _NB)
