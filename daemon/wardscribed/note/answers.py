"""A question and its answer, joined where the answer alone says nothing.

«Har du hatt feber?» «Nei.» becomes «Har ikke hatt feber.», which says no more and no less; where word order does not
allow it, what was asked about stands before the answer: «Feber eller frost: litt i går.»
"""

from __future__ import annotations

import re

from wardscribed.note.corrections import corrected, retracts
from wardscribed.note.language import Language, tokens
from wardscribed.note.neighbours import is_drug
from wardscribed.note.sentences import Piece, without_lead

_MAX_ALONE = 6
"""An answer of at most so many words stands with its question."""
_MAX_QUESTION = 10
"""A question of at most so many words is set before an answer that does not name what was asked about."""
_NAMES = 3.0
_HEAD = 6
"""Words at the head of an answer in which a pronoun is taken to point to the question."""
_STEM = 5
_MAX_KEY = 8
"""Words of a question that stand before its answer."""
_MARK = re.compile(r"[?!.,;…\s]+$")


def joined(question: Piece, answer: Piece, label: str, language: Language) -> str | None:
    """Return the text of question and answer as one sentence, or None where the answer speaks for itself."""
    if _is_plain(answer, "no", language):
        return _denied(question, answer, label, language)
    if _is_plain(answer, "yes", language):
        return _affirmed(question, language) or _both(question, answer, language)
    return _both(question, answer, language) if _leans_on(question, answer, label, language) else None


def says_only_yes(question: Piece, answer: Piece, language: Language) -> bool:
    """«Er du allergisk mot noe?» «Ja.»: that there is something says nothing where the speaker goes on to say what."""
    asks_for_any = bool(set(question.tokens) & set(language.phrases.none))
    return asks_for_any and _is_plain(answer, "yes", language)


def _leans_on(question: Piece, answer: Piece, label: str, language: Language) -> bool:
    """Return whether the answer says too little without the question: it is short, points back or names no subject."""
    opening = language.sets["yes"] | language.sets["no"] | language.sets["third"] | language.sets["pointing"]
    if len(answer.tokens) <= _MAX_ALONE or answer.tokens[0] in opening or not answer.hits.get(label):
        return True
    if set(answer.tokens[:_HEAD]) & language.sets["pronoun"] and not _share_a_stem(question, answer):
        return True
    names = language.cues.scan(question.tokens).get(label, 0.0) >= _NAMES and len(question.tokens) <= _MAX_QUESTION
    return names and answer.hits[label] < _NAMES and not _share_a_stem(question, answer)


def _share_a_stem(question: Piece, answer: Piece) -> bool:
    stems = {word[:_STEM] for word in question.tokens if len(word) >= _STEM}
    return any(word[:_STEM] in stems for word in answer.tokens)


def _is_plain(answer: Piece, kind: str, language: Language) -> bool:
    """«Nei.», «Nei, aldri.», «Ja, det har jeg.»: a yes or a no and nothing else."""
    known = language.sets["echo"] | language.sets[kind]
    words = set(answer.tokens)
    if kind == "yes":
        return bool(words & language.sets["yes"]) and words <= known - language.sets["negation"]
    negates = words & (language.sets["no"] | language.sets["negation"])
    return bool(negates) and words <= known | language.sets["negation"]


def _both(question: Piece, answer: Piece, language: Language) -> str:
    """Return «Stivhet om morgenen: en time.»: what was asked about, without the words that only ask, and the answer."""
    key = _key(question, language)
    if language.sets["negation"] & set(question.tokens) and _is_short(answer):
        return f"{capital(_core(question, language, tails=False))}? – {capital(answer.text)}"
    said = without_answer_word(retracts(answer.text, language) or answer.text, language)
    if not key or set(tokens(key)) <= set(tokens(said)) or _names_drug(answer, language):
        return said
    if answer.tokens[0] in language.sets["no"]:
        other, changed = corrected(f"{key}, {_lower(answer.text)}", language)
        if changed:
            return capital(other)  # «Venstre handledd?» «Nei, det var det høyre.»
    return f"{capital(key)}: {_lower(said)}"


def _names_drug(answer: Piece, language: Language) -> bool:
    """Return whether an answer names a drug and says more of it than a yes or no: it needs no question before it."""
    known = language.sets["yes"] | language.sets["no"] | language.sets["pronoun"] | language.sets["negation"]
    return not known & set(answer.tokens) and any(is_drug(token, language) for token in answer.tokens)


def _is_short(answer: Piece) -> bool:
    return len(answer.tokens) <= _MAX_ALONE


def _key(question: Piece, language: Language) -> str:
    words = _core(question, language, tails=True).split()
    words = [word for word in words if word.lower().strip(".,:;!?–…") not in language.sets["asking"]]
    for at, word in enumerate(words):
        if at and word.lower() in language.sets["subclause"]:
            words = words[:at]
            break
    words = words[:_MAX_KEY]
    while words and words[0].lower() in language.sets["inner"]:
        words = words[1:]
    while words and words[-1].lower() in language.sets["inner"]:
        words = words[:-1]
    return _without_verbs(" ".join(words).strip(" ,;:–-…"), language)


def _without_verbs(key: str, language: Language) -> str:
    """«Vekta hjemme, veier» asks about the weight: a part that is a verb alone names nothing."""
    parts = [part for part in key.split(",") if not set(tokens(part)) <= language.sets["verb"]]
    return ",".join(parts).strip() or key


def without_answer_word(text: str, language: Language) -> str:
    """Return an answer without its yes, or without its no where the rest denies as well."""
    first, _, rest = text.partition(" ")
    word = first.lower().strip(",.…!")
    if not rest or word not in language.sets["yes"] | language.sets["no"]:
        return text
    if word in language.sets["no"] and not set(tokens(rest)) & language.sets["negation"]:
        return text
    return rest.lstrip(" ,…–")


def _denied(question: Piece, answer: Piece, label: str, language: Language) -> str:
    core = _core(question, language, tails=True)
    words = tokens(core)
    unsure = not words or set(words) & language.sets["negation"] or words[0] in language.sets["wh"]
    if unsure or not _says_all(answer, language):
        return _both(question, answer, language)
    if label == "allergi" and set(words) <= set(language.phrases.allergy_question):
        return language.phrases.no_known_allergies
    never = bool(set(answer.tokens) & language.sets["never"])
    text = _negated(core, words, language, never)
    return f"{capital(text)}." if text else _both(question, answer, language)


def _says_all(answer: Piece, language: Language) -> bool:
    """«Nei.» and «Nei, aldri.» can be turned; «Ikke som jeg vet» says less and is kept."""
    rest = set(answer.tokens) - language.sets["no"] - language.sets["never"]
    return not rest


def _negated(core: str, words: list[str], language: Language, never: bool) -> str:
    phrases = language.phrases
    _, _, rest = core.partition(" ")
    if words[0] in phrases.none and not _has_verb(words, language):
        return f"{phrases.none[words[0]]} {rest}".strip()
    if not _has_verb(words, language):
        return f"{phrases.no_lead} {_lower(core)}"
    if phrases.negated:
        return _replaced(core, phrases.negated, phrases.never if never else "")
    return _statement(core, phrases.never if never else phrases.inserted, language)


def _has_verb(words: list[str], language: Language) -> bool:
    return any(word in language.sets["verb"] for word in words[:3]) or any(
        word in language.sets["subject"] for word in words[:2]
    )


def _affirmed(question: Piece, language: Language) -> str | None:
    core = _core(question, language, tails=True)
    words = tokens(core)
    open_question = not words or words[0] in language.sets["wh"] or set(words) & language.sets["either"]
    if open_question or set(words) & language.sets["negation"]:
        return None
    if language.phrases.affirmed:
        text = _replaced(core, language.phrases.affirmed, "")
    else:
        text = _statement(core, "", language)
    return f"{capital(text)}." if text else None


def _statement(core: str, inserted: str, language: Language) -> str:
    """Return «har ikke hatt feber» for «har du hatt feber»; nothing where the question is not of that form.

    «du» goes away, «det» stands first; a question with a second question inside, or of the form «du har …», is left.
    """
    parts = core.split()
    if len(parts) < 3 or "," in core or parts[0].lower() not in language.sets["verb"]:
        return ""
    subject = parts[1].lower()
    if subject not in language.sets["subject"]:
        return ""
    lead = [subject, parts[0].lower()] if subject in language.sets["kept_subject"] else [parts[0]]
    return " ".join([*lead, *([inserted] if inserted else []), *parts[2:]])


def _replaced(core: str, table: object, never: str) -> str:
    """Return a question whose opening words are exchanged as a table says («do you» → «does not»), or nothing."""
    assert isinstance(table, dict)
    lowered = core.lower()
    for opening in sorted(table, key=len, reverse=True):
        if lowered.startswith(opening + " ") and "," not in core:
            new = str(table[opening])
            return (new.replace("not", never) if never else new) + core[len(opening) :]
    return ""


def _core(question: Piece, language: Language, tails: bool) -> str:
    """Return the question without the words that lead it, without its sign and, if asked, without its tail."""
    text = _MARK.sub("", question.text)
    skip = len(question.tokens) - len(without_lead(question.tokens, language))
    for _ in range(skip):
        text = re.sub(r"^\W*\w+(?:[-/.,:'’]\w+)*\W*", "", text, count=1)
    if tails:
        for tail in sorted(language.words.question_tail, key=len, reverse=True):
            text = re.sub(rf",?\s+{re.escape(tail)}$", "", text, flags=re.IGNORECASE)
    return text


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    """Lower the first letter unless the word is written in capitals (an abbreviation)."""
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and first.isupper() else text[:1].lower() + text[1:]
