"""What the patient uses, told once more when details are asked for: put right by a button."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from referrals.advice import script
from referrals.advice.asserted import Words, candidates, products
from referrals.advice.encounter import Encounter, Step
from referrals.advice.hearing import hear
from referrals.advice.kinds import ANSWERING
from referrals.bedside import answering, noting
from referrals.bedside.asking import ask
from referrals.bedside.listening.recording import note
from referrals.turns.saying import Button, Say, answer_payload
from referrals.turns.turn import Bedside

USE = "use"
"""The kind of the side question."""
_LATER = frozenset({*script.PAGE_STEPS, Step.CONSENT_SHARING, Step.DUPLICATE, Step.SUMMARY})
_SMOKES = ("daily", "occasional")
_RESUME = "/resume"
Told = Mapping[Step, str]


def asks_use(bedside: Bedside, words: Words) -> list[Say]:
    """Ask whether the use is to be put right, where words tell another one than stands.

    Says what falls with it. Nothing where the words are about something else, or details are.
    """
    if bedside.step not in _LATER or bedside.by_page or not _tells_use(words):
        return []
    heard = hear(bedside.step, words)
    if bedside.step is Step.MUNICIPALITY and heard.answers:
        return []
    about = tuple(fact for fact in heard.unused if fact.kind not in ("smoking", "product"))
    ways = _ways(bedside.encounter, words)
    new = [way for way in ways if restated(bedside.encounter, way) != bedside.encounter]
    often = any(fact.value in _SMOKES for fact in words.own("smoking"))
    if not new or (new != ways and (new[0] != ways[0] or not often)):
        return [Say("utter_nothing_new"), ask(bedside)] if ways and not heard.answers else []
    unused = note(bedside, replace(heard, unused=about), words) if heard.answers else []
    return [*unused, _asked(bedside, new)]


def _asked(bedside: Bedside, new: Sequence[Told]) -> Say:
    what = f" {bedside.word('course_question', 'or')} ".join(_changes(bedside, way) for way in new)
    buttons = (
        *(_button(bedside, way) for way in new),
        Button(bedside.word("use", "leave"), _RESUME),
    )
    asked = Say("utter_confirm_use", {"what": what}, buttons)
    bedside.asks_aside(USE, said=asked.to_json(), ways=[dict(way) for way in new])
    return asked


def choose(bedside: Bedside, step: str, value: str) -> list[Say]:
    """Put the use right as a button of the question says; nothing for any other button."""
    if bedside.asked.get("kind") != USE:
        return []
    for kept in bedside.asked["ways"]:
        way = {Step(each): told for each, told in kept.items()}
        if list(way.items())[-1] == (step, value):
            before = bedside.encounter
            bedside.encounter = restated(before, way)
            noted = noting.changes(bedside, before)
            return [Say("utter_noted", {"noted": noted}), *answering.proceed(bedside)]
    return []


def agree(bedside: Bedside) -> list[Say]:
    """Take a typed yes where one way was asked about; nothing where there are two."""
    ways = bedside.asked.get("ways", ())
    if len(ways) != 1:
        return []
    bedside.encounter = restated(bedside.encounter, {Step(s): v for s, v in ways[0].items()})
    return answering.proceed(bedside)


def restated(encounter: Encounter, told: Told) -> Encounter:
    """Give the encounter with another use; what is asked again meanwhile stays asked."""
    asked = encounter.revisiting
    for step, value in told.items():
        encounter = script.record(script.correct(encounter, step), step, value)
    return script.correct(encounter, asked) if asked else encounter


def _tells_use(words: Words) -> bool:
    """Tell whether smoking is told, and of the patient: a bare "tidligere" may be of a place."""
    told = [f for f in words.own("smoking") if f.value not in ("never_bare", "nrt")]
    if not told or words.own("reported") or words.intent not in ANSWERING:
        return False
    elsewhere = any(
        fact.kind.startswith("place_") or (fact.kind == "correction" and fact.value)
        for fact in words.facts
    )  # "ret rygestatus" names what is to be asked again
    named = any(fact.value not in _ENDED for fact in told) or _TOBACCO.search(words.text)
    return bool(named) and not elsewhere and "[[" not in words.text


_ENDED = ("past", "ex")
_TOBACCO = re.compile(
    r"r(?:y|ø|oe)g|sm(?:ø|oe)g|smok|cigar|toba|snus|nikotin|nicotin|vap|damp|holdt op|stop|quit",
    re.I,
)


def _ways(encounter: Encounter, words: Words) -> list[dict[Step, str]]:
    """Give one or two ways to take the words, the likeliest first.

    A product told of somebody who smokes may be beside the smoking, or instead of it.
    """
    told, standing = products(words), encounter.get(Step.STATUS) or ""
    ways = []
    for status in candidates(Step.STATUS, words)[:2]:
        if status == "other_product" and standing in _SMOKES and told:
            known = (encounter.get(Step.PRODUCT) or "cigarettes").split("+")
            both = script.several([*known, *script.each_product(told)])
            ways.append({Step.STATUS: standing, Step.PRODUCT: both})
        product = {Step.PRODUCT: told} if told and status in script.USES else {}
        ways.append({Step.STATUS: status, **product})
    return ways[:2]


def _changes(bedside: Bedside, way: Told) -> str:
    before = bedside.encounter
    bedside.encounter = restated(before, way)
    what = noting.changes(bedside, before)
    bedside.encounter = before
    return what


def _button(bedside: Bedside, way: Told) -> Button:
    title = noting.BETWEEN.join(
        noting.in_words(bedside, step, value) for step, value in way.items()
    )
    return Button(title[:1].upper() + title[1:], answer_payload(*list(way.items())[-1]))
