"""A course and a question about courses in words, as short as they can be said. No decisions.

Words stand in ``labels.yml``; dates are written by the rules of the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from referrals.courses.conditions import Conditions
from referrals.courses.course import Audience, Course, Intake
from referrals.denmark.dates import calendar_day, clock, short_start
from referrals.denmark.municipalities import MunicipalityMap
from referrals.words.labels import Labels

_SESSIONS_NAMED = 3
_DANISH = "da"
_NOT_SAID = "–"


@dataclass(frozen=True)
class CourseWords:
    """Speaks of courses in one language at one moment."""

    labels: Labels
    municipalities: MunicipalityMap
    language: str
    now: datetime
    today: date

    def line(self, course: Course) -> dict[str, str]:
        """Give the parts of the one line that a course is shown by: of its place, only the name."""
        return {
            "title": course.shown_title,
            "municipality": self.municipalities.name_of(course.municipality_code),
            "start": self.start(course),
            "place": self._place(course),
            "seats": self.seats(course),
            "notes": "".join(f" · {note}" for note in self._notes(course)),
        }

    def details(self, course: Course) -> dict[str, str]:
        """Give all that a nurse may need to know of a course."""
        address = " ".join(filter(None, (course.postcode, self._town(course))))
        return {
            **self.line(course),
            "concept": self._word("course_concept", course.concept),
            "audience": self._word("course_audience", course.audience),
            "goal": self._word("course_goal", course.goal),
            "language": self._spoken(course),
            "sessions": self._sessions(course) or self.start(course),
            "deadline": calendar_day(course.deadline_on, self.language) or _NOT_SAID,
            "address": ", ".join(filter(None, (course.place, address))) or _NOT_SAID,
            "link": course.online_link or _NOT_SAID,
            "access": course.access or _NOT_SAID,
            "price": self._price(course),
            "medicine": course.medicine_subsidy or _NOT_SAID,
            "contact": ", ".join(filter(None, (course.contact_phone, course.contact_email)))
            or _NOT_SAID,
            "verified": self._verified(course),
        }

    def start(self, course: Course) -> str:
        """Say when somebody can begin."""
        if course.intake is Intake.FIXED and course.starts_at is not None:
            at = short_start(course.starts_at, self.language)
            return self._fill("course_start", "fixed", at=at)
        coming = course.next_session(self.now)
        if coming is None:
            return self._word("course_start", "rolling")
        at = short_start(coming.starts_at, self.language)
        return self._fill("course_start", "rolling_next", at=at)

    def seats(self, course: Course) -> str:
        """Say how many seats are free."""
        free = course.seats_free
        if free is None:
            return self._word("course_seats", "unlimited")
        if free == 0:
            return self._fill("course_seats", "full", waiting=str(course.waiting))
        return self._fill("course_seats", "one" if free == 1 else "some", free=str(free))

    def question(self, asked: Conditions, names: Iterable[str] | None = None) -> str:
        """Say what was asked for, or only the conditions called ``names``, in the order of talk."""
        wanted = set(asked.asked() if names is None else names)
        parts = [self._part(asked, name) for name in _ORDER_OF_TALK if name in wanted]
        return ", ".join(dict.fromkeys(filter(None, parts)))

    def _part(self, asked: Conditions, name: str) -> str:
        value = getattr(asked, name)
        if not value:
            return ""
        if name == "places":
            names = self._either(map(self.municipalities.name_of, value))
            return self._fill("course_question", "places", value=names) if names else ""
        if name == "near":
            place = f"{value} {self.municipalities.town_of.get(value, '')}".strip()
            return self._fill("course_question", "near", value=place)
        if name in ("from_day", "to_day"):
            return self._fill("course_question", name, value=calendar_day(value, self.language))
        if name == "except_days":
            spans = (self._span(*span) for span in value)
            return self._fill("course_question", name, value=self._either(spans))
        if name in ("from_clock", "to_clock"):
            return self._fill("course_question", name, value=clock(value, self.language))
        if name in _EXCEPT_GROUP:
            words = self._either(self._word(_EXCEPT_GROUP[name], str(each)) for each in value)
            return self._fill("course_question", name, value=words)
        if name == "weekdays":
            return self._days(value)
        if name in _GROUP_OF:
            word = self._word(_GROUP_OF[name], str(value))
            return self._fill("course_question", name, value=word)
        return self._word("course_question", name)

    def _days(self, numbers: tuple[int, ...]) -> str:
        """Name days of the week; more than three are said sooner by those that are left out."""
        if len(numbers) > _DAYS_NAMED:
            rest = (str(day) for day in range(7) if day not in numbers)
            left_out = self._either(self._word("weekday", day) for day in rest)
            return self._fill("course_question", "all_but", value=left_out)
        days = self._either(self._word("weekday", str(number)) for number in numbers)
        which = "weekdays" if len(numbers) > 1 else "weekday"
        return self._fill("course_question", which, value=days)

    def _span(self, first: date, last: date) -> str:
        days = [calendar_day(day, self.language) for day in (first, last)]
        return (
            days[0]
            if first == last
            else self._fill("course_question", "span", first=days[0], last=days[1])
        )

    def _place(self, course: Course) -> str:
        name, town = course.place.partition(",")[0], self._town(course)
        if not name:
            return self._word("course_format", course.format)
        return name if town in name or town in course.title else f"{name}, {town}"

    def _town(self, course: Course) -> str:
        return self.municipalities.town_of.get(course.postcode, "")

    def _notes(self, course: Course) -> list[str]:
        notes = []
        if course.language != _DANISH:
            spoken = self._word("spoken_language", course.language)
            notes.append(self._fill("course_question", "language", value=spoken))
        if course.audience is not Audience.ALL:
            audience = self._word("course_audience", course.audience)
            notes.append(self._fill("course_note", "audience", value=audience))
        if course.price_dkk:
            notes.append(self._price(course))
        if course.is_stale(self.today):
            notes.append(self._word("course_note", "stale"))
        return notes

    def _sessions(self, course: Course) -> str:
        coming = [session for session in course.sessions if session.starts_at > self.now]
        named = [short_start(s.starts_at, self.language) for s in coming[:_SESSIONS_NAMED]]
        more = len(coming) - len(named)
        if more:
            named.append(self._fill("course_note", "more_sessions", value=str(more)))
        return "; ".join(named)

    def _spoken(self, course: Course) -> str:
        spoken = self._word("spoken_language", course.language)
        interpreter = self._word("course_note", "interpreter")
        return f"{spoken}, {interpreter}" if course.interpreter else spoken

    def _price(self, course: Course) -> str:
        if not course.price_dkk:
            return self._word("course_note", "free_of_charge")
        return self._fill("course_note", "price", value=str(course.price_dkk))

    def _verified(self, course: Course) -> str:
        on = calendar_day(course.verified_on, self.language)
        stale = f" ({self._word('course_note', 'stale')})" if course.is_stale(self.today) else ""
        return on + stale

    def _either(self, words: Iterable[str]) -> str:
        """Join words as they are said: "mandag, tirsdag eller torsdag"."""
        *first, last = [*filter(None, words)] or [""]
        joint = f" {self._word('course_question', 'or')} "
        return joint.join(filter(None, (", ".join(first), last)))

    def _word(self, group: str, code: str) -> str:
        return self.labels.word(group, code, self.language)

    def _fill(self, group: str, code: str, **values: str) -> str:
        return self._word(group, code).format(**values)


_ORDER_OF_TALK = (
    "places", "near", "weekdays", "time_of_day", "from_clock", "to_clock", "from_day", "to_day",
    "except_days", "format", "except_formats", "language", "audience",
    "except_audiences", "product", "free_seats", "free_of_charge",
)  # fmt: skip
_DAYS_NAMED = 3
_EXCEPT_GROUP = {"except_formats": "course_format", "except_audiences": "course_audience"}
_GROUP_OF = {
    "time_of_day": "time_of_day",
    "format": "course_format",
    "language": "spoken_language",
    "audience": "course_audience",
    "product": "product",
}
