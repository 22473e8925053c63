"""What each member of staff wants to be told of, and by which channel. Off is a choice as well."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.allowances.spending import Allowances
from referrals.audit import chain
from referrals.notices import own_address
from referrals.notices.kinds import RULES, NoticeKind, kinds_for
from referrals.notices.tables import NoticeChoiceRow
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import UserRow
from referrals.storage.database import Database

LONGEST_ADDRESS = 120
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9æøåÆØÅ-]+(\.[A-Za-z0-9æøåÆØÅ-]+)+")


class BadAddress(ValueError):
    """No e-mail address that we could write to, or (``domain``) none that the house allows."""

    def __init__(self, why: str = "shape") -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Choice:
    """Whether somebody wants ``kind`` by ``channel``."""

    kind: NoticeKind
    channel: str
    wanted: bool


@dataclass(frozen=True)
class Choices:
    """All that somebody may choose, and where e-mail goes to.

    ``unconfirmed`` is the address that no notice goes to before the code of our mail was given.
    """

    email: str
    choices: list[Choice]
    unconfirmed: str = ""


class NoticeChoices:
    """The choices of one member of staff, among the channels that this installation has."""

    def __init__(self, database: Database, staff: Staff, channels: Collection[str]) -> None:
        self._database = database
        self._staff = staff
        self._channels = sorted(channels)
        self._allowances = Allowances(database)

    def read(self, now: datetime) -> Choices:
        """Give the choices as they stand, by default where none was made."""
        with self._database.read() as session:
            row = session.get_one(UserRow, self._staff.id)
            made = _made(session, [row.id])
            unconfirmed = own_address.asked(session, row.id, now)
        kinds = kinds_for(self._staff)
        return Choices(
            row.email or "",
            [
                Choice(kind, channel, _wanted(made, row, kind, channel))
                for kind in kinds
                for channel in self._channels
            ],
            unconfirmed,
        )

    def change(
        self, wanted: Mapping[tuple[NoticeKind, str], bool], email: str | None, now: datetime
    ) -> None:
        """Change the choices that are named; kinds of other roles are left alone.

        ``email`` is the new address, empty for none, None to leave it. Notices go to it once the
        code of the mail that is sent there was given. Raises BadAddress, or TooManyAttempts.
        """
        address = None if email is None else _address(email)
        asks = bool(address) and self._is_new(address or "", now)
        if asks:
            self._allowances.spend(own_address.MAILS, str(self._staff.id), now)
        allowed = {(kind, channel) for kind in kinds_for(self._staff) for channel in self._channels}
        with self._database.write() as session:
            chain.lock(session)
            row = session.get_one(UserRow, self._staff.id)
            if asks:
                own_address.ask(session, row.id, address or "", now)
            elif address is not None and address in ("", row.email):
                own_address.forget(session, row.id, now)
                row.email = address or None
            for (kind, channel), value in wanted.items():
                if (kind, channel) in allowed:
                    session.merge(
                        NoticeChoiceRow(
                            user_id=row.id, kind=kind.value, channel=channel, wanted=value
                        )
                    )
            chain.append(session, now, row.name, "change_notices", f"user:{row.id}")

    def confirm(self, code: str, now: datetime) -> bool:
        """Have notices go to the address by the code that was sent there. Raises TooManyAttempts.

        False if the code is another, or older than a day.
        """
        self._allowances.spend(own_address.CODES, str(self._staff.id), now)
        with self._database.write() as session:
            chain.lock(session)
            row = session.get_one(UserRow, self._staff.id)
            confirmed = own_address.confirm(session, row, code, now)
            if confirmed:
                chain.append(session, now, row.name, "confirm_email", f"user:{row.id}")
        return confirmed

    def _is_new(self, address: str, now: datetime) -> bool:
        """Tell whether an address is neither in use nor asked for. Raises BadAddress."""
        with self._database.read() as session:
            if not own_address.is_allowed(session, address):
                raise BadAddress("domain")
            row = session.get_one(UserRow, self._staff.id)
            return address not in (row.email, own_address.asked(session, row.id, now))


def who_wants(
    session: Session, kind: NoticeKind, users: Iterable[UserRow], channel: str
) -> list[UserRow]:
    """Give those of ``users`` who want ``kind`` by ``channel``."""
    rows = list(users)
    made = _made(session, [row.id for row in rows])
    return [row for row in rows if _wanted(made, row, kind, channel)]


_Made = Mapping[tuple[int, str, str], bool]


def _made(session: Session, users: list[int]) -> _Made:
    found = session.scalars(select(NoticeChoiceRow).where(NoticeChoiceRow.user_id.in_(users)))
    return {(row.user_id, row.kind, row.channel): row.wanted for row in found}


def _wanted(made: _Made, row: UserRow, kind: NoticeKind, channel: str) -> bool:
    by_default = Role(row.role) in RULES[kind].by_default
    if RULES[kind].always:
        return by_default
    return made.get((row.id, kind.value, channel), by_default)


def _address(email: str) -> str:
    address = email.strip()
    if address and (len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address)):
        raise BadAddress
    try:
        address.rpartition("@")[2].encode("idna")  # as the net writes a domain
    except UnicodeError:
        raise BadAddress from None
    return address
