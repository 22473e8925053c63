"""Giving a user another role or place, with all that follows from it. Asks nobody whether."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.queue.handing_over import hand_over
from referrals.staff.places import Place, place_of
from referrals.staff.roles import MUNICIPAL_ROLES, Role
from referrals.staff.sessions import end_all
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.telegram import chats
from referrals.turns.drafts import end_drafts


def put(
    session: Session, row: UserRow, role: Role, place: Place, now: datetime, actor: str
) -> bool:
    """Give the user role and place; tell whether they are no nurse any more.

    What changed stands in the audit log. Another role logs out; whoever no longer works for a
    municipality gives open work back to everybody there.
    """
    before, there = Role(row.role), place_of(row)
    user = f"user:{row.id}"
    if role is not before:
        row.role = role.value
        end_all(session, row.id, now)  # another role may ask for a second factor
        chain.append(session, now, actor, "change_user_role", f"{user}:{before}>{role}")
    if place != there:
        row.ward_id, row.hospital_id = place.ward_id, place.hospital_id
        row.municipality_code = place.municipality_code
        chain.append(session, now, actor, "change_user_place", f"{user}:from:{_key(there)}")
        chain.append(session, now, actor, "change_user_place", f"{user}:to:{_key(place)}")
    session.flush()
    left = there.municipality_code is not None and place != there
    if left or (before in MUNICIPAL_ROLES and role not in MUNICIPAL_ROLES):
        hand_over(session, row, None, now, actor)
    return before is Role.NURSE and role is not before


def end_as_nurse(database: Database, user_id: int, now: datetime, actor: str) -> None:
    """End the chat in Telegram and what was under way, in a transaction of its own.

    A turn locks its encounter first and the audit log second: in this order here as well.
    """
    with database.write() as session:
        chats.suspend(session, user_id, now, actor)
        end_drafts(session, user_id, now, actor)


def _key(place: Place) -> str:
    return place.ward_id or place.hospital_id or place.municipality_code or "-"
