"""Questions about courses at the bedside: asked, changed, looked into. Quotes records only.

The last question stays with the encounter, so that "og i Herlev?" keeps what else was asked. The
present step is asked again afterwards; it never moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.advice.kinds import may_answer
from referrals.bedside.asking import ask_on
from referrals.bedside.booking import may_hold
from referrals.courses import search
from referrals.courses.conditions import Conditions, Found, without
from referrals.courses.course import Course
from referrals.courses.question import (
    Told,
    asks_by_itself,
    conditions_of,
    from_json,
    names_place,
    not_understood,
    refined,
    says_anything,
    to_json,
    wants_course,
)
from referrals.courses.search import SHOWN, UnknownCourse
from referrals.courses.words import CourseWords
from referrals.denmark.dates import local_day
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_BARE = (
    "give_best_time",
    "give_spoken_language",
    "give_contact_details",
    "nlu_fallback",
    "out_of_scope",
)
_FOLLOW_UPS = (*_BARE, "ask_price", "ask_who_can_be_referred", "thanks", "deny")
"""What a bare "Herlev", "om aftenen" or "gratis?" is read as: it may change the last question."""
_OF_THE_LIST = ("affirm", "deny", "not_now", "skip", "thanks")
"""What "ok, senere i marts" may be taken for while courses are on the screen."""
_STATEMENTS = ("stopped_smoking", "relapsed", "smokes_daily", "uses_other_product", "does_not_use")
"""What "gratis rygestop i nærheden af 2920" may be taken for by the words it is made of."""
_PERSONAL = ("name", "phone", "cpr", "email", "address")
_TAKES_CONTACT = (Step.NAME, Step.PHONE, Step.POSTCODE, Step.MUNICIPALITY)
_LINES = {
    (False, False): "utter_course_line",
    (False, True): "utter_course_line_hold",
    (True, False): "utter_course_gap",
    (True, True): "utter_course_gap_hold",
}
"""The response of a course: whether it fills a gap, and whether a seat can be held here."""
_ONLY_OF_COURSES = (
    "free_seats", "weekday", "clock", "period", "not_period", "course_format", "audience", "clears",
)  # fmt: skip
_COUNTED_TO = search.COUNT_AT_MOST
"""A larger number is told as this one and a plus: who sees five of them need not know more."""
_LAST = "last"


@dataclass(frozen=True)
class Topic:
    """The last question, the step at which it was asked, and the courses shown.

    ``seen`` counts how many of the courses that fit were shown so far.
    """

    conditions: Conditions
    step: str
    shown: tuple[int, ...]
    seen: int


def ask_courses(bedside: Bedside, told: Told) -> list[Say]:
    """Answer a question. One that names no place keeps the place of the question just before.

    Without a word for courses either, as in "er der nogen på polsk?", it keeps everything else.
    """
    asked = conditions_of(told, local_day(bedside.now), _home_postcode(bedside))
    topic = _topic(bedside)
    if topic and _is_open(bedside) and says_anything(told) and not names_place(told):
        if not told.get("course_noun"):
            return refine_courses(bedside, told)
        last = topic.conditions
        asked = replace(asked, places=last.places, near=last.near, home=last.home)
    return _answer(bedside, asked, told)


def refine_courses(bedside: Bedside, told: Told) -> list[Say]:
    """Answer the last question with what was told changed; without one, what was told alone."""
    topic = _topic(bedside)
    if topic is None:
        return ask_courses(bedside, told)
    today = local_day(bedside.now)
    asked = refined(topic.conditions, told, today, _home_postcode(bedside))
    return _answer(bedside, asked, told)


def more_courses(bedside: Bedside) -> list[Say]:
    """Show the next courses of the last question; of none, all there are."""
    topic = _topic(bedside)
    if topic is None:
        return ask_courses(bedside, {})
    return _answer(bedside, topic.conditions, {}, skip=topic.seen)


def show_course(bedside: Bedside, told: Told) -> list[Say]:
    """Show all that is known of one course, by its id or its place among those just shown."""
    course = chosen(bedside, told)
    if course is None:
        return [Say("utter_course_which"), ask_on(bedside)]
    holdable = may_hold(bedside, course)
    practical = "utter_course_practical_hold" if holdable else "utter_course_practical"
    values = {"course": str(course.id), **_words(bedside).details(course)}
    return [Say("utter_course_details", values), Say(practical, values), ask_on(bedside)]


def medicine_price(bedside: Bedside, told: Told) -> list[Say]:
    """Quote what the courses of a place say of medicine: of those named, of the home, or asked."""
    topic = _topic(bedside)
    home = next(iter(told.get("lives_in", ())), None) or _home(bedside)
    codes = tuple(dict.fromkeys(told.get("place", ()))) or ((home,) if home else ())
    if not codes and topic is not None:
        codes = topic.conditions.places
    if not codes:
        return [Say("utter_medicine_which_municipality"), ask_on(bedside)]
    said = [_medicine_of(bedside, code) for code in codes]
    return [*said, ask_on(bedside)]


def follow_up(bedside: Bedside, intent: str, told: Told) -> list[Say]:
    """Answer a bare "Herlev", "om aftenen" or "tirsdag i Herlev"; nothing if it asks for nothing.

    Right after a question it changes that one; elsewhere a place with a condition is a question.
    What answers the present step, or names somebody, never is; but "ingen venteliste" is no no.
    """
    if intent in _STATEMENTS and wants_course(told):
        return ask_courses(bedside, told)
    listed = bedside.asked.get("kind") == "courses"
    if listed and intent in _OF_THE_LIST and may_refine({k: v[0] for k, v in told.items() if v}):
        return refine_courses(bedside, told)
    if intent not in _FOLLOW_UPS or not says_anything(told) or any(told.get(k) for k in _PERSONAL):
        return []
    wishes = intent == "deny" and any(told.get(name) for name in _ONLY_OF_COURSES)
    if _answers_step(bedside, intent, told) and not wishes:
        return []
    if _is_open(bedside):
        return refine_courses(bedside, told)
    consented = script.has_consent(bedside.encounter)
    asks = intent in _BARE and asks_by_itself(told) and not consented
    return ask_courses(bedside, told) if asks else []


def may_refine(told: Mapping[str, str]) -> bool:
    """Tell whether words name what a course should be like, and nobody."""
    return any(told.get(name) for name in _ONLY_OF_COURSES) and not any(map(told.get, _PERSONAL))


def answer_to_list(bedside: Bedside, *, agreed: bool) -> list[Say]:
    """Answer a yes or a no to courses just listed: which one is a button's to say."""
    if not agreed:
        leave_list(bedside)
    return [Say("utter_courses_press" if agreed else "utter_courses_left"), ask_on(bedside)]


def is_listed(bedside: Bedside) -> bool:
    """Tell whether courses were asked about just now, and stand on the screen."""
    return bedside.asked.get("kind") == "courses" and _is_open(bedside)


def leave_list(bedside: Bedside) -> None:
    """Put the question away: what is said next is no longer about it, unless courses are named."""
    topic = _topic(bedside)
    if topic is not None:
        _remember(bedside, replace(topic, step=""))


def is_answer(bedside: Bedside, intent: str, told: Told) -> bool:
    """Tell whether what sounds like a follow-up answers the present step instead.

    It does where no question was asked since the last answer: there is nothing to change.
    """
    return not _is_open(bedside) and _answers_step(bedside, intent, told)


def changes_nothing(bedside: Bedside, told: Told) -> bool:
    """Tell whether words name no condition, and there is no question that they could be about."""
    return _topic(bedside) is None and not says_anything(told)


def _is_open(bedside: Bedside) -> bool:
    """Tell whether courses are still the topic: nothing was answered since the last question."""
    topic = _topic(bedside)
    return topic is not None and topic.step == bedside.step.value


def _answers_step(bedside: Bedside, intent: str, told: Told) -> bool:
    """Tell whether a message answers the present step by what it names."""
    if intent == "give_contact_details":
        return bedside.step in _TAKES_CONTACT
    named = {entity: values[0] for entity, values in told.items() if values}
    return may_answer(bedside.step, intent, named)


def chosen(bedside: Bedside, told: Told) -> Course | None:
    """Give the course that a button or a word such as "den første" means, if somebody can join."""
    topic = _topic(bedside)
    shown = topic.shown if topic else ()
    given = next(iter(told.get("course", ())), "")
    places = told.get("position", ())
    if given.isdigit():
        wanted: int | None = int(given)
    elif places and places[0] == _LAST:
        wanted = shown[-1] if shown else None
    elif places and places[0].isdigit():
        wanted = next(iter(shown[int(places[0]) - 1 :]), None)
    else:
        wanted = shown[0] if len(shown) == 1 else None
    try:
        return search.open_course(bedside.session, wanted, bedside.now) if wanted else None
    except UnknownCourse:
        return None


def _answer(bedside: Bedside, asked: Conditions, told: Told, *, skip: int = 0) -> list[Say]:
    partners = bedside.around.municipalities.partner_codes
    places = tuple(code for code in asked.places if code in partners) or asked.places
    asked = replace(asked, places=places, home=asked.home or _home(bedside))
    if told.get("unknown_place") and not (told.get("place") or told.get("near")):
        return [Say("utter_course_place_unknown"), ask_on(bedside)]
    found = search.find(bedside.session, asked, bedside.now, skip=skip)
    bedside.row.misses = 0
    best = found.courses[: SHOWN - 1] if found.filling else found.courses
    shown = [*best, *([found.filling] if found.filling else [])]
    seen = skip + len(best)
    _remember(bedside, Topic(asked, bedside.step.value, tuple(c.id for c in shown), seen))
    said = [*_unread(bedside, told), *_heading(bedside, found, skip)]
    for number, course in enumerate(shown, start=1):
        said.append(_line(bedside, course, number, gap=course is found.filling))
    said += _tail(bedside, found, seen)
    bedside.asks_aside("courses")
    return [*said, ask_on(bedside)]


def _unread(bedside: Bedside, told: Told) -> list[Say]:
    """Say which words about time were left out, so that nobody takes them for heard."""
    words = not_understood(told, local_day(bedside.now))
    return [Say("utter_course_unread", {"words": ", ".join(words)})] if words else []


def _heading(bedside: Bedside, found: Found, skip: int) -> list[Say]:
    words, asked = _words(bedside), found.conditions
    if not found.courses:
        return [Say("utter_courses_no_more" if skip else "utter_courses_none")]
    if found.loosened:
        failed = words.question(asked, found.loosened)
        kept = words.question(without(asked, found.loosened))
        response = "utter_courses_closest" if kept else "utter_courses_closest_any"
        return [Say(response, {"failed": failed, "kept": kept})]
    if skip:
        return []
    total = str(found.total) if found.total <= _COUNTED_TO else f"{_COUNTED_TO}+"
    question = words.question(asked)
    if not question:
        return [Say("utter_courses_all", {"total": total})]
    response = "utter_courses_one" if found.total == 1 else "utter_courses_found"
    return [Say(response, {"total": total, "question": question})]


def _line(bedside: Bedside, course: Course, number: int, *, gap: bool) -> Say:
    values = {"number": str(number), "course": str(course.id)} | _words(bedside).line(course)
    return Say(_LINES[(gap, may_hold(bedside, course))], values)


def _tail(bedside: Bedside, found: Found, seen: int) -> list[Say]:
    if found.loosened or not found.courses:
        consented = script.has_consent(bedside.encounter)
        return [Say("utter_courses_call_book" if consented else "utter_courses_call")]
    return [Say("utter_courses_more")] if found.total > seen else []


def _medicine_of(bedside: Bedside, code: str) -> Say:
    """Quote each different rule of a municipality's courses once."""
    found = search.find(bedside.session, Conditions(places=(code,)), bedside.now)
    own = [course for course in found.courses if course.municipality_code == code]
    rules = tuple(dict.fromkeys(c.medicine_subsidy for c in own if c.medicine_subsidy))
    municipality = bedside.around.municipalities.name_of(code) or code
    if not rules:
        return Say("utter_medicine_price_unknown", {"municipality": municipality})
    return Say("utter_medicine_price", {"municipality": municipality, "rules": " / ".join(rules)})


def _words(bedside: Bedside) -> CourseWords:
    around = bedside.around
    return CourseWords(
        around.labels, around.municipalities, bedside.language, bedside.now, local_day(bedside.now)
    )


def _home(bedside: Bedside) -> str | None:
    """Give the confirmed municipality, or the only one that the postcode touches."""
    known = bedside.around.municipalities
    confirmed = bedside.encounter.get(Step.MUNICIPALITY)
    if confirmed:
        return confirmed if confirmed in known.partner_codes else None
    proposed = known.proposed(bedside.encounter.get(Step.POSTCODE) or "")
    return proposed[0].code if len(proposed) == 1 and proposed[0].partner else None


def _home_postcode(bedside: Bedside) -> str | None:
    return bedside.encounter.get(Step.POSTCODE)


def _topic(bedside: Bedside) -> Topic | None:
    kept: Mapping[str, Any] | None = bedside.row.course_question
    if not kept:
        return None
    return Topic(from_json(kept["conditions"]), kept["step"], tuple(kept["shown"]), kept["seen"])


def _remember(bedside: Bedside, topic: Topic) -> None:
    bedside.row.course_question = {
        "conditions": to_json(topic.conditions),
        "step": topic.step,
        "shown": list(topic.shown),
        "seen": topic.seen,
    }
