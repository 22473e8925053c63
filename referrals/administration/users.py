"""What an administrator does with users. Reads no identity of patients.

Every change is written to the audit log in the transaction that makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from referrals.administration import decisions
from referrals.administration.decisions import Kind, Wish
from referrals.audit import chain
from referrals.notices import own_address
from referrals.queue.handing_over import hand_over
from referrals.referral.tables import ReferralRow
from referrals.staff import passkeys
from referrals.staff.accounts import staff_of
from referrals.staff.invites import BadInvite, check_place, checked_display_name
from referrals.staff.places import Place, place_name, place_of
from referrals.staff.roles import MUNICIPAL_ROLES, Role, Staff, administrators_only
from referrals.staff.sessions import end_all
from referrals.staff.tables import InviteRow, SessionRow, UserRow
from referrals.staff.two_halves import Half
from referrals.storage.database import Database
from referrals.storage.paging import page
from referrals.telegram import chats, enrolment
from referrals.turns.drafts import end_drafts
from referrals.vault.vault import Vault


class NotThere(Exception):
    """There is no such user, ward, hospital or municipality."""


class RefusedChange(ValueError):
    """A change that would do harm; ``why`` is a code that the page has words for."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class User:
    """One user in the list."""

    id: int
    name: str
    display_name: str
    role: Role
    place: str
    suspended_at: datetime | None
    has_second_factor: bool


@dataclass(frozen=True)
class UserCard:
    """One user with what the administrator has to know before suspending."""

    user: User
    at: Place
    sessions: int
    last_seen_at: datetime | None
    open_referrals: int
    colleagues: list[User]


@dataclass(frozen=True)
class UserPage:
    """Up to fifty users by name; ``next_after`` asks for the next page."""

    users: list[User]
    next_after: str | None


class Administration:
    """The administrator's work on users. Raises NotAllowed for anybody else."""

    def __init__(self, database: Database, staff: Staff) -> None:
        administrators_only(staff)
        self._database = database
        self._staff = staff

    def users(
        self,
        *,
        words: str = "",
        role: Role | None = None,
        suspended: bool | None = None,
        after: str = "",
    ) -> UserPage:
        """List users by name: those whose name holds ``words``, of one role, active or not."""
        query = select(UserRow).where(UserRow.name > after).order_by(UserRow.name)
        if words.strip() and words.isprintable():
            like = f"%{_escaped(words.strip())}%"
            query = query.where(
                or_(
                    UserRow.name.ilike(like, escape="\\"),
                    UserRow.display_name.ilike(like, escape="\\"),
                )
            )
        if role is not None:
            query = query.where(UserRow.role == role.value)
        if suspended is not None:
            stopped = UserRow.suspended_at
            query = query.where(stopped.is_not(None) if suspended else stopped.is_(None))
        with self._database.read() as session:
            rows, following = page(session, query, lambda row: row.name)
            return UserPage([_user(session, row) for row in rows], following)

    def user(self, user_id: int, now: datetime) -> UserCard:
        """Show one user, with the colleagues who could take over. Raises NotThere."""
        with self._database.read() as session:
            row = _known(session, user_id)
            live = session.execute(
                select(func.count(), func.max(SessionRow.last_seen_at)).where(
                    SessionRow.user_id == user_id,
                    SessionRow.revoked_at.is_(None),
                    SessionRow.expires_at > now,
                )
            ).one()
            assigned = session.scalar(
                select(func.count())
                .select_from(ReferralRow)
                .where(ReferralRow.assigned_to == user_id, ReferralRow.open.is_(True))
            )
            return UserCard(
                user=_user(session, row),
                at=place_of(row),
                sessions=live[0],
                last_seen_at=live[1],
                open_referrals=assigned or 0,
                colleagues=[_user(session, one) for one in _colleagues(session, row)],
            )

    def suspend(self, user_id: int, now: datetime, hand_to: int | None = None) -> None:
        """Let a user in no more: sessions, tokens, links and invitations end, drafts are purged.

        Open work goes to ``hand_to``, a colleague of the same municipality, or back to everybody,
        with the calls that are booked.
        Raises NotThere, or Refused (``self``, ``colleague``).
        """
        if user_id == self._staff.id:
            raise RefusedChange("self")
        with self._database.write() as session:
            chain.lock(session)
            row = _known(session, user_id)
            if hand_to is not None and hand_to not in {c.id for c in _colleagues(session, row)}:
                raise RefusedChange("colleague")
            row.suspended_at = row.suspended_at or now
            end_all(session, user_id, now)
            session.execute(
                update(InviteRow)
                .where(
                    or_(InviteRow.invited_by == user_id, InviteRow.user_id == user_id),
                    InviteRow.used_at.is_(None),
                    InviteRow.expires_at > now,
                )
                .values(expires_at=now)
            )
            enrolment.end_invites(session, user_id, now)
            self._note(session, now, "suspend", f"user:{user_id}")
            session.flush()
            taker = session.get(UserRow, hand_to) if hand_to is not None else None
            handed = hand_over(session, row, taker, now, self._staff.name)
            if handed.referrals or handed.calls or handed.unmet:
                to = f"user:{hand_to}" if hand_to else "everybody"
                what = f"{handed.referrals}:{handed.calls}:{handed.unmet}"
                self._note(session, now, "hand_over", f"user:{user_id}>{to}:{what}")
        # A turn locks its encounter first and the audit log second: in this order here as well.
        with self._database.write() as session:
            chats.suspend(session, user_id, now, self._staff.name)
            end_drafts(session, user_id, now, self._staff.name)

    def correct(
        self, user_id: int, display_name: str, role: Role, place: Place, now: datetime
    ) -> bool:
        """Change what a user is called; ask that they do something else, or elsewhere.

        Every role reads identity of its place, or lets others do so: another administrator decides
        on role and place, and True says that it was asked for. Raises NotThere, or RefusedChange
        (``display_name``, ``place``; ``own_role``: nobody changes that of their own).
        """
        with self._database.write() as session:
            chain.lock(session)
            row = _known(session, user_id)
            before, there = Role(row.role), place_of(row)
            moves = (role, place) != (before, there)
            if user_id == self._staff.id and moves:
                raise RefusedChange("own_role")
            if Role.SERVICE in (role, before):
                raise RefusedChange("place")
            try:
                shown = checked_display_name(display_name)
                if moves:
                    check_place(session, role, place, now)
            except BadInvite as bad:
                raise RefusedChange(bad.why) from bad
            if row.display_name != shown:
                row.display_name = shown
                self._note(session, now, "change_user_name", f"user:{user_id}")
            if moves:
                wish = Wish(Kind.ROLE, user_id, role=role, place=place)
                decisions.ask(session, self._staff, [wish], now)
        return moves

    def ask_reinstate(self, user_id: int, now: datetime) -> bool:
        """Ask that a suspended user be let in again; False for one who is. Raises NotThere.

        Another administrator decides, or two could each undo what the other found needed.
        """
        with self._database.write() as session:
            chain.lock(session)
            row = _known(session, user_id)
            if row.suspended_at is None:
                return False
            decisions.ask(session, self._staff, [Wish(Kind.REINSTATE, row.id)], now)
            return True

    def ask_reset(self, user_id: int, now: datetime) -> None:
        """Ask that a lost second factor be forgotten: another administrator decides.

        Raises NotThere, or RefusedChange (``self``): one's own is replaced on one's own page, where
        the old one is asked for.
        """
        self._ask_about(user_id, Kind.SECOND_FACTOR, now)

    def new_password(
        self, user_id: int, now: datetime, vault: Vault, *, by_mail: bool
    ) -> Half | None:
        """Send the user a link to choose a new password by, to their own address.

        Where they have none, or no mail leaves here, it is asked for: another administrator is
        shown the link, and the code that belongs to it is given here, to pass on. Raises NotThere,
        or RefusedChange (``self``).
        """
        if not by_mail:
            return self._ask_about(user_id, Kind.PASSWORD, now)[0]
        with self._database.write() as session:
            chain.lock(session)
            row = self._other(session, user_id)
            if row.email and own_address.is_allowed(session, row.email):
                decisions.mail_password_link(session, vault, self._staff, row, now)
                return None
        return self._ask_about(user_id, Kind.PASSWORD, now)[0]

    def end_sessions(self, user_id: int, now: datetime) -> None:
        """Log a user out everywhere, tokens too, and lock the chat; they may log in again at once.

        Raises NotThere, or RefusedChange (``self``).
        """
        with self._database.write() as session:
            chain.lock(session)
            row = self._other(session, user_id)
            end_all(session, row.id, now)
            self._note(session, now, "end_all_sessions", f"user:{row.id}")
            chats.lock(session, staff_of(row), now, self._staff.name)

    def _ask_about(self, user_id: int, kind: Kind, now: datetime) -> list[Half]:
        with self._database.write() as session:
            chain.lock(session)
            row = self._other(session, user_id)
            return decisions.ask(session, self._staff, [Wish(kind, row.id)], now)

    def _other(self, session: Session, user_id: int) -> UserRow:
        if user_id == self._staff.id:
            raise RefusedChange("self")
        row = _known(session, user_id)
        if row.suspended_at is not None:
            raise NotThere
        return row

    def _note(self, session: Session, now: datetime, action: str, record: str) -> None:
        chain.append(session, now, self._staff.name, action, record)


def _known(session: Session, user_id: int) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotThere
    return row


def _colleagues(session: Session, row: UserRow) -> list[UserRow]:
    if row.municipality_code is None:
        return []
    return list(
        session.scalars(
            select(UserRow)
            .where(
                UserRow.municipality_code == row.municipality_code,
                UserRow.role.in_([role.value for role in MUNICIPAL_ROLES]),
                UserRow.suspended_at.is_(None),
                UserRow.id != row.id,
            )
            .order_by(UserRow.display_name)
        )
    )


def _user(session: Session, row: UserRow) -> User:
    return User(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=Role(row.role),
        place=place_name(session, row),
        suspended_at=row.suspended_at,
        has_second_factor=row.second_factor is not None or passkeys.has_any(session, row.id),
    )


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
