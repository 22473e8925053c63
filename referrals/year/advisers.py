"""What advisers do in a made-up year with each referral: call, enrol, follow up, close."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from referrals.database import Database
from referrals.dates import DANISH_TIME, local_day
from referrals.follow_ups import FollowUps
from referrals.outcome import CALLS_ENOUGH, Answer, Kind, Method, OutcomeState
from referrals.queue import MunicipalQueue, NotFound
from referrals.referral import (
    ATTEMPT_REASONS,
    DECLINE_REASONS,
    DROP_OUT_REASONS,
    FORWARD_REASONS,
    UNREACHABLE_REASONS,
    UNREACHED_STATES,
    WRONG_MUNICIPALITY_REASONS,
    Move,
    State,
)
from referrals.seat import Waiting
from referrals.staff import Staff
from referrals.vault import Vault
from referrals.year.agenda import Agenda, at_work
from referrals.year.courses import Courses

CALLS_BEFORE_GIVING_UP = 5
OUTSIDE_THE_NINE = 0.4
BACKLOG_H = 90
"""How long a follow-up that is due waits until somebody has the time."""
WRONG_PLACE, FORWARDED, ACCEPTS = 0.02, 0.06, 0.64
LEAVES_BEFORE_START, LEAVES_MIDWAY = 0.06, 0.08
ENOUGH = 0.6
"""The share of sessions from which these advisers call a course completed."""
SMOKE_FREE = {(Kind.END, True): 0.72, (Kind.END, False): 0.12}
SMOKE_FREE |= {(Kind.SIX_MONTHS, True): 0.5, (Kind.SIX_MONTHS, False): 0.1}
ANSWERS = {Kind.END: 0.8, Kind.SIX_MONTHS: 0.5}
_ON_COURSE = (State.ENROLLED, State.STARTED)
_ENDED_COURSE = (State.COMPLETED, State.DROPPED_OUT)


@dataclass(frozen=True)
class Pace:
    """How a municipality works: hours until the first call and between calls, and its luck."""

    first_call_h: float
    next_call_h: float
    reaches: float


class Advisers:
    """The advisers of one municipality."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        agenda: Agenda,
        courses: Courses,
        staff: Staff,
        pace: Pace,
    ) -> None:
        self._queue = MunicipalQueue(database, vault, staff)
        self._work = FollowUps(database, vault, staff)
        self._database = database
        self._agenda = agenda
        self._courses = courses
        self._code = staff.municipality_code or ""
        self._pace = pace
        self.neighbours: Mapping[str, Advisers] = {}
        self.whose: dict[str, Advisers] = {}
        self._chance: dict[str, Random] = {}
        self._came: dict[str, int] = {}

    def take(self, reference: str, luck: str) -> None:
        """Take a referral on, a new one or one sent on; ``luck`` seeds all that comes."""
        self.whose[reference] = self
        self._chance[reference] = Random(luck)  # noqa: S311 - made up, the same each time
        self._later(reference, self._hours(reference, 12), self._receive)

    def came(self, reference: str, number: int, *, present: bool) -> None:
        """Hear who came to a session; the second is when the quit date is set."""
        self._came[reference] = self._came.get(reference, 0) + present
        if number != 2 or self._state(reference) is not State.STARTED:
            return
        now = self._agenda.clock()
        self._work.set_quit_date(reference, local_day(now + timedelta(days=7)), now)
        if self._chance[reference].random() < LEAVES_MIDWAY:
            self._later(reference, timedelta(days=2), self._drop_out)

    def course_over(self, reference: str, sessions: int) -> None:
        """Say how it ended, on a day after the last session."""
        enough = self._came.get(reference, 0) >= ENOUGH * sessions
        deed = self._complete if enough else self._drop_out
        self._later(reference, timedelta(hours=14), deed)

    # The first talk

    def _receive(self, reference: str) -> None:
        if self._state(reference) is State.FILED:
            self._move(reference, Move.RECEIVE)
        self._later(reference, self._hours(reference, self._pace.first_call_h), self._call)

    def _call(self, reference: str, number: int = 1) -> None:
        chance = self._chance[reference]
        if self._state(reference) not in UNREACHED_STATES:
            return
        if number == 1 and chance.random() < WRONG_PLACE:
            self._to_the_right_place(reference)
        elif chance.random() < self._pace.reaches:
            self._move(reference, Move.REACH)
            self._talk(reference)
        elif number >= CALLS_BEFORE_GIVING_UP:
            self._move(reference, Move.ATTEMPT, "no_answer")
            self._move(reference, Move.GIVE_UP, chance.choice(UNREACHABLE_REASONS[:2]))
            self._later(reference, timedelta(days=1), self._close)
        else:
            self._move(reference, Move.ATTEMPT, chance.choice(ATTEMPT_REASONS[:4]))
            wait = self._hours(reference, self._pace.next_call_h)
            self._later(reference, wait, lambda each: self._call(each, number + 1))

    def _to_the_right_place(self, reference: str) -> None:
        """Send on to a partner, where the clock keeps running, or end what is outside the nine."""
        chance = self._chance[reference]
        reason = chance.choice(WRONG_MUNICIPALITY_REASONS)
        if chance.random() < OUTSIDE_THE_NINE:
            self._move(reference, Move.WRONG_MUNICIPALITY, reason)
            self._later(reference, timedelta(hours=20), self._close)
        else:
            code = chance.choice([code for code in self.neighbours if code != self._code])
            self._move(reference, Move.SEND_ON, reason, about=code)
            self.neighbours[code].take(reference, f"{reason} {chance.random()}")

    def _talk(self, reference: str) -> None:
        chance = self._chance[reference]
        drawn = chance.random()
        if drawn < ACCEPTS:
            self._move(reference, Move.ACCEPT)
            self._later(reference, self._hours(reference, 30), self._enrol)
            return
        if drawn < ACCEPTS + FORWARDED:
            self._move(reference, Move.FORWARD, chance.choice(FORWARD_REASONS))
        else:
            self._move(reference, Move.DECLINE, chance.choice(DECLINE_REASONS))
        self._later(reference, timedelta(days=1), self._close)

    # The course

    def _enrol(self, reference: str, number: int = 1) -> None:
        if self._state(reference) is not State.ACCEPTED:
            return
        course_id = self._courses.choose(self._code)
        seat = None
        if course_id is not None:
            seat = self._work.enrol(reference, course_id, self._agenda.clock())
        if course_id is None or (isinstance(seat, Waiting) and number >= 3):
            self._see_alone(reference, waiting=isinstance(seat, Waiting))
        elif isinstance(seat, Waiting):
            self._later(reference, timedelta(days=7), lambda each: self._enrol(each, number + 1))
        elif self._chance[reference].random() < LEAVES_BEFORE_START:
            self._later(reference, timedelta(days=1), self._drop_out)
        else:
            self._courses.held[course_id].people.append(reference)

    def _see_alone(self, reference: str, *, waiting: bool) -> None:
        """Counsel somebody alone for whom there is no course."""
        if waiting:
            self._queue.release_seat(reference, self._agenda.clock())
        self._move(reference, Move.ENROL)
        self._later(reference, timedelta(days=6), self._begin)

    def _begin(self, reference: str) -> None:
        if self._state(reference) is State.ENROLLED:
            self._move(reference, Move.START)
            stays = self._chance[reference].random() < 0.7
            deed = self._complete if stays else self._drop_out
            self._later(reference, timedelta(weeks=6), deed)

    def _complete(self, reference: str) -> None:
        if self._state(reference) is State.STARTED:
            self._move(reference, Move.COMPLETE)
            self._follow_up_later(reference, completed=True)

    def _drop_out(self, reference: str) -> None:
        state = self._state(reference)
        if state in _ON_COURSE:
            self._move(reference, Move.DROP_OUT, self._chance[reference].choice(DROP_OUT_REASONS))
            if state is State.STARTED:
                self._follow_up_later(reference, completed=False)
            else:
                self._later(reference, timedelta(days=1), self._close)

    # The follow-up

    def _follow_up_later(self, reference: str, *, completed: bool) -> None:
        for each in self._work.progress(reference).follow_ups:
            day = datetime.combine(each.due_on, time(10), DANISH_TIME)
            at = max(day.astimezone(self._agenda.clock().tzinfo), self._agenda.clock())
            at += self._hours(reference, BACKLOG_H)
            kind = each.kind

            def deed(reference: str, kind: Kind = kind) -> None:
                self._follow_up(reference, kind, completed=completed)

            self._later(reference, at - self._agenda.clock(), deed)

    def _follow_up(self, reference: str, kind: Kind, *, completed: bool) -> None:
        if self._state(reference) not in _ENDED_COURSE:
            return
        chance, now = self._chance[reference], self._agenda.clock()
        if chance.random() < ANSWERS[kind]:
            smoke_free = chance.random() < SMOKE_FREE[kind, completed]
            told = Answer(
                smoke_free=smoke_free,
                method=Method.CO
                if kind is Kind.END and chance.random() < 0.4
                else Method.SELF_REPORT,
                nicotine_free=smoke_free and chance.random() < 0.6,
                satisfied=chance.random() < 0.9 if kind is Kind.END else None,
            )
            self._work.answer(reference, kind, told, now)
        elif self._calls(reference, kind) >= CALLS_ENOUGH:
            self._work.lose(reference, kind, "no_answer", now)
        else:
            on = self._work.call_in_vain(reference, kind, "no_answer", now)
            wait = timedelta(days=(on - local_day(now)).days)

            def again(reference: str) -> None:
                self._follow_up(reference, kind, completed=completed)

            self._later(reference, wait, again)
            return
        if kind is Kind.SIX_MONTHS:
            self._later(reference, timedelta(days=1), self._close)

    def _calls(self, reference: str, kind: Kind) -> int:
        found = self._work.progress(reference).follow_ups
        return next(each.attempts for each in found if each.kind is kind)

    # The end

    def _close(self, reference: str) -> None:
        if self._state(reference) in (State.CLOSED, State.WITHDRAWN):
            return
        due = [
            each
            for each in self._work.progress(reference).follow_ups
            if each.state is OutcomeState.DUE
        ]
        if due:  # the end is still being called about
            self._later(reference, timedelta(days=7), self._close)
        else:
            self._move(reference, Move.CLOSE)

    # Helpers of all

    def _state(self, reference: str) -> State:
        """Give the state; what this municipality no longer works is as good as closed."""
        with self._database.read() as session:
            try:
                return State(self._queue.row(session, reference).state)
            except NotFound:
                return State.CLOSED

    def _move(
        self, reference: str, move: Move, reason: str | None = None, about: str | None = None
    ) -> None:
        self._queue.move(reference, move, self._agenda.clock(), reason=reason, about=about)

    def _hours(self, reference: str, usual: float) -> timedelta:
        return timedelta(hours=self._chance[reference].expovariate(1 / usual))

    def _later(self, reference: str, after: timedelta, deed: Callable[[str], None]) -> None:
        """Plan a deed for the first working hour after some time."""
        at = at_work(self._agenda.clock() + after, self._chance[reference])
        self._agenda.plan(at, lambda: deed(reference), reference)
