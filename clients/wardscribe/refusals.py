"""What went wrong, as people read it: a daemon's `error` code, or the `code` of a ClientError → a sentence.

The English text that comes with it is for whoever mends it.
"""

NB = {
    "busy": "Tjenesten har ikke plass til flere samtaler akkurat nå. Prøv igjen om litt.",
    "idle": "Ingenting skjer. Om ett minutt forkastes samtalen.",
    "draft_failed": "Det ble ikke noe utkast. Alt som ble sagt, står under «Ikke tatt med».",
    "stale_hash": "Utkastet er endret. Les det igjen før du godkjenner.",
    "bad_edit": "Endringen ble ikke godtatt.",
    "not_editor": "Utkastet redigeres fra et annet sted.",
    "read_only": "Denne skjermen følger bare med på samtalen.",
    "wrong_order": "Det går ikke nå: samtalen er kommet videre.",
    "unknown_session": "Samtalen finnes ikke lenger; tjenesten har slettet den.",
    "bad_seal": "Tjenesten er startet på nytt, og samtalen kan ikke fortsette.",
    "stale_seal": "Samtalen er avsluttet, og kan ikke åpnes igjen.",
    "unauthorized": "Adgangen gjelder ikke her. Be IKT om en ny adgangsfil.",
    "no_microphone": "Tjenesten har ingen egen mikrofon.",
    "microphone_failed": "Mikrofonen svikter. Se at den er koblet til og slått på.",
    "no_connection": "Får ikke kontakt med tjenesten. Prøver igjen.",
    "refused": "Noe er satt opp feil. Be IKT se på det.",
}
NN = {
    "busy": "Tenesta har ikkje plass til fleire samtalar akkurat no. Prøv igjen om litt.",
    "idle": "Ingenting skjer. Om eitt minutt blir samtalen forkasta.",
    "draft_failed": "Det vart ikkje noko utkast. Alt som vart sagt, står under «Ikkje teke med».",
    "stale_hash": "Utkastet er endra. Les det igjen før du godkjenner.",
    "bad_edit": "Endringa vart ikkje godteken.",
    "not_editor": "Utkastet blir redigert frå ein annan stad.",
    "read_only": "Denne skjermen følgjer berre med på samtalen.",
    "wrong_order": "Det går ikkje no: samtalen er komen vidare.",
    "unknown_session": "Samtalen finst ikkje lenger; tenesta har sletta han.",
    "bad_seal": "Tenesta er starta på nytt, og samtalen kan ikkje halde fram.",
    "stale_seal": "Samtalen er avslutta, og kan ikkje opnast igjen.",
    "unauthorized": "Tilgangen gjeld ikkje her. Be IKT om ei ny tilgangsfil.",
    "no_microphone": "Tenesta har ingen eigen mikrofon.",
    "microphone_failed": "Mikrofonen sviktar. Sjå at han er kopla til og slått på.",
    "no_connection": "Får ikkje kontakt med tenesta. Prøver igjen.",
    "refused": "Noko er sett opp feil. Be IKT sjå på det.",
}
EN = {
    "busy": "The service has no room for another conversation just now. Try again soon.",
    "idle": "Nothing happens. In a minute the conversation is discarded.",
    "draft_failed": "No draft could be made. All that was said stands under “Not included”.",
    "stale_hash": "The draft has changed. Read it again before you approve.",
    "bad_edit": "The change was not accepted.",
    "not_editor": "The draft is edited from elsewhere.",
    "read_only": "This screen only follows the conversation.",
    "wrong_order": "Not possible now: the conversation has moved on.",
    "unknown_session": "The conversation is gone; the service has wiped it.",
    "bad_seal": "The service was restarted, and the conversation cannot go on.",
    "stale_seal": "The conversation is over, and cannot be opened again.",
    "unauthorized": "The token is not valid here. Ask IT for a new one.",
    "no_microphone": "The service has no microphone of its own.",
    "microphone_failed": "The microphone fails. See that it is plugged in and switched on.",
    "no_connection": "The service cannot be reached. Trying again.",
    "refused": "Something is set up wrongly. Ask IT to look at it.",
}
