"""Who may enter the pages and calls of the inbox."""

from __future__ import annotations

from fastapi import Request

from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.feed.change_feed import ChangeFeed
from referrals.figures.municipal_figures import MunicipalFigures
from referrals.follow_up.attendance import Attendance
from referrals.follow_up.calling_off import CallingOff
from referrals.follow_up.follow_ups import FollowUps
from referrals.follow_up.phone_call import PhoneCalls
from referrals.follow_up.roll import CourseRolls
from referrals.follow_up.seats_and_calls import SeatsAndCalls
from referrals.programs.once import Once
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.queue.search import NamesFound, search_names
from referrals.staff.roles import (
    NotAllowed,
    NotFresh,
    NotSignedIn,
    Role,
    Staff,
    System,
    municipality_of,
)

_READS = ("GET", "HEAD")
SCOPE = "x-scope"
"""What a route names in its ``openapi_extra`` so that systems with that scope may call it."""


def signed_in(request: Request) -> Staff:
    """Give the signed-in person, whatever the role. Raises NotSignedIn.

    A system comes in where the route names a scope that it has, and nowhere else: NotAllowed.
    """
    staff: Staff | None = request.state.staff
    if staff is None:
        raise NotSignedIn
    if isinstance(staff, System):
        named = (request.scope["route"].openapi_extra or {}).get(SCOPE)
        if named not in staff.scopes:
            raise NotAllowed
    return staff


def freshly_proved(request: Request) -> Staff:
    """Give the signed-in person who gave a password or a factor just now. Raises NotFresh.

    For what changes how people prove who they are, or gives others a way in. A token never is.
    """
    staff = signed_in(request)
    if not request.state.fresh:
        raise NotFresh
    return staff


def fresh_to_change(request: Request) -> Staff:
    """Give the signed-in person; to change something takes a fresh proof: NotFresh."""
    return signed_in(request) if request.method in _READS else freshly_proved(request)


def at_a_browser(request: Request) -> Staff:
    """Give the signed-in person who logged in. Raises NotAllowed for who came by a token."""
    staff = signed_in(request)
    if request.state.log_in_ends is None:
        raise NotAllowed
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
    municipality_of(staff)
    return staff


def own_queue(request: Request) -> MunicipalQueue:
    """Give the queue of the signed-in person's municipality. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return MunicipalQueue(state.database, state.vault, municipal(request), _once(request))


def own_seats_and_calls(request: Request) -> SeatsAndCalls:
    """Give what the own municipality has reserved. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return SeatsAndCalls(state.database, state.vault, municipal(request), _once(request))


def search_own_names(request: Request, words: str) -> NamesFound:
    """Find people of the own queue by a part of the name. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    staff = municipal(request)
    return search_names(state.database, state.vault, staff, words, state.now())


def own_feed(request: Request) -> ChangeFeed:
    """Give what changes in the own municipality. Raises NotSignedIn or NotAllowed."""
    return ChangeFeed(request.app.state.database, municipal(request))


def own_follow_ups(request: Request) -> FollowUps:
    """Give what the own municipality follows up. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return FollowUps(state.database, state.vault, municipal(request), _once(request))


def own_phone_calls(request: Request) -> PhoneCalls:
    """Give the calls of the own municipality. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return PhoneCalls(state.database, state.vault, municipal(request), _once(request))


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


def own_rolls(request: Request) -> CourseRolls:
    """Give the people of the own municipality's courses. Raises NotSignedIn or NotAllowed."""
    state = request.app.state
    return CourseRolls(state.database, state.vault, municipal(request))


def own_calling_off(request: Request) -> CallingOff:
    """Let somebody call a course off who may. Raises NotSignedIn or NotAllowed."""
    own_catalogue_to_change(request)
    return CallingOff(request.app.state.database, municipal(request))


def own_figures(request: Request) -> MunicipalFigures:
    """Give the figures of the signed-in person's municipality. Raises NotSignedIn or NotAllowed."""
    return MunicipalFigures(request.app.state.database, signed_in(request))


def _once(request: Request) -> Once | None:
    """Give the fingerprint of a call that is to be carried out once."""
    kept: Once | None = getattr(request.state, "once", None)
    return kept
