"""Which places of a message say where the patient lives. Pure.

A postcode that is denied, past, somebody else's or a room's is none of the patient's; one that is
asked, supposed or still to come is asked about. A town behind its postcode names no municipality;
where somebody else lives, or the patient once lived, is no home; and neither is a name that begins
with a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from referrals.advice.asserted import Fact, Words, municipality
from referrals.denmark.denied_numbers import Denied, denied
from referrals.denmark.municipalities import is_town_of
from referrals.vault.vault import TOKEN

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


_CODE = re.compile(r"(?<![\d.:/+-])\d{4}(?![\d:/]|\.\d)")
_POSTCODE_CLAUSE = re.compile(
    r"[,;!?\n]|\.(?=\s|$)|\b(?:men|but)\b|(?<=\d)\s+(?=(?:ikke|not)\s+\d{4}\b)", re.IGNORECASE
)
_CORRECTS = re.compile(
    r"[\s.:-]*(?:nej|vent|rettelse|undskyld|hov|ups|sorry|no|wait|correction|oops|jeg mener"
    r"|i mean)\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:hvis|når|måske|maaske|vistnok|muligvis|formentlig|tror|gætter|vist|snart|flytter|flytte"
    r"|overvejer|håber|vil(?:le)?\s+(?:gerne\s+)?bo|if|when|maybe|perhaps|probably|possibly|think|guess"
    r"|believe|soon|moves|moving|move to|hopes?|might|may)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:indlagt|ligger|overnatter|arbejder|arbejde|stuen?|seng(?:en)?|værelset?|rum|lokale|afsnit(?:tet)?"
    r"|afd(?:eling(?:en)?)?|hospital(?:et)?|sygehus(?:et)?|admitted|hospitali[sz]ed|room|bed|bay|ward"
    r"|works?|working)\b[^\d]{0,20}$",
    re.IGNORECASE,
)
_ANOTHERS = re.compile(
    r"\b(?:forrige|foregående|sidste|næste|anden|previous|last|next|other)\s+(?:patients?|pts?|borgers?)\b",
    re.IGNORECASE,
)
_PAST_BEFORE = re.compile(r"\b(?:boede|lived|tidligere|før|formerly|used to)\b", re.IGNORECASE)
_PAST_BEHIND = re.compile(
    r"^\s*(?:[^\W\d_]+\s)?(?:før|foer|tidligere|engang|dengang|sidste år|before|previously|earlier"
    r"|ago)\b",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:var|was)\b[^\d]{0,12}$", re.IGNORECASE)
_STILL = re.compile(r"\b(?:nu|now|stadig|still)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Postcodes:
    """The postcodes of a message, in text order: meant, not to be used, to be asked about.

    ``left`` are the words in which one stands that is not used.
    """

    meant: tuple[str, ...] = ()
    unmeant: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def spoken_of(words: Words) -> Postcodes:
    """Tell how each postcode that was heard is spoken of."""
    told = words.every.get("postcode") or list(filter(None, [words.entities.get("postcode", "")]))
    if not told:
        return Postcodes()
    if words.text.startswith("/"):  # nothing beside them but a question mark
        asked = tuple(dict.fromkeys(told)) if "doubt" in words.every else ()
        return Postcodes((), (), asked) if asked else Postcodes(tuple(told))
    text = TOKEN.sub(lambda token: " " * len(token[0]), words.text)
    kinds: dict[str, list[str]] = {"meant": [], "unmeant": [], "doubted": []}
    left = []
    for code, clause, how in _each(text):
        if code in told:
            kinds[how].append(code)
            if how == "unmeant":
                left.append(clause)
    missed = [code for code in told if not any(code in kind for kind in kinds.values())]
    meant, unmeant, doubted = (kinds[how] for how in ("meant", "unmeant", "doubted"))
    return Postcodes((*meant, *missed), tuple(unmeant), tuple(doubted), tuple(left))


def _each(text: str) -> Iterator[tuple[str, str, str]]:
    """Give each postcode, the words of its clause, and how it is spoken of."""
    found = list(_CODE.finditer(text))
    for at, code in enumerate(found):
        start = max(
            (cut.end() for cut in _POSTCODE_CLAUSE.finditer(text, 0, code.start())), default=0
        )
        cut = _POSTCODE_CLAUSE.search(text, code.end())
        end = cut.start() if cut else len(text)
        before, behind = text[start : code.start()], text[code.end() : end]
        taken_back = any(
            _CORRECTS.match(text[code.end() : later.start()].lstrip(" ,;.-"))
            for later in found[at + 1 :]
        )
        asked = cut is not None and cut[0] == "?"
        how = "unmeant" if taken_back else _how(before, behind, asked=asked)
        yield code[0], " ".join(text[start:end].split()), how


def _how(before: str, behind: str, *, asked: bool) -> str:
    before = _CORRECTS.sub("", before, count=1) if _CORRECTS.match(before) else before
    if asked:
        return "doubted"
    way = denied(before, behind)
    past = _PAST_BEHIND.match(behind) or (_PAST_BEFORE.search(before) and not _STILL.search(before))
    elsewhere = _ELSEWHERE.search(before) or _ANOTHERS.search(before)
    if way is Denied.SURELY or past or elsewhere:
        return "unmeant"
    doubted = _DOUBT.search(before) or _DOUBT.search(behind) or _WAS.search(before)
    return "doubted" if doubted or way is Denied.PERHAPS else "meant"
