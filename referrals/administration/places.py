"""Hospitals, wards and municipalities, as the administrator keeps them.

Wards are dated: one that closes or moves stays in the counts of its time, and one that moves goes
on as a new ward to which its staff belongs from then on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from referrals.administration.users import NotThere, RefusedChange
from referrals.audit import chain
from referrals.deferred.running_out import close_list, move_list
from referrals.denmark.contact_details import BadValue, normal_phone
from referrals.denmark.municipalities import Municipality
from referrals.staff.roles import Role, Staff, administrators_only
from referrals.staff.tables import HospitalRow, InviteRow, MunicipalityRow, UserRow, WardRow
from referrals.storage.database import Database

LONGEST_NAME = 120


@dataclass(frozen=True)
class Ward:
    """A ward, open or closed, with the number of active staff that belongs to it."""

    id: str
    hospital: str
    hospital_id: str
    department: str
    name: str
    valid_from: datetime
    valid_to: datetime | None
    staff: int


class Places:
    """The administrator's work on hospitals, wards and municipalities.

    Raises NotAllowed for anybody else.
    """

    def __init__(self, database: Database, staff: Staff) -> None:
        administrators_only(staff)
        self._database = database
        self._staff = staff

    def hospitals(self) -> Sequence[HospitalRow]:
        """List the hospitals by name; closed ones as well."""
        with self._database.read() as session:
            return session.scalars(select(HospitalRow).order_by(HospitalRow.name)).all()

    def wards(self) -> list[Ward]:
        """List all wards by hospital, department and name; closed ones as well."""
        with self._database.read() as session:
            counts = session.execute(
                select(UserRow.ward_id, func.count())
                .where(UserRow.suspended_at.is_(None))
                .group_by(UserRow.ward_id)
            )
            staff = {row[0]: row[1] for row in counts}
            rows = session.execute(
                select(WardRow, HospitalRow.name)
                .join(HospitalRow, HospitalRow.id == WardRow.hospital_id)
                .order_by(HospitalRow.name, WardRow.department, WardRow.name, WardRow.valid_from)
            )
            return [
                Ward(
                    id=ward.id,
                    hospital=hospital,
                    hospital_id=ward.hospital_id,
                    department=ward.department,
                    name=ward.name,
                    valid_from=ward.valid_from,
                    valid_to=ward.valid_to,
                    staff=staff.get(ward.id, 0),
                )
                for ward, hospital in rows
            ]

    def municipalities(self) -> Sequence[MunicipalityRow]:
        """List the municipalities by name."""
        with self._database.read() as session:
            return session.scalars(select(MunicipalityRow).order_by(MunicipalityRow.name)).all()

    def add_hospital(self, name: str, now: datetime) -> str:
        """Add a hospital and give its id. Raises Refused (``name``)."""
        name = _checked(name)
        with self._database.write() as session:
            chain.lock(session)
            key = _fresh_key(session, HospitalRow, name)
            session.add(HospitalRow(id=key, name=name))
            self._note(session, now, "add_hospital", f"hospital:{key}")
        return key

    def rename_hospital(self, hospital_id: str, name: str, now: datetime) -> None:
        """Give a hospital another name. Raises NotThere or Refused (``name``)."""
        name = _checked(name)
        with self._database.write() as session:
            chain.lock(session)
            _open_hospital(session, hospital_id).name = name
            self._note(session, now, "rename_hospital", f"hospital:{hospital_id}")

    def close_hospital(self, hospital_id: str, now: datetime) -> None:
        """Close a hospital; its counts stay, invitations to it end.

        Raises NotThere, or Refused while there are open ``wards`` or ``staff``.
        """
        with self._database.write() as session:
            chain.lock(session)
            row = _open_hospital(session, hospital_id)
            stands = or_(WardRow.valid_to.is_(None), WardRow.valid_to > now)
            wards = select(func.count()).select_from(WardRow)
            if session.scalar(wards.where(WardRow.hospital_id == hospital_id, stands)):
                raise RefusedChange("wards")
            staff = select(func.count()).select_from(UserRow).where(UserRow.suspended_at.is_(None))
            if session.scalar(staff.where(UserRow.hospital_id == hospital_id)):
                raise RefusedChange("staff")
            row.closed_at = now
            _end_invites(session, InviteRow.hospital_id == hospital_id, now)
            self._note(session, now, "close_hospital", f"hospital:{hospital_id}")

    def add_ward(self, hospital_id: str, department: str, name: str, now: datetime) -> str:
        """Open a ward from now on and give its id. Raises NotThere or Refused (``name``)."""
        with self._database.write() as session:
            chain.lock(session)
            key = _open_ward(session, hospital_id, department, name, now)
            self._note(session, now, "add_ward", f"ward:{key}")
        return key

    def rename_ward(self, ward_id: str, name: str, now: datetime) -> None:
        """Give an open ward another name. Raises NotThere or Refused (``name``)."""
        name = _checked(name)
        with self._database.write() as session:
            chain.lock(session)
            _open_one(session, ward_id, now).name = name
            self._note(session, now, "rename_ward", f"ward:{ward_id}")

    def close_ward(self, ward_id: str, now: datetime) -> None:
        """Close a ward that nobody belongs to any more. Raises NotThere or Refused (``staff``)."""
        with self._database.write() as session:
            chain.lock(session)
            row = _open_one(session, ward_id, now)
            belongs = (UserRow.ward_id == ward_id, UserRow.suspended_at.is_(None))
            if session.scalar(select(func.count()).select_from(UserRow).where(*belongs)):
                raise RefusedChange("staff")
            row.valid_to = now
            _end_invites(session, InviteRow.ward_id == ward_id, now)
            close_list(session, ward_id, now)
            self._note(session, now, "close_ward", f"ward:{ward_id}")

    def move_ward(self, ward_id: str, hospital_id: str, department: str, now: datetime) -> str:
        """Close a ward and open it elsewhere, with its staff; give the new id.

        Encounters and referrals stay with the ward where they were held; its list of deferred
        patients goes along with the staff. Raises NotThere, or Refused (``name``, ``same``).
        """
        with self._database.write() as session:
            chain.lock(session)
            old = _open_one(session, ward_id, now)
            if (old.hospital_id, old.department) == (hospital_id, department.strip()):
                raise RefusedChange("same")
            old.valid_to = now
            key = _open_ward(session, hospital_id, department, old.name, now)
            session.execute(update(UserRow).where(UserRow.ward_id == ward_id).values(ward_id=key))
            _end_invites(session, InviteRow.ward_id == ward_id, now)
            move_list(session, ward_id, to=key)
            self._note(session, now, "move_ward", f"ward:{ward_id}>{key}"[:80])
        return key

    def change_phone(self, code: str, phone: str, now: datetime) -> None:
        """Set the number that patients call. Raises NotThere or Refused (``phone``)."""
        try:
            number = normal_phone(phone)
        except BadValue as error:
            raise RefusedChange("phone") from error
        with self._database.write() as session:
            chain.lock(session)
            row = session.get(MunicipalityRow, code)
            if row is None:
                raise NotThere
            row.phone = number
            self._note(session, now, "change_phone", f"municipality:{code}")

    def let_share(self, code: str, now: datetime, *, shares: bool) -> None:
        """Say whether a municipality passes patients on who said yes to that. Raises NotThere."""
        with self._database.write() as session:
            chain.lock(session)
            row = session.get(MunicipalityRow, code)
            if row is None:
                raise NotThere
            row.shares = shares
            action = "start_sharing" if shares else "stop_sharing"
            self._note(session, now, action, f"municipality:{code}")

    def _note(self, session: Session, now: datetime, action: str, record: str) -> None:
        chain.append(session, now, self._staff.name, action, record)


def open_places(database: Database, staff: Staff, now: datetime) -> list[tuple[str, str, str]]:
    """List where somebody can be invited to: kind (afsnit, hospital or kommune), id and name.

    A lead gets the wards that are theirs, an administrator everything, anybody else nothing.
    """
    wards = (
        select(WardRow.id, WardRow.name, HospitalRow.name)
        .join(HospitalRow, HospitalRow.id == WardRow.hospital_id)
        .where(or_(WardRow.valid_to.is_(None), WardRow.valid_to > now))
        .order_by(HospitalRow.name, WardRow.name)
    )
    if staff.role is Role.LEAD and staff.ward_id:
        wards = wards.where(WardRow.id == staff.ward_id)
    elif staff.role is Role.LEAD:
        wards = wards.where(WardRow.hospital_id == staff.hospital_id)
    elif not staff.is_administrator:
        return []
    with database.read() as session:
        found = [("afsnit", key, f"{name}, {where}") for key, name, where in session.execute(wards)]
        if staff.is_administrator:
            stands = select(HospitalRow).where(HospitalRow.closed_at.is_(None))
            hospitals = session.scalars(stands.order_by(HospitalRow.name))
            found += [("hospital", row.id, row.name) for row in hospitals]
            communes = session.scalars(select(MunicipalityRow).order_by(MunicipalityRow.name))
            found += [("kommune", row.code, row.name) for row in communes]
    return found


def ensure_municipalities(database: Database, partners: Iterable[Municipality]) -> None:
    """Add the municipalities that take part and are not there yet, without a phone number."""
    with database.write() as session:
        known = set(session.scalars(select(MunicipalityRow.code)))
        session.add_all(
            MunicipalityRow(code=partner.code, name=partner.name, phone="")
            for partner in partners
            if partner.code not in known
        )


def _open_one(session: Session, ward_id: str, now: datetime) -> WardRow:
    row = session.get(WardRow, ward_id)
    if row is None or (row.valid_to is not None and row.valid_to <= now):
        raise NotThere
    return row


def _open_ward(
    session: Session, hospital_id: str, department: str, name: str, now: datetime
) -> str:
    name, department = _checked(name), _checked(department)
    _open_hospital(session, hospital_id)
    key = _fresh_key(session, WardRow, f"{hospital_id}-{name}")
    session.add(
        WardRow(id=key, hospital_id=hospital_id, department=department, name=name, valid_from=now)
    )
    session.flush()
    return key


def _open_hospital(session: Session, hospital_id: str) -> HospitalRow:
    row = session.get(HospitalRow, hospital_id)
    if row is None or row.closed_at is not None:
        raise NotThere
    return row


def _end_invites(session: Session, to_there: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(InviteRow)
        .where(to_there, InviteRow.used_at.is_(None), InviteRow.expires_at > now)
        .values(expires_at=now)
    )


def _checked(name: str) -> str:
    name = name.strip()
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise RefusedChange("name")
    return name


def _fresh_key(session: Session, table: type[HospitalRow | WardRow], name: str) -> str:
    """Make an id out of a name that is not taken: a to z, digits and hyphens."""
    spelled = name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    stem = re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")[:32] or "sted"
    like = or_(table.id == stem, table.id.startswith(f"{stem}-", autoescape=True))
    taken = set(session.scalars(select(table.id).where(like)))
    number = 2
    key = stem
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key
