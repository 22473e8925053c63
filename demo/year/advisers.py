"""What advisers do in a made-up year with each referral: call, enrol, follow up, close."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from random import Random

from demo.year import likely
from demo.year.agenda import Agenda, at_work
from demo.year.courses import Courses
from demo.year.likely import Pace
from referrals.booking.seat_states import Waiting
from referrals.denmark.dates import DANISH_TIME, local_day
from referrals.follow_up.follow_ups import FollowUps
from referrals.follow_up.seats_and_calls import SeatsAndCalls
from referrals.outcomes.rules import (
    CALLS_ENOUGH,
    FollowUpAnswer,
    FollowUpKind,
    OutcomeState,
    VerificationMethod,
)
from referrals.queue.filters import Wanted, Whose
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MunicipalQueue, NotFound
from referrals.referral.clock import PROMISE
from referrals.referral.moves import (
    ATTEMPT_REASONS,
    DECLINE_REASONS,
    DROP_OUT_REASONS,
    FORWARD_REASONS,
    MERGE_REASONS,
    OPEN_STATES,
    PUT_RIGHT_REASONS,
    RETURN_REASONS,
    TRANSFER_REASONS,
    UNREACHABLE_REASONS,
    UNREACHED_STATES,
    WRONG_MUNICIPALITY_REASONS,
    IllegalMove,
    Move,
    State,
)
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff
from referrals.storage.database import Database
from referrals.vault.vault import Vault

SAID_NO = DECLINE_REASONS[:5]
"""Why people say no in the first talk; the others are for those who said yes before."""
_ON_COURSE = (State.ENROLLED, State.STARTED)
_ENDED_COURSE = (State.COMPLETED, State.DROPPED_OUT)


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
        astray: float = 1,
    ) -> None:
        self._queue = MunicipalQueue(database, vault, staff)
        self._reserved = SeatsAndCalls(database, vault, staff)
        self._work = FollowUps(database, vault, staff)
        self._database = database
        self._agenda = agenda
        self._courses = courses
        self._code = staff.municipality_code or ""
        self._pace = pace
        self._astray = astray
        self.neighbours: Mapping[str, Advisers] = {}
        self.whose: dict[str, Advisers] = {}
        self._chance: dict[str, Random] = {}
        self._came: dict[str, int] = {}
        self._lent_by: dict[str, str] = {}
        self.clock_runs_again: Callable[[], None] = lambda: None

    def take(self, reference: str, luck: str, lent_by: str | None = None) -> None:
        """Take a referral on, a new one or one sent on; ``luck`` seeds all that comes."""
        self.whose[reference] = self
        self._chance[reference] = Random(luck)  # noqa: S311 - made up, the same each time
        self._lent_by.pop(reference, None)
        if lent_by is not None:
            self._lent_by[reference] = lent_by
        self._later(reference, self._hours(reference, 12), self._receive)
        late = PROMISE + self._hours(reference, 8)
        self._later(reference, late, self._offer_what_is_late, waits=False)

    def hear_offer(self, reference: str, luck: str, home: str) -> None:
        """Decide on a referral that another municipality offers."""
        chance = self._chance[reference] = Random(luck)  # noqa: S311 - made up
        takes = chance.random() < likely.TAKES_OFFER

        def decide(reference: str) -> None:
            page = self._queue.page(self._agenda.clock(), Wanted(whose=Whose.OFFERED))
            if reference not in {each.reference for each in page.entries}:
                return  # the home municipality reached the patient meanwhile
            if takes:
                self._move(reference, Move.TAKE_OFFER)
                self.take(reference, f"{luck} taken", home)
            else:
                self._move(reference, Move.REFUSE_OFFER, chance.choice(RETURN_REASONS))

        self._later(reference, self._hours(reference, 10), decide)

    def came(self, reference: str, number: int, *, present: bool) -> None:
        """Hear who came to a session; the second is when the quit date is set."""
        self._came[reference] = self._came.get(reference, 0) + present
        if number != 2 or self._state(reference) is not State.STARTED:
            return
        now = self._agenda.clock()
        self._work.set_quit_date(reference, local_day(now + timedelta(days=7)), now)
        if self._chance[reference].random() < likely.LEAVES_MIDWAY:
            self._later(reference, timedelta(days=2), self._drop_out)

    def course_over(self, reference: str, sessions: int) -> None:
        """Say how it ended, on a day after the last session."""
        enough = self._came.get(reference, 0) >= likely.ENOUGH * sessions
        deed = self._complete if enough else self._drop_out
        self._later(reference, timedelta(hours=14), deed)

    # The first talk

    def _receive(self, reference: str) -> None:
        if self._state(reference) is State.FILED:
            self._move(reference, Move.RECEIVE)
        if not self._merged(reference):
            self._later(reference, self._hours(reference, self._pace.first_call_h), self._call)

    def _merged(self, reference: str) -> bool:
        """Merge a second referral of a person into the first; now and then that was wrong.

        Many share a name here, so it is the phone number that tells.
        """
        now = self._agenda.clock()
        opened = self._queue.open(reference, now)
        phone = opened.details.get("phone")
        alike = (each for each in opened.duplicates if each.state in OPEN_STATES)
        same = (e for e in alike if self._queue.open(e.reference, now).details["phone"] == phone)
        first = next(same, None)
        if first is None or Move.MERGE not in opened.legal:
            return False
        try:
            self._move(reference, Move.MERGE, MERGE_REASONS[0], about=first.reference)
        except Unsuitable:  # a seat is held with it
            return False
        if self._clicks_wrong(reference, 4):
            self._put_right_later(reference, self._call)
        return True

    def _call(self, reference: str, number: int = 1) -> None:
        chance = self._chance[reference]
        if self._state(reference) not in UNREACHED_STATES:
            return
        if number == 1 and self._given_to_others(reference):
            return
        if chance.random() < self._pace.reaches:
            self._move(reference, Move.REACH)
            if self._clicks_wrong(reference):  # it was somebody else with that number
                self._put_right_later(reference, lambda each: self._call(each, number + 1))
            else:
                self._talk(reference)
        elif number >= likely.CALLS_BEFORE_GIVING_UP:
            self._move(reference, Move.ATTEMPT, "no_answer")
            self._give_up(reference, number, chance.choice(UNREACHABLE_REASONS[:2]))
        else:
            self._move(reference, Move.ATTEMPT, chance.choice(ATTEMPT_REASONS[:4]))
            wait = self._hours(reference, self._pace.next_call_h)
            self._later(reference, wait, lambda each: self._call(each, number + 1))

    def _give_up(self, reference: str, number: int, reason: str) -> None:
        """Give up, or try again where it was always tried at the same time of the day."""
        try:
            self._move(reference, Move.GIVE_UP, reason)
        except IllegalMove:
            wait = self._hours(reference, self._pace.next_call_h)
            self._later(reference, wait, lambda each: self._call(each, number))
        else:
            self._later(reference, timedelta(days=1), self._close)

    def _given_to_others(self, reference: str) -> bool:
        """Now and then let another municipality go on, or give back what it gave."""
        chance, home = self._chance[reference], self._lent_by.get(reference)
        if home is not None:
            if chance.random() >= likely.GIVES_BACK:
                return False
            self._move(reference, Move.GIVE_BACK, chance.choice(RETURN_REASONS))
            self.neighbours[home].take(reference, f"back {chance.random()}")
            return True
        drawn = chance.random()
        wrong_place = likely.WRONG_PLACE * self._astray
        if drawn < wrong_place:
            self._to_the_right_place(reference)
        elif drawn < wrong_place + likely.TRANSFERS * self._astray:
            partner = self._some_partner(reference)
            reason = chance.choice(TRANSFER_REASONS)
            now = self._agenda.clock()
            self._queue.move(
                reference, Move.TRANSFER, now, reason=reason, about=partner, agreed=True
            )
            self.neighbours[partner].take(reference, f"{reason} {chance.random()}", self._code)
        else:
            return False
        return True

    def _some_partner(self, reference: str) -> str:
        others = [code for code in self.neighbours if code != self._code]
        return self._chance[reference].choice(others)

    def _offer_what_is_late(self, reference: str) -> None:
        """Offer what is over its week to a partner that has room, as the page of the queue asks."""
        chance, now = self._chance[reference], self._agenda.clock()
        if (
            self._state(reference) not in UNREACHED_STATES
            or chance.random() > likely.OFFERS_WHEN_LATE
        ):
            return
        roomy = [each.code for each in self._queue.partners(reference, now) if each.free_calls]
        if roomy and Move.OFFER in self._queue.open(reference, now).legal:
            partner = chance.choice(roomy)
            self._queue.move(reference, Move.OFFER, now, about=partner, agreed=True)
            self.neighbours[partner].hear_offer(reference, f"offer {chance.random()}", self._code)

    def _to_the_right_place(self, reference: str) -> None:
        """Send on to a partner, where the clock keeps running, or end what is outside the nine."""
        chance = self._chance[reference]
        reason = chance.choice(WRONG_MUNICIPALITY_REASONS)
        if chance.random() < likely.OUTSIDE_THE_NINE:
            self._move(reference, Move.WRONG_MUNICIPALITY, reason)
            self._later(reference, timedelta(hours=20), self._close)
        else:
            code = self._some_partner(reference)
            self._move(reference, Move.SEND_ON, reason, about=code)
            self.neighbours[code].take(reference, f"{reason} {chance.random()}")

    def _talk(self, reference: str) -> None:
        chance = self._chance[reference]
        drawn = chance.random()
        if self._clicks_wrong(reference):
            self._move(reference, Move.DECLINE, chance.choice(SAID_NO))
            self._put_right_later(reference, self._talk)
        elif drawn < likely.ACCEPTS:
            self._move(reference, Move.ACCEPT)
            self._later(reference, self._hours(reference, 30), self._enrol)
        else:
            forwards = drawn < likely.ACCEPTS + likely.FORWARDED
            move = Move.FORWARD if forwards else Move.DECLINE
            reasons = FORWARD_REASONS if forwards else SAID_NO
            self._move(reference, move, chance.choice(reasons))
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
        elif self._chance[reference].random() < likely.LEAVES_BEFORE_START:
            self._later(reference, timedelta(days=1), self._drop_out)
        else:
            self._courses.held[course_id].people.append(reference)

    def _see_alone(self, reference: str, *, waiting: bool) -> None:
        """Counsel somebody alone for whom there is no course."""
        if waiting:
            self._reserved.release_seat(reference, self._agenda.clock())
        self._move(reference, Move.ENROL)
        self._later(reference, timedelta(days=6), self._begin)

    def _begin(self, reference: str) -> None:
        if self._state(reference) is State.ENROLLED:
            self._move(reference, Move.START)
            if self._clicks_wrong(reference):  # begun a week too early
                self._put_right_later(reference, self._begin)
                return
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
            if self._clicks_wrong(reference):  # the reason was another one
                self._put_right_later(reference, self._drop_out)
            elif state is State.STARTED:
                self._follow_up_later(reference, completed=False)
            else:
                self._later(reference, timedelta(days=1), self._close)

    # The follow-up

    def _follow_up_later(self, reference: str, *, completed: bool) -> None:
        for each in self._work.progress(reference).follow_ups:
            day = datetime.combine(each.due_on, time(10), DANISH_TIME)
            at = max(day.astimezone(self._agenda.clock().tzinfo), self._agenda.clock())
            at += self._hours(reference, likely.BACKLOG_H)
            kind = each.kind

            def deed(reference: str, kind: FollowUpKind = kind) -> None:
                self._follow_up(reference, kind, completed=completed)

            self._later(reference, at - self._agenda.clock(), deed)

    def _follow_up(self, reference: str, kind: FollowUpKind, *, completed: bool) -> None:
        if self._state(reference) not in _ENDED_COURSE:
            return
        chance, now = self._chance[reference], self._agenda.clock()
        if chance.random() < likely.ANSWERS[kind]:
            smoke_free = chance.random() < likely.SMOKE_FREE[kind, completed]
            told = FollowUpAnswer(
                smoke_free=smoke_free,
                method=VerificationMethod.CO
                if kind is FollowUpKind.END and chance.random() < 0.4
                else VerificationMethod.SELF_REPORT,
                nicotine_free=smoke_free and chance.random() < 0.6,
                satisfied=chance.random() < 0.9 if kind is FollowUpKind.END else None,
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
        if kind is FollowUpKind.SIX_MONTHS:
            self._later(reference, timedelta(days=1), self._close)

    def _calls(self, reference: str, kind: FollowUpKind) -> int:
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
        try:
            return State(self._row(reference).state)
        except NotFound:
            return State.CLOSED

    def _row(self, reference: str) -> ReferralRow:
        with self._database.read() as session:
            return self._queue.row(session, reference)

    def _clicks_wrong(self, reference: str, times: float = 1) -> bool:
        return self._chance[reference].random() < likely.WRONG_CLICK * self._astray * times

    def _put_right_later(self, reference: str, then: Callable[[str], None]) -> None:
        """Put the last move right some hours later, and go on from there."""

        def put_right(reference: str) -> None:
            now = self._agenda.clock()
            try:
                legal = self._queue.open(reference, now).legal
            except NotFound:
                return
            if Move.PUT_RIGHT in legal:  # nobody withdrew meanwhile
                reason = self._chance[reference].choice(PUT_RIGHT_REASONS)
                self._move(reference, Move.PUT_RIGHT, reason)
                self.clock_runs_again()
                then(reference)

        self._later(reference, self._hours(reference, likely.SOON_NOTICED_H), put_right)

    def _move(
        self, reference: str, move: Move, reason: str | None = None, about: str | None = None
    ) -> None:
        self._queue.move(reference, move, self._agenda.clock(), reason=reason, about=about)

    def _hours(self, reference: str, usual: float) -> timedelta:
        return timedelta(hours=self._chance[reference].expovariate(1 / usual))

    def _later(
        self, reference: str, after: timedelta, deed: Callable[[str], None], *, waits: bool = True
    ) -> None:
        """Plan a deed for the first working hour after some time; the referral waits for it."""
        at = at_work(self._agenda.clock() + after, self._chance[reference])
        self._agenda.plan(at, lambda: deed(reference), reference if waits else "")
