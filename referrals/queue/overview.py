"""Every municipality's open referrals, for operations on the machine itself; without identity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from referrals.queue import reading
from referrals.queue.filters import Wanted
from referrals.queue.view import QueueEntry
from referrals.referral.tables import ReferralRow
from referrals.staff.tables import UserRow, WardRow
from referrals.storage.database import Database


def queue_overview(
    database: Database, municipality: str | None, now: datetime
) -> Iterator[tuple[str, QueueEntry]]:
    """Give the open referrals with their municipality's code, due first, without identity.

    Pages and API use a ``MunicipalQueue``.
    """
    query = select(ReferralRow).where(ReferralRow.open.is_(True))
    if municipality is not None:
        query = query.where(ReferralRow.municipality_code == municipality)
    query = query.order_by(*Wanted().order).execution_options(yield_per=500)
    with database.read() as session:
        wards = dict(iter(session.execute(select(WardRow.id, WardRow.name))))
        users = {user.id: user for user in session.scalars(select(UserRow))}
        for row in session.scalars(query):
            ward, adviser = wards.get(row.ward_id, ""), users.get(row.assigned_to or 0)
            yield row.municipality_code, reading.entry(row, ward, adviser, now)
