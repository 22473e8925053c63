"""Held-out questions about courses, from the nurse's words to the courses shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from referrals.courses.conditions import Conditions
from referrals.courses.course import DANISH_TIME, GAP_WITHIN, Course, Intake
from referrals.courses.ranking import NEAR_KM
from referrals.courses.records import course_of
from referrals.courses.search import SHOWN
from referrals.courses.tables import CourseRow
from referrals.denmark.distances import load_distances
from tests.nlu import phrases
from tests.nlu.course_desk import NOW, Answered, CourseDesk, Question, open_desk, questions
from tests.nlu.understanding import Understood

FEWEST_QUESTIONS = 250
FEWEST_BLIND = 60
LOWEST_ACCURACY = 0.95
LIKEST_ALLOWED = 0.85

Results = list[tuple[Question, Answered, tuple[Understood, ...]]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseDesk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(scope="module")
def results(
    desk: CourseDesk, understood: dict[str, Understood], sealed_questions: dict[str, str]
) -> Results:
    found: Results = []
    for question in questions():
        texts = [sealed_questions[text] for text in question.asks]
        heard = tuple(understood[text] for text in texts)
        found.append((question, desk.answer(tuple(zip(texts, heard, strict=True))), heard))
    return found


def test_there_are_enough_questions_and_none_twice() -> None:
    asked = [question.asks for question in questions()]
    assert len(set(asked)) == len(asked) >= FEWEST_QUESTIONS


def test_no_question_or_near_duplicate_of_it_is_trained_on() -> None:
    trained = [one.text for one in phrases.training_phrases()]
    assert phrases.too_like(phrases.course_question_texts(), trained, LIKEST_ALLOWED) == []


@pytest.mark.parametrize("blind", [False, True], ids=["all", "blind"])
def test_the_right_conditions_are_understood(results: Results, *, blind: bool) -> None:
    asked = [each for each in results if each[0].blind or not blind]
    wrong = [
        f"{question}: {_difference(question.wants, answered.conditions)} {_intents(heard)}"
        for question, answered, heard in asked
        if _in_order(answered.conditions) != _in_order(question.wants)
    ]
    accuracy = 1 - len(wrong) / len(asked)
    print(f"{len(asked)} questions, {accuracy:.1%} understood")
    assert len(asked) >= FEWEST_BLIND
    assert accuracy >= LOWEST_ACCURACY, f"{accuracy:.1%}\n" + "\n".join(wrong)


def test_the_courses_that_fit_are_shown_and_no_others(desk: CourseDesk, results: Results) -> None:
    """Beside what fits there may be one course, which starts soon and has empty seats."""
    courses = _all_courses(desk)
    partners = desk.world.around.municipalities.partner_codes
    wrong = []
    for question, answered, _ in results:
        if _in_order(answered.conditions) != _in_order(question.wants):
            continue
        fitting = {key for key, course in courses.items() if _fits(course, question.wants)}
        others = [key for key in answered.shown if key not in fitting]
        if question.wants.home and question.wants.home not in partners:
            right = answered.shown == ()  # no municipality of ours may take the patient
        elif not fitting:
            right = bool(answered.shown)
        else:
            gap_only = all(_starts_soon_with_room(courses[key]) for key in others)
            most = SHOWN - len(others)
            shown = len(answered.shown) - len(others)
            right = len(others) <= 1 and gap_only and shown == min(most, len(fitting))
        if not right:
            wrong.append(f"{question}: shown {answered.shown}, fitting {sorted(fitting)}")
    assert wrong == []


def _in_order(conditions: Conditions | None) -> Conditions | None:
    return conditions and replace(conditions, places=tuple(sorted(conditions.places)))


def _difference(wanted: Conditions, got: Conditions | None) -> str:
    if got is None:
        return "no question"
    names = [name for name in vars(wanted) if getattr(wanted, name) != getattr(got, name)]
    return ", ".join(f"{n} {getattr(got, n)!r}, not {getattr(wanted, n)!r}" for n in names)


def _intents(heard: tuple[Understood, ...]) -> str:
    return "/".join(one.intent for one in heard)


def _all_courses(desk: CourseDesk) -> dict[int, Course]:
    with desk.world.database.read() as session:
        return {row.id: course_of(row) for row in session.scalars(select(CourseRow))}


def _fits(course: Course, asked: Conditions) -> bool:
    """Compare course and question field by field, without the search and its ranking."""
    near = load_distances().within(NEAR_KM, asked.near) if asked.near else ()
    return (
        course.takes_new(NOW, NOW.date())
        and (not asked.home or asked.home in course.open_to)
        and (not asked.places or course.municipality_code in asked.places)
        and (not asked.near or course.postcode in near)
        and (not asked.weekdays or course.weekday in asked.weekdays)
        and (not asked.time_of_day or course.time_of_day is asked.time_of_day)
        and (not asked.format or course.format is asked.format)
        and (not asked.language or course.language == asked.language)
        and (not asked.audience or course.audience is asked.audience)
        and (not asked.product or not course.products or asked.product in course.products)
        and (not asked.free_seats or course.has_room)
        and (not asked.free_of_charge or course.price_dkk == 0)
        and _starts_between(course, asked)
    )


def _starts_between(course: Course, asked: Conditions) -> bool:
    first, last = asked.from_day or date.min, asked.to_day or date.max
    since, until = asked.from_clock or time.min, asked.to_clock or time.max
    if course.intake is Intake.FIXED:
        starts = [course.starts_at] if course.starts_at else []
    elif course.sessions:
        starts = [session.starts_at for session in course.sessions if session.starts_at > NOW]
    else:
        return last >= NOW.date() and not (asked.from_clock or asked.to_clock)
    begins = [start.astimezone(DANISH_TIME) for start in starts]
    return any(first <= one.date() <= last and since <= one.time() < until for one in begins)


def _starts_soon_with_room(course: Course) -> bool:
    starts, free = course.starts_at, course.seats_free
    return bool(free) and starts is not None and NOW < starts <= NOW + GAP_WITHIN
