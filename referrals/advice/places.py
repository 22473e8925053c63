"""Which places of a message say where the patient lives. Pure.

A town behind its postcode names no municipality; where somebody else lives, or the patient once
lived, is no home; and neither is a name that begins with a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from referrals.advice.asserted import Fact, Words, municipality
from referrals.advice.postcodes import spoken_of
from referrals.denmark.municipalities import is_town_of

_POSTCODE_BEFORE = re.compile(r"(?<!\d)(\d{4})[ ,]*$")
_CALLED_MUNICIPALITY = re.compile(r"s?[ -]kommune|s? municipality", re.IGNORECASE)


def with_towns(facts: Iterable[Fact], text: str) -> tuple[Fact, ...]:
    """Give facts with "2740 Skovlunde" told as the town that it is, not as a municipality."""
    return tuple(_as_town(fact, text) for fact in facts)


def _as_town(fact: Fact, text: str) -> Fact:
    if fact.kind not in ("place_lives", "place_named") or not fact.stands:
        return fact
    postcode = _POSTCODE_BEFORE.search(text, 0, fact.start)
    called = _CALLED_MUNICIPALITY.match(text, fact.end)
    if not postcode or called or not is_town_of(postcode[1], text[fact.start : fact.end]):
        return fact
    return fact._replace(kind="place_town")


def not_home(words: Words) -> list[Fact]:
    """Give the places of somebody else, of the past and within names."""
    return [fact for fact in words.facts if _is_not_home(fact)]


def _is_not_home(fact: Fact) -> bool:
    if fact.kind in ("place_lived", "place_in_name"):
        return True
    return fact.kind in ("place_lives", "place_named") and fact.whose != "patient"


def of_the_patient(words: Words) -> Mapping[str, str]:
    """Give the entities without a municipality or postcode that is not where the patient lives.

    Of several municipalities none is taken; of postcodes not one that is denied.
    """
    told = dict(words.entities)
    spoken = spoken_of(words)
    if spoken.meant and "postcode" in told:
        told["postcode"] = spoken.meant[0]
    elif spoken.unmeant or spoken.doubted:
        told.pop("postcode", None)
    if any(fact.kind.startswith("place_") for fact in words.facts):
        homes = municipality(words)
        if len(homes) == 1 and "municipality" in told:
            told["municipality"] = homes[0]
        else:
            told.pop("municipality", None)
    for fact in not_home(words):
        if told.get("postcode", "-") in words.text[fact.start : fact.end]:
            del told["postcode"]
    return told


def asked_of_courses(
    words: Words, every: Mapping[str, Sequence[str]]
) -> Mapping[str, Sequence[str]]:
    """Give what is asked of courses without a home that is not the patient's."""
    told = [fact for fact in not_home(words) if fact.kind != "place_in_name"]
    others = {fact.value for fact in told} - set(municipality(words))
    lived = {fact.value for fact in words.facts if fact.kind == "place_lived"} & others
    left = {"lives_in": others, "place": lived}
    kept = {
        name: [value for value in values if value not in left.get(name, ())]
        for name, values in every.items()
    }
    return {name: values for name, values in kept.items() if values}
