"""Tells a number that may be nobody's at home: the ward's, of staff, of whoever types. Pure.

What is not sure is asked: a label that is not known ("vagttelefon", "køkkennummer") counts as one.
"""

from __future__ import annotations

import re
from functools import cache

from referrals.denmark.second_contact import contact_words

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LABEL = re.compile(
    r"(?P<front>[^\W\d_]*?)-?(?:telefon(?:en|nummer|nummeret|nr)?|tlf|tlfnr|mobil(?:en|nummer|nr)?|nummer|nummeret"
    r"|nr|phone|number)s?"
)
_GENITIVE = re.compile(r"['\u2019]?s$")
_SHORTEST_END = 5
"""Letters of a word by which another may end: "lægevagten", but not "Edward"."""
_POINTS = frozenset(("that", "it", "is", "this", "dette", "tilhører", "belongs", "to"))
"""Between a number and whose it is: "… that is his work"."""
_NEEDED = "tolk"
"""Is said of what a patient needs; "tolken" is somebody."""
ANOTHERS = "andens"
"""Stands for a word that names such an owner and that the engine does not know."""


def is_of_staff(word: str) -> bool:
    """Tell a profession, and one that ends in it: "kontaktsygeplejersken"."""
    return _ends_in("professions", word)


def is_at_work(word: str) -> bool:
    """Tell staff, a workplace, or a number's label that is not known to be the patient's."""
    label = _LABEL.fullmatch(word.casefold())
    known = label is None or not label["front"] or label["front"] in contact_words()["own_labels"]
    staff = is_of_staff(word) and word.casefold() != _NEEDED
    return not known or staff or _ends_in("workplaces", word)


def is_label(word: str) -> bool:
    """Tell a word that stands before a phone number and says nothing else: "hjemmetelefon"."""
    low = word.casefold()
    return low in contact_words()["own_labels"] or _LABEL.fullmatch(low) is not None


def is_owner(word: str) -> bool:
    """Tell a word for somebody or something whose number is not the patient's own."""
    low = word.casefold()
    return low in contact_words()["writes"] or low == ANOTHERS or is_at_work(low)


def may_be_anothers(before: str, behind: str) -> bool:
    """Tell whether a number may be another's by the words of its clause around it.

    The nearest one before it counts: "afdelingen har hendes nummer" is the patient's. Behind it,
    the first that says anything.
    """
    groups = contact_words()
    said_before = [word.casefold() for word in _WORD.findall(before)]
    for at, word in reversed(list(enumerate(said_before))):
        if word in groups["patients"] and groups["other_patients"] & {*said_before[:at]}:
            return True
        if word in groups["patients"] | groups["third_person"]:
            return False
        if is_owner(word):
            return True
    small = groups["between"] | _POINTS
    said = (w for w in _WORD.findall(behind) if w.casefold() not in small)
    return is_owner(next(said, ""))


def _ends_in(group: str, word: str) -> bool:
    words, ends = contact_words()[group], _ends_of(group)
    low = word.casefold()
    bare = _GENITIVE.sub("", low)
    return low in words or bare in words or bare.endswith(ends)


@cache
def _ends_of(group: str) -> tuple[str, ...]:
    return tuple(word for word in contact_words()[group] if len(word) >= _SHORTEST_END)
