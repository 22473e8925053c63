"""Typed words at the bedside: heard by two witnesses, noted and read back, or asked about.

What is on the screen is answered first: a side question, or the words just noted, which one word
takes back. Then the present step. Every change is said; so is what looked like a fact and was not
used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from referrals.advice import script
from referrals.advice.asserted import HALF_SURE, LEAST_SURE, Fact, Words, best_time, language
from referrals.advice.closed_lists import cancels_something_else, names_feedback
from referrals.advice.encounter import Encounter, Outcome, Step
from referrals.advice.hearing import Answer, Heard, hear
from referrals.advice.kinds import ANSWERING, speaks_of_patient, takes_out
from referrals.advice.later_call import later_call
from referrals.advice.places import not_home
from referrals.bedside import after_filing, answering, asking_courses, noting, steering
from referrals.bedside.asking import ask
from referrals.denmark.contact_details import BadValue
from referrals.details import choosing
from referrals.turns.saying import Button, Say, answer_payload
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN

Decide = Callable[[Bedside], list[Say]]

_TAKES_NO = frozenset(
    {
        *script.CONSENT_STEPS,
        *(Step.STATUS, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER, Step.MUNICIPALITY),
        *(Step.LEAVE_MESSAGE, Step.INTERPRETER, Step.PROTECTED_ADDRESS, Step.DUPLICATE),
        *(Step.PHONE, Step.POSTCODE),  # there is none
    }
)
"""Questions that a bare no answers: there it takes nothing back."""
_RESUME = "/resume"
_NEEDS_BUTTON = {
    "cancel": "utter_press_a_button",
    "withdraw": "utter_press_a_button",
    "partner": "utter_press_consent_button",
    "times": "utter_press_a_button",
    choosing.NUMBERS: "utter_press_a_button",
    "undo": "utter_press_a_button",
    "change": "utter_press_a_button",
    "moment": "utter_press_a_button",
}
"""Side questions that only a button says yes to, and how that is said."""


def listen(bedside: Bedside, words: Words, decide: Decide) -> list[Say]:
    """Take one typed message; ``decide`` does what its kind of message asks for.

    The reply begins with what was noted.
    """
    aside = _open_aside(bedside)
    before = bedside.encounter
    taken_back = _take_back(bedside, words, aside)
    if taken_back:
        choosing.forget_unused(bedside)
        return taken_back
    _forget(bedside, aside)
    if aside.get(answering.UNCLEAR):
        bedside.leaves_open(answering.UNCLEAR, value=True)
    said = (
        _moment(bedside, words)
        or _feedback(bedside, words)
        or _answer_aside(bedside, words)
        or after_filing.hear(bedside, words)
        or _withdrawal(bedside, words)
        or _refusal_to_send(bedside, words)
        or _doubt(bedside, words)
        or decide(bedside)
    )
    if _keep_beside(bedside, before, aside):
        said = [*said[:-1], *answering.proceed(bedside)]
    said = [*_later_call(bedside, words, said), *said]
    if choosing.is_asked(bedside) and (again := choosing.stands_on(bedside)):
        said = [*(said[:-1] or [Say("utter_press_a_button")]), again]
    choosing.forget_unused(bedside)
    _keep_unclear(bedside, words, before)
    noted = noting.changes(bedside, before)
    if _asks_the_same(bedside, words, before, said):
        return [Say("utter_nothing_new"), *said]
    if not noted or bedside.encounter.ended:
        return said
    bedside.leaves_open("before", _to_json(before))
    return [Say("utter_noted", {"noted": noted}), *said]


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
    _forget(bedside, aside)
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


def tell(bedside: Bedside, words: Words) -> list[Say]:
    """Take typed words as an answer; what answers nothing changes nothing."""
    step, intent = bedside.step, words.intent
    if intent == "has_no_phone" and not bedside.encounter.ended:
        answering.record_details_beside(bedside, words.entities)
        return [Say("utter_phone_needed"), ask(bedside)]
    if bedside.by_page and step in script.PAGE_STEPS:
        return [ask(bedside)]
    heard = hear(step, words)
    if step in script.CONSENT_STEPS:
        about = tuple(fact for fact in heard.unused if fact.kind != "referral")
        before = bedside.encounter
        unused = _note(bedside, replace(heard, unused=about), words)
        if not unused and bedside.encounter == before and not words.says("plain"):
            unused = _whole_line_not_used(words)
        return [*unused, Say("utter_press_consent_button"), ask(bedside)]
    if intent == "not_now" and step in answering.CAN_BE_LEFT and not heard.answers:
        return answering.skip(bedside)
    said = overhear(bedside, words)
    if said:
        return said
    unused = _not_used(bedside, heard.unused, words)
    spoken_of = {fact.kind for fact in words.facts}
    told = {
        name: value for name, value in words.entities.items() if _READ.get(name) not in spoken_of
    }
    return [*unused, *answering.tell_beside(bedside, intent, told)]


_READ = {"time_of_day": "best_time", "spoken_language": "language"}
"""Entities that the reading reads too, and better: of whom, denied or not."""


def overhear(bedside: Bedside, words: Words) -> list[Say]:
    """Take what answers the script in words that may be about something else; nothing if none."""
    heard = hear(bedside.step, words)
    if (Step.SUMMARY, "send") in heard.answers or (Step.SUMMARY, "send") in heard.asks:
        return _at_summary(bedside, heard, words)
    step, value = _only_municipality(bedside, words) or _cut_short(bedside, words) or (None, "")
    if step and not heard.answers:
        heard = replace(heard, answers=((step, value),))
    outside = tuple(
        (step, value)
        for step, value in heard.answers
        if step is Step.MUNICIPALITY and _is_outside(bedside, None, value)
    )
    if outside:
        left = tuple(answer for answer in heard.answers if answer not in outside)
        return [
            *_note(bedside, replace(heard, answers=left), words),
            *_check(bedside, outside),
        ]
    if heard.answers:
        before = bedside.encounter
        unused = _note(bedside, heard, words)
        if heard.asks and bedside.encounter == before:
            return [*unused, *_check(bedside, heard.asks, heard.beside)]
        remarks = [
            Say(remark)
            for answer in heard.answers
            if (remark := answering.REMARKS.get(answer)) and bedside.encounter != before
        ]
        if (Step.OFFER, "tried_before") in heard.answers and before.tried_before:
            return [*unused, Say("utter_ask_offer_answer")]
        asked = answering.proceed(bedside)
        if bedside.step is Step.OFFER and script.next_step(before) is not Step.OFFER:
            asked = [Say("utter_ask_offer")]  # it was not made yet, whatever was tried before
        return [*unused, *remarks, *asked]
    if heard.asks:
        return [
            *_not_used(bedside, heard.unused, words),
            *_check(bedside, heard.asks, heard.beside),
        ]
    return []


def left_aside(bedside: Bedside, words: Words) -> list[Say]:
    """Say what of words that answer nothing looked like a fact; nothing if nothing did."""
    unused = _not_used(bedside, hear(bedside.step, words).unused, words)
    return [*unused, ask(bedside)] if unused else []


def take_details(bedside: Bedside, words: Words) -> list[Say]:
    """Keep contact details and note what stands beside them; say what was not used.

    A municipality that the postcode has no part of is asked about.
    """
    told = _as_read(words)
    standing = bedside.encounter.get(Step.MUNICIPALITY)
    code = told.get("municipality", "")
    outside = _is_outside(bedside, told.get("postcode"), code)
    if outside:
        del told["municipality"]
    late = code and standing not in (None, code) and bedside.step is not Step.MUNICIPALITY
    several = not code and bedside.step is Step.MUNICIPALITY
    named = [fact for fact in words.own("place_lives", "place_named") if fact.polarity]
    home = named if late or several else []
    unused = [*_beside_details(bedside, words), *home]
    kept = answering.record_contact(bedside, told)
    said = [*_not_used(bedside, unused, words), *kept]
    if outside and bedside.step is Step.MUNICIPALITY:
        return [*said[:-1], *_check(bedside, ((Step.MUNICIPALITY, code),))]
    return said


def places_left_out(words: Words) -> list[Say]:
    """Say which places were not taken for where the patient lives."""
    return _told_not_used((fact for fact in not_home(words) if fact.kind != "place_in_name"), words)


def _is_outside(bedside: Bedside, postcode: str | None, code: str) -> bool:
    """Tell whether a municipality that we know is none of those that the postcode touches."""
    known = bedside.around.municipalities
    proposed = known.proposed(postcode or bedside.encounter.get(Step.POSTCODE) or "")
    return bool(proposed) and code in known.by_code and known.by_code[code] not in proposed


def _as_read(words: Words) -> dict[str, str]:
    """Give the entities; a time and a language as the reading has them, where it has any."""
    told = dict(words.entities)
    for name, values in (("time_of_day", best_time(words)), ("spoken_language", language(words))):
        if name in told and any(fact.kind == _READ[name] for fact in words.facts):
            told[name] = values[0] if values else ""
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
    return _record_all(bedside, replace(heard, answers=answers, unused=unused), told)


def _at_summary(bedside: Bedside, heard: Heard, words: Words) -> list[Say]:
    if heard.answers and (bedside.row.aside or {}).get(answering.UNCLEAR):
        return steering.ask_what_is_meant(bedside)
    if heard.answers:
        return answering.take(bedside, Step.SUMMARY, "send")
    return [*_not_used(bedside, heard.unused, words), Say("utter_press_a_button"), ask(bedside)]


def _only_municipality(bedside: Bedside, words: Words) -> Answer | None:
    if bedside.step is not Step.MUNICIPALITY:
        return None
    code = answering.yes_or_no_to_the_only_one(bedside, words.intent)
    return (Step.MUNICIPALITY, code) if code else None


_SHORT = re.compile(r"(\w{3,})\.")


def _cut_short(bedside: Bedside, words: Words) -> Answer | None:
    """Read the title of one button that is cut short by a full stop: "efterm."."""
    typed = _SHORT.fullmatch(words.text.strip())
    if typed is None or bedside.step is not Step.BEST_TIME:
        return None
    meant = [
        code
        for code in script.CHOICES[Step.BEST_TIME]
        if bedside.word("best_time", code).startswith(typed[1].casefold())
    ]
    return (Step.BEST_TIME, meant[0]) if len(meant) == 1 else None


def _note(bedside: Bedside, heard: Heard, words: Words) -> list[Say]:
    """Record the answers that may stand here; say what was not used."""
    return _not_used(bedside, _record_all(bedside, heard, words), words)


def _record_all(bedside: Bedside, heard: Heard, words: Words) -> list[Fact]:
    """Record the answers that may stand here; give what was not used."""
    unused = list(heard.unused)
    for step, value in heard.answers:
        if not _record(bedside, step, value):
            unused += [fact for fact in words.facts if fact.kind in _KINDS.get(step, ())]
    return unused


_KINDS = {
    Step.BEST_TIME: ("best_time",),
    Step.LEAVE_MESSAGE: ("leave_message",),
    Step.SPOKEN_LANGUAGE: ("language",),
    Step.INTERPRETER: ("interpreter",),
    Step.PROTECTED_ADDRESS: ("protected_address",),
    Step.DISCHARGE_DATE: ("discharge",),
    Step.MUNICIPALITY: ("place_lives", "place_named"),
}
_OF_THE_SCRIPT = {"smoking", "product", *(kind for kinds in _KINDS.values() for kind in kinds)}
"""Facts that a step takes: a yes or a no to a side question leaves them, and says so."""


def _record(bedside: Bedside, step: Step, value: str) -> bool:
    """Record one answer. A detail only while the patient may be called, and not by page."""
    encounter = bedside.encounter
    beside = step in script.PAGE_STEPS and step is not bedside.step
    if beside and (bedside.by_page or not _may_stand(encounter, step)):
        return False
    if not script.accepts(step, value):
        return False
    keep = {
        Step.DISCHARGE_DATE: answering.keep_discharge,
        Step.MUNICIPALITY: answering.record_municipality,
    }.get(step)
    if keep is None:
        bedside.encounter = script.record(encounter, step, value)
        return True
    try:
        keep(bedside, value)
    except BadValue:
        return False
    return True


def _may_stand(encounter: Encounter, step: Step) -> bool:
    """Tell whether a detail told beside is kept: who it is only once a referral is wanted."""
    if step in script.SEALED:
        return encounter.get(Step.OFFER) == "yes" and not encounter.ended
    return script.outcome(encounter) is None


def _check(
    bedside: Bedside, asks: tuple[Answer, ...], beside: tuple[Answer, ...] = ()
) -> list[Say]:
    """Ask whether the likeliest one or two are meant, each a button."""
    bedside.row.misses = 0
    told = [(noting.in_words(bedside, step, value), step, value) for step, value in asks]
    bedside.asks_aside("check", answers=[[step.value, value] for _, step, value in told])
    if beside:
        bedside.leaves_open("beside", [[step.value, value] for step, value in beside])
    buttons = tuple(
        Button(_title(words), answer_payload(step, value)) for words, step, value in told
    )
    buttons += (Button(bedside.word("noted", "something_else"), _RESUME),)
    what = f" {bedside.word('course_question', 'or')} ".join(words for words, _, _ in told)
    return [Say("utter_check", {"what": what}, buttons)]


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _not_used(bedside: Bedside, facts: Iterable[Fact], words: Words) -> list[Say]:
    """Say which words looked like a fact and do not stand."""
    return _told_not_used((fact for fact in facts if not _now_stands(bedside, fact)), words)


def _told_not_used(facts: Iterable[Fact], words: Words) -> list[Say]:
    """Say which words looked like a fact; what is sealed for good is not shown."""
    spans = {(fact.start, fact.end) for fact in facts}
    longest = [
        (start, end)
        for start, end in sorted(spans)
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)
    ]
    told = [words.text[start:end] for start, end in longest]
    told = [each for each in told if "[[word:" not in each]
    return [Say("utter_not_used", {"words": ", ".join(told)})] if any(told) else []


def _whole_line_not_used(words: Words) -> list[Say]:
    """Say that nothing of a line was used; of what is sealed only that there was something."""
    told = TOKEN.sub(_SEALED, words.text).strip()
    long = len(told) > _LONGEST_LINE
    told = f"{told[:_LONGEST_LINE]}{_SEALED}" if long else told
    said = any(map(str.isalpha, told)) and not told.startswith("/")
    return [Say("utter_not_used", {"words": told})] if said else []


_SEALED = "…"
_LONGEST_LINE = 120


def _now_stands(bedside: Bedside, fact: Fact) -> bool:
    """Tell whether what a fact says is what is noted, by these words or before."""
    steps = [step for step, kinds in _KINDS.items() if fact.kind in kinds]
    own = fact.polarity and fact.whose == "patient" and fact.value
    return bool(own) and any(bedside.encounter.get(step) == fact.value for step in steps)


def _doubt(bedside: Bedside, words: Words) -> list[Say]:
    """Ask before a command or a question is followed that the reading speaks against.

    What changes a question about courses that is on the screen is not doubted.
    """
    if words.intent in ANSWERING or bedside.asked.get("kind") == "courses":
        return []
    heard = hear(bedside.step, words)
    if heard.answers:
        return overhear(bedside, words)
    if heard.asks:
        return _check(bedside, heard.asks, heard.beside)
    corrections = words.own("correction")
    wanted = script.has_consent(bedside.encounter) and not bedside.encounter.ended
    if corrections and wanted and not words.own("steering"):
        place = "municipality" if words.own("place_named", "place_lives") else None
        return answering.correct(bedside, corrections[0].value or place)
    if any(fact.certainty == "instruction" for fact in words.facts):
        return answering.not_understood(bedside, out_of_scope=False)
    least = HALF_SURE if words.intent == "go_back" else LEAST_SURE
    if words.confidence < least and not words.own("steering", "correction", "take_back"):
        return answering.not_understood(bedside, out_of_scope=False)
    return _lacks_witness(bedside, words)


def _lacks_witness(bedside: Bedside, words: Words) -> list[Say]:
    """Ask before a command is followed that ends something, where no word says so."""
    asked_for = bedside.step in script.PAGE_STEPS
    doubtful = asked_for or not _says_cancel(words) or cancels_something_else(words)
    if words.intent == "cancel" and doubtful:
        return _take_out(bedside, words) or steering.ask_cancel(bedside)
    if words.intent == "new_patient" and names_use(words):
        return answering.not_understood(bedside, out_of_scope=False)
    if words.intent == "change_wording_language" and speaks_of_patient(words):
        return tell(bedside, replace(words, intent="nlu_fallback"))
    if words.intent == "withdraw_consent" and bedside.step in script.CONSENT_STEPS:
        withdrawn = words.says("consent", "withdrawn") or words.own("steering")
        return [] if withdrawn else [Say("utter_press_consent_button"), ask(bedside)]
    if words.intent == "undo_referral" and bedside.step is Step.FILED:
        said = words.own("steering", "take_back", "consent", "correction")
        return (
            []
            if said and not words.own("denial")
            else [
                Say("utter_press_a_button"),
                ask(bedside),
            ]
        )
    return []


def _take_out(bedside: Bedside, words: Words) -> list[Say]:
    """Take out the detail that is asked for, where that may be empty; else nothing."""
    step, before = bedside.step, bedside.encounter
    if step not in script.PAGE_STEPS or not (_says_cancel(words) and takes_out(words.text)):
        return []
    bedside.encounter = script.remove(before, step)
    if bedside.encounter == before:
        return []
    if step in script.SEALED:
        bedside.forgets_later(before.answers[step])
    return answering.proceed(bedside)


def names_use(words: Words) -> bool:
    """Tell whether anybody is said to use nicotine, or to want something."""
    return any(fact.kind in ("smoking", "product", "referral") for fact in words.facts)


def _says_cancel(words: Words) -> bool:
    """Tell whether the words say it, whoever wants it: the nurse may end what she began.

    Beside a no ("annuller ikke") or a delay ("send den ikke endnu") they do not.
    """
    said = any(
        fact.kind == "steering" and fact.value == "cancel" and fact.certainty == "stated"
        for fact in words.facts
    )
    return said and not any(
        fact.kind == "denial" or (fact.kind, fact.value) == ("steering", "hold")
        for fact in words.facts
    )


def _moment(bedside: Bedside, words: Words) -> list[Say]:
    """Stop where the patient died or weeps, whatever else is said; nothing where neither is."""
    values = {fact.value for fact in words.own("moment") if fact.polarity}
    return steering.stop_for(bedside, "died" if "died" in values else "hard") if values else []


def _withdrawal(bedside: Bedside, words: Words) -> list[Say]:
    """Ask about a consent that is taken back, whatever kind of message it looks like."""
    taken_back = words.says("consent", "withdrawn") and "reference" not in words.entities
    return steering.ask_withdrawal(bedside, None) if taken_back else []


def _feedback(bedside: Bedside, words: Words) -> list[Say]:
    """Ask the other consent again, by button, where words at the summary name it."""
    if bedside.step is not Step.SUMMARY or words.intent.startswith("ask_"):
        return []
    return answering.correct(bedside, Step.CONSENT_OUTCOME) if names_feedback(words) else []


def _refusal_to_send(bedside: Bedside, words: Words) -> list[Say]:
    """Ask at the summary what is to be changed at a no, and what is meant where more is refused."""
    if bedside.step is not Step.SUMMARY or _says_cancel(words) or words.intent.startswith("ask_"):
        return []
    if _TELLS_A_DETAIL.search(words.text):
        return []
    if _is_no_alone(words):
        return answering.correct(bedside, None)
    if not words.says("referral", "wants", polarity=False) or words.intent == "pause":
        return []
    heard = hear(bedside.step, words)
    if heard.answers or words.own("correction"):
        return []
    unused = (fact for fact in heard.unused if fact.kind != "referral")
    return [*_not_used(bedside, unused, words), *steering.ask_what_is_meant(bedside)]


_TELLS_A_DETAIL = re.compile(r"\[\[(?!word:)|\d{4}")
"""A name, a number or a postcode, which puts something right: "nej, hun hedder …"."""


def _is_no_alone(words: Words) -> bool:
    """Tell a no that does not say what is wrong: "nej", "nej vent", "no that's not right"."""
    held = words.says("steering", "hold")
    begins = any(fact.kind == "denial" and fact.start == 0 for fact in words.facts)
    if "[[" in words.text:
        return False
    return (words.says("answer", "no") or (held and begins)) and all(
        fact.kind in _BESIDE_NO or (fact.kind, fact.value) in _OF_NO for fact in words.facts
    )


_BESIDE_NO = frozenset({"answer", "denial", "plain", "whole", "take_back", "course"})
_OF_NO = (("steering", "hold"), ("referral", "not_now"), ("correction", ""))


def _answer_aside(bedside: Bedside, words: Words) -> list[Say]:
    """Answer the side question on the screen by a yes or a no; nothing for other words."""
    question = bedside.asked
    kind = question.get("kind", "")
    answer = _answer_to(kind, words) if kind else ""
    which = choosing.said_which(bedside, words) if choosing.is_asked(bedside) else None
    if which and not answer and choosing.choose(bedside, *which):
        return answering.proceed(bedside)
    if not answer and kind in _NEEDS_BUTTON and any(fact.kind == "send" for fact in words.facts):
        answer = "yes"  # it agrees, but to what?
    if not answer:
        return []
    if kind == "check" and answer == "yes":
        asked = [(Step(step), value) for step, value in question["answers"]]
        if len(asked) == 1 and asked[0][0] is bedside.step:
            return answering.take(bedside, *asked[0])
        return [Say("utter_press_a_button"), *_check(bedside, tuple(asked))]
    looked_like = [fact for fact in words.facts if fact.kind in _OF_THE_SCRIPT]
    unused = _not_used(bedside, looked_like, words)
    if kind in _NEEDS_BUTTON and (answer == "yes" or kind == "moment"):
        again = Say.from_json(question["said"])
        bedside.leaves_open("question", question)
        return [*unused, Say(_NEEDS_BUTTON[kind]), again]
    if kind == "courses":
        return [*unused, *asking_courses.answer_to_list(bedside, agreed=answer == "yes")]
    return [*unused, ask(bedside)]


def _answer_to(kind: str, words: Words) -> str:
    """Tell a yes or a no to a side question.

    To "shall I note …?", or whose a number is, it is nothing but a yes or a no: what more is said
    may be another answer.
    Elsewhere whatever agrees or refuses is about what was asked, unless it asks for other courses.
    """
    bare = _bare(words)
    if bare or kind in ("check", choosing.NUMBERS):
        return bare
    if kind == "courses":
        if words.says("leaves_list"):
            return "no"
        if asking_courses.may_refine(words.entities):
            return ""
    return {"affirm": "yes", "deny": "no", "not_now": "no"}.get(words.intent, "")


def _bare(words: Words) -> str:
    """Tell a message that is nothing but a yes or a no."""
    for fact in words.facts:
        if fact.kind == "whole" and fact.value in ("yes", "no"):
            return fact.value
    if any(not fact.stands or fact.kind not in _PLAIN for fact in words.facts):
        return ""
    return {"affirm": "yes", "deny": "no"}.get(words.intent, "")


_PLAIN = frozenset(
    {
        *("answer", "referral", "course", "denial", "send", "whole", "plain"),
        *("take_back", "undo", "leaves_list"),
    }
)


def _take_back(bedside: Bedside, words: Words, aside: dict[str, Any]) -> list[Say]:
    """Take back all that was noted of the words before, where one word says so right after."""
    kept = aside.get("before")
    says_so = any(fact.kind == "take_back" for fact in words.facts)
    no = _bare(words) == "no" and "question" not in aside and bedside.step not in _TAKES_NO
    if not kept or bedside.encounter.ended or not (says_so or no):
        return []
    bedside.encounter = _restored(bedside, kept)
    return [Say("utter_taken_back"), *answering.proceed(bedside)]


def _to_json(encounter: Encounter) -> dict[str, Any]:
    return {
        "answers": [[step.value, value] for step, value in encounter.answers.items()],
        "revisiting": encounter.revisiting.value if encounter.revisiting else None,
        "tried_before": encounter.tried_before,
    }


def _restored(bedside: Bedside, kept: dict[str, Any]) -> Encounter:
    """Give the encounter as it was; what was written into the vault since is forgotten."""
    now = bedside.encounter
    answers = {Step(step): value for step, value in kept["answers"]}
    for step in script.SEALED.keys() & now.answers.keys():
        if answers.get(step) != now.answers[step]:
            bedside.around.vault.forget(bedside.session, bedside.row.id, now.answers[step])
    revisiting = Step(kept["revisiting"]) if kept["revisiting"] else None
    return replace(now, answers=answers, revisiting=revisiting, tried_before=kept["tried_before"])


def _forget(bedside: Bedside, aside: dict[str, Any]) -> None:
    for token in aside.get("forget", ()):
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)
