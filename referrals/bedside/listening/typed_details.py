"""Contact details in typed words, and what stands beside them."""

from __future__ import annotations

from dataclasses import replace

from referrals.advice import script
from referrals.advice.asserted import Fact, Words, best_time, language
from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from referrals.advice.places import not_home
from referrals.bedside import answering
from referrals.bedside.listening.checking import ask_whether_meant
from referrals.bedside.listening.left_out import beside_details, not_used
from referrals.bedside.listening.recording import record_all
from referrals.bedside.listening.when.times_not_kept import with_times_not_kept
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

READ = {"time_of_day": "best_time", "spoken_language": "language"}
"""Entities that the reading reads too, and better: of whom, denied or not."""


_COMMANDS = frozenset({"steering", "send", "consent", "undo"})
"""Facts that say what is to be done: beside details it is not done, and that is said."""


def take_details(bedside: Bedside, words: Words, beside: Words | None = None) -> list[Say]:
    """Keep contact details and note what stands beside them; say what was not used.

    A municipality that the postcode has no part of is asked about. ``beside`` are words that came
    with a second contact or a day of discharge, which are kept out of what is read.
    """
    told, before = _as_read(words), bedside.encounter
    if _corrects_postcode(words) and not bedside.by_page:
        bedside.encounter = script.correct(bedside.encounter, Step.POSTCODE)
    standing = bedside.encounter.get(Step.MUNICIPALITY)
    code = told.get("municipality", "")
    outside = is_outside(bedside, told.get("postcode"), code)
    if outside:
        del told["municipality"]
    late = code and standing not in (None, code) and bedside.step is not Step.MUNICIPALITY
    several = not code and bedside.step is Step.MUNICIPALITY
    named = [fact for fact in words.own("place_lives", "place_named") if fact.polarity]
    home = named if late or several else []
    read = _apart(words, beside) if beside else words
    commands = _commands(bedside.step, read) if beside else []
    unused = [*_beside_details(bedside, read), *home, *commands]
    kept = answering.record_contact(bedside, told)
    said = [*not_used(bedside, unused, read), *kept]
    if beside and "second_contact" in words.entities:
        said = [*beside_details(read, said), *said]
    if beside:
        said = with_times_not_kept(bedside, read, before, said)
    if outside and bedside.step is Step.MUNICIPALITY:
        return [*said[:-1], *ask_whether_meant(bedside, ((Step.MUNICIPALITY, code),))]
    return said


def _commands(step: Step, words: Words) -> list[Fact]:
    """Give the commands beside details. A yes sends at the summary; elsewhere it is an answer."""
    answers = {fact.start for fact in words.own("answer")} if step is not Step.SUMMARY else set()
    found = (fact for fact in words.facts if fact.kind in _COMMANDS)
    return [fact for fact in found if fact.kind != "send" or fact.start not in answers]


def _corrects_postcode(words: Words) -> bool:
    """Tell "postnummeret er 2730" from a postcode that stands in a line."""
    return words.entities.get("detail") == Step.POSTCODE and "postcode" in words.entities


def _apart(words: Words, beside: Words) -> Words:
    """Give the words beside details as they are read; a day that is kept is not told twice."""
    facts = tuple(
        fact
        for fact in beside.facts
        if not (fact.kind == "discharge" and "discharge_date" in words.entities)
    )
    return replace(words, text=beside.text, facts=facts, days=beside.days)


def is_outside(bedside: Bedside, postcode: str | None, code: str) -> bool:
    """Tell whether a municipality that we know is none of those that the postcode touches."""
    known = bedside.around.municipalities
    proposed = known.proposed(postcode or bedside.encounter.get(Step.POSTCODE) or "")
    return bool(proposed) and code in known.by_code and known.by_code[code] not in proposed


def _as_read(words: Words) -> dict[str, str]:
    """Give the entities; a time and a language as the reading has them, where it has any."""
    told = dict(words.entities)
    for name, values in (("time_of_day", best_time(words)), ("spoken_language", language(words))):
        several = name == "time_of_day" and len(values) > 1
        if name in told and (several or any(fact.kind == READ[name] for fact in words.facts)):
            told[name] = values[0] if values and not several else ""
    return {name: value for name, value in told.items() if value}


def _beside_details(bedside: Bedside, words: Words) -> list[Fact]:
    heard = hear(bedside.step, words)
    answers = tuple(
        answer for answer in heard.answers if answer[0] not in (Step.SUMMARY, Step.MUNICIPALITY)
    )
    elsewhere = not_home(words)
    unused = tuple(
        fact for fact in heard.unused if not fact.kind.startswith("place_") or fact in elsewhere
    )
    spoken = words.entities.get("spoken_language")
    if spoken and (Step.INTERPRETER, "yes") in answers and script.has_consent(bedside.encounter):
        answers = ((Step.SPOKEN_LANGUAGE, spoken), *answers)  # an interpreter falls with another
        unused = tuple(fact for fact in unused if fact.value != spoken)
    places = tuple(fact for fact in words.facts if not fact.kind.startswith("place_"))
    told = replace(words, facts=places)  # a place that does not fit is refused with the details
    return record_all(bedside, replace(heard, answers=answers, unused=unused), told)
