"""Finds where a text names somebody, by the words around names and by the lists of names. Pure.

Says where a name stands; what becomes of it is decided by ``sealing``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from bot.sealing.told_numbers import NumberKind, parts_of
from bot.sealing.vocabulary import WORD, Vocabulary
from referrals.denmark.identifiers import RUN
from referrals.denmark.second_contact import contact_words, relation_of
from referrals.words.yaml_files import read_yaml

_BETWEEN_PARTS = re.compile(r"\.?[ -]*")
_OPENS = re.compile(r"[ ]*\([ ]*$")
_OPENS_OR_FOLLOWS = re.compile(r"[ ]*[(,][ ]*$|[ ]+$")
_MOST_PARTS = 5
_MOST_LIKE_A_WORD = 3


@lru_cache
def name_words() -> dict[str, frozenset[str]]:
    """Read the words that stand around names and numbers."""
    read = read_yaml(files("bot.sealing").joinpath("sealing_words.yml"))
    return {group: frozenset(words) for group, words in read.items()} | contact_words()


_MONTHS = frozenset(("april", "maj", "juni", "august"))
_BETWEEN = "|".join(sorted(name_words()["between"], key=len, reverse=True))
_LINKS_TO = re.compile(rf"(?:[\s:,.()/-]*(?:{_BETWEEN})\b)*[\s:,.()/-]*", re.IGNORECASE)
_LINKS_FROM = re.compile(rf"[\s(,:]*(?:(?:{_BETWEEN})\s+)*", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """A name in a text: from ``begin``, where what introduces it stands; itself start to end."""

    begin: int
    start: int
    end: int
    introduced_by: str


def mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Give the names behind "fru", "datteren", "hedder" and the like, in text order."""
    groups = name_words()
    words = list(WORD.finditer(text))
    at = 0
    while at < len(words):
        group = _group_of(words[at][0].casefold())
        start = at + 1
        while group not in ("", "named") and start < len(words):
            if not _links(words, start, groups["between"], text):
                break
            start += 1
        end = start
        if group:
            forced = group == "named" or (
                group != "name_is"
                and start > at + 1
                and words[start - 1][0].casefold() in ("hedder", "called")
            )
            while end < len(words) and _belongs(words, start, end, text, vocabulary, forced=forced):
                end += 1
        if end > start:
            yield Mention(words[at].start(), words[start].start(), words[end - 1].end(), group)
            at = end
        else:
            at += 1


def _group_of(word: str) -> str:
    """Tell what a word introduces, in the genitive too."""
    for group in ("titles", "professions", "named", "name_is"):
        if {word, word.removesuffix("s")} & name_words()[group]:
            return group
    return "relations" if relation_of(word) else ""


def _links(words: list[re.Match[str]], at: int, between: frozenset[str], text: str) -> bool:
    gap = text[words[at - 1].end() : words[at].start()]
    return words[at][0].casefold() in between and not set(gap) & set(",;!?\n()")


def _belongs(
    words: list[re.Match[str]],
    start: int,
    at: int,
    text: str,
    vocabulary: Vocabulary,
    *,
    forced: bool,
) -> bool:
    """Tell whether a word is part of the name that begins at ``start``."""
    word, low = words[at][0], words[at][0].casefold()
    gap = text[words[at - 1].end() : words[at].start()]
    if at > start and not _BETWEEN_PARTS.fullmatch(gap):
        return False
    if at == start and not re.fullmatch(r"[\s.:»\"']*", gap):
        return False
    if at - start >= _MOST_PARTS or low in name_words()["no_name"]:
        return (
            at > start
            and low in name_words()["name_parts"]
            and at + 1 < len(words)
            and (at - start < _MOST_PARTS and words[at + 1][0][0].isupper())
        )
    if forced and at == start:
        return True
    if vocabulary.is_name(low) or vocabulary.known_form(word, first=True) is None:
        return True
    return word[0].isupper() and not text.isupper() and low not in name_words()["remarks"]


def other_person(text: str, vocabulary: Vocabulary, *, alone: bool) -> tuple[int, int] | None:
    """Give where a relative stands with a number, before or behind; ``alone`` with a name only."""
    named = {name.begin: name for name in mentions(text, vocabulary)}
    runs = list(RUN.finditer(text))
    for word in WORD.finditer(text):
        if _group_of(word[0].casefold()) != "relations" or is_told_by_another(text, word.end()):
            continue
        name = named.get(word.start())
        end = name.end if name else word.end()
        number = _number_behind(text, end) or _number_behind(text, _name_like_a_word(text, end))
        if number:
            told = name or _is_genitive(word[0])  # "Ole Krogh (datterens tlf …)" names nobody more
            before = word.start() if told else _name_before(text, word.start(), vocabulary, alone)
            return before, number
        begin = _number_before(text, word.start(), runs)
        if begin is not None:
            return begin, end
        if alone and name and not WORD.search(text, end):
            return word.start(), end
    return None


def is_told_by_another(text: str, at: int) -> bool:
    """Tell the "mor" of "mor til Lis hedder Inge": the patient is told by a relative of theirs."""
    return _TOLD_BY.match(text, at) is not None


_TOLD_BY = re.compile(
    r"\s+(?:til|of|to)\s+[^,;\n\d]*?\b(?:hedder|kaldes|er|is|called)\b", re.IGNORECASE
)


def _is_genitive(word: str) -> bool:
    low = word.casefold()
    return low.endswith("s") and bool(relation_of(low.removesuffix("s")))


def _name_before(text: str, at: int, vocabulary: Vocabulary, patient_awaited: bool) -> int:  # noqa: FBT001
    """Give where the name of "Lise, datter" begins. Before a patient is named it may be theirs."""
    gap = (_OPENS if patient_awaited else _OPENS_OR_FOLLOWS).search(text, 0, at)
    begin, end = at, gap.start() if gap else 0
    for word in reversed(list(WORD.finditer(text, 0, end))[-_MOST_PARTS:]):
        low = word[0].casefold()
        unknown = vocabulary.is_name(low) or vocabulary.known_form(word[0], first=True) is None
        written = word[0][0].isupper() and low not in name_words()["remarks"]
        if not _BETWEEN_PARTS.fullmatch(text[word.end() : end]) or not (unknown or written):
            break
        begin = end = word.start()
    return begin


def _name_like_a_word(text: str, at: int) -> int:
    """Give where up to three words end that may be a name: nothing is said by them."""
    for word in islice(WORD.finditer(text, at), _MOST_LIKE_A_WORD):
        low = word[0].casefold()
        if low in name_words()["remarks"] or not re.fullmatch(r"[\s.:-]*", text[at : word.start()]):
            break
        at = word.end()
    return at


def _number_behind(text: str, at: int) -> int | None:
    links = _LINKS_TO.match(text, at)
    begin = links.end() if links else at
    run = RUN.match(text, begin)
    if not run:
        return None
    first = parts_of(run[0], lambda _: False)[0]
    return begin + len(first.text) if first.kind is NumberKind.PHONE else None


def _number_before(text: str, at: int, runs: list[re.Match[str]]) -> int | None:
    nearest = bisect_right(runs, at, key=lambda run: run.end())
    if not nearest:
        return None
    run = runs[nearest - 1]
    if not (text[run.end() : at].strip() and _LINKS_FROM.fullmatch(text, run.end(), at)):
        return None
    last = parts_of(run[0], lambda _: False)[-1]
    return run.end() - len(last.text) if last.kind is NumberKind.PHONE else None


def only_links(text: str, *, corrects: bool) -> bool:
    """Tell whether words say no more than whose a number is.

    ``corrects`` says that a "nej" puts right what was told, and answers nothing.
    """
    said = {word.casefold() for word in WORD.findall(text)}
    links = name_words()["between"] | name_words()["joints"]
    return said <= (links | name_words()["corrections"] if corrects else links)


def says_living(before: str) -> bool:
    """Tell whether the words before a figure say where somebody lives."""
    words = WORD.findall(before)
    return bool(words) and words[-1].casefold() in name_words()["living"]


def says_of(behind: str) -> bool:
    """Tell whether what stands behind a word says something of a person: the word may be a name."""
    verb = WORD.match(behind.lstrip())
    return verb is not None and verb[0].casefold() in name_words()["says_of"]


def is_person(word: str, vocabulary: Vocabulary) -> bool:
    """Tell a listed name from a month, which may be one too."""
    return vocabulary.may_be_name(word) and word.casefold() not in _MONTHS


def is_question(text: str) -> bool:
    """Tell a question, about courses or who may be referred, from what is said of a patient."""
    words = [word.casefold() for word in WORD.findall(text)]
    groups = name_words()
    return "?" in text or bool(
        set(words) & groups["courses"]
        or {" ".join(words[:1]), " ".join(words[:2])} & groups["asking"]
    )
