"""Reads one message: words, clauses, facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlu.reading import details, moment, referral, smoking, steering
from nlu.reading.clauses import Clause
from nlu.reading.fact import HEDGE, INSTRUCTION, PARTIAL, PATIENT, STATED, UNKNOWN, Fact, Reading
from nlu.reading.lexicon import lexicon
from nlu.reading.sentences import clauses_of
from nlu.reading.when.hours import with_hours
from nlu.reading.words import CODE, NUMBER, SEALED, words_of
from nlu.text.normalise import fold

_LONGEST = 400
"""Words; nobody says more at a bedside, and a turn is to stay short."""
_FEW_UNKNOWN = 2
_KNOWN_FOR_EACH = 2
_BY_LIST = (
    ("send", "sends"),
    ("take_back", "takes_back"),
    ("undo", "undoes"),
    ("leaves_list", "leaves_list"),
)
_OF = (
    *(smoking.facts_of, referral.facts_of, details.facts_of, moment.facts_of),
    steering.facts_of,
)


class Reader:
    """Reads messages. Learns nothing and keeps nothing of them."""

    def __init__(self) -> None:
        self._lexicon = lexicon()

    def read(self, text: str) -> Reading:
        """Give what ``text`` asserts, and the places that looked like a fact and are none."""
        lexicon = self._lexicon
        words = words_of(text, lexicon.repaired, lexicon.lists["abbreviated"])[:_LONGEST]
        facts: list[Fact] = []
        clauses = [clause for clause in clauses_of(words, lexicon) if not clause.aside]
        for clause in clauses:
            for of in _OF:
                facts += (_unless_retracted(clause, found) for found in of(clause))
        facts = with_hours(text, clauses, facts)
        for clause in clauses:
            facts += details.remarks(clause, facts)
        facts += (
            Fact("code", "", True, UNKNOWN, INSTRUCTION, word.start, word.end)
            for word in words
            if word.norm == CODE
        )
        beside = [clause for clause in clauses if not clause.is_plain()]
        if len(beside) < len(clauses) and all(each.is_plainly_of_another() for each in beside):
            facts.append(Fact("plain", "", True, PATIENT, STATED, 0, len(text)))
        elif clauses and _is_nearly_plain(clauses):
            facts.append(Fact("nearly_plain", "", True, PATIENT, STATED, 0, len(text)))
        whole = referral.whole(clauses)
        if whole:
            facts.append(Fact("whole", whole, True, PATIENT, STATED, 0, len(text)))
        said = _whole_message(text)
        for kind, name in _BY_LIST:
            if said in lexicon.lists[name]:
                facts.append(Fact(kind, "", True, PATIENT, STATED, 0, len(text)))
        facts.sort(key=lambda fact: fact.start)
        covered = [(fact.start, fact.end) for fact in facts if fact.kind not in ("plain", "remark")]
        unread = tuple(
            (word.start, word.end)
            for word in words
            if word.norm in (NUMBER, SEALED)
            and not any(start <= word.start < end for start, end in covered)
        )
        return Reading(tuple(dict.fromkeys(facts)), unread)


def _is_nearly_plain(clauses: Sequence[Clause]) -> bool:
    """Tell whether a word or two are not known among many that are, and all else is plain."""
    unknown = [at for clause in clauses for at in clause.leftover()]
    unknown += [at for c in clauses for at in c.sealed() if c.is_about_where(at)]
    said = sum(clause.end - clause.at for clause in clauses)
    if any(each.is_object_unread(at) for each in clauses for at in each.leftover()):
        return False
    if _may_ask(clauses[0]):
        return False
    few = len(unknown) <= _FEW_UNKNOWN and len(unknown) * _KNOWN_FOR_EACH < said
    return few and all(clause.is_plain(unknown) for clause in clauses)


def _may_ask(first: Clause) -> bool:
    """Tell "betyder det at hun siger ja": a verb that is not known, and who does it."""
    return first.at in first.leftover() and any(
        hit.at == first.at + 1 and hit.has("patient", "pointer", "relative") for hit in first.hits
    )


def _unless_retracted(clause: Clause, found: Fact) -> Fact:
    sure = found.certainty in (STATED, PARTIAL)
    taken_back = found.kind in clause.retracted and sure
    return replace(found, certainty=HEDGE) if taken_back else found


def _whole_message(text: str) -> str:
    return " ".join(fold(text).replace(",", " ").rstrip(" .!").split())
