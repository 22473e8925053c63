"""Invitations: who may work with Henvis, in which role and where.

The link is shown once; only the hash of its secret is kept. The same kind of link lets somebody who
is known already choose a new password.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import RESERVED, Machine
from referrals.staff.accounts import NO_PASSWORD, Accounts
from referrals.staff.passwords import check_password
from referrals.staff.places import Place, place_name
from referrals.staff.roles import PEOPLE, NotAllowed, Role, Staff
from referrals.staff.sessions import digest, end_all, public_id
from referrals.staff.tables import (
    HospitalRow,
    InviteRow,
    MunicipalityRow,
    OutsideIdentityRow,
    UserRow,
    WardRow,
)
from referrals.staff.two_halves import fits, parted
from referrals.storage.database import Database
from referrals.vault.vault import Vault

NAME = re.compile(r"[a-z0-9æøå][a-z0-9æøå.@_+-]{2,79}")
LONGEST_DISPLAY_NAME = 120
MOST_AT_ONCE = 100
"""So many can be invited in one go."""


class NoInvite(Exception):
    """There is no such invitation: unknown, used, taken back or too old."""


class BadInvite(ValueError):
    """An invitation that cannot be made or accepted; ``why`` names the field or the reason."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Invite:
    """One invitation. ``name`` is set if it is for somebody known, to choose a new password.

    ``invited`` is the name or e-mail address that the invitation bears, empty for none.
    """

    id: str
    role: Role
    place: str
    created_at: datetime
    expires_at: datetime
    name: str | None = None
    display_name: str = ""
    invited: str = ""
    asks_code: bool = False
    """Whether the link is half of it, and the other half a code that somebody else passes on."""


@dataclass(frozen=True)
class Made:
    """A new invitation: for whom, and its secret, this once."""

    invited: str
    secret: str

    def __repr__(self) -> str:
        """Show neither."""
        return "Made()"


class Invitations:
    """Makes, lists, takes back and redeems invitations."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    def invite(
        self, by: Staff | None, role: Role, place: Place, now: datetime, invited: str = ""
    ) -> str:
        """Give the secret of a new invitation; ``by`` None is the command line.

        Raises like ``invite_all``.
        """
        [made] = self.invite_all(by, role, place, [invited], now)
        return made.secret

    def invite_all(
        self, by: Staff | None, role: Role, place: Place, invited: Sequence[str], now: datetime
    ) -> list[Made]:
        """Make an invitation for each name or e-mail address, all of them or none.

        A lead invites the nurses of their own ward or hospital, the command line anybody; an
        administrator nobody alone (``referrals/administration/decisions.py``). Raises NotAllowed,
        or BadInvite: the role does not belong to such a place (``place``), a name will not do
        (``invited``), there are too many (``many``).
        """
        people = checked_people(invited)
        made = [Made(each, secrets.token_urlsafe(32)) for each in people]
        with self._database.write() as session:
            check_place(session, role, place, now)
            if by is not None and not _may_invite(session, by, role, place):
                raise NotAllowed
            where = place.ward_id or place.hospital_id or place.municipality_code or "-"
            actor = by.name if by else Machine.COMMAND_LINE
            expires_at = now + self._accounts.rules().invite_lifetime
            for each in made:
                add(
                    session,
                    each.secret,
                    role,
                    place,
                    invited=each.invited or None,
                    invited_by=by.id if by else None,
                    created_at=now,
                    expires_at=expires_at,
                )
                record = f"invite:{role.value}:{where}"
                chain.append(session, now, actor, "invite", record)
        return made

    def open_ones(self, staff: Staff, now: datetime) -> list[Invite]:
        """List the invitations that are still to be used: all, or those that a lead made."""
        with self._database.read() as session:
            rows = session.scalars(
                select(InviteRow)
                .where(_is_open(now), _made_by(staff))
                .order_by(InviteRow.created_at.desc())
                .limit(200)
            ).all()
            return [_invite(session, row) for row in rows]

    def take_back(self, staff: Staff, invite_id: str, now: datetime) -> bool:
        """Make an invitation useless; False if there is no such open one within reach."""
        with self._database.write() as session:
            rows = session.scalars(select(InviteRow).where(_is_open(now), _made_by(staff))).all()
            for row in rows:
                if public_id(row.secret_hash) == invite_id:
                    row.expires_at, row.invited = now, None
                    chain.append(session, now, staff.name, "take_back_invite", f"invite:{row.role}")
                    return True
        return False

    def read(self, secret: str, now: datetime) -> Invite:
        """Give an invitation to whoever holds its link. Raises NoInvite."""
        with self._database.read() as session:
            return _invite(session, _opened(session, secret, now))

    def read_whole(self, secret: str, now: datetime) -> Invite:
        """Give it to whoever holds all of it, the link and the code where it asks for one.

        Raises NoInvite, or BadInvite (``code``).
        """
        with self._database.read() as session:
            row = _opened(session, secret, now)
            _check_code(row, secret)
            return _invite(session, row)

    def accept(
        self, secret: str, name: str, display_name: str, password: str, now: datetime
    ) -> str:
        """Redeem an invitation with a password, and give the name to log in with.

        ``secret`` is the link's, joined with the code where it asks for one. For somebody known it
        sets the password and ends all sessions. Raises NoInvite, BadInvite (``code``, ``name``,
        ``taken``, ``display_name``) or WeakPassword.
        """
        offered = self.read_whole(secret, now)
        name = offered.name or checked_name(name)
        shown = offered.display_name or checked_display_name(display_name)
        check_password(password, (name, shown, offered.invited, offered.place))
        hashed = self._accounts.hash_password(password)
        with _unless_taken(), self._database.write() as session:
            row = _redeem(session, secret, now)
            if row.user_id is None:
                row.user_id = _new_user(session, row, name, shown, hashed)
            else:
                session.get_one(UserRow, row.user_id).password_hash = hashed
                end_all(session, row.user_id, now)
            chain.append(session, now, name, "accept_invite", f"user:{row.user_id}")
        return name

    def accept_outside(
        self, secret: str, issuer: str, subject: str, name: str, display_name: str, now: datetime
    ) -> int:
        """Redeem an invitation by a log-in outside; the user has no password here. Gives the id.

        Raises NoInvite, or BadInvite if the code is wrong or the name or the subject is taken.
        """
        known = self.read_whole(secret, now).name
        name = known or checked_name(name)
        with _unless_taken(), self._database.write() as session:
            row = _redeem(session, secret, now)
            if row.user_id is None:
                shown = display_name.strip()[:LONGEST_DISPLAY_NAME] or name
                row.user_id = _new_user(session, row, name, shown, NO_PASSWORD)
            session.add(
                OutsideIdentityRow(
                    issuer=issuer, subject=subject, user_id=row.user_id, linked_at=now
                )
            )
            session.flush()
            chain.append(session, now, name, "accept_invite_outside", f"user:{row.user_id}")
            return row.user_id


def checked_people(invited: Sequence[str]) -> list[str]:
    """Give the names or addresses, each once. Raises BadInvite (``invited``, ``many``)."""
    people = list(dict.fromkeys(" ".join(each.split()) for each in invited))
    if not all(len(each) <= LONGEST_DISPLAY_NAME and each.isprintable() for each in people):
        raise BadInvite("invited")
    if not 0 < len(people) <= MOST_AT_ONCE:
        raise BadInvite("many")
    return people


def add(session: Session, secret: str, role: Role, place: Place, **more: Any) -> None:
    """Write an invitation down in the caller's transaction, who has judged whether it may be.

    ``more`` are columns of the table besides; with ``user_id`` it lets that user choose a password.
    """
    row = InviteRow(
        secret_hash=digest(secret),
        role=role.value,
        ward_id=place.ward_id,
        hospital_id=place.hospital_id,
        municipality_code=place.municipality_code,
        **more,
    )
    session.add(row)


def mailed_secret(vault: Vault, nonce: str) -> str:
    """Derive the secret of a link that leaves by mail, so that no letter that waits holds it."""
    return vault.lasting_secret("invitation", nonce)


def checked_name(name: str) -> str:
    """Give a name to log in with in its one spelling. Raises BadInvite.

    Refuses what the machine itself is called in the log.
    """
    wanted = name.strip().casefold()
    if not NAME.fullmatch(wanted) or wanted in RESERVED:
        raise BadInvite("name")
    return wanted


def checked_display_name(name: str) -> str:
    """Give the name by which colleagues know somebody. Raises BadInvite."""
    shown = name.strip()
    if not (0 < len(shown) <= LONGEST_DISPLAY_NAME and shown.isprintable()):
        raise BadInvite("display_name")
    return shown


@contextmanager
def _unless_taken() -> Iterator[None]:
    """Raise BadInvite where the database finds the same name or subject."""
    try:
        yield
    except IntegrityError as error:
        raise BadInvite("taken") from error


def _redeem(session: Session, secret: str, now: datetime) -> InviteRow:
    """Mark an invitation used, once only even if two come at the same time."""
    key = digest(parted(secret)[0])
    used = session.execute(
        update(InviteRow)
        .where(InviteRow.secret_hash == key, _is_open(now))
        .values(used_at=now, invited=None)
        .returning(InviteRow.secret_hash)
    ).all()
    if not used:
        raise NoInvite
    row = session.get_one(InviteRow, key)
    _check_code(row, secret)
    return row


def _opened(session: Session, secret: str, now: datetime) -> InviteRow:
    row = session.get(InviteRow, digest(parted(secret)[0]))
    if row is None or row.used_at or now >= row.expires_at:
        raise NoInvite
    return row


def _check_code(row: InviteRow, secret: str) -> None:
    if not fits(parted(secret)[1], row.code_hash):
        raise BadInvite("code")


def _new_user(session: Session, invite: InviteRow, name: str, shown: str, hashed: str) -> int:
    user = UserRow(
        name=name,
        display_name=shown,
        role=invite.role,
        ward_id=invite.ward_id,
        hospital_id=invite.hospital_id,
        municipality_code=invite.municipality_code,
        password_hash=hashed,
        language="da",
    )
    session.add(user)
    session.flush()
    return user.id


def check_place(session: Session, role: Role, place: Place, now: datetime) -> None:
    """Raise BadInvite unless the place is of the kind that the role works at, and is there."""
    if role not in PEOPLE:
        raise BadInvite("place")
    wanted = {
        Role.NURSE: (place.ward_id,),
        Role.LEAD: (place.ward_id or place.hospital_id,),
        Role.ADVISER: (place.municipality_code,),
        Role.COURSE_MANAGER: (place.municipality_code,),
        Role.ADMINISTRATOR: (),
    }.get(role)
    if wanted is None:  # no person
        raise BadInvite("place")
    given = [part for part in (place.ward_id, place.hospital_id, place.municipality_code) if part]
    if sorted(given) != sorted(part or "" for part in wanted):
        raise BadInvite("place")
    ward = session.get(WardRow, place.ward_id) if place.ward_id else None
    if place.ward_id and (ward is None or (ward.valid_to and ward.valid_to <= now)):
        raise BadInvite("place")
    if place.hospital_id and session.get(HospitalRow, place.hospital_id) is None:
        raise BadInvite("place")
    code = place.municipality_code
    if code and session.get(MunicipalityRow, code) is None:
        raise BadInvite("place")


def _may_invite(session: Session, by: Staff, role: Role, place: Place) -> bool:
    if by.role is not Role.LEAD or role is not Role.NURSE:
        return False
    if by.ward_id is not None:
        return by.ward_id == place.ward_id
    ward = session.get_one(WardRow, place.ward_id)
    return by.hospital_id is not None and ward.hospital_id == by.hospital_id


def _made_by(staff: Staff) -> ColumnElement[bool]:
    if staff.is_administrator:
        return true()
    return InviteRow.invited_by == staff.id


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(InviteRow.used_at.is_(None), InviteRow.expires_at > now)


def _invite(session: Session, row: InviteRow) -> Invite:
    user = session.get(UserRow, row.user_id) if row.user_id else None
    return Invite(
        id=public_id(row.secret_hash),
        role=Role(row.role),
        place=place_name(session, row),
        created_at=row.created_at,
        expires_at=row.expires_at,
        name=user.name if user else None,
        display_name=user.display_name if user else "",
        invited=row.invited or "",
        asks_code=row.code_hash is not None,
    )
