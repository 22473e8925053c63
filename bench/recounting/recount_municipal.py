"""Counts a municipality's page and its export anew from what is only ever appended.

Shares nothing with the page but the words for codes: figures, shares and medians are worked out
one referral after the other.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from io import StringIO
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.recounting.recount import OPEN, UNREACHED, Story
from referrals.booking.tables import SeatRow
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local
from referrals.staff.tables import MunicipalityRow, UserRow, WardRow
from referrals.words.labels import Labels

Figure = tuple[str, str]
"""The name of a figure, and of whom or of what it is."""
Values = tuple[str, str, str]
"""Value, numerator and denominator, as they stand in the export."""
Line = tuple[Figure, Values]
"""Two wards may share a name, so a figure may stand there twice."""

_DAY = timedelta(days=1)
_NONE = ("", "", "")
_Test = Callable[[Story], bool]


def figures(
    session: Session, told: Sequence[Story], code: str, year: int, now: datetime
) -> list[Line]:
    """Give every figure of a municipality's year that is not nothing, in order."""
    ours = [each for each in told if each.municipality == code]
    cohort = [each for each in ours if local(each.filed_at).year == year]
    found = {
        **_contact(cohort, now),
        **_loads(session, ours, cohort, code, now),
        **_register(cohort, now),
        **_drop_outs(cohort),
        **_seats(session, told, code, year),
    }
    lines = [*found.items(), *_wards(session, cohort)]
    return sorted(line for line in lines if _says_something(line[1]))


def exported(text: str) -> list[Line]:
    """Read an export back: every figure that is not nothing, in order."""
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")), delimiter=";")
    lines = [
        ((row["figure"], row["group"]), (row["value"], row["numerator"], row["denominator"]))
        for row in rows
    ]
    return sorted(line for line in lines if _says_something(line[1]))


def _says_something(values: Values) -> bool:
    value, numerator, denominator = values
    return denominator not in ("", "0") if numerator else value not in ("", "0")


def _contact(cohort: Sequence[Story], now: datetime) -> dict[Figure, Values]:
    tries = [each.attempted_at - each.filed_at for each in cohort if each.attempted_at]
    talks = [each.reached_at - each.filed_at for each in cohort if each.reached_at]
    due = [each for each in cohort if not _waits(each, now)]
    on_time = sum(each.attempted_at <= each.due_at for each in due if each.attempted_at)
    in_time = sum(each.reached_at <= each.due_at for each in cohort if each.reached_at)
    days = Counter("8+" if span >= 8 * _DAY else str(span // _DAY) for span in talks)
    return {
        ("filed", ""): _number(len(cohort)),
        ("waiting", ""): _number(len(cohort) - len(due)),
        ("attempted_in_time", ""): _share(on_time, len(due)),
        ("in_time", ""): _share(in_time, len(due)),
        ("median_days_to_attempt", ""): _days(tries),
        ("median_days_to_reach", ""): _days(talks),
        **{("reached_after_days", day): _number(count) for day, count in days.items()},
    }


def _waits(story: Story, now: datetime) -> bool:
    return story.reached_at is None and story.state in OPEN and story.due_at > now


def _loads(
    session: Session, ours: Iterable[Story], cohort: Iterable[Story], code: str, now: datetime
) -> dict[Figure, Values]:
    people = select(UserRow.name, UserRow.display_name).where(UserRow.municipality_code == code)
    shown: dict[str | None, str] = dict(iter(session.execute(people)))
    shown[None] = Labels().word("municipal", "nobody")
    counts: Counter[Figure] = Counter()
    for story in ours:
        if story.state in OPEN:
            name = shown[story.holder]
            counts["open_of_adviser", name] += 1
            late = story.state in UNREACHED and story.due_at <= now
            counts["overdue_of_adviser", name] += late
    for event in (event for story in cohort for event in story.standing):
        name = event.actor.partition(":")[2]
        if event.move in ("attempt_contact", "reach") and name in shown:
            counts["calls_of_adviser", shown[name]] += 1
    return {figure: _number(count) for figure, count in counts.items()}


def _wards(session: Session, cohort: Iterable[Story]) -> Iterator[Line]:
    of_ward = defaultdict(list)
    for story in cohort:
        of_ward[story.ward].append(story)
    names = dict(iter(session.execute(select(WardRow.id, WardRow.name))))
    stages: Mapping[str, _Test] = {
        "filed": lambda _: True,
        "reached": lambda story: story.reached_at is not None,
        "enrolled": lambda story: "enrolled" in story.states,
        "started": lambda story: "started" in story.states,
        "completed": lambda story: "completed" in story.states,
    }
    for ward, each in of_ward.items():
        for stage, got in stages.items():
            yield (f"ward_{stage}", names[ward]), _share(sum(map(got, each)), len(each))


def _drop_outs(cohort: Iterable[Story]) -> dict[Figure, Values]:
    reasons = Counter(
        str(event.reason)
        for story in cohort
        for event in story.standing
        if event.move == "drop_out"
    )
    return {
        ("dropped_out", Labels().word("reason", reason)): _number(count)
        for reason, count in reasons.items()
    }


def _register(cohort: Iterable[Story], now: datetime) -> dict[Figure, Values]:
    """Count the indicators of the national register, hits and of whom."""
    hits: Counter[str] = Counter()
    whole: Counter[str] = Counter()

    def count(code: str, hit: bool) -> None:  # noqa: FBT001 - a fact, not a switch
        whole[code] += 1
        hits[code] += hit

    for story in cohort:
        started, completed = "started" in story.states, "completed" in story.states
        if started and story.state != "started":
            count("completed", completed)
        end, six = story.follow_ups.get("end"), story.follow_ups.get("six_months")
        if completed and end is not None and end.has_come(now):
            count("smoke_free_at_end", end.state == "answered" and end.smoke_free is True)
            if end.state == "answered" and end.satisfied is not None:
                count("satisfied", end.satisfied)
        if started and six is not None and six.has_come(now):
            answered = six.state == "answered"
            count("followed_up", answered)
            if completed:
                count("smoke_free_at_six_months", answered and six.smoke_free is True)
    return {(f"stopbasen_{code}", ""): _share(hits[code], of) for code, of in whole.items()}


def _seats(session: Session, told: Iterable[Story], code: str, year: int) -> dict[Figure, Values]:
    """Count the seats of the municipality's courses by where those who took them live."""
    names = dict(iter(session.execute(select(MunicipalityRow.code, MunicipalityRow.name))))
    homes = {story.encounter: story.owner for story in told if story.state != "withdrawn"}
    taken: Counter[str] = Counter()
    for seat in session.scalars(
        select(SeatRow)
        .join(CourseRow, CourseRow.id == SeatRow.course_id)
        .where(CourseRow.municipality_code == code)
    ):
        stands = seat.state == "confirmed" and seat.ended_at is None
        if stands and local(seat.asked_at).year == year and seat.encounter_id in homes:
            taken[homes[seat.encounter_id]] += 1
    return {
        ("seats", ""): _number(taken.total()),
        **{
            ("seats_of_others", names[home]): _number(count)
            for home, count in taken.items()
            if home != code
        },
    }


def _days(spans: Sequence[timedelta]) -> Values:
    if not spans:
        return _NONE
    middle = median(span / _DAY for span in spans)
    return (str(round(middle, 1)), "", "")


def _number(count: int) -> Values:
    return (str(count), "", "")


def _share(hits: int, of: int) -> Values:
    return (str(round(100 * hits / of, 1)) if of else "", str(hits), str(of))
