"""One message at the bedside: heard by two witnesses, noted and read back, or asked about.

What is on the screen is answered first: a side question, or the words just noted, which one word
takes back. Then the present step. Every change is said; so is what looked like a fact and was not
used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from referrals.advice import script
from referrals.advice.agreement import OF_USE
from referrals.advice.asserted import Words
from referrals.advice.encounter import Encounter, Outcome, Step
from referrals.advice.hearing import hear
from referrals.advice.putting_off import later_call
from referrals.advice.witness import bare_answer
from referrals.bedside import after_filing, answering, noting
from referrals.bedside.asking import ask, is_of_present_step
from referrals.bedside.listening.beside_the_point import beside_the_point, tell_whether_sent
from referrals.bedside.listening.checking import ask_whether_meant
from referrals.bedside.listening.doubting import (
    asks_feedback,
    asks_withdrawal,
    doubt,
    refusal_to_send,
    stop_at_moment,
    wish_before_status,
)
from referrals.bedside.listening.leaving import backs_out, leave
from referrals.bedside.listening.left_out import (
    beside_details,
    is_all_left_out,
    messages_not_used,
    remarks_beside,
    told_left_out,
)
from referrals.bedside.listening.regretting import regret
from referrals.bedside.listening.reopening import asks_to_go_on, begins_again
from referrals.bedside.listening.restated_use import asks_use
from referrals.bedside.listening.side_answers import answer_aside, keep_asking
from referrals.bedside.listening.when.not_of_courses import told_of_patient
from referrals.bedside.listening.when.times_not_kept import with_times_not_kept
from referrals.bedside.taking_back import forget_marked, to_json
from referrals.details import choosing
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN

Decide = Callable[[Bedside], list[Say]]


def listen(bedside: Bedside, words: Words, decide: Decide) -> list[Say]:
    """Take one typed message; ``decide`` does what its kind of message asks for.

    The reply begins with what was noted.
    """
    aside = _open_aside(bedside)
    before, misses = bedside.encounter, bedside.row.misses
    left_out = told_left_out(bedside, words)
    regretted = regret(bedside, words, aside)
    forget_marked(bedside, aside)
    if is_all_left_out(words):
        return [*left_out, *_still_asked(bedside)]
    if regretted:
        was, told = regretted
        return _after_regret(bedside, was, [*told[:1], *left_out, *told[1:]])
    if aside.get(answering.UNCLEAR):
        bedside.leaves_open(answering.UNCLEAR, value=True)
    said = (
        stop_at_moment(bedside, words)
        or asks_feedback(bedside, words)
        or answer_aside(bedside, words)
        or tell_whether_sent(bedside, words)
        or after_filing.hear(bedside, words)
        or leave(bedside, words)
        or backs_out(bedside, words)
        or asks_use(bedside, words)
        or calls_second_contact(bedside, words)
        or asks_withdrawal(bedside, words)
        or beside_the_point(bedside, words)
        or asks_to_go_on(bedside, words)
        or _of_another(bedside, words, aside)
        or begins_again(bedside, words)
        or refusal_to_send(bedside, words)
        or wish_before_status(bedside, words)
        or told_of_patient(bedside, words)
        or doubt(bedside, words)
        or decide(bedside)
    )
    if _keep_beside(bedside, before, aside):
        said = [*said[:-1], *answering.proceed(bedside)]
    said = _with_what_was_not_used(bedside, words, before, said)
    said = keep_asking(bedside, said, misses)
    if choosing.is_asked(bedside) and (again := choosing.stands_on(bedside)):
        said = [*(said[:-1] or [Say("utter_press_a_button")]), again]
    choosing.forget_unused(bedside)
    said = [*left_out, *said]
    if words.intent in _ASKS_FOR_IT and is_of_present_step(bedside, said[-1]):
        _is_clear(bedside)
    else:
        _keep_unclear(bedside, before, said)
    if bedside.encounter == before and words.facts_of_another("smoking", "referral", "answer"):
        bedside.leaves_open("of_another", value=True)
    if _comes_again(bedside, words, before, said, aside.get("shown")):
        said = _nothing_new(bedside, words, said)
    return _read_back(bedside, before, said)


def _after_regret(bedside: Bedside, before: Encounter, said: list[Say]) -> list[Say]:
    """Say also of numbers that were asked about that they are gone with what was noted."""
    if choosing.is_asked(bedside):
        said = [*said[:-1], choosing.leave(bedside), *said[-1:]]
    choosing.forget_unused(bedside)
    return _read_back(bedside, before, said)


def _with_what_was_not_used(
    bedside: Bedside, words: Words, before: Encounter, said: list[Say]
) -> list[Say]:
    """Say before all else what looked like a detail, or stood beside one, and was not used."""
    said = [*_later_call(bedside, words, said), *said]
    said = with_times_not_kept(bedside, words, before, said)
    in_words = not words.text.startswith("/")  # details alone have none beside them
    if in_words and _tells_who(bedside, before):
        said = [*beside_details(words, said), *said]
    elif in_words and words.intent != "skip" and noting.changes(bedside, before):
        said = [*remarks_beside(words, said), *said]
    return _each_once([*messages_not_used(words, said), *said])


def _each_once(said: list[Say]) -> list[Say]:
    """Leave out words that were not used and stand in others that were not used, told as well."""
    told = [each.values.get("words", "") for each in said if each.response == "utter_not_used"]
    kept: list[Say] = []
    for each in said:
        words = each.values.get("words", "")
        longer = any(words in other and words != other for other in told)
        if each.response != "utter_not_used" or not (longer or each in kept):
            kept.append(each)
    return kept


def _still_asked(bedside: Bedside) -> list[Say]:
    """Ask again what stood on the screen: nothing that was said is about it, and no word sends."""
    if bedside.step is Step.SUMMARY:
        bedside.leaves_open(answering.UNCLEAR, value=True)
    if "said" not in bedside.asked:
        choosing.forget_unused(bedside)
        return [ask(bedside)]
    bedside.leaves_open("question", bedside.asked)
    return [Say.from_json(bedside.asked["said"])]


def _read_back(bedside: Bedside, before: Encounter, said: list[Say]) -> list[Say]:
    """Begin with what was noted since ``before``, behind what was taken back."""
    _note_what_is_shown(bedside, said)
    noted = noting.changes(bedside, before)
    if not noted or bedside.encounter.ended:
        return said
    bedside.leaves_open("before", to_json(before))
    first = 1 if said and said[0].response == "utter_taken_back" else 0
    return [*said[:first], Say("utter_noted", {"noted": noted}), *said[first:]]


def calls_second_contact(bedside: Bedside, words: Words) -> list[Say]:
    """Have the second contact called where words name that one; a bare yes presses its button."""
    if bedside.step is not Step.PHONE or not choosing.second_contacts_number(bedside):
        return []
    if choosing.means_second_contact(bedside, words):
        return answering.call_second_contact(bedside)
    if bare_answer(words) == "yes":
        return [Say("utter_press_a_button"), ask(bedside)]
    return []


def _tells_who(bedside: Bedside, before: Encounter) -> bool:
    """Tell whether a message said who the patient is, or a number that is asked about."""
    told = any(bedside.encounter.get(s) != before.get(s) for s in (Step.NAME, Step.PHONE))
    return told or (bedside.row.aside or {}).get("question", {}).get("kind") == choosing.NUMBERS


def _later_call(bedside: Bedside, words: Words, said: list[Say]) -> list[Say]:
    """Say that nobody keeps a day before which the patient must not be called."""
    ended = script.outcome(bedside.encounter) not in (None, Outcome.REFERRED)
    text = TOKEN.sub(lambda token: token[0] if token[1] == "word" else ",", words.text)
    phrase = "" if ended else later_call(text)
    told = " ".join(each.values.get("words", "") for each in said)
    return [Say("utter_not_used", {"words": phrase})] if phrase and phrase not in told else []


def _of_another(bedside: Bedside, words: Words, aside: dict[str, Any]) -> list[Say]:
    """Ask what a bare yes or no is about, right behind words about somebody else."""
    heard = (
        hear(bedside.step, words) if aside.get("of_another") and "question" not in aside else None
    )
    told = {fact.kind for fact in words.facts} - _SAY_NOTHING_MORE
    if heard is None or told or bedside.step not in (*OF_USE, Step.OFFER):
        return []
    return ask_whether_meant(bedside, heard.answers[:1]) if heard.answers else []


_SAY_NOTHING_MORE = {"answer", "denial", "whole", "plain", "nearly_plain", "send", "remark"}


def _comes_again(
    bedside: Bedside, words: Words, before: Encounter, said: list[Say], shown: Any
) -> bool:
    """Tell whether words that changed nothing would bring the same prompt without a reason.

    ``shown`` is what the message before asked, where that was not the present step.
    """
    unchanged = bedside.encounter == before and len(said) == 1 and not bedside.by_page
    if not unchanged or words.intent in _ASKS_FOR_IT:
        return False
    return said[0] == Say.from_json(shown) if shown else is_of_present_step(bedside, said[0])


def _nothing_new(bedside: Bedside, words: Words, said: list[Say]) -> list[Say]:
    """Say that nothing changes; ask what is right where a no may be about what would be sent."""
    if bedside.step is Step.SUMMARY and any(fact.kind == "denial" for fact in words.facts):
        return answering.correct(bedside, None)
    return [Say("utter_nothing_new"), *said]


_ASKS_FOR_IT = frozenset({"resume", "greet", "show_summary"})
"""Kinds of message after which the same prompt is what was asked for."""


def _note_what_is_shown(bedside: Bedside, said: list[Say]) -> None:
    if said and not is_of_present_step(bedside, said[-1]):
        bedside.leaves_open("shown", said[-1].to_json())


def _keep_unclear(bedside: Bedside, before: Encounter, said: list[Say]) -> None:
    """Note that more than the summary is on the screen: until something changes, no words send.

    A yes may be about whatever was said beside.
    """
    if bedside.step is not Step.SUMMARY or bedside.encounter != before:
        _is_clear(bedside)
    elif len(said) != 1 or not is_of_present_step(bedside, said[0]):
        bedside.leaves_open(answering.UNCLEAR, value=True)


def _is_clear(bedside: Bedside) -> None:
    left = {**(bedside.row.aside or {})}
    left.pop(answering.UNCLEAR, None)
    bedside.row.aside = left or None


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
    _keep_unclear(bedside, before, said)
    _note_what_is_shown(bedside, said)
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
