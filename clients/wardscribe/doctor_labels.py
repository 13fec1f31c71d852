"""What `wardscribe doctor` says to people: of every check what is right, and what to do where it is not."""

from __future__ import annotations

from dataclasses import dataclass

from wardscribe.findings import Check


@dataclass(frozen=True, slots=True)
class DoctorLabels:
    """The words of one language."""

    listening: str
    """{seconds} of listening begin."""
    titles: dict[Check, str]
    advice: dict[Check, str]
    unknown: str


_NB = DoctorLabels(
    listening="Lytter i {seconds:g} s: si noe …",
    titles={
        Check.DAEMON: "Tjenesten svarer",
        Check.TLS: "Forbindelsen er sikret",
        Check.PROTOCOL: "Klient og tjeneste forstår hverandre",
        Check.TOKEN: "Adgangen gjelder",
        Check.CLOCK: "Klokka går riktig",
        Check.MICROPHONE: "Mikrofonen finnes",
        Check.APPROVAL: "Mikrofonen er godkjent",
        Check.SOUND: "Mikrofonen hører",
    },
    advice={
        Check.DAEMON: "Se at tjenesten kjører, at maskinen er på nettet, og at --url stemmer.",
        Check.TLS: "Få sykehusets sertifikat av IKT og oppgi det med --ca-file. Ikke fortsett uten.",
        Check.PROTOCOL: "Be IKT om samme utgave av klient og tjeneste, og se at --url er en Wardscribe-tjeneste.",
        Check.TOKEN: "Be IKT om ny adgangsfil, og oppgi den med --token-file.",
        Check.CLOCK: "Slå på automatisk tid på maskinen, eller be IKT om det.",
        Check.MICROPHONE: "Koble til mikrofonen, og velg navnet slik `wardscribe devices` skriver det.",
        Check.APPROVAL: "Velg en godkjent mikrofon med --device, eller be IKT om å godkjenne denne.",
        Check.SOUND: "Slå av demping på mikrofonen, still inn lydstyrken, og prøv igjen mens du snakker.",
    },
    unknown="ikke undersøkt",
)
_NN = DoctorLabels(
    listening="Lyttar i {seconds:g} s: sei noko …",
    titles={
        Check.DAEMON: "Tenesta svarar",
        Check.TLS: "Sambandet er sikra",
        Check.PROTOCOL: "Klient og teneste forstår kvarandre",
        Check.TOKEN: "Tilgangen gjeld",
        Check.CLOCK: "Klokka går rett",
        Check.MICROPHONE: "Mikrofonen finst",
        Check.APPROVAL: "Mikrofonen er godkjend",
        Check.SOUND: "Mikrofonen høyrer",
    },
    advice={
        Check.DAEMON: "Sjå at tenesta køyrer, at maskina er på nettet, og at --url stemmer.",
        Check.TLS: "Få sertifikatet til sjukehuset av IKT og oppgi det med --ca-file. Ikkje hald fram utan.",
        Check.PROTOCOL: "Be IKT om same utgåve av klient og teneste, og sjå at --url er ei Wardscribe-teneste.",
        Check.TOKEN: "Be IKT om ny tilgangsfil, og oppgi henne med --token-file.",
        Check.CLOCK: "Slå på automatisk tid på maskina, eller be IKT om det.",
        Check.MICROPHONE: "Kople til mikrofonen, og vel namnet slik `wardscribe devices` skriv det.",
        Check.APPROVAL: "Vel ein godkjend mikrofon med --device, eller be IKT om å godkjenne denne.",
        Check.SOUND: "Slå av demping på mikrofonen, still inn lydstyrken, og prøv igjen medan du snakkar.",
    },
    unknown="ikkje undersøkt",
)
_EN = DoctorLabels(
    listening="Listening for {seconds:g} s: say something …",
    titles={
        Check.DAEMON: "The daemon answers",
        Check.TLS: "The connection is secure",
        Check.PROTOCOL: "Client and daemon understand each other",
        Check.TOKEN: "The token is valid",
        Check.CLOCK: "The clock is right",
        Check.MICROPHONE: "The microphone is there",
        Check.APPROVAL: "The microphone is approved",
        Check.SOUND: "The microphone hears",
    },
    advice={
        Check.DAEMON: "See that the daemon runs, that this machine is on the network, and that --url is right.",
        Check.TLS: "Get the hospital's certificate from IT and name it with --ca-file. Do not go on without.",
        Check.PROTOCOL: "Ask IT for the same release of client and daemon, and see that --url is a Wardscribe daemon.",
        Check.TOKEN: "Ask IT for a new token file, and name it with --token-file.",
        Check.CLOCK: "Switch automatic time on, or ask IT to.",
        Check.MICROPHONE: "Plug the microphone in, and write its name as `wardscribe devices` does.",
        Check.APPROVAL: "Choose an approved microphone with --device, or ask IT to approve this one.",
        Check.SOUND: "Unmute the microphone, set its volume, and try again while you speak.",
    },
    unknown="not looked at",
)
_ALL = {"nb": _NB, "nn": _NN, "en": _EN}


def doctor_labels(language: str) -> DoctorLabels:
    """Return the words of a language."""
    return _ALL[language]
