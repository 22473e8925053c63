"""Who else may be called, read out of free text: a name, what they are to the patient, a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from referrals.denmark.contact_details import MAX_NAME, BadValue, own_phone
from referrals.denmark.identifiers import plain, without_identifiers

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_RUN = re.compile(r"\+?\d(?:[\s.\-/()]*\d)*")
_INSIDE_A_NAME = re.compile(r"\.?[ -]*|\s+")
_MOST_PARTS = 5
_FEWEST_LETTERS = 2
_SERVICE = "phone_of_a_service"


@dataclass(frozen=True)
class SecondContact:
    """What a text says of somebody else; empty where it says nothing.

    ``phone`` stands as it was typed. ``more`` tells that words were left out.
    """

    name: str
    relation: str
    phone: str
    more: bool

    def __str__(self) -> str:
        """Give it as it is kept and shown: "Lise Prøve, datter, 22334455"."""
        return ", ".join(filter(None, (self.name, self.relation, self.phone)))


@lru_cache
def contact_words() -> dict[str, frozenset[str]]:
    """Read the words that stand around another person's name and number, by group."""
    return {group: frozenset(word for line in lines for word in line) for group, lines in _groups()}


def relation_of(word: str) -> str:
    """Give what somebody is to the patient, "datterens" as "datter"; empty for another word."""
    low = word.casefold()
    return _relations().get(low) or _relations().get(low.removesuffix("s"), "")


def read_second_contact(text: str) -> SecondContact:
    """Read a text about somebody else. CPR, e-mail, address and other figures are left out."""
    clean = without_identifiers(plain(text))[0]
    figures = [run[0] for run in _RUN.finditer(clean)]
    phones = [run for run in figures if not _why_no_phone(run)]
    said = _RUN.sub(";", clean)
    relations = [relation_of(word[0]) for word in _WORD.finditer(said) if relation_of(word[0])]
    nearest = (each for each in relations if each not in contact_words()["anybody"])
    relation = next(nearest, next(iter(relations), ""))
    names, remarks = _chunks(said)
    return SecondContact(
        name=names[0] if names else "",
        relation=relation,
        phone=phones[0] if phones else "",
        more=remarks or len(names) > 1 or len(figures) > 1 or len(figures) != len(phones),
    )


def normal_second_contact(text: str) -> str:
    """Give who else may be called as it is kept: name, relation and number, whatever there is.

    Raises BadValue: ``bad_name`` where nothing of it is there, ``name_too_long``, or
    ``phone_of_a_service`` where the only number is one like Stoplinien's.
    """
    told = read_second_contact(text)
    if not told.phone and any(_why_no_phone(run[0]) == _SERVICE for run in _RUN.finditer(text)):
        raise BadValue(_SERVICE)
    if len(str(told)) > MAX_NAME:
        raise BadValue("name_too_long")
    letters = sum(map(str.isalpha, told.name + told.relation))
    if letters < _FEWEST_LETTERS and not told.phone:
        raise BadValue("bad_name")
    return str(told)


def _chunks(text: str) -> tuple[list[str], bool]:
    """Give the names that stand in a text, and whether a remark does."""
    words, groups = list(_WORD.finditer(text)), contact_words()
    names: list[list[re.Match[str]]] = [[]]
    remarks = skipping = False
    for at, word in enumerate(words):
        low, last = word[0].casefold(), words[at - 1] if at else None
        apart = last is None or not _INSIDE_A_NAME.fullmatch(text[last.end() : word.start()])
        if apart:
            skipping = False
            names.append([])
        particle = bool(names[-1]) and _is_particle(words, at)
        if skipping:
            continue
        if not particle and (relation_of(low) or low in groups["between"]):
            names.append([])
        elif not particle and (low in groups["remarks"] or _is_said(names[-1], word)):
            remarks = skipping = True
        elif len(names[-1]) < _MOST_PARTS:
            names[-1].append(word)
    return _joined(text, [name for name in names if name]), remarks


def _joined(text: str, names: list[list[re.Match[str]]]) -> list[str]:
    """Write names; one word and a comma before another are a family name first: "Prøve, Lise"."""
    spans = [(name[0].start(), name[-1].end()) for name in names]
    if len(names) > 1 and len(names[0]) == 1 and text[spans[0][1] : spans[1][0]].strip() == ",":
        spans[:2] = [(spans[0][0], spans[1][1])]
    return [text[start:end] for start, end in spans]


def _is_said(name: list[re.Match[str]], word: re.Match[str]) -> bool:
    """Tell a word that is said of somebody: small behind a name with a capital."""
    return bool(name) and name[0][0][0].isupper() and word[0][0].islower()


def _is_particle(words: list[re.Match[str]], at: int) -> bool:
    """Tell the "van der" of a name: a capital stands behind it."""
    parts = contact_words()["name_parts"]
    behind = next((word[0] for word in words[at:] if word[0].casefold() not in parts), "")
    return words[at][0].casefold() in parts and behind[:1].isupper()


def _why_no_phone(text: str) -> str:
    """Give why figures are no number that somebody may have; empty for one that is."""
    try:
        own_phone(text)
    except BadValue as bad:
        return bad.why
    return ""


@lru_cache
def _relations() -> dict[str, str]:
    lines = dict(_groups())["relations"]
    return {word: line[0] for line in lines for word in line}


def _groups() -> Iterator[tuple[str, list[list[str]]]]:
    written = files("referrals.denmark").joinpath("contact_words.txt").read_text("utf-8")
    for part in re.split(r"^\[", written, flags=re.MULTILINE)[1:]:
        group, _, lines = part.partition("]\n")
        yield group, [line.split() for line in lines.splitlines() if line]
