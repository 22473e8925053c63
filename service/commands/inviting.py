"""Invitations from the command line, for whoever may read the data directory."""

from __future__ import annotations

from referrals.installation.own_facts import is_demo, is_in_use
from referrals.staff.invites import BadInvite
from referrals.staff.places import Place
from referrals.staff.roles import Role
from service.composition import open_store
from service.demo.log_ins import logins
from service.errors import UserError
from service.settings import Settings


def invitation_link(settings: Settings, role: Role, place: Place) -> str:
    """Give the address that somebody opens to become a user. It works once.

    Raises UserError if the role does not belong to such a place, or the place is not there.
    """
    with open_store(settings) as store:
        try:
            secret = store.invitations.invite(None, role, place, store.around.now())
        except BadInvite:
            raise UserError(
                "role and place do not fit: a nurse needs --ward, a lead --ward or --hospital, an "
                "adviser or course_manager --municipality, an administrator none; and it must exist"
            ) from None
    return f"{settings.base_url}/invitation/{secret}"


def first_steps(settings: Settings) -> list[str]:
    """Say who can log in to a demo, or how the first administrator gets in where nobody can."""
    with open_store(settings) as store, store.database.read() as session:
        if is_demo(session):
            return logins()
        if is_in_use(session):
            return []
    told = "nobody can log in yet; invite two administrators (letting people in takes two): "
    return [f"{told}./henvis invite --role administrator, once for each"]
