"""Finds who must not be called, told or written to, and what must not be said on the phone. Pure.

Gives whole clauses, name and number in them: such a person is no second contact, and the number is
nobody's to call. A wish about when ("ikke før kl. 17") keeps nobody out, nor does a condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.sealing.told_names import name_words
from bot.sealing.vocabulary import WORD
from referrals.denmark.identifiers import RUN
from referrals.denmark.second_contact import relation_of

Span = tuple[int, int]
_SIGN = re.compile(r"[,;!?\n]|\s[-–]\s|\.(?=\s+[^\W\d_]|\s*$)|\b(?:men|but)\b", re.IGNORECASE)
_AND = re.compile(r"\b(?:og|and|så|so)\b", re.IGNORECASE)
_NEAR = 6
"""Words between "ikke" and the verb: "ikke have at I ringer", "ikke under nogen omstændigheder"."""
_BEHIND_VERB = 3
_CONDITION_WITHIN = 4
_SECRET = re.compile(
    r"\b(?:hemmelig\w*|skjul\w*|skjult|secret|hidden)\s+(?:for|from)\b"
    r"|\b(?:uden|without)\s+(?:at\s+)?(?:\w+\s+){1,2}(?:ved|vide|viden|får|knowing|finding)\b"
    r"|\bhold(?:es|e)?\b[^,;.]*\b(?:ude|udenfor|uden for)\b|\b(?:keep|kept)\b[^,;.]*\bout\b",
    re.IGNORECASE,
)
"""How somebody is kept out without a "not"."""


def kept_out(text: str) -> list[Span]:
    """Give where clauses stand that keep somebody out, or tell what must not be said.

    One that speaks of "ham" or "hende" goes with the clause before, which says who that is.
    """
    spans: list[Span] = []
    clauses = list(_clauses(text))
    for number, (start, end) in enumerate(clauses):
        clause = text[start:end]
        if text[end : end + 1] == "?":
            continue
        if _is_of(clause):
            spans.append((start, end))
        elif _denies_contact(clause) and _goes_on(clause):
            said = (
                each
                for each in reversed(clauses[:number])
                if _words(text[slice(*each)]) != [_FIGURES]
            )
            before = next(said, None)
            if before and _names_somebody(text[slice(*before)]):
                spans = [each for each in spans if each[1] <= before[0]]
                spans.append((before[0], end))
    return spans


def without(text: str, spans: Sequence[Span]) -> str:
    """Give the text without some spans, and without the words that joined them to the rest."""
    parts, last = [], 0
    for start, end in spans:
        parts.append(text[last:start])
        last = end
    return ", ".join(filter(None, (_JOINING.sub("", part) for part in (*parts, text[last:]))))


_JOINING = re.compile(
    r"^(?:[\s,;.()–-]|\b(?:men|og|but|and|så|so)\b)+|(?:[\s,;(–-]|\b(?:men|og|but|and|så|so)\b)+$",
    re.IGNORECASE,
)


def _clauses(text: str) -> Iterator[Span]:
    last = 0
    for sign in (*_SIGN.finditer(text), None):
        start, end = last, sign.start() if sign else len(text)
        last = sign.end() if sign else end
        yield from (span for span in _at_and(text, start, end) if text[slice(*span)].strip())


def _at_and(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut at "og" where what is behind denies by itself: "datter og søn" is one thing."""
    for joint in _AND.finditer(text, start, end):
        before, behind = _words(text[start : joint.start()]), _words(text[joint.end() : end])
        listed = bool(before) and _is_person(before[-1])
        if not listed and before and (_denials(behind) or _denials(before)):
            yield start, joint.start()
            start = joint.end()
    yield start, end


def _is_of(clause: str) -> bool:
    words = _words(clause)
    if not _names_somebody(clause):
        return _says_not_why(words) or _nobody_may_know(words)
    return _denies_contact(clause) or _is_bare(words) or bool(_SECRET.search(clause))


def _denies_contact(clause: str) -> bool:
    """Tell whether a denial is about calling, telling or writing, at any time."""
    words = _words(clause)
    if not words or set(words) & _group("reports"):
        return False
    return any(
        _is_tied(words, denial)
        for denial in _denials(words)
        if not set(words) & _group("narrows_call") and not _is_condition(words, denial)
    )


def _is_tied(words: Sequence[str], denial: int) -> bool:
    groups = name_words()
    behind = words[denial + 1 :]
    if behind[:1] and behind[0] in groups["only"] | groups["asks_gladly"]:
        return False
    before = words[denial - 1] if denial else ""
    if before in groups["unable"] | groups["asks_gladly"]:
        return False
    for word in behind[: _NEAR + 1]:
        if word in groups["reaches"] or (word in groups["reaches_by"] and _names_number(words)):
            return word not in groups["reaches_if"] or bool(set(words) & groups["must"])
        if word not in groups["around_reaching"] and not _is_person(word):
            break
    near = list(reversed(words[:denial]))[: _BEHIND_VERB + 1]
    for word in near:
        if word in groups["reach"] or (word in groups["reaches_by"] and _names_number(words)):
            return True
        if word not in groups["around_reaching"] and not _is_person(word):
            break
    return False


def _is_condition(words: Sequence[str], denial: int) -> bool:
    """Tell "hvis hun ikke kan kontaktes", and the request "kan I ikke ringe til …"."""
    near = words[max(denial - _CONDITION_WITHIN, 0) : denial]
    asked = words[0] in _group("asks_for") and words[1] in _group("asked")
    return asked or bool(set(near) & _group("conditions"))


def _says_not_why(words: Sequence[str]) -> bool:
    """Tell "sig ikke hvorfor I ringer", "I må ikke nævne rygning": nobody is named."""
    groups = name_words()
    for denial in _denials(words):
        before = words[max(denial - 2, 0) : denial]
        orders = bool(set(before) & groups["say"])
        around = set(words[denial + 1 : denial + 3]) & groups["says"]
        order = denial == 0 or words[denial] in groups["orders_not"]
        order = order or bool(set(before) & (groups["must"] | groups["orders_with"]))
        subject = set(words[:denial]) & groups["third_person"]
        if orders or (around and order and not subject):
            return not set(words) & groups["answers"]
    return False


def _nobody_may_know(words: Sequence[str]) -> bool:
    """Tell "ingen må vide det", "det må ikke siges til nogen"."""
    must = set(words) & _group("must")
    nobody = set(words) & _group("nobody")
    known = set(words) & (_group("reaches_if") | _group("says"))
    return bool(must and nobody and known)


def _is_bare(words: Sequence[str]) -> bool:
    """Tell "ikke til manden", which stands beside something else that was said."""
    if not words or words[0] not in name_words()["denying"]:
        return False
    rest = [word for word in words[1:] if word not in _group("around_person")]
    return bool(rest) and len(rest) <= 1 + _MOST_NAMES and _is_person(rest[0])


_MOST_NAMES = 2


def _goes_on(clause: str) -> bool:
    """Tell words about whoever was named before: "hun må ikke …", "må ikke kontaktes"."""
    words = _words(clause)
    begins = words[0] in _group("must") or bool(_denials(words[:1]))
    return begins or bool(set(words) & _group("third_person"))


def _names_somebody(clause: str) -> bool:
    words = _words(clause)
    return any(
        _is_person(word) and before not in _group("no_person_behind")
        for before, word in pairwise(("", *words))
    )


def _is_person(word: str) -> bool:
    return (
        bool(relation_of(word)) or word in _group("kin") or word.removesuffix("s") in _group("kin")
    )


def _names_number(words: Sequence[str]) -> bool:
    return bool(set(words) & (name_words()["labels"] | {"nummeret", "mobilen", _FIGURES}))


def _denials(words: Sequence[str]) -> list[int]:
    denying = name_words()["denying"] | _group("denying_call")
    return [at for at, word in enumerate(words) if word in denying or word.endswith("n't")]


_FIGURES = "0"
"""Stands for a number among words."""


def _words(text: str) -> list[str]:
    shown = RUN.sub(f" {_FIGURES} ", text.replace("\u2019", "'"))
    return [word[0].casefold() for word in re.finditer(rf"{_FIGURES}|{WORD.pattern}", shown)]


def _group(name: str) -> frozenset[str]:
    return name_words()[name]
