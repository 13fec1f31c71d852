"""How good the draft notes are: `python -m benchmarks.notes --json` prints every figure.

Facts found, in the right section; what must not stand in a note; words; MADRS.  A fact is found when one sentence, or
it and its neighbours in the section, hold one of each group of its terms.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks import cases, note_corruptions
from wardscribe.values import DraftNote
from wardscribed.note.drafting import Draft, Models
from wardscribed.note.templates import SECTIONS, load

ROOT = Path(__file__).parents[1]
OWN, ASIDE = ROOT / "tests" / "cases", ROOT / "tests" / "cases" / "aside"
"""Consultations that the models were trained on, and those that were kept aside until the end."""
Drafter = Callable[[cases.Case, bool], DraftNote]


def draft(case: cases.Case, roles: bool, models: Models | None = None) -> DraftNote:
    """Return the draft note of a case in its own template."""
    growing = Draft(case.language, load()[case.template], models=models)
    for turn in case.transcript(roles).turns:
        growing.receive(turn)
    return growing.finish()


def score(case: cases.Case, note: DraftNote) -> Counter[str]:
    """Return the counts of one note."""
    holds = {section.id: section.labels for section in load()[case.template].sections}  # a template may merge sections
    said = [
        (
            section.id,
            s.text.lower(),
            " ".join(t.text for t in section.sentences[max(i - 1, 0) : i + 2]).lower(),
            s.evidence,
        )
        for section in note.sections
        for i, s in enumerate(section.sentences)
    ]
    chatter = {
        turn.id for turn in case.turns if not any(s.label in SECTIONS or s.label == "spm" for s in turn.sentences)
    }
    count: Counter[str] = Counter(facts=len(case.facts), forbidden=len(case.forbidden), sentences=len(said))
    for fact in case.facts:
        hits = [one for one in said if _found(fact, one[1])] or [one for one in said if _found(fact, one[2])]
        count["found"] += bool(hits)
        count["critical"] += fact.critical
        count["critical found"] += bool(hits) and fact.critical
        count["placed"] += any(fact.section in holds.get(section, (section,)) for section, *_ in hits)
    for kind, groups in case.forbidden:
        wrong = any(_all(groups, text) for _, text, *_ in said)
        count["forbidden said"] += wrong
        count["decision support"] += wrong and kind == "decision_support"
    count["small talk"] = sum(bool(evidence) and set(evidence) <= chatter for *_, evidence in said)
    count["without evidence"] = sum(not evidence for *_, evidence in said)
    count["words"] = sum(len(text.split()) for _, text, *_ in said)
    count["spoken"] = sum(len(turn.text.split()) for turn in case.turns)
    count.update(_madrs(case, note))
    return count


def _madrs(case: cases.Case, note: DraftNote) -> dict[str, int]:
    given = {item["item"]: item["score"] for item in note.forms.get("madrs", {}).get("items", ())}
    right = sum(given.get(item) == value for item, value in case.madrs.items())
    return {
        "madrs": len(case.madrs),
        "madrs right": right,
        "madrs wrong": sum(case.madrs.get(item) != value for item, value in given.items() if value is not None),
    }


def _found(fact: cases.Fact, text: str) -> bool:
    return _all(fact.groups, text) and not any(_has(term, text) for term in fact.without)


def _all(groups: Iterable[Iterable[str]], text: str) -> bool:
    return all(any(_has(term, text) for term in group) for group in groups)


def _has(term: str, text: str) -> bool:
    """«5 mg» does not stand in «25 mg»."""
    left = r"(?<![\d,.])" if term[:1].isdigit() else ""
    right = r"(?!\d|[,.]\d)" if term[-1:].isdigit() else ""
    return re.search(left + re.escape(term) + right, text) is not None


def figures(counts: Iterable[Counter[str]]) -> dict[str, Any]:
    """Return the figures of many notes, shares in per cent."""
    total: Counter[str] = sum(counts, Counter())

    def share(part: str, whole: str) -> float:
        return round(100 * total[part] / total[whole], 1) if total[whole] else 0.0

    return {
        "facts_pct": share("found", "facts"),
        "critical_facts_pct": share("critical found", "critical"),
        "right_section_pct": share("placed", "found"),
        "forbidden": f"{total['forbidden said']} of {total['forbidden']}",
        "decision_support": total["decision support"],
        "without_evidence": total["without evidence"],
        "small_talk_pct": share("small talk", "sentences"),
        "words_of_spoken_pct": share("words", "spoken"),
        "madrs": f"{total['madrs right']} of {total['madrs']} right, {total['madrs wrong']} wrong or invented",
    }


def measure(given: Iterable[cases.Case], roles: bool, drafter: Drafter = draft) -> dict[str, Any]:
    """Return the figures of these cases."""
    return figures([score(case, drafter(case, roles)) for case in given])


def unseen(given: list[cases.Case], folds: int, roles: bool) -> dict[str, Any]:
    """Return the figures of these cases, each drafted with models that were not trained on it (needs scikit-learn)."""
    from benchmarks import note_model

    return figures([score(case, draft(case, roles, models)) for case, models in note_model.folds(given, folds)])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, action="append", help="a folder of cases; default: the project's own")
    parser.add_argument("--folds", type=int, default=0, help="train anew so that no case is seen by its own models")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    folders = arguments.cases or [OWN, ASIDE]
    result: dict[str, Any] = {}
    if arguments.folds:
        given = [case for folder in folders for case in cases.read_all(folder)]
        result["unseen"] = {_name(roles): unseen(given, arguments.folds, roles) for roles in (True, False)}
    else:
        for folder in folders:
            given = cases.read_all(folder)
            result[folder.name] = {_name(roles): measure(given, roles) for roles in (True, False)}
            result[folder.name]["narrative"] = measure(given, True, _narrative)
        result["gate"] = note_corruptions.measure([case for folder in folders for case in cases.read_all(folder)])
        result["speed"] = speed([case for folder in folders for case in cases.read_all(folder)])
    print(json.dumps(result, ensure_ascii=False, indent=None if arguments.json else 1))


def _narrative(case: cases.Case, roles: bool) -> DraftNote:
    return draft(dataclasses.replace(case, template="narrativ"), roles)


def speed(given: list[cases.Case], minutes: int = 60, words_a_minute: int = 150) -> dict[str, Any]:
    """Return what the draft of a long conversation costs: each turn as it comes, and after the last one."""
    said = [turn for case in given if case.language == "nb" for turn in case.transcript().turns]
    growing, words, number, spent = Draft("nb", load()["strukturert"]), 0, 0, 0.0
    while words < minutes * words_a_minute:
        turn = dataclasses.replace(said[number % len(said)], id=number)
        start = time.process_time()
        growing.receive(turn)
        spent += time.process_time() - start
        words, number = words + len(turn.text.split()), number + 1
    start = time.perf_counter()
    growing.finish()
    return {
        "minutes": minutes,
        "words": words,
        "core_pct_while_talking": round(100 * spent / (minutes * 60), 3),
        "ms_a_turn": round(1000 * spent / number, 2),
        "ms_after_stop": round(1000 * (time.perf_counter() - start), 1),
    }


def _name(roles: bool) -> str:
    return "roles" if roles else "without_roles"


if __name__ == "__main__":
    main()
