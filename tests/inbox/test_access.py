"""Who may enter the pages and calls of the inbox, and with what in hand."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from fastapi import Request

from inbox import access
from inbox.access import SCOPE
from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.feed.change_feed import ChangeFeed
from referrals.figures.municipal_figures import MunicipalFigures
from referrals.follow_up.attendance import Attendance
from referrals.follow_up.calling_off import CallingOff
from referrals.follow_up.follow_ups import FollowUps
from referrals.follow_up.phone_call import PhoneCalls
from referrals.follow_up.roll import CourseRolls
from referrals.follow_up.seats_and_calls import SeatsAndCalls
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.queue.search import NamesFound
from referrals.staff.roles import NotAllowed, NotFresh, NotSignedIn, Role, Scope, Staff, System
from referrals.storage.database import Database
from tests.conftest import FORENOON, World

Enter = Callable[[Request], object]


def staff(role: Role = Role.ADVISER) -> Staff:
    return Staff(1, "anna", "Anna Anden", role, ward_id="w", municipality_code="0151")


def system(*scopes: Scope) -> System:
    return System(
        2, "service:ballerup", "Ballerup", Role.SERVICE, municipality_code="0151",
        scopes=frozenset(scopes),
    )  # fmt: skip


def asked(
    who: Staff | None,
    *,
    scope: str | None = None,
    method: str = "GET",
    fresh: bool = False,
    by_log_in: bool = False,
    database: Database | None = None,
    vault: object = None,
) -> Request:
    """Give a request as it stands once it is known who asks; ``scope`` is what its route names."""
    route = SimpleNamespace(openapi_extra={SCOPE: scope} if scope else None)
    request = {
        "method": method,
        "state": SimpleNamespace(
            staff=who, fresh=fresh, log_in_ends=FORENOON if by_log_in else None
        ),
        "scope": {"route": route},
        "app": SimpleNamespace(
            state=SimpleNamespace(database=database, vault=vault, now=lambda: FORENOON)
        ),
    }
    return SimpleNamespace(**request)  # type: ignore[return-value]


OWN: dict[Enter, type] = {
    access.own_queue: MunicipalQueue,
    access.own_seats_and_calls: SeatsAndCalls,
    access.own_feed: ChangeFeed,
    access.own_follow_ups: FollowUps,
    access.own_phone_calls: PhoneCalls,
    access.own_attendance: Attendance,
    access.own_catalogue: MunicipalCatalogue,
    access.own_catalogue_to_change: MunicipalCatalogue,
    access.own_rolls: CourseRolls,
    access.own_calling_off: CallingOff,
    access.own_figures: MunicipalFigures,
}
"""What each hands to somebody of a municipality."""
EVERY: list[Enter] = [
    *OWN,
    access.signed_in,
    access.freshly_proved,
    access.fresh_to_change,
    access.at_a_browser,
    access.municipal,
    lambda request: access.signed_in_as(request, *Role),
    lambda request: access.search_own_names(request, "anna"),
]


@pytest.mark.parametrize("enter", EVERY)
def test_who_is_not_signed_in_enters_nowhere(enter: Enter) -> None:
    with pytest.raises(NotSignedIn):
        enter(asked(None, fresh=True, by_log_in=True))


@pytest.mark.parametrize("role", Role)
def test_whoever_is_signed_in_enters_where_any_role_may(role: Role) -> None:
    who = staff(role)
    assert access.signed_in(asked(who)) is who


@pytest.mark.parametrize(
    ("scopes", "named"),
    [([], "read"), ([Scope.READ], "write"), ([Scope.WRITE], "read"), ([*Scope], None)],
    ids=["no scope", "another", "the other", "a route without one"],
)
def test_a_system_enters_no_route_that_does_not_name_a_scope_of_its_own(
    scopes: list[Scope], named: str | None
) -> None:
    with pytest.raises(NotAllowed):
        access.signed_in(asked(system(*scopes), scope=named))


@pytest.mark.parametrize("scope", Scope)
def test_a_system_enters_a_route_that_names_one(scope: Scope) -> None:
    who = system(scope)
    assert access.signed_in(asked(who, scope=scope.value)) is who


def test_who_proved_it_just_now_enters_where_that_is_asked() -> None:
    who = staff()
    assert access.freshly_proved(asked(who, fresh=True)) is who


def test_who_proved_it_long_ago_proves_it_again() -> None:
    with pytest.raises(NotFresh):
        access.freshly_proved(asked(staff(), by_log_in=True))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_proved_it_long_ago_still_reads(method: str) -> None:
    who = staff()
    assert access.fresh_to_change(asked(who, method=method)) is who


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_who_proved_it_long_ago_proves_it_again_to_change_something(method: str) -> None:
    who = staff()
    with pytest.raises(NotFresh):
        access.fresh_to_change(asked(who, method=method, by_log_in=True))
    assert access.fresh_to_change(asked(who, method=method, fresh=True)) is who


def test_who_logged_in_is_at_a_browser() -> None:
    who = staff()
    assert access.at_a_browser(asked(who, by_log_in=True)) is who


def test_who_came_by_a_token_is_not() -> None:
    with pytest.raises(NotAllowed):
        access.at_a_browser(asked(staff(), fresh=True))


@pytest.mark.parametrize("role", Role)
def test_a_role_enters_where_it_is_named(role: Role) -> None:
    who = staff(role)
    assert access.signed_in_as(asked(who), Role.LEAD, role) is who


@pytest.mark.parametrize("role", Role)
def test_no_role_enters_where_others_are_named(role: Role) -> None:
    with pytest.raises(NotAllowed):
        access.signed_in_as(asked(staff(role)), *({*Role} - {role}))


def test_somebody_of_a_municipality_enters_where_one_works() -> None:
    who = staff()
    assert access.municipal(asked(who)) is who


OF_NONE = [Role.NURSE, Role.LEAD, Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", OF_NONE)
@pytest.mark.parametrize("enter", [access.municipal, *OWN])
def test_who_is_of_no_municipality_is_handed_nothing_of_one(enter: Enter, role: Role) -> None:
    with pytest.raises(NotAllowed):
        enter(asked(staff(role)))


@pytest.mark.parametrize("enter", OWN)
def test_somebody_of_a_municipality_is_handed_what_is_theirs(
    enter: Enter, database: Database
) -> None:
    handed = enter(asked(staff(Role.COURSE_MANAGER), database=database))
    assert isinstance(handed, OWN[enter])


@pytest.mark.parametrize("enter", [access.own_catalogue_to_change, access.own_calling_off])
def test_who_only_reads_courses_changes_none(enter: Enter, database: Database) -> None:
    only_reads = asked(system(Scope.READ), scope="read", database=database)
    with pytest.raises(NotAllowed):
        enter(only_reads)


def test_names_are_found_in_the_own_queue(world: World) -> None:
    who = world.staff("demo-adviser-0151")
    request = asked(who, database=world.database, vault=world.vault)
    assert isinstance(access.search_own_names(request, "zebulon"), NamesFound)


@pytest.mark.parametrize("role", OF_NONE)
def test_who_is_of_no_municipality_finds_no_name(role: Role) -> None:
    with pytest.raises(NotAllowed):
        access.search_own_names(asked(staff(role)), "zebulon")


@pytest.mark.parametrize(
    ("enter", "given"),
    [
        (access.own_queue, "MunicipalQueue"),
        (access.own_seats_and_calls, "SeatsAndCalls"),
        (access.own_follow_ups, "FollowUps"),
        (access.own_phone_calls, "PhoneCalls"),
    ],
)
def test_what_changes_referrals_is_handed_the_fingerprint_of_a_call_to_carry_out_once(
    enter: Enter, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, given, lambda *given: given)
    request = asked(staff())
    before = enter(request)
    request.state.once = "a fingerprint"
    assert (before, enter(request)) == (
        (None, None, staff(), None),
        (None, None, staff(), "a fingerprint"),
    )
