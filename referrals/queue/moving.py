"""Carries out one legal move: what it changes on the referral and beside it.

Works in the caller's transaction, on a locked row, after ``check_move``. Writes the history; the
caller writes the audit log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from referrals.booking import calls, reserved, seats
from referrals.denmark.identifiers import note_without_identifiers
from referrals.outbox.letters import NOTICES, Outgoing, post
from referrals.outcomes import enrolment, follow_ups_due
from referrals.outcomes.tables import OutcomeRow
from referrals.queue import partners
from referrals.queue.giving_up import tries_of
from referrals.referral import corrections, duplicates, history
from referrals.referral.announcing import announce
from referrals.referral.changed_days import referral_changed
from referrals.referral.moves import (
    MOVES,
    OPEN_STATES,
    UNREACHED_STATES,
    About,
    Condition,
    Move,
    Rule,
    Side,
    State,
)
from referrals.referral.reference import normal_reference
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.roles import MUNICIPAL_ROLES, Staff
from referrals.staff.tables import MunicipalityRow, UserRow
from referrals.vault.vault import Vault, seal

FARTHEST = timedelta(days=366)
"""No next attempt is planned later than this."""


class Unsuitable(ValueError):
    """What a move names will not do. ``why`` is a code that the pages have words for.

    ``municipality``, ``room`` (it has none), ``consent`` (the patient did not agree to that
    municipality), ``colleague``, ``time``, ``course`` (none was chosen), ``reference`` (not an open
    referral of the same person here), ``comment`` (empty or too long), ``seat`` (the referral that
    would be closed holds one), ``enrolled`` (the seat is that of somebody on the course),
    ``elsewhere`` (the patient is on a course that is not for that municipality), ``outcome`` (a
    follow-up was answered, so the course was begun) or ``course_gone`` (it is called off or full).
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class MoveRequest:
    """What somebody asks for besides the move: reason, note, what it names, the patient's yes."""

    reason: str | None = None
    note: str | None = field(default=None, repr=False)
    about: str | None = None
    agreed: bool = False


@dataclass(frozen=True)
class MoveContext:
    """One move that is being made: on which row, by whom, when and with what."""

    session: Session
    vault: Vault
    row: ReferralRow
    staff: Staff
    rule: Rule
    wish: MoveRequest
    now: datetime

    @property
    def actor(self) -> str:
        """Give ``role:name`` of whoever makes the move."""
        return self.staff.actor

    @property
    def code(self) -> str:
        """Give the municipality of whoever makes the move."""
        return str(self.staff.municipality_code)

    def write(
        self, target: State | None = None, about: str | None = None, corrects: int | None = None
    ) -> None:
        """Append the row to the history; without ``target`` the state stays.

        The note is kept without CPR, e-mail and address.
        """
        note = note_without_identifiers((self.wish.note or "").strip())
        encounter_id = self.row.encounter_id
        token = None
        if note:
            token = self.vault.keep(self.session, encounter_id, seal("note", note), self.now)
        entry = history.Entry(self.actor, self.now, self.wish.reason, token, about, corrects)
        state = target or State(self.row.state)
        history.append(self.session, self.row, self.rule.move, state, entry)


def side_of(row: ReferralRow, code: str) -> Side | None:
    """Tell which side of a referral a municipality stands on; None if it has no part in it."""
    if row.municipality_code == code:
        return Side.WORKING
    if row.home_municipality_code == code:
        return Side.HOME
    return Side.OFFERED if row.offered_to == code else None


def has_a_part(code: str) -> ColumnElement[bool]:
    """Give the condition for the referrals in which a municipality stands on some side."""
    return or_(
        ReferralRow.municipality_code == code,
        ReferralRow.home_municipality_code == code,
        ReferralRow.offered_to == code,
    )


def conditions_of(session: Session, row: ReferralRow) -> frozenset[Condition]:
    """Give the conditions that hold for a referral now."""
    lent, offered = row.home_municipality_code is not None, row.offered_to is not None
    found = {
        Condition.LENT if lent else Condition.KEPT,
        Condition.OFFERED if offered else Condition.NOT_OFFERED,
    }
    if row.state not in MOVES[Move.CLOSE].sources or not follow_ups_due.is_due(session, row):
        found.add(Condition.SETTLED)
    if row.purged_at is not None:
        return frozenset(found)
    found.add(Condition.KNOWN)
    made = happened(session, row)
    if corrections.correctable(made):
        found.add(Condition.CORRECTABLE)
    if row.state == State.CONTACT_ATTEMPTED and tries_of(session, made).enough:
        found.add(Condition.TRIED)
    return frozenset(found)


def happened(session: Session, row: ReferralRow) -> list[corrections.Happened]:
    """Read the history of a referral, oldest first."""
    events = session.execute(
        select(
            ReferralEventRow.number,
            ReferralEventRow.move,
            ReferralEventRow.from_state,
            ReferralEventRow.to_state,
            ReferralEventRow.at,
            ReferralEventRow.corrects,
            ReferralEventRow.about,
        )
        .where(ReferralEventRow.referral_id == row.id)
        .order_by(ReferralEventRow.number)
    )
    return [corrections.Happened(*event) for event in events]


def carry_out(deed: MoveContext) -> None:
    """Make the move. Raises Unsuitable where what it names will not do, and changes nothing."""
    special = _SPECIAL.get(deed.rule.move)
    if special is not None:
        special(deed)
        return
    at = _time(deed) if deed.rule.about is About.TIME else None
    deed.write(deed.rule.target, at.isoformat() if at else None)
    row = deed.row
    row.next_attempt_at = at if deed.rule.about is About.TIME else row.next_attempt_at
    if row.state not in UNREACHED_STATES:
        row.next_attempt_at = row.offered_to = None
    reserved.follow(deed.session, row.encounter_id, deed.rule.move, deed.now, deed.staff.name)
    enrolment.follow(deed.session, row, deed.rule.move, deed.now)


def _plan(deed: MoveContext) -> None:
    at = _time(deed)
    deed.write(about=at.isoformat() if at else None)
    deed.row.next_attempt_at = at


def _assign(deed: MoveContext) -> None:
    name, colleague = deed.wish.about, None
    if name and name.isprintable():
        colleague = deed.session.scalars(
            select(UserRow).where(
                UserRow.name == name,
                UserRow.municipality_code == deed.code,
                UserRow.role.in_([role.value for role in MUNICIPAL_ROLES]),
                UserRow.suspended_at.is_(None),
            )
        ).one_or_none()
    if name and colleague is None:
        raise Unsuitable("colleague")
    deed.write(about=name or None)
    deed.row.assigned_to = colleague.id if colleague else None


def _transfer(deed: MoveContext) -> None:
    partner = _partner(deed)
    deed.write(about=partner)
    _hand_to(deed, partner, owner=deed.code)


def _return(deed: MoveContext) -> None:
    deed.write()
    _hand_to(deed, str(deed.row.home_municipality_code), owner=None)


def _offer(deed: MoveContext) -> None:
    partner = _partner(deed)
    if not partners.room_of(deed.session, partner, deed.now):
        raise Unsuitable("room")
    deed.write(about=partner)
    deed.row.offered_to = partner
    announce(deed.session, "referral_offered", deed.row, deed.now, partner)


def _end_offer(deed: MoveContext) -> None:
    deed.write()
    deed.row.offered_to = None


def _take_offer(deed: MoveContext) -> None:
    deed.write(about=deed.code)
    _hand_to(deed, deed.code, owner=deed.row.municipality_code)


def _send_on(deed: MoveContext) -> None:
    """Hand the referral to where the patient lives; filed and due stand, so the clock goes on."""
    code = _other_municipality(deed)
    deed.write(deed.rule.target, code)
    _hand_to(deed, code, owner=None)
    deed.row.next_attempt_at = None
    deed.row.details = {**deed.row.details, "municipality": code}


def _merge(deed: MoveContext) -> None:
    """Close this referral in favour of another one of the same person, which goes on."""
    row, kept = deed.row, _other_referral(deed)
    there = reserved.show(deed.session, row.encounter_id)
    if there.seat is not None and there.seat.ended_at is None:
        raise Unsuitable("seat")
    if follow_ups_due.of(deed.session, row.id):
        raise Unsuitable("outcome")
    if there.call is not None and kept.next_attempt_at is None:
        kept.next_attempt_at = there.call.starts_at  # somebody promised to call then
    deed.write(State.CLOSED, kept.reference)
    row.merged_into_id, row.next_attempt_at, row.offered_to = kept.id, None, None
    entry = history.Entry(deed.actor, deed.now, deed.wish.reason, about=row.reference)
    history.append(deed.session, kept, Move.ABSORB, State(kept.state), entry)
    calls.cancel(deed.session, row.encounter_id, deed.now, deed.staff.name, Move.MERGE.value)


def _not_real(deed: MoveContext) -> None:
    """Close what is no referral, and tell the ward's lead, without who it is about."""
    row = deed.row
    if follow_ups_due.of(deed.session, row.id):
        raise Unsuitable("outcome")
    deed.write(deed.rule.target)
    row.not_real, row.next_attempt_at, row.offered_to = True, None, None
    reserved.follow(deed.session, row.encounter_id, deed.rule.move, deed.now, deed.staff.name)
    payload = {"ward": row.ward_id, "case": row.reference}
    post(deed.session, Outgoing(NOTICES, deed.rule.move.value, "", payload), deed.now)


def _put_right(deed: MoveContext) -> None:
    """Take the last change of state back by a row of its own, and reckon the facts anew."""
    session, row = deed.session, deed.row
    wrong = corrections.correctable(happened(session, row))
    if wrong is None or wrong.from_state is None:
        raise RuntimeError("the condition CORRECTABLE was not checked")
    deed.write(State(wrong.from_state), corrects=wrong.number)
    facts = corrections.facts(happened(session, row))
    row.first_attempt_at = facts.first_attempt_at
    row.first_reached_at = facts.first_reached_at
    row.ended_at, row.next_attempt_at = facts.ended_at, facts.next_attempt_at
    row.not_real = False  # where it was said, it was said last
    if wrong.move == Move.ENROL:
        row.course_id = None
        seats.release(session, row.encounter_id, deed.now, deed.staff.name, deed.rule.move.value)
    _keep_what_suits(deed)
    if wrong.move in enrolment.LEAVING:
        if not enrolment.come_back(session, row, wrong, deed.now, deed.staff.name):
            raise Unsuitable("course_gone")
        if row.state == State.STARTED:
            follow_ups_due.plan_anew(session, row, deed.now)
    if wrong.move == Move.START and not follow_ups_due.forget(session, row):
        raise Unsuitable("outcome")
    if row.merged_into_id is not None:
        kept = session.get_one(ReferralRow, row.merged_into_id, with_for_update=True)
        row.merged_into_id = None
        entry = history.Entry(deed.actor, deed.now, deed.wish.reason, about=row.reference)
        history.append(session, kept, Move.PUT_RIGHT, State(kept.state), entry)


def _keep_what_suits(deed: MoveContext) -> None:
    """Give back what was reserved since, where the referral stands again at what allows none."""
    session, row, why = deed.session, deed.row, deed.rule.move.value
    if row.state in enrolment.ON_A_COURSE and not seats.is_confirmed(session, row.encounter_id):
        seats.release(session, row.encounter_id, deed.now, deed.staff.name, why)
    elif row.state not in OPEN_STATES:
        reserved.free(session, row.encounter_id, deed.now, deed.staff.name, why)


def _hand_to(deed: MoveContext, code: str, owner: str | None) -> None:
    """Let another municipality work the referral: its queue, its seats and calls, its worklists.

    Raises Unsuitable where the patient is on a course that is not for its citizens.
    """
    row, session = deed.row, deed.session
    seat = reserved.show(session, row.encounter_id).seat
    closed_to = seat is not None and seat.ended_at is None and code not in seat.open_to
    if closed_to and row.state in enrolment.ON_A_COURSE:
        raise Unsuitable("elsewhere")
    row.municipality_code, row.home_municipality_code = code, owner
    referral_changed(session, row, deed.now)
    row.assigned_to = row.offered_to = None
    due = OutcomeRow.state == "due"
    session.execute(
        update(OutcomeRow)
        .where(OutcomeRow.referral_id == row.id, due)
        .values(municipality_code=code)
    )
    reserved.keep_only_of(session, row.encounter_id, deed.now, deed.staff.name, code)
    announce(session, "new_referral", row, deed.now)


def _partner(deed: MoveContext) -> str:
    """Give the partner that was named. The patient agreed to it in the consent, or now."""
    code = _other_municipality(deed)
    if not deed.wish.agreed and not partners.agreed_to(deed.session, deed.row, code):
        raise Unsuitable("consent")
    return code


def _other_municipality(deed: MoveContext) -> str:
    code = deed.wish.about or ""
    known = code.isdigit() and deed.session.get(MunicipalityRow, code) is not None
    if not known or code == deed.row.municipality_code:
        raise Unsuitable("municipality")
    return code


def _other_referral(deed: MoveContext) -> ReferralRow:
    row = deed.row
    kept = deed.session.scalars(
        select(ReferralRow)
        .where(ReferralRow.reference == normal_reference(deed.wish.about or ""))
        .where(ReferralRow.municipality_code == row.municipality_code, ReferralRow.id != row.id)
        .with_for_update()
    ).one_or_none()
    if kept is None or kept.state not in OPEN_STATES:
        raise Unsuitable("reference")
    if not duplicates.is_same_person(deed.session, deed.vault, row, kept):
        raise Unsuitable("reference")
    if duplicates.are_apart(deed.session, row, kept):
        raise Unsuitable("reference")
    return kept


def _time(deed: MoveContext) -> datetime | None:
    """Read the time that was named, if one was; it lies ahead. Raises Unsuitable."""
    if not deed.wish.about:
        return None
    try:
        at = datetime.fromisoformat(deed.wish.about)
    except ValueError:
        raise Unsuitable("time") from None
    if at.tzinfo is None or not deed.now < at < deed.now + FARTHEST:
        raise Unsuitable("time")
    return at.astimezone(UTC)


_SPECIAL: dict[Move, Callable[[MoveContext], None]] = {
    Move.PLAN: _plan,
    Move.ASSIGN: _assign,
    Move.TRANSFER: _transfer,
    Move.GIVE_BACK: _return,
    Move.TAKE_BACK: _return,
    Move.OFFER: _offer,
    Move.RETRACT_OFFER: _end_offer,
    Move.REFUSE_OFFER: _end_offer,
    Move.TAKE_OFFER: _take_offer,
    Move.SEND_ON: _send_on,
    Move.MERGE: _merge,
    Move.NOT_REAL: _not_real,
    Move.PUT_RIGHT: _put_right,
}
