"""Turns in, sentences out; survives a recogniser that sets no punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from wardscribed.note.corrections import mended
from wardscribed.note.cues import STRONG, Hits
from wardscribed.note.dictation import punctuated
from wardscribed.note.language import Language, tokens
from wardscribed.values import Turn

_END = re.compile(r"(?<=[.!?])[\"»”']?\s+|\n+")
_SHORT_FORM = re.compile(
    r"(?:\b(?:f\.eks|bl\.a|ca|dr|kl|mg|nr|evt|ev|jf|obs|inkl|e\.g|i\.e|vs|mr|mrs|ms)|\b\w)\.$", re.IGNORECASE
)
_SIGN = re.compile(r"[.!?,;:]")
MAX_WORDS = 15
"""A turn without any sign is cut at a pause word only when it is longer than this."""
MIN_MONOLOGUE = 6
"""Sentences before a conversation can be taken for dictation without spoken signs."""
MAX_TALK = 0.2
"""Share of sentences with «jeg» or «du» in such a dictation, at most."""
MIN_LEAD = 2
"""Words before a question that begins in the middle of a turn."""
MAX_FRAGMENT = 5
"""A clinician's turn without signs and of at most so many words asks where somebody else goes on."""
MAX_ASKED = 10
"""Words of a question behind which a full stop may stand."""
MIN_PART = 5
"""Words left on either side of such a cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a turn, with what its words speak for."""

    turn: int
    speaker: str | None
    text: str = field(repr=False)
    tokens: tuple[str, ...] = field(repr=False)
    question: bool
    first: bool
    """It opens its turn."""
    hits: Hits = field(repr=False)
    dictated: bool = False
    sure: bool = True
    """Who speaks is known, or could be told from the words beyond doubt."""
    stretch: int = 0
    """The turn in which its speaker began to speak: a recogniser cuts at pauses what one person says in one go."""


def asked_after_all(piece: Piece, after: Piece | None, language: Language) -> Piece:
    """Without a sign, what a yes or no follows was a question, and so was a clinician's short fragment («feber»).

    A recogniser may set a full stop behind a question: its order of words still asks.
    """
    if piece.question or after is None or after.stretch == piece.stretch or piece.text[-1] in "!,;:":
        return piece
    if piece.speaker != "clinician" or after.speaker == "clinician":
        return piece
    if piece.text[-1] == ".":
        return _as_question(piece, language) if _opens_asking(piece, language) else piece
    replied = after.tokens[0] in language.sets["yes"] | language.sets["no"]
    answered = replied and not _states(piece, language)
    fragment = len(piece.tokens) <= MAX_FRAGMENT and not language.sets["backchannel"] & set(piece.tokens)
    if not answered and not fragment:
        return piece
    return _as_question(piece, language)


def _as_question(piece: Piece, language: Language) -> Piece:
    return replace(piece, question=True, hits=language.cues.scan(piece.tokens, True))


def _opens_asking(piece: Piece, language: Language) -> bool:
    """«Har de tankene vært der», «Noe du ikke tåler»; «Blør du mer, så …» has a comma."""
    if "," in piece.text or len(piece.tokens) > MAX_ASKED:
        return False
    any_of_it = piece.tokens[0] in language.phrases.none and len(piece.tokens) > 1
    return any_of_it or is_question(piece.text.rstrip(" ."), piece.tokens, language)


def _states(piece: Piece, language: Language) -> bool:
    """Return whether the words say «jeg» or tell findings or plans: a yes that follows agrees and does not answer."""
    told = any(piece.hits.get(label, 0.0) >= STRONG for label in ("funn", "undersokelser", "vurdering", "plan"))
    return told or bool(language.sets["first"] & set(piece.tokens))


def is_monologue(found: Sequence[Piece], language: Language) -> bool:
    """A clinician who speaks alone, asks nothing and addresses nobody dictates, also where the signs are not spoken."""
    if len(found) < MIN_MONOLOGUE or any(piece.speaker in ("patient", "other") or piece.question for piece in found):
        return False
    talk = language.sets["second"] | language.sets["first"]
    return sum(bool(talk & set(piece.tokens)) for piece in found) <= MAX_TALK * len(found)


def of_turn(turn: Turn, language: Language, dictated: bool) -> Iterator[Piece]:
    """Yield the sentences of one turn; `dictated`: the names of signs become signs."""
    text = punctuated(turn.text, language) if dictated else turn.text
    first = True
    for sentence in split(text, language):
        words = tuple(tokens(sentence))
        if words:
            question = is_question(sentence, words, language)
            hits = language.cues.scan(words, question)
            speaker = turn.speaker if turn.speaker in ("clinician", "patient", "other") else None
            yield Piece(turn.id, speaker, sentence, words, question, first, hits, dictated, stretch=turn.id)
            first = False


def split(text: str, language: Language) -> list[str]:
    """Return the sentences of a text; one that is long and bare of signs is cut before words such as «og så».

    A sentence that mends a value of the one before stays with it.
    """
    parts: list[str] = []
    for part in _END.split(text):
        part = part.strip()
        if parts and _SHORT_FORM.search(parts[-1]):
            parts[-1] += " " + part
        elif part:
            parts.append(part)
    return mended([sentence for part in parts for sentence in _cut(part, language)], language)


def _cut(part: str, language: Language) -> list[str]:
    if _SIGN.search(part):
        return [part]
    words = part.split()
    cuts = [0]
    for i in range(1, len(words) - 1):
        pauses = i - cuts[-1] >= MIN_PART <= len(words) - i and _pauses(words, i, language)
        if _asks(words, i, language) or (pauses and len(words) > MAX_WORDS):
            cuts.append(i)
    return [" ".join(words[a:b]) for a, b in zip(cuts, [*cuts[1:], len(words)], strict=True)]


def _asks(words: list[str], at: int, language: Language) -> bool:
    """«… hvor lenge har …», «det var leit røyker du»: a question begins in the middle of a turn.

    A verb before «du» asks unless the word before it turns the order («da får du»).
    """
    follows = [word.lower() for word in words[at + 1 : at + 3]]
    word, verb, subject = words[at].lower(), language.sets["verb"], language.sets["subject"]
    if word in verb and follows[0] in language.sets["second"]:
        return at >= MIN_LEAD and words[at - 1].lower() not in language.sets["inverting"]
    return word in language.sets["wh"] and any(f in verb for f in follows) and follows[0] not in subject


def _pauses(words: list[str], at: int, language: Language) -> bool:
    pair = " ".join(words[at : at + 2]).lower()
    return pair in language.sets["pause"]


def is_question(sentence: str, words: tuple[str, ...], language: Language) -> bool:
    """Return whether a sentence asks: by its sign, or where there is no sign by its word order."""
    if sentence.rstrip("\"»”' ").endswith("?"):
        return True
    core = without_lead(words, language)
    if any(core[: len(request)] == request for request in language.requests):
        return True
    if sentence.rstrip().endswith((".", "!")):
        return False
    if core[0] in language.sets["wh"]:
        return len(core) > 1
    if len(core) < len(words) and words[-len(core) - 1] in language.sets["inverting"]:
        return False
    return len(core) > 1 and core[0] in language.sets["verb"] and core[1] in language.sets["subject"]


def without_lead(words: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Return the words after the small ones that lead a question («og», «ja, men»)."""
    at = 0
    while at < len(words) - 1 and words[at] in language.sets["question_lead"]:
        at += 1
    return words[at:]
