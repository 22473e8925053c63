"""Which courses a referred person can be put down for, those first that suit what is known.

Known are language, interpreter, products, postcode and best time to be called; nothing is guessed:
what was not asked speaks neither for a course nor against it, except that a course for some people
only stands behind those for everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from referrals.advice.encounter import SKIPPED, Step
from referrals.advice.script import each_product
from referrals.courses.conditions import Conditions
from referrals.courses.course import Audience, Course, TimeOfDay
from referrals.courses.ranking import start_of
from referrals.courses.search import listed
from referrals.denmark.contact_details import folded
from referrals.denmark.dates import local_day
from referrals.denmark.distances import load_distances
from referrals.referral.tables import ReferralRow

MOST_READ = 2_000
"""So many courses are looked through at most; the answer says where there are more."""
_AT_A_TIME = 200
_FAR_KM = 1_000.0
_DANISH = "da"


@dataclass(frozen=True)
class Wish:
    """What is known of the person; None and empty where it was not asked."""

    language: str | None = None
    products: frozenset[str] = frozenset()
    postcode: str = ""
    best_time: str | None = None

    @classmethod
    def of(cls, row: ReferralRow) -> Wish:
        """Read it from a referral."""
        told = {step: value for step, value in row.details.items() if value != SKIPPED}
        products = told.get(Step.PRODUCT, "")
        return cls(
            row.spoken_language,
            frozenset(each_product(products)) if products else frozenset(),
            told.get(Step.POSTCODE, ""),
            row.best_time,
        )


@dataclass(frozen=True)
class CourseChoice:
    """A course that takes new people, and how it suits. ``capacity`` is None without a limit.

    ``misfits`` names what speaks against it: ``language`` or ``product``. ``km`` is how far it is
    from the person's postcode, None where that is not known or nobody travels. ``for_some`` tells
    that it is not for everybody, which is to be asked.
    """

    course: Course
    begins_on: date
    misfits: tuple[str, ...]
    by_interpreter: bool
    for_some: bool
    km: float | None

    @property
    def id(self) -> int:
        """Give the course's id."""
        return self.course.id

    @property
    def suits(self) -> bool:
        """Tell whether nothing that is known speaks against it."""
        return not self.misfits and not self.for_some

    @property
    def full(self) -> bool:
        """Tell whether whoever is put down for it stands in line."""
        return not self.course.has_room


@dataclass(frozen=True)
class Choices:
    """All courses that fit what was asked for, best first.

    ``complete`` is False where there are more than were looked through.
    """

    found: Sequence[CourseChoice]
    complete: bool

    def first(self, most: int, also: int | None = None) -> list[CourseChoice]:
        """Give the first ``most``, and the one with the id ``also`` wherever it stands."""
        return [each for at, each in enumerate(self.found) if at < most or each.id == also]


def choices(
    session: Session,
    code: str,
    wish: Wish,
    now: datetime,
    asked: Conditions | None = None,
    words: str = "",
) -> Choices:
    """Rank the courses that citizens of ``code`` may come to and that meet what is asked for.

    ``words`` are parts of title, place or postcode, in any order.
    """
    conditions = replace(asked or Conditions(), home=code)
    read: list[Course] = []
    after: str | None = None
    while len(read) < MOST_READ:
        page = listed(session, conditions, now, limit=_AT_A_TIME, after=after)
        read += page.courses
        after = page.next_after
        if after is None:
            break
    sought = folded(words).split()
    found = [choice_of(each, wish, now) for each in read if _holds(each, sought)]
    return Choices(sorted(found, key=lambda each: rank_of(each, code, wish)), after is None)


def _holds(course: Course, sought: Sequence[str]) -> bool:
    text = folded(f"{course.shown_title} {course.place} {course.postcode}")
    return all(each in text for each in sought)


def choice_of(course: Course, wish: Wish, now: datetime) -> CourseChoice:
    """Tell how a course suits a person, as far as is known."""
    other_language = course.language != (wish.language or _DANISH)
    translated = other_language and course.interpreter
    misfits = []
    if wish.language and other_language and not translated:
        misfits.append("language")
    if course.products and wish.products and wish.products.isdisjoint(course.products):
        misfits.append("product")
    not_asked = (
        not wish.language and other_language and not translated,
        not wish.products and bool(course.products),
    )
    km = load_distances().km(wish.postcode, course.postcode) if course.postcode else None
    return CourseChoice(
        course,
        local_day(start_of(course, now)),
        tuple(misfits),
        bool(wish.language) and translated,
        course.audience is not Audience.ALL or any(not_asked),
        km if wish.postcode else None,
    )


def rank_of(choice: CourseChoice, code: str, wish: Wish) -> tuple[object, ...]:
    """Put what suits first, then the own municipality's, then with room, then the soonest."""
    course = choice.course
    of_day = wish.best_time if wish.best_time in set(TimeOfDay) else None
    return (
        len(choice.misfits),
        choice.by_interpreter,
        choice.for_some,
        course.municipality_code != code,
        choice.full,
        choice.begins_on,
        of_day is not None and course.time_of_day != of_day,
        _FAR_KM if choice.km is None else choice.km,
        course.id,
    )
