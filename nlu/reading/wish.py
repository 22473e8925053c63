"""What a wish, a yes or a need is for: the offer and the patient, or something or somebody else.

"vil gerne hjem", "ja til plaster", "det går godt med konen", "tolk til manden".
"""

from __future__ import annotations

from collections.abc import Sequence

from nlu.reading.clauses import Clause
from nlu.reading.lexicon import Hit, fits
from nlu.reading.words import NUMBER, SEALED

_SMALL = frozenset(("narrows", "numbers", "patient", "myself", "mostly", "little", "smokes_little"))
_NOT = frozenset(("ikke", "ej", "not"))
_OTHER = frozenset(
    (
        *("ordinary", "smokes", "smokes_daily", "smokes_some", "uses", "product", "reason"),
        *("unable", "other_topic", "discharged", "lives", "works", "nrt", "tobacco_noun", "idiom"),
        *("relative", "either_of_two", "narrows", "withdraws", "cancels", "smoked"),
    )
)
"""What a wish may be for beside the offer; any other phrase has a meaning of its own."""
_MOST_BETWEEN = 4
"""Words: "vil gerne lige have lov at vende det med"."""


def is_for_something_else(clause: Clause, wish: Hit) -> bool:
    """Tell whether what is wanted, or is not, is named and is not the offer.

    It stands behind the wish, or before "vil" at the beginning: "hjem vil hun gerne".
    """
    said = [word.norm for word in clause.words[wish.at : wish.end]]
    longs = clause.lists["longs"]
    denied = any(word in _NOT or word.endswith("n't") for word in said)
    if wish.has("refuse") and (not denied or longs.isdisjoint(said)):
        return False
    if not wish.has("refuse") and said[-1] not in longs and "vil" not in said:
        return False
    first = clause.at + 1
    fronted = wish.at >= first and clause.words[first].norm == "vil"
    before = _hit_at(clause, clause.at) if fronted else None
    if before and not before.has("relative", "either_of_two") and _is_other(clause, clause.at):
        return True
    if wish.end < clause.end and clause.words[wish.end].norm in clause.lists["directions"]:
        return True
    leads_on = False
    for at in range(wish.end, clause.end):
        if clause.words[at].norm in clause.lists["leads_on"]:
            leads_on = not wish.has("refuse")
        elif clause.words[at].norm in clause.lists["around_offer"]:
            leads_on = False
        elif not _is_small(clause, at):
            return _is_other(clause, at)
    return leads_on


def is_for_time(clause: Clause, wish: Hit) -> bool:
    """Tell "vil gerne tænke over det", "wants to wait": a wish for nothing but to answer later."""
    said = clause.words[wish.end - 1].norm
    later = next((hit for hit in clause.all("not_now") if hit.at >= wish.end), None)
    if later is None or said not in (*clause.lists["longs"], "os", "let's"):
        return False
    between = range(wish.end, later.at)
    return len(between) <= _MOST_BETWEEN and not any(
        hit.has("agree", "refuse") for hit in clause.hits if hit.at in between
    )


def _is_small(clause: Clause, at: int) -> bool:
    hit = _hit_at(clause, at)
    small = hit is not None and (hit.has("filler") or set(hit.tags) <= _SMALL)
    return small or not clause.words[at].norm.isalpha()


def _is_other(clause: Clause, at: int) -> bool:
    if _is_small(clause, at):
        return False
    if any(fits(part, clause.words[at].norm) for part in clause.lists["offered"]):
        return any(hit.at >= at for hit in clause.all("relative"))  # "ringe til sin datter"
    hit = _hit_at(clause, at)
    return hit is None or set(hit.tags) <= _OTHER


def _hit_at(clause: Clause, at: int) -> Hit | None:
    return next((hit for hit in clause.hits if hit.at <= at < hit.end), None)


_LEADS = frozenset(("til", "for", "fra", "to", "from"))
"""Between an answer and what it is said to."""
_MEDICINE = frozenset(("plaster", "medicin"))
"""Comes with a talk, and alone is none."""
_OTHERS = ("relative", "either_of_two", "speaker")
_THINGS = ("product", "nrt", "tobacco_noun", "other_topic", "building", "discharged")


def answers_another(clause: Clause, said: Hit) -> bool:
    """Tell whether what is said yes or no to is named right behind, and is not the offer."""
    rest = clause.words[said.end : clause.end]
    if not rest:
        return _is_joined_to_another(clause)
    if rest[0].norm not in _LEADS:
        return False
    return next(
        (
            told
            for at in range(said.end + 1, clause.end)
            if (told := _names(clause, at)) is not None
        ),
        False,
    )


def _names(clause: Clause, at: int) -> bool | None:
    """Tell whether a word names something else, or the offer; None where it names neither."""
    word = clause.words[at].norm
    hit = next((hit for hit in clause.hits if hit.at <= at < hit.end), None)
    if word in (NUMBER, "at") or word in clause.lists["owner"] or (hit and hit.has("and")):
        return None
    if any(fits(part, word) for part in clause.lists["offered"]):
        return False
    if word in clause.lists["around_offer"] and word not in _MEDICINE:
        return None
    if word == SEALED or hit is None:
        return True
    if hit.has(*_OTHERS, *_THINGS) or word in _MEDICINE:
        return True
    return None if hit.has("filler", "narrows", "numbers", "ordinary") else False


def _is_joined_to_another(clause: Clause) -> bool:
    """Tell the "for his brother" behind a yes, which stands for itself: "for" begins a clause."""
    after = clause.after
    joint = after is not None and clause.words[after.at - 1].norm in _LEADS
    return after is not None and joint and only_names(after, *_OTHERS)


def is_of_another(clause: Clause, hit: Hit, before: Sequence[str]) -> bool:
    """Tell whether somebody else stands behind ``hit``, with one of ``before`` between."""
    for other in clause.all(*_OTHERS):
        words = [word.norm for word in clause.words[hit.end : other.at]]
        while words and words[-1] in clause.lists["owner"]:
            words.pop()
        if words and words[-1] in before:
            return True
    after = clause.after
    joint = after is not None and clause.words[after.at - 1].norm in before
    return after is not None and joint and only_names(after, *_OTHERS)


def only_names(clause: Clause, *whom: str) -> bool:
    """Tell a clause that does nothing but name somebody: "hans bror", "det er konen"."""
    named = clause.first(*whom)
    small = (*whom, "filler", "pointer", "owner", "inverts", "no_word", "patient", "ordinary")
    return named is not None and all(hit.has(*small) for hit in clause.hits)
