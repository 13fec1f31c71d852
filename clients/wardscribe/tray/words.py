"""What the tray says to clinicians, besides what `labels` holds for every client."""

from __future__ import annotations

from dataclasses import dataclass

from wardscribe.tray.state import Announcement, Look


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    looks: dict[Look, str]
    menu: str
    """What the menu is called."""
    start: str
    """In an entry of the menu, & goes before the letter that chooses it."""
    start_with: str
    informed: str
    pause: str
    resume: str
    stop: str
    captions: str
    review: str
    quit: str
    microphone: str
    """{name} is the one that is used."""
    default_microphone: str
    announcements: dict[Announcement, str]
    """Title of a notification."""
    read_it: str
    starting: str
    nothing_said: str
    said: str
    restore: str
    restore_in: str
    next_doubts: str
    approve: str
    discard: str
    copy: str
    copied: str
    take_over: str
    edited_by: str
    """{client} edits now."""
    untouched: str
    """{count} flagged sentences hold the approval up."""
    how: str
    really_discard: str
    really_quit: str
    yes_discard: str
    no: str
    warnings: dict[str, str]
    """Of a note: warning as the daemon names it → as people read it."""


_NB = Words(
    looks={
        Look.IDLE: "Klar",
        Look.RECORDING: "Tar opp",
        Look.PAUSED: "Pause",
        Look.REVIEWING: "Utkast",
        Look.TROUBLE: "Noe er galt",
    },
    menu="Meny",
    start="&Start samtale",
    start_with="Start med &mal",
    informed="Pasienten er &informert",
    pause="&Pause",
    resume="&Fortsett",
    stop="&Avslutt samtale",
    captions="Vis &teksten",
    review="&Les utkastet",
    quit="Avslutt &Wardscribe",
    microphone="Mikrofon: {name}",
    default_microphone="maskinens standard",
    announcements={
        Announcement.DRAFT_READY: "Utkast klart",
        Announcement.CONNECTION_LOST: "Mistet forbindelsen",
        Announcement.TROUBLE: "Noe er galt",
        Announcement.WARNED: "Melding fra tjenesten",
        Announcement.WRITTEN: "Notatet er godkjent",
        Announcement.DISCARDED: "Samtalen er forkastet",
    },
    read_it="Les det, og godkjenn eller forkast.",
    starting="Venter på mikrofonen …",
    nothing_said="Ingenting er sagt ennå.",
    said="Samtalen",
    restore="Ta med",
    restore_in="Ta med under",
    next_doubts="Neste tvil",
    approve="Godkjenn",
    discard="Forkast",
    copy="Kopier",
    copied="Notatet er kopiert.",
    take_over="Overta redigeringen",
    edited_by="{client} redigerer nå.",
    untouched="Merkede setninger som må ses på før du kan godkjenne: {count}.",
    how="Klikk en setning for å se hva som ble sagt. Enter eller F2 endrer, Delete fjerner.",
    really_discard="Vil du forkaste samtalen og utkastet? Det kan ikke angres.",
    really_quit="En samtale pågår. Vil du forkaste den og avslutte?",
    yes_discard="Forkast",
    no="Behold",
    warnings={"model_failed": "Språkmodellen svarte ikke: notatet står med det som ble sagt."},
)
_NN = Words(
    looks={
        Look.IDLE: "Klar",
        Look.RECORDING: "Tek opp",
        Look.PAUSED: "Pause",
        Look.REVIEWING: "Utkast",
        Look.TROUBLE: "Noko er gale",
    },
    menu="Meny",
    start="&Start samtale",
    start_with="Start med &mal",
    informed="Pasienten er &informert",
    pause="&Pause",
    resume="&Hald fram",
    stop="&Avslutt samtale",
    captions="Vis &teksten",
    review="&Les utkastet",
    quit="Avslutt &Wardscribe",
    microphone="Mikrofon: {name}",
    default_microphone="standarden til maskina",
    announcements={
        Announcement.DRAFT_READY: "Utkast klart",
        Announcement.CONNECTION_LOST: "Mista sambandet",
        Announcement.TROUBLE: "Noko er gale",
        Announcement.WARNED: "Melding frå tenesta",
        Announcement.WRITTEN: "Notatet er godkjent",
        Announcement.DISCARDED: "Samtalen er forkasta",
    },
    read_it="Les det, og godkjenn eller forkast.",
    starting="Ventar på mikrofonen …",
    nothing_said="Ingenting er sagt enno.",
    said="Samtalen",
    restore="Ta med",
    restore_in="Ta med under",
    next_doubts="Neste tvil",
    approve="Godkjenn",
    discard="Forkast",
    copy="Kopier",
    copied="Notatet er kopiert.",
    take_over="Ta over redigeringa",
    edited_by="{client} redigerer no.",
    untouched="Merkte setningar som må sjåast på før du kan godkjenne: {count}.",
    how="Klikk ei setning for å sjå kva som vart sagt. Enter eller F2 endrar, Delete fjernar.",
    really_discard="Vil du forkaste samtalen og utkastet? Det kan ikkje angrast.",
    really_quit="Ein samtale er i gang. Vil du forkaste han og avslutte?",
    yes_discard="Forkast",
    no="Behald",
    warnings={"model_failed": "Språkmodellen svara ikkje: notatet står med det som vart sagt."},
)
_EN = Words(
    looks={
        Look.IDLE: "Ready",
        Look.RECORDING: "Recording",
        Look.PAUSED: "Paused",
        Look.REVIEWING: "Draft",
        Look.TROUBLE: "Something is wrong",
    },
    menu="Menu",
    start="&Start conversation",
    start_with="Start with &template",
    informed="The patient was &informed",
    pause="&Pause",
    resume="R&esume",
    stop="E&nd conversation",
    captions="Show the &words",
    review="&Read the draft",
    quit="&Quit Wardscribe",
    microphone="Microphone: {name}",
    default_microphone="this machine's default",
    announcements={
        Announcement.DRAFT_READY: "Draft ready",
        Announcement.CONNECTION_LOST: "Connection lost",
        Announcement.TROUBLE: "Something is wrong",
        Announcement.WARNED: "A message of the daemon",
        Announcement.WRITTEN: "The note is approved",
        Announcement.DISCARDED: "The conversation is discarded",
    },
    read_it="Read it, then approve or discard.",
    starting="Waiting for the microphone …",
    nothing_said="Nothing was said yet.",
    said="Conversation",
    restore="Include",
    restore_in="Include under",
    next_doubts="Next doubts",
    approve="Approve",
    discard="Discard",
    copy="Copy",
    copied="The note is copied.",
    take_over="Take over the editing",
    edited_by="{client} edits now.",
    untouched="Flagged sentences to look at before you can approve: {count}.",
    how="Click a sentence to see what was said. Enter or F2 edits, Delete removes.",
    really_discard="Discard the conversation and the draft? This cannot be undone.",
    really_quit="A conversation is going on. Discard it and quit?",
    yes_discard="Discard",
    no="Keep",
    warnings={"model_failed": "The language model did not answer: the note stands in the speakers' own words."},
)
_ALL = {"nb": _NB, "nn": _NN, "en": _EN}


def words(language: str) -> Words:
    """Return the tray's words of a language; Norwegian bokmål where there are none."""
    return _ALL.get(language, _NB)
