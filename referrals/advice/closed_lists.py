"""Closed lists: what typed words may do where a mistake cannot be taken back. Pure.

The lists stand in ``closed_lists.txt``. They only narrow what the reading says; what is on none of
them is asked about by whoever asks here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from referrals.advice.asserted import Words

_WORD = re.compile(r"[^\W\d_]+|\[\[")
"""Of what was sealed the brackets alone are enough: they are on no list."""


@lru_cache
def _lists() -> dict[str, frozenset[str]]:
    written = files("referrals.advice").joinpath("closed_lists.txt").read_text("utf-8")
    parts = re.sub(r"^#.*\n", "", written, flags=re.MULTILINE).split("[")[1:]
    named = (part.partition("]") for part in parts)
    return {name: frozenset(re.split(r"\s*[,\n]\s*", told.strip())) for name, _, told in named}


def sends(words: Words) -> bool:
    """Tell a message that sends the referral, as the reading says it too. No word is over."""
    said = any(fact.kind == "send" for fact in words.facts) and words.is_heard_in_full
    return said and _PLAIN.fullmatch(words.text) is not None and _is_on(words, "sends")


_PLAIN = re.compile(r"\s*[^\W\d_]+(?:\s*[,.]?\s+[^\W\d_]+)*\s*[.!]?\s*")
"""Words as they are said out: no "ja …", "ja," or "ja?", and no "/send"."""


def cancels_something_else(words: Words) -> bool:
    """Tell whether a command to cancel may be about something else than all that was written."""
    commands = [f for f in words.facts if f.kind == "steering" and f.value in _COMMANDS]
    return any(
        word[0] not in _lists()["beside_cancel"]
        for word in _WORD.finditer(words.text.casefold())
        if not any(fact.start <= word.start() < fact.end for fact in commands)
    )


_COMMANDS = ("cancel", "take_back")


def takes_back(words: Words) -> bool:
    """Tell a message that takes back what was just noted and names nothing else."""
    return "?" not in words.text and _is_made_of(words, "takes_back", "beside_takes_back")


def names_undoing(words: Words) -> bool:
    """Tell whether a word stands in it that takes back, whatever is told beside."""
    said = _WORD.findall(words.text.casefold())
    return "?" not in words.text and not _lists()["undoes_by_itself"].isdisjoint(said)


def leaves(words: Words) -> bool:
    """Tell a message that leaves whatever is asked aside as it is: "behold den"."""
    return _is_made_of(words, "leaves", "beside_leaves")


def goes_on(words: Words) -> bool:
    """Tell a message that says to go on and nothing else: "fortsæt", "ja videre"."""
    return _is_made_of(words, "goes_on", "beside_goes_on")


def names_next(words: Words) -> bool:
    """Tell whether a word speaks of one more patient: "næste", "en ny"."""
    said = _WORD.findall(words.text.casefold())
    return not _lists()["next"].isdisjoint(said)


def leaves_check(words: Words) -> bool:
    """Tell a message that takes none of the answers that were offered."""
    return _is_on(words, "leaves_check")


def acts(words: Words) -> bool:
    """Tell the words of a button that does what is asked aside: "ja, annullér"."""
    return _is_on(words, "acts")


def is_bare_no(words: Words) -> bool:
    """Tell "nej" from "hun siger nej", which is about something that was asked."""
    return _is_on(words, "bare_no")


def says_again(words: Words) -> bool:
    """Tell a message that begins again and names no patient: "start forfra"."""
    return _is_made_of(words, "again", "beside_again")


def speaks_of_going_on(words: Words) -> bool:
    """Tell whether a word speaks of going on with whoever was talked to."""
    said = _WORD.findall(words.text.casefold())
    return not _lists()["goes_on"].isdisjoint(said)


def _is_on(words: Words, name: str) -> bool:
    return " ".join(_WORD.findall(words.text.casefold())) in _lists()[name]


def _is_made_of(words: Words, core: str, beside: str) -> bool:
    """Tell whether one word of ``core`` is said, and none that stands on neither list."""
    said = set(_WORD.findall(words.text.casefold()))
    lists = _lists()
    return not lists[core].isdisjoint(said) and said <= lists[core] | lists[beside]


def names_feedback(words: Words) -> bool:
    """Tell whether words name the consent to tell the ward what came of it, and ask nothing."""
    said = _WORD.findall(words.text.casefold())
    return "?" not in words.text and any(
        word.startswith(begin) for word in said for begin in _lists()["feedback"]
    )
