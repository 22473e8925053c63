"""Deciding what another administrator asked for, and doing it in the same transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from referrals.administration import decisions, placing, rules
from referrals.administration.decisions import OPENS, Kind, record_of
from referrals.administration.users import NotThere, RefusedChange
from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.programs import service_accounts
from referrals.programs.service_accounts import BadAccount
from referrals.staff import house_rules, invites, passkeys
from referrals.staff.house_rules import HouseRules
from referrals.staff.invites import BadInvite, check_place
from referrals.staff.places import Place, place_of
from referrals.staff.roles import Role, Scope, Staff, administrators_only
from referrals.staff.sessions import end_all
from referrals.staff.tables import UserRow
from referrals.storage.database import Database

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from referrals.administration.tables import DecisionRow

APPROVED, REFUSED, TAKEN_BACK = "approved", "refused", "taken_back"


@dataclass(frozen=True)
class Approved:
    """What came of it, this once: the half that is an invitation's or a system's, or nothing.

    Whoever asked, ``asked_by``, has the code without which it opens nothing.
    """

    kind: Kind
    subject: str = ""
    asked_by: str = ""
    invitation: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Show no secret."""
        return f"Approved({self.kind})"


class Approving:
    """Approves and refuses. ``staff`` None is the command line; else an administrator."""

    def __init__(self, database: Database, staff: Staff | None) -> None:
        if staff is not None:
            administrators_only(staff)
        self._database = database
        self._staff = staff
        self._by = staff.id if staff else None
        self._actor = staff.name if staff else Machine.COMMAND_LINE

    def approve(self, decision_id: int, now: datetime) -> Approved:
        """Do what was asked for, and tell whom it is about.

        Raises NotThere, or RefusedChange (``own``: asked for by the same person, or about them;
        ``place``, ``taken``: it cannot be done any more; ``old``: asked for before links and tokens
        came in two halves; ``replaced``: asked for anew, perhaps otherwise, under another number).
        """
        with self._database.write() as session:
            row = self._found(session, decision_id, now)
            if self._staff is not None and self._staff.id in (row.asked_by, row.user_id):
                raise RefusedChange("own")
            user = session.get(UserRow, row.user_id) if row.user_id else None
            if row.user_id and not _is_as_asked(row, user):
                raise NotThere
            if row.kind in OPENS and row.code_hash is None:
                raise RefusedChange("old")
            asker = session.get_one(UserRow, row.asked_by).name
            about = user.name if user else row.subject or ""
            approved = Approved(Kind(row.kind), about, asker)
            approved, left_ward = self._do(session, row, user, approved, now)
            chain.append(session, now, self._actor, f"approve_{row.kind}", record_of(row))
            named = asker if row.rule else row.subject
            decisions.tell(session, row.kind, user, named, place_of(row), now)
            decisions.settle(row, self._by, APPROVED, now)
        if left_ward and row.user_id:
            placing.end_as_nurse(self._database, row.user_id, now, self._actor)
        return approved

    def _do(
        self,
        session: Session,
        row: DecisionRow,
        user: UserRow | None,
        approved: Approved,
        now: datetime,
    ) -> tuple[Approved, bool]:
        """Do it; give what came of it, and whether the user is a nurse no more."""
        match approved.kind:
            case Kind.INVITE | Kind.PASSWORD:
                return self._link(session, row, approved, now), False
            case Kind.SYSTEM:
                return self._token(session, row, approved, now), False
            case Kind.ROLE:
                return approved, self._place(session, row, user, now)
            case Kind.SECOND_FACTOR:
                self._forget_factor(session, user, now)
            case Kind.REINSTATE:
                self._reinstate(session, user, now)
            case Kind.RULE:
                rules.put(session, row, approved.asked_by, self._actor, now)
        return approved, False

    def refuse(self, decision_id: int, now: datetime) -> None:
        """Refuse it, or take back what one asked for oneself.

        Raises NotThere, or RefusedChange (``replaced``).
        """
        with self._database.write() as session:
            row = self._found(session, decision_id, now)
            own = self._staff is not None and self._staff.id == row.asked_by
            outcome = TAKEN_BACK if own else REFUSED
            chain.append(session, now, self._actor, "refuse_decision", record_of(row))
            decisions.settle(row, self._by, outcome, now)

    def _found(self, session: Session, decision_id: int, now: datetime) -> DecisionRow:
        chain.lock(session)
        row = decisions.find(session, decision_id, now)
        if row is None and decisions.is_replaced(session, decision_id):
            raise RefusedChange("replaced")
        if row is None:
            raise NotThere
        return row

    def _link(
        self, session: Session, row: DecisionRow, approved: Approved, now: datetime
    ) -> Approved:
        secret = secrets.token_urlsafe(32)
        user = session.get(UserRow, row.user_id) if row.user_id else None
        role = Role(user.role) if user else Role(row.role or "")
        place = place_of(user or row)
        _check(session, role, place, now)
        lifetime = house_rules.read(session, HouseRules()).invite_lifetime
        invites.add(
            session,
            secret,
            role,
            place,
            invited=row.subject,
            invited_by=row.asked_by,
            user_id=row.user_id,
            code_hash=row.code_hash,
            created_at=now,
            expires_at=now + lifetime,
        )
        return replace(approved, invitation=secret)

    def _token(
        self, session: Session, row: DecisionRow, approved: Approved, now: datetime
    ) -> Approved:
        scopes = [Scope(each) for each in (row.scopes or "").split("+")]
        code, half = row.municipality_code or "", row.code_hash or ""
        try:
            token = service_accounts.make(
                session, approved.subject, code, scopes, approved.asked_by, now, other_half=half
            )
        except BadAccount as bad:
            raise RefusedChange(bad.why) from bad
        return replace(approved, token=token)

    def _place(
        self, session: Session, row: DecisionRow, user: UserRow | None, now: datetime
    ) -> bool:
        role, place = Role(row.role or ""), place_of(row)
        _check(session, role, place, now)
        if user is None:
            raise NotThere
        if (role, place) == (Role(user.role), place_of(user)):
            return False
        return placing.put(session, user, role, place, now, self._actor)

    def _reinstate(self, session: Session, user: UserRow | None, now: datetime) -> None:
        if user is None:
            raise NotThere
        user.suspended_at = None
        chain.append(session, now, self._actor, "reinstate", f"user:{user.id}")

    def _forget_factor(self, session: Session, user: UserRow | None, now: datetime) -> None:
        if user is None:
            raise NotThere
        user.second_factor = user.second_factor_step = None
        passkeys.forget_all(session, user.id)
        end_all(session, user.id, now)
        chain.append(session, now, self._actor, "reset_second_factor", f"user:{user.id}")


def _is_as_asked(row: DecisionRow, user: UserRow | None) -> bool:
    """Tell whether the user is there: to be let in again, suspended, and not for anything else."""
    suspended = user is not None and user.suspended_at is not None
    return user is not None and suspended is (row.kind == Kind.REINSTATE)


def _check(session: Session, role: Role, place: Place, now: datetime) -> None:
    try:
        check_place(session, role, place, now)
    except BadInvite as bad:
        raise RefusedChange(bad.why) from bad
