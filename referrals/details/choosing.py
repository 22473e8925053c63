"""Which of several numbers is whose: a side question that buttons answer.

A number travels as its token; a button says only which one of the question it is. A number that
stands is never replaced by one that may be somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.denmark.contact_details import BadValue, may_be_something_else, own_phone
from referrals.denmark.denied_numbers import Denied, denied
from referrals.denmark.number_owners import may_be_anothers
from referrals.denmark.second_contact import (
    SecondContact,
    contact_words,
    read_second_contact,
    relation_of,
)
from referrals.details.recording import keep, keep_typed
from referrals.turns.saying import Button, Say, answer_payload
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN

NUMBERS = "numbers"
"""The kind of the side question."""
_NONE = "/resume"
_CLAUSE = re.compile(r"[,;.\n]|\b(?:og|and|men|but)\b", re.IGNORECASE)
_CUT = re.compile(rf"{_CLAUSE.pattern}|[!?]", re.IGNORECASE)
_NO_POSTCODE = re.compile(r"\b(?:ikke|not)\s+\d{4}\b", re.IGNORECASE)
"""Denies what stands in it, not the number before: "20 12 34 56 ikke 2730"."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_RELATIVE = "pårørende"
_OF_THE_PATIENT = frozenset(("patientens", "patienten", "pts", "patient"))


@dataclass(frozen=True)
class Numbers:
    """The phone numbers of one message: the one to record, those left over, or those to ask about.

    ``relation`` is who else is spoken of beside the one that is asked about. ``again`` tells that
    the number that stands was said to be none of use, and no other was told.
    """

    used: str = ""
    spare: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    relation: str = ""
    again: bool = False


def sort_out(bedside: Bedside, words: Words, told: Sequence[str], *, meant: bool) -> Numbers:
    """Tell which of the numbers ``told`` (tokens) is the patient's, or what is to be asked.

    ``meant`` says that the words were a correction: the number that stands may be replaced.
    """
    if not told or bedside.by_page or not _may_be_kept(bedside):
        return Numbers(next(iter(told), ""), tuple(told[1:]))
    ways = {token: _denied(words, token) for token in told}
    denied_ones = tuple(token for token in told if ways[token] is Denied.SURELY)
    left = [token for token in told if token not in denied_ones]
    by_value = {number: token for token in reversed(left) if (number := _number(bedside, token))}
    good = [token for token in left if token in by_value.values()]
    standing = bedside.encounter.get(Step.PHONE)
    old = _number(bedside, standing)
    old_denied = old is not None and old in {_number(bedside, token) for token in denied_ones}
    if not good:
        bad = tuple(left[1:])
        return Numbers(next(iter(left), ""), (*bad, *denied_ones), again=old_denied and not left)
    twice = {token for token in left if token not in good and _number(bedside, token) in by_value}
    for token in twice:
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)
    spare = tuple(token for token in told if token not in good and token not in twice)
    relation = relative_beside(words.text, good[0]) if len(good) == 1 else ""
    anothers = bool(relation) or _may_be_anothers(words.text, good[0])
    meant = meant or old_denied or bedside.step is Step.PHONE or old in (None, *by_value)
    doubted = "doubt" in words.every or any(
        ways[token] is Denied.PERHAPS or _may_be_something_else(bedside, token) for token in good
    )
    asked_about = _asked_about(bedside, by_value)
    if len(good) == 1 and not anothers and (asked_about or (meant and not doubted)):
        return Numbers(good[0], spare)
    tokens = tuple(good if old in (None, *by_value) or not standing else [*good, standing])
    return Numbers("", spare, tokens, relation)


def ask(bedside: Bedside, numbers: Numbers) -> Say:
    """Put the question on the screen."""
    question = _question(bedside, numbers.asked)
    bedside.asks_aside(
        NUMBERS,
        tokens=list(numbers.asked),
        relation=numbers.relation,
        said=question.to_json(),
    )
    return question


def is_asked(bedside: Bedside) -> bool:
    """Tell whether the question stood on the screen when the message came."""
    return bedside.asked.get("kind") == NUMBERS


def choose(bedside: Bedside, step: str, which: str) -> bool:
    """Take a button of the question; False for one that is none of it."""
    tokens = bedside.asked["tokens"]
    if not which.isdecimal() or not 1 <= int(which) <= len(tokens):
        return False
    token = tokens[int(which) - 1]
    if step == Step.PHONE:
        if token != bedside.encounter.get(Step.PHONE):
            keep_typed(bedside, token, Step.PHONE)
        return True
    if step == Step.SECOND_CONTACT:
        _keep_second(bedside, token)
        return True
    return False


def second_contacts_number(bedside: Bedside) -> str:
    """Give the number of the second contact, which may be called where the patient has none."""
    there = bedside.unsealed(bedside.encounter.get(Step.SECOND_CONTACT))
    return read_second_contact(there or "").phone


def means_second_contact(bedside: Bedside, words: Words) -> bool:
    """Tell "ja, ring til manden" where the husband's number is the only one that there is."""
    there = read_second_contact(bedside.unsealed(bedside.encounter.get(Step.SECOND_CONTACT)) or "")
    if not there.phone or TOKEN.search(words.text) or any(map(str.isdigit, words.text)):
        return False
    said = [relation_of(word.casefold()) for word in _WORD.findall(words.text)]
    refused = words.own("denial") or words.says("answer", "no")
    return not refused and [each for each in said if each] == [there.relation]


def said_which(bedside: Bedside, words: Words) -> tuple[str, str] | None:
    """Read "den første" or "konens" as a button of the question."""
    tokens = bedside.asked["tokens"]
    position = words.entities.get("position", "")
    if position and len(tokens) > 1:
        return Step.PHONE, str(len(tokens)) if position == "last" else position
    said = [word.casefold() for word in _WORD.findall(TOKEN.sub(" ", words.text))]
    if len(tokens) == 1 and len(said) <= _FEW_WORDS and not TOKEN.search(words.text):
        if any(map(relation_of, said)):
            return Step.SECOND_CONTACT, "1"
        if _OF_THE_PATIENT & set(said):
            return Step.PHONE, "1"
    return None


_FEW_WORDS = 3


def stands_on(bedside: Bedside) -> Say | None:
    """Ask again where words answered something else: a number that was told is not dropped.

    One of the buttons says that it is none of them.
    """
    again = bedside.row.aside or {}
    chosen = bedside.encounter.get(Step.PHONE) in bedside.asked["tokens"][:-1]
    if "question" in again or chosen or not _may_be_kept(bedside):
        return None
    bedside.leaves_open("question", bedside.asked)
    return Say.from_json(bedside.asked["said"])


def leave(bedside: Bedside) -> Say:
    """Leave the question with none of the new numbers, and say which those were."""
    standing = bedside.encounter.get(Step.PHONE)
    told = [token for token in bedside.asked["tokens"] if token != standing]
    for token in told:
        bedside.forgets_later(token)
    bedside.asked = {}
    return Say("utter_number_not_used", {"value": " · ".join(told)})


def forget_unused(bedside: Bedside) -> None:
    """Forget the numbers of a question that is over, once the reply has been read."""
    still = (bedside.row.aside or {}).get("question", {}).get("tokens", ())
    used = {*bedside.encounter.answers.values(), *still}
    for token in bedside.asked.get("tokens", ()):
        if token not in used:
            bedside.forgets_later(token)


def close(bedside: Bedside) -> None:
    """End whatever stood open aside, and forget the values that were kept for it."""
    aside: Mapping[str, Any] = bedside.row.aside or {}
    used = set(bedside.encounter.answers.values())
    for token in {*aside.get("forget", ()), *aside.get("question", {}).get("tokens", ())} - used:
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)
    bedside.row.aside = None


def _may_be_kept(bedside: Bedside) -> bool:
    asked = bedside.step in script.CONSENT_STEPS
    return script.has_consent(bedside.encounter) and not asked and not bedside.encounter.ended


def _number(bedside: Bedside, token: str | None) -> str | None:
    try:
        return own_phone(bedside.unsealed(token) or "")
    except BadValue:
        return None


def _may_be_something_else(bedside: Bedside, token: str) -> bool:
    return may_be_something_else(bedside.unsealed(token) or "")


def _denied(words: Words, token: str) -> Denied:
    """Tell how the clause speaks of a number; a "no" that is about a detail beside it is not."""
    at = words.text.find(token)
    if at < 0:
        return Denied.NO
    start = max((cut.end() for cut in _CUT.finditer(words.text, 0, at)), default=0)
    cut = _CUT.search(words.text, at + len(token))
    end = cut.start() if cut else len(words.text)
    if any(start <= fact.start < end and not fact.polarity for fact in words.facts):
        return Denied.NO
    if cut and cut[0] == "?":
        return Denied.PERHAPS
    behind = _NO_POSTCODE.sub(" ", TOKEN.sub(" ", words.text[at:end]))
    return denied(TOKEN.sub(" ", words.text[start:at]), behind)


def _asked_about(bedside: Bedside, numbers: Mapping[str, str]) -> bool:
    """Tell whether the question on the screen was about this very number: then it is the answer."""
    return is_asked(bedside) and any(
        _number(bedside, token) in numbers for token in bedside.asked["tokens"]
    )


def _question(bedside: Bedside, tokens: Sequence[str]) -> Say:
    def button(title: str, step: Step, which: int) -> Button:
        return Button(title, answer_payload(step, str(which)))

    def word(code: str) -> str:
        return bedside.word("number", code)

    none = Button(word("none"), _NONE)
    if len(tokens) == 1:
        whose = (
            button(word("patients"), Step.PHONE, 1),
            button(word("relatives"), Step.SECOND_CONTACT, 1),
            none,
        )
        return Say("utter_whose_number", {"number": tokens[0]}, whose)
    buttons = [button(token, Step.PHONE, at) for at, token in enumerate(tokens, 1)]
    if bedside.encounter.get(Step.PHONE) in tokens and len(tokens) == 2:
        both = word("new_is_relatives").format(number=tokens[0])
        return Say("utter_which_number", {}, (*buttons, button(both, Step.SECOND_CONTACT, 1)))
    return Say("utter_which_number", {}, (*buttons, none))


def _may_be_anothers(text: str, token: str) -> bool:
    """Tell whether the words beside a number speak of a ward, of staff or of whoever types.

    A number alone between commas belongs to what was said before it.
    """
    before, _, behind = _POINTING.sub(" ", text).partition(token)
    _, of_a_name, before = _hidden(before).rpartition(_OF_ANOTHER)
    *earlier, near = _BESIDE.split(before)
    if earlier and not _WORD.search(near):
        near = earlier[-1]
    said = {word.casefold() for word in _WORD.findall(near)}
    if said & contact_words()["beds"] and not of_a_name:
        return True  # "Line fra stue 2 har …"
    return may_be_anothers(near, _BESIDE.split(_hidden(behind).partition(_OF_ANOTHER)[0])[0])


def _hidden(text: str) -> str:
    return TOKEN.sub(lambda token: " " if token[1] == "word" else _OF_ANOTHER, text)


_POINTING = re.compile(
    r"(?:\s*[,;.]|\s+(?:men|but|og|and)\b)\s*"
    r"(?=(?:det|den|dette|that|it|this)(?:\s+(?:er|is|var|was|tilhører|belongs)\b|['\u2019]s\b))",
    re.IGNORECASE,
)
"""Joins what is said of a number behind it: "…, men det er hans bror"."""
_OF_ANOTHER = "\0"
"""Stands for a name or a number: what is said beyond it is said of that one."""
_BESIDE = re.compile(r"[,;!?\n]|\.\s+(?=[^\W\d_a-zæøå])|\b(?:og|and|men|but)\b")
"""Where what is said of a number begins and ends; "afd. tlf" is no end of a sentence."""


def relative_beside(text: str, token: str) -> str:
    """Give who else is spoken of where the number stands; empty for nobody.

    A number alone between commas belongs to what was said before it.
    """
    clauses = _CLAUSE.split(_POINTING.sub(" ", text))
    at = next((i for i, clause in enumerate(clauses) if token and token in clause), None)
    if at is None:
        return ""
    alone = {w.casefold() for w in _WORD.findall(TOKEN.sub(" ", clauses[at]))}
    near = [clauses[at], *(clauses[:at][-1:] if alone <= contact_words()["between"] else [])]
    words = (word for clause in near for word in _WORD.findall(TOKEN.sub(" ", clause)))
    return next(filter(None, map(relation_of, words)), "")


def _keep_second(bedside: Bedside, token: str) -> None:
    """Keep a number as the second contact's; a name that stands without one gets it."""
    phone = (bedside.unsealed(token) or "").strip()
    standing = bedside.unsealed(bedside.encounter.get(Step.SECOND_CONTACT))
    there = read_second_contact(standing or "")
    who = SecondContact("", bedside.asked["relation"] or _RELATIVE, phone, more=False)
    if not there.phone and (there.name or there.relation):
        who = replace(there, phone=phone)
    old = keep(bedside, Step.SECOND_CONTACT, str(who))
    if old:
        bedside.forgets_later(old)
