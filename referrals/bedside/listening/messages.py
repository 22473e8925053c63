"""One message at the bedside: heard by two witnesses, noted and read back, or asked about.

What is on the screen is answered first: a side question, or the words just noted, which one word
takes back. Then the present step. Every change is said; so is what looked like a fact and was not
used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Encounter, Outcome, Step
from referrals.advice.kinds import ANSWERING
from referrals.advice.later_call import later_call
from referrals.bedside import after_filing, answering, noting
from referrals.bedside.asking import ask
from referrals.bedside.listening.doubting import (
    asks_feedback,
    asks_withdrawal,
    doubt,
    refusal_to_send,
    stop_at_moment,
)
from referrals.bedside.listening.left_out import beside_details, relatives_beside
from referrals.bedside.listening.side_answers import answer_aside
from referrals.bedside.listening.taking_back import forget_marked, take_back, to_json
from referrals.details import choosing
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

Decide = Callable[[Bedside], list[Say]]


def listen(bedside: Bedside, words: Words, decide: Decide) -> list[Say]:
    """Take one typed message; ``decide`` does what its kind of message asks for.

    The reply begins with what was noted.
    """
    aside = _open_aside(bedside)
    before = bedside.encounter
    taken_back = take_back(bedside, words, aside)
    if taken_back:
        choosing.forget_unused(bedside)
        return taken_back
    forget_marked(bedside, aside)
    if aside.get(answering.UNCLEAR):
        bedside.leaves_open(answering.UNCLEAR, value=True)
    said = (
        stop_at_moment(bedside, words)
        or asks_feedback(bedside, words)
        or answer_aside(bedside, words)
        or after_filing.hear(bedside, words)
        or asks_withdrawal(bedside, words)
        or refusal_to_send(bedside, words)
        or doubt(bedside, words)
        or decide(bedside)
    )
    if _keep_beside(bedside, before, aside):
        said = [*said[:-1], *answering.proceed(bedside)]
    said = [*_later_call(bedside, words, said), *said]
    if _tells_who(bedside, before) and not words.text.startswith("/"):
        said = [*beside_details(words, said), *said]
    elif bedside.encounter != before:
        said = [*relatives_beside(words, said), *said]
    if choosing.is_asked(bedside) and (again := choosing.stands_on(bedside)):
        said = [*(said[:-1] or [Say("utter_press_a_button")]), again]
    choosing.forget_unused(bedside)
    _keep_unclear(bedside, words, before)
    noted = noting.changes(bedside, before)
    if _asks_the_same(bedside, words, before, said):
        return [Say("utter_nothing_new"), *said]
    if not noted or bedside.encounter.ended:
        return said
    bedside.leaves_open("before", to_json(before))
    return [Say("utter_noted", {"noted": noted}), *said]


def _tells_who(bedside: Bedside, before: Encounter) -> bool:
    """Tell whether a message said who the patient is, or a number that is asked about."""
    told = any(bedside.encounter.get(s) != before.get(s) for s in (Step.NAME, Step.PHONE))
    return told or (bedside.row.aside or {}).get("question", {}).get("kind") == choosing.NUMBERS


def _later_call(bedside: Bedside, words: Words, said: list[Say]) -> list[Say]:
    """Say that nobody keeps a day before which the patient must not be called."""
    ended = script.outcome(bedside.encounter) not in (None, Outcome.REFERRED)
    phrase = "" if ended else later_call(words.text)
    told = " ".join(each.values.get("words", "") for each in said)
    return [Say("utter_not_used", {"words": phrase})] if phrase and phrase not in told else []


def _asks_the_same(bedside: Bedside, words: Words, before: Encounter, said: list[Say]) -> bool:
    """Tell whether the same question would come again without a reason: words changed nothing."""
    if bedside.by_page or bedside.asked or words.intent not in ANSWERING:
        return False
    return bedside.encounter == before and len(said) == 1 and said == [ask(bedside)]


def _keep_unclear(bedside: Bedside, words: Words, before: Encounter) -> None:
    """Note that words at the summary were not understood: until something changes, none sends."""
    if bedside.step is not Step.SUMMARY or bedside.encounter != before:
        left = {**(bedside.row.aside or {})}
        left.pop(answering.UNCLEAR, None)
        bedside.row.aside = left or None
    elif words.intent in ANSWERING or bedside.row.misses:
        bedside.leaves_open(answering.UNCLEAR, value=True)


def press(bedside: Bedside, decide: Decide) -> list[Say]:
    """Take a button: whatever question stood aside is over.

    A number that was chosen is noted, and what was told with words that were asked about.
    """
    aside = _open_aside(bedside)
    before = bedside.encounter
    forget_marked(bedside, aside)
    said = decide(bedside)
    kept = _keep_beside(bedside, before, aside)
    said = answering.proceed(bedside) if kept else said
    choosing.forget_unused(bedside)
    noted = noting.changes(bedside, before) if kept or choosing.is_asked(bedside) else ""
    if not noted or bedside.encounter.ended:
        return said
    return [Say("utter_noted", {"noted": noted}), *said]


def _keep_beside(bedside: Bedside, before: Encounter, aside: dict[str, Any]) -> bool:
    """Record what was told with the status that was asked for, once that is answered.

    Until then it waits; an answer that is no use lets it fall.
    """
    told = aside.get("beside", ())
    status = bedside.encounter.get(Step.STATUS)
    if status is None and not bedside.encounter.ended:
        if told and "beside" not in (bedside.row.aside or {}):
            bedside.leaves_open("beside", told)
        return False
    kept = before.get(Step.STATUS) is None and status in script.USES
    missing = [each for each in told if kept and not bedside.encounter.answered(Step(each[0]))]
    for step, value in missing:
        bedside.encounter = script.record(bedside.encounter, Step(step), value)
    return bool(missing)


def _open_aside(bedside: Bedside) -> dict[str, Any]:
    """Give what the message before left open, for this one only."""
    aside, bedside.row.aside = bedside.row.aside or {}, None
    bedside.asked = aside.get("question") or {}
    return aside
