"""Hides words that may be somebody's name: unknown ones, and known ones that stand like a name.

Decides only what is hidden. None of these words is kept, but a name where one is awaited.
"""

from __future__ import annotations

import re
from itertools import pairwise

from bot.sealing import told_names
from bot.sealing.sealing_work import Work, unchanging
from bot.sealing.told_names import is_question
from bot.sealing.vocabulary import WORD
from referrals.advice.encounter import Step
from referrals.denmark.municipalities import is_town
from referrals.denmark.number_owners import ANOTHERS, is_owner
from referrals.denmark.sensitive_words import ILLNESS
from referrals.vault.vault import TOKEN

_BEHIND_POSTCODE = re.compile(r"\b\d{4}\s+(?:[^\W\d_]+\s+)?\Z")
_ONE_BY_ONE = re.compile(
    r"(?<![^\W_])[^\W\d_](?:[ .*_-]{1,3}[^\W\d_](?![^\W\d_])){2,}(?![^\W\d_])\.?"
)
"""Letters that stand one by one: "K a r e n", "k.a.r.e.n"."""
_STARRED = re.compile(r"(?<![\w*])[^\W\d_]+(?:[*_#$€][^\W\d_]+)+(?!\w)")
"""A word in which a sign stands for a letter: "k*ren"."""
_PLACE = r"\d{1,3}(?:\s?[A-ZÆØÅa-zæøå]\b)?(?:[-/.]\d{1,2})?(?!\d)"
_INITIALS = r"(?<![^\W_])[A-ZÆØÅ]{2,3}(?![^\W_])"
_IN_A_ROOM = re.compile(
    rf"(?<![\w.:/-]){_PLACE}[ ,:/-]+(?P<behind>{_INITIALS})"
    rf"|(?P<before>{_INITIALS})[ ,:/-]+(?i:(?:på|paa|i|in|on|stue|seng|rum)\s)?{_PLACE}(?![.:/]\d)"
)
_MOST_NAMES = 3


def written_apart(work: Work, text: str) -> str:
    """Hide letters that stand one by one, and words in which a sign stands for a letter.

    Where they make a known word they stand: "p.g.a.", "n e j". A name that is awaited is read as it
    is written.
    """

    def hide(match: re.Match[str]) -> str:
        together = "".join(filter(str.isalpha, match[0]))
        known = work.vocabulary.knows(together) and not work.vocabulary.is_name(together)
        return match[0] if known else work.hide("word", match[0])

    if work.step is not Step.NAME:
        return _STARRED.sub(hide, _ONE_BY_ONE.sub(hide, text))
    spelt = _ONE_BY_ONE.search(text)
    if spelt is None or "." in spelt[0] or "name" in work.found:
        return text
    return text[: spelt.start()] + work.detail("name", spelt[0]) + text[spelt.end() :]


def initials_in_a_room(work: Work, text: str) -> str:
    """Hide the figures of a room or a bed together with the initials beside them: "7B JH"."""

    def hide(match: re.Match[str]) -> str:
        initials = match["behind"] or match["before"]
        known = work.vocabulary.lets_through(initials, first=True)
        return match[0] if known else work.hide("word", match[0])

    return text if text.isupper() and WORD.search(text, 12) else _IN_A_ROOM.sub(hide, text)


def stands_as_name(work: Work, text: str) -> str:
    """Hide words that are names too where nothing else is said.

    A month or a part of the day alone is an answer.
    """
    vocabulary = work.vocabulary
    words = list(WORD.finditer(TOKEN.sub(lambda t: " " * len(t[0]), text)))
    while len(words) > 1 and words[0][0].casefold() in _BEFORE_A_NAME:
        words = words[1:]
    told = [word[0] for word in words if word[0].casefold() not in _JOINTS]
    alone = 0 < len(told) <= _MOST_NAMES and not re.search(r"[?\d]", text)
    if alone and all(vocabulary.may_be_name(word) for word in told):
        start, end = words[0].start(), words[-1].end()
        if work.step is Step.NAME and not any(map(vocabulary.is_name, told)):
            return text[:start] + work.detail("name", text[start:end]) + text[end:]
        if work.step is not Step.NAME and not {w.casefold() for w in told} & _ANSWERS:
            return text[:start] + work.hide("word", text[start:end]) + text[end:]
    return text


def before_a_name(work: Work, text: str) -> str:
    """Hide a word that is a name too where a name stands right behind it: "per jensen ryger"."""
    vocabulary = work.vocabulary
    words = list(WORD.finditer(text))
    for word, behind in reversed(list(pairwise(words))):
        a_name = vocabulary.is_name(behind[0]) and not vocabulary.knows(behind[0])
        both = vocabulary.knows(word[0]) and vocabulary.may_be_name(word[0])
        if a_name and both and text[word.end() : behind.start()] in (" ", "-"):
            text = text[: word.start()] + work.hide("word", word[0]) + text[word.end() :]
    return text


_BEFORE_A_NAME = frozenset(
    ("ja", "nej", "hej", "det", "er", "goddag", "tak", "yes", "no", "hi", "it", "is")
)
_JOINTS = frozenset(("og", "and"))
_ANSWERS = frozenset(
    ("april", "maj", "juni", "august", "dag", "sommer", "vinter", "glad", "rask", "liv", "else")
)
"""Words that say something alone, though somebody may be called so."""


def unknown(work: Work, text: str) -> str:
    """Hide every word that the engine was not trained on. Such words are not kept.

    A word that is like known ones is replaced by those. A diagnosis that is said of a patient is
    hidden; in a question it stands.
    """
    fixed = {place for m in unchanging(text) for place in range(*m.span())}
    parts, last, first = [], 0, True
    for word in WORD.finditer(text):
        if word.start() in fixed:
            continue
        form = work.vocabulary.known_form(word[0], first=first)
        if work.numbers and is_owner(word[0]) and not work.vocabulary.knows(word[0]):
            form = ANOTHERS
        if (
            form is None
            and is_town(word[0])
            and _BEHIND_POSTCODE.search(text[max(word.start() - 30, 0) : word.start()])
        ):
            form = word[0]
        if form is None and not work.keeps:
            form = work.vocabulary.meant(word[0])
        if first and told_names.says_of(text[word.end() :]):
            form = (
                word[0]
                if form == word[0] and not told_names.is_person(word[0], work.vocabulary)
                else None
            )
        if ILLNESS.search(word[0]) and not is_question(text):
            form = None
        if form != word[0]:
            parts += [text[last : word.start()], form or work.hide("word", word[0])]
            last = word.end()
        first = text[word.end() : word.end() + 1] in (".", "!", "?", "\n")
    return "".join(parts) + text[last:]
