"""Who may enter the pages and calls of the inbox."""

from __future__ import annotations

from fastapi import Request

from referrals.attendance import Attendance
from referrals.catalogue import MunicipalCatalogue
from referrals.follow_ups import FollowUps
from referrals.municipal_figures import MunicipalFigures
from referrals.queue import MunicipalQueue
from referrals.staff import NotAllowed, NotSignedIn, Role, Staff


def signed_in(request: Request) -> Staff:
    """Give the signed-in person, whatever the role. Raises NotSignedIn."""
    staff: Staff | None = request.state.staff
    if staff is None:
        raise NotSignedIn
    return staff


def signed_in_as(request: Request, *roles: Role) -> Staff:
    """Give the signed-in person of one of these roles. Raises NotSignedIn or NotAllowed."""
    staff = signed_in(request)
    if staff.role not in roles:
        raise NotAllowed
    return staff


def municipal(request: Request) -> Staff:
    """Give the signed-in person of a municipality. Raises NotSignedIn or NotAllowed."""
    staff = signed_in(request)
    if not staff.is_municipal:
        raise NotAllowed
    return staff


def own_queue(request: Request) -> MunicipalQueue:
    """Give the queue of the signed-in person's municipality. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return MunicipalQueue(state.database, state.vault, municipal(request))


def own_follow_ups(request: Request) -> FollowUps:
    """Give what the own municipality follows up. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return FollowUps(state.database, state.vault, municipal(request))


def own_attendance(request: Request) -> Attendance:
    """Give the attendance of the own municipality's courses. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return Attendance(state.database, state.vault, municipal(request))


def own_catalogue(request: Request) -> MunicipalCatalogue:
    """Give the courses of the signed-in person's municipality. Raises NotSignedIn or NotAllowed."""
    return MunicipalCatalogue(request.app.state.database, municipal(request))


def own_catalogue_to_change(request: Request) -> MunicipalCatalogue:
    """Give the courses to somebody who may change them. Raises NotSignedIn or NotAllowed."""
    catalogue = own_catalogue(request)
    if not catalogue.may_write:
        raise NotAllowed
    return catalogue


def own_figures(request: Request) -> MunicipalFigures:
    """Give the figures of the signed-in person's municipality. Raises NotSignedIn or NotAllowed."""
    return MunicipalFigures(request.app.state.database, signed_in(request))
