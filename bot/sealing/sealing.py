"""Sealing: what a person types is made safe before the engine, a log or a table sees it.

By pattern anywhere (CPR, phone, e-mail, address), by the step awaited (name, phone, dates), by the
words around names, and by the closed vocabulary for everything else. Of a number that cannot be
called only its form is kept, and of CPR, e-mail and address nothing. Decides only what is sealed;
stores nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from bot.buttons import BESIDE, DETAILS, DOUBT
from bot.sealing import (
    hidden_words,
    kept_out,
    meant_names,
    sealing_names,
    sealing_numbers,
    told_names,
    told_numbers,
)
from bot.sealing.sealing_numbers import A_SERVICE, NO_NUMBER
from bot.sealing.sealing_work import (
    CONTACT_STEPS,
    Work,
    between_tokens,
    normal_references,
    outside_tokens,
)
from bot.sealing.told_names import name_words
from bot.sealing.told_places import hidden_places
from bot.sealing.vocabulary import WORD, Vocabulary
from referrals.advice.encounter import Step
from referrals.advice.script import SEALED
from referrals.denmark.contact_details import BadValue
from referrals.denmark.denied_numbers import Denied, denied
from referrals.denmark.identifiers import RUN, plain, replace_identifiers, without_identifiers
from referrals.denmark.municipalities import is_place_elsewhere
from referrals.denmark.named_days import day_span
from referrals.denmark.second_contact import normal_second_contact, read_second_contact
from referrals.vault.vault import TOKEN, Sealed


def _any_of(*groups: str) -> str:
    return "|".join(re.escape(word) for group in groups for word in sorted(name_words()[group]))


_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_PAYLOAD = re.compile(r"/\s*\w+\s*\{.*", re.DOTALL)
_BLANKS = re.compile(r"[^\S\n]+")
_LABEL = re.compile(
    r"^(?:(?:(?:hun|han|patienten|pt\.?|the patient|she|he)\s+)?"
    r"(?:hedder|kaldes|er|is called|is named|is)|(?:navnet|navn|name)(?:\s+(?:er|is))?"
    r"|patienten|pt\.?|the patient)\s*(?::\s*|\s)",
    re.IGNORECASE,
)
_BEHIND_POSTCODE = re.compile(r"\b\d{4}\s+(?:[^\W\d_]+\s+)?\Z")
_TOWN = re.compile(r"\b(?P<postcode>\d{4})\s+(?P<name>[^\W\d_]+)")
_CLAUSE = re.compile(r"[,;.!?\n]|\b(?:og|and|men|but)\b", re.IGNORECASE)
_PARTS = re.compile(r"[,;!?\n]|\b(?:og|and|men|but)\b", re.IGNORECASE)
_TAKES_NO = frozenset({Step.LEAVE_MESSAGE, Step.INTERPRETER, Step.PROTECTED_ADDRESS})
"""Where "nej" beside a relative's number is an answer, and corrects nothing."""
_ASKS = re.compile(r"\?[\s.!?]*$")
_IN_ONE_PIECE = SEALED.keys() - {Step.NAME, Step.PHONE}
_NOTHING_LEFT = "?"
_OF_THEM = re.compile(
    rf"(?:[\s:()-]*(?:{_any_of('says_of', 'says_of_them')})"
    rf"|[\s,.:;()-]*(?:{_any_of('of_them')}))\b[^,;.\n\[]*",
    re.IGNORECASE,
)
"""What is said right behind somebody of that person: "datteren Lise …, hun taler polsk"."""
_HIDDEN_WORDS, _HIDDEN = re.compile(r"\[\[word:"), "…"


@dataclass(frozen=True)
class SealedText:
    """What may go on: ``text`` for the engine, and the values that are to be kept in the vault.

    ``hidden`` counts what was sealed, kept or not.
    """

    text: str
    values: tuple[Sealed, ...]
    hidden: int


def seal_text(text: str, step: Step, vocabulary: Vocabulary) -> SealedText:
    """Seal one message that is typed while ``step`` is awaited.

    A message that holds nothing but contact details becomes the button-like payload
    ``/give_contact_details{...}`` so that nothing about it is guessed.
    """
    work = Work(step, vocabulary, keeps=step in CONTACT_STEPS or step in SEALED)
    clean = _without_commands(text)
    apart = kept_out.kept_out(clean)
    if apart:
        work.apart = [_set_apart(work, clean[start:end]) for start, end in apart]
        clean = kept_out.without(clean, apart)
    if apart and not clean:
        return _details(work)
    whole = _whole_answer(work, clean)
    if whole:
        return whole
    clean = _sealed(work, clean)
    corrects = work.step not in _TAKES_NO
    if "second_contact" in work.found and not told_names.only_links(
        _rest(clean), corrects=corrects
    ):
        _beside_another(work, clean)
    elif "name" in work.found and _HIDDEN_WORDS.search(clean):
        work.found.setdefault("left_out", _HIDDEN)
    if _ASKS.search(clean) and {"phone", "postcode"} & set(work.found):
        work.found[DOUBT] = "?"
    if work.found and ("second_contact" in work.found or not _says_more(clean)):
        return _details(work)
    if work.apart:
        work.found = {BESIDE: clean or _NOTHING_LEFT}
        return _details(work)
    return SealedText(clean or _NOTHING_LEFT, tuple(work.kept), work.hidden)


def _set_apart(work: Work, clause: str) -> str:
    """Give a clause that keeps somebody out as the nurse can read it again, whole.

    Where a name or a number stands in it, it is sealed in one piece; where nothing is kept, what
    would say who it is is left out.
    """
    clause = " ".join(clause.split())
    shown = TOKEN.sub(_HIDDEN, _sealed_apart(work, clause))
    if shown == clause or not work.keeps:
        return shown
    return work.hide("note", without_identifiers(clause)[0], keep=True).strip()


def _sealed(work: Work, text: str) -> str:
    """Put tokens for what may identify, and hide every word that is not known."""
    text = normal_references(text)
    for change in (_identifiers, _places, _others, *sealing_numbers.CHANGES):
        text = between_tokens(text, partial(change, work))
    text = outside_tokens(_GLUED, text, lambda _: " ")
    text = sealing_numbers.settle(work, text)
    text = hidden_words.stands_as_name(work, text)
    text = between_tokens(text, partial(hidden_words.written_apart, work))
    text = between_tokens(text, partial(hidden_words.initials_in_a_room, work))
    text = sealing_names.names(work, text)
    text = between_tokens(text, partial(hidden_words.before_a_name, work))
    return " ".join(hidden_words.unknown(work, text).split())


def _beside_another(work: Work, text: str) -> None:
    """Note what stands beside a second contact: it is read, but what is said of that person."""
    end = text.find(work.found["second_contact"]) + len(work.found["second_contact"])
    of_them = _OF_THEM.match(text, end)
    if of_them:
        work.found["left_out"] = _told_rest(of_them[0], ())
        text = text[: of_them.start()] + text[of_them.end() :]
    _note_beside(work, text)


def _note_beside(work: Work, text: str) -> None:
    told = _told_rest(text, work.postcodes)
    if WORD.search(told):
        work.found[BESIDE] = told


def _sealed_apart(work: Work, text: str) -> str:
    """Seal words beside an answer that is sealed in one piece; none of them is kept."""
    return _sealed(Work(Step.BEST_TIME, work.vocabulary, keeps=False), text)


def _whole_answer(work: Work, text: str) -> SealedText | None:
    """Seal a date, or a second contact with name and number, in one piece."""
    if work.step not in _IN_ONE_PIECE:
        return None
    clean, not_kept = without_identifiers(text)
    if work.step is Step.DISCHARGE_DATE:
        day = day_span(clean)
        if day is None:
            return None
        work.detail("word", clean[slice(*day)], "discharge_date")
        _beside_a_day(work, clean[: day[0]], clean[day[1] :])
    elif work.step is Step.SECOND_CONTACT:
        known = (work.vocabulary.lets_through(word, first=True) for word in WORD.findall(text))
        told = _second_contacts(text)
        if all(known) and told != A_SERVICE and not read_second_contact(told).phone:
            return None
        span = told_names.other_person(text, work.vocabulary, alone=False)
        several = sum(told_numbers.is_phone(run[0]) for run in RUN.finditer(text)) > 1
        _second_contact(work, text[slice(*span)] if span and several else text)
        if span and several:
            work.found["left_out"] = "rest"  # another number, which is nobody's here
        elif span and work.found.pop("left_out", None):
            _note_beside(work, _sealed_apart(work, f"{text[: span[0]]};{text[span[1] :]}"))
    else:
        work.detail(SEALED[work.step], text, work.step.value)
    for kind in sorted(not_kept):
        work.detail(kind, "")
    return _details(work)


def _beside_a_day(work: Work, before: str, behind: str) -> None:
    """Seal who else may be called, beside a day of discharge; another number is told as unread.

    The words of the day's own clause only say what it is.
    """
    around = f"{before};{behind}"
    span = told_names.other_person(around, work.vocabulary, alone=False)
    if span:
        _second_contact(work, around[slice(*span)])
        rest = f"{around[: span[0]]};{around[span[1] :]}"
    else:
        rest = ";".join([*_PARTS.split(before)[:-1], *_PARTS.split(behind)[1:]])
        if any(told_numbers.is_phone(run[0]) for run in RUN.finditer(around)):
            work.found["left_out"] = _HIDDEN
    _note_beside(work, _sealed_apart(work, rest))


def _second_contact(work: Work, text: str) -> str:
    """Seal name, relation and number; of what is no second contact nothing is kept."""
    who = _second_contacts(text)
    if who not in (NO_NUMBER, A_SERVICE) and read_second_contact(text).more:
        work.found["left_out"] = "rest"
    return work.detail("name", who, "second_contact")


def _second_contacts(text: str) -> str:
    """Give who else may be called, or what stands for nobody: the recorder says why."""
    try:
        return normal_second_contact(text)
    except BadValue as bad:
        return A_SERVICE if bad.why == "phone_of_a_service" else NO_NUMBER


def _details(work: Work) -> SealedText:
    found: dict[str, str | list[str]] = dict(work.found)
    if work.apart:
        found["left_out"] = [*work.apart, *filter(None, [work.found.get("left_out")])]
    if len(work.numbers) > 1:
        found["phone"] = work.numbers
    if "postcode" in found and len(set(work.postcodes)) > 1:
        found["postcode"] = work.postcodes
    details = json.dumps(found, separators=(",", ":"))
    return SealedText(f"{DETAILS}{details}", tuple(work.kept), work.hidden)


def _without_commands(text: str) -> str:
    """Take away what would be read as an intent or as a token that somebody made up.

    A whole payload, ``/answer{...}``, is nothing that a person says: not even its words go on.
    Letters are composed, and there is one kind of dash and blank, so that patterns see them all.
    """
    printable = "".join(c if c.isprintable() or c == "\n" else " " for c in plain(text))
    printable = _PAYLOAD.sub("", printable)
    for sign in ("[[", "]]", "{", "}"):
        printable = printable.replace(sign, " ")
    return _BLANKS.sub(" ", printable).lstrip("/ \n").rstrip()


def _identifiers(work: Work, text: str) -> str:
    """Hide what is never kept."""
    return replace_identifiers(text, lambda kind, value: work.detail(kind, value))


def _places(work: Work, text: str) -> str:
    parts, last = [], 0
    for start, end, kind in hidden_places(text):
        value = text[start:end]
        hidden = work.detail(kind, value) if kind == "address" else work.hide(kind, value)
        parts += [text[last:start], hidden]
        last = end
    return "".join([*parts, text[last:]])


def _others(work: Work, text: str) -> str:
    """Seal who else may be called as the second contact: neither name nor number is the patient's.

    Where nothing is kept, or somebody is only talked about, the names alone are hidden.
    """
    if not work.keeps:
        return text
    span = told_names.other_person(text, work.vocabulary, alone=work.step is Step.NAME)
    if span is None:
        return text
    start, end = span
    if denied(_CLAUSE.split(text[:start])[-1], "") is Denied.SURELY:
        return text  # "ring ikke til datteren": the number is told as not used
    who = text[start:end]
    end += "(" in who and text[end : end + 1] == ")"
    behind = meant_names.named_after(text, end, work.vocabulary)
    if behind:
        who, end = f"{text[slice(*behind)]}, {who}", behind[1]
    return text[:start] + _second_contact(work, who) + text[end:]


def _says_more(text: str) -> bool:
    """Tell whether words stand beside the details."""
    said = (word.casefold() for word in WORD.findall(_rest(text)))
    around = told_names.name_words()
    return any(word not in around["titles"] | around["labels"] for word in said)


def _told_rest(text: str, taken: Collection[str]) -> str:
    """Give the words beside the details as they can be read back: known ones, on one line."""
    rest = " ".join(word for word in _rest(text).replace(",", " , ").split() if word not in taken)
    return ", ".join(filter(None, (part.strip(" ;.") for part in rest.split(","))))


def _other_place(match: re.Match[str]) -> str:
    said = match["name"].casefold() in name_words()["denying"] | name_words()["doubts"]
    elsewhere = said or is_place_elsewhere(match["postcode"], match["name"])
    return match["name"] if elsewhere else " "


def _rest(text: str) -> str:
    """Give the words beside the details. A town behind its postcode says nothing more."""
    rest = _TOWN.sub(_other_place, TOKEN.sub(" ", text))
    return _LABEL.sub(" ", rest.strip(" ,;.") + " ")
