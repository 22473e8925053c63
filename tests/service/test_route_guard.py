"""Every route, as every role, as nobody, with half a session and as somebody suspended.

A new route needs a row in ``ROUTES``; a row without a route fails as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from inbox.staff.signing_in import COOKIE
from referrals.administration.users import Administration
from referrals.advice.encounter import Step
from referrals.bedside import answering
from referrals.courses.tables import CourseRow
from referrals.programs import service_accounts
from referrals.referral.tables import ReferralRow
from referrals.staff import house_rules
from referrals.staff.places import Place
from referrals.staff.roles import Role, Scope, Staff
from referrals.staff.tables import PasskeyRow, UserRow
from referrals.telegram import enrolment
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from tests.conftest import FORENOON

NURSE, LEAD, ADVISER = "nurse", "lead", "adviser"
MANAGER, ADMIN = "course_manager", "administrator"
NOBODY, HALF, SUSPENDED = "nobody", "half", "suspended"

READS, WRITES = "system that reads", "system that writes"

STAFF = frozenset({NURSE, LEAD, ADVISER, MANAGER, ADMIN})
STRANGERS = frozenset({NOBODY, HALF, SUSPENDED})
SYSTEMS = frozenset({READS, WRITES})
EVERYBODY = STAFF | STRANGERS | SYSTEMS
MUNICIPAL = frozenset({ADVISER, MANAGER})
BY_READING, BY_WRITING = MUNICIPAL | {READS}, MUNICIPAL | {WRITES}
READERS = frozenset({NURSE, LEAD})
INVITERS = frozenset({LEAD, ADMIN})

NAMES = {
    NURSE: "demo-nurse",
    LEAD: "demo-lead",
    ADVISER: "demo-adviser-0151",
    MANAGER: "demo-manager-0151",
    ADMIN: "demo-admin",
    SUSPENDED: "demo-adviser-0159",
    "nurse elsewhere": "demo-nurse-gentofte",
    "colleague nurse": "demo-nurse-2",
    "adviser elsewhere": "demo-adviser-0157",
    "manager elsewhere": "demo-manager-0157",
}
MISSING = {
    "conversation_id": "00000000-0000-0000-0000-000000000000",
    "deferred_id": "00000000-0000-0000-0000-000000000000",
    "reference": "H-2222-2",
    "other": "H-2222-2",
    "ward_id": "findes-ikke",
    "course_id": "99999999",
    "invite_id": "0" * 16,
    "secret": "0" * 32,
    "user_id": "99999999",
    "letter_id": "99999999",
    "account_id": "99999999",
    "decision_id": "99999999",
    "passkey_id": "99999999",
    "hospital_id": "findes-ikke",
    "code": "0101",
}
"""For each part of a path, one that is well formed and leads nowhere."""


CAPABILITY = "secret"
"""A part of a path that only those know who may go there."""
ENDLESS_OR_IN_PAIRS = {"GET /chat/{conversation_id}/events", "GET /koe/{reference}/dublet/{other}"}
"""Routes that cannot be opened by one plain request for one object."""


@dataclass(frozen=True)
class Row:
    """Who may enter a route, who finds another's object there, and what a good request holds."""

    who: frozenset[str]
    foreign_to: str = ""
    sent: dict[str, Any] = field(default_factory=dict)


def only(*who: str, foreign_to: str = "", **sent: Any) -> Row:
    return Row(frozenset(who), foreign_to, sent)


OPEN = Row(EVERYBODY)
OWN = Row(STAFF)
ADMINS = only(ADMIN)
MESSAGE = {"message_id": "m", "text": "hej"}
MOVE = {"move": "receive", "version": "1"}
TODAY = FORENOON.date().isoformat()
ROUTES: dict[str, Row] = {
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /.well-known/security.txt": OPEN,
    "GET /metrics": only(),  # but to whoever has the token
    "GET /metrics/own": only(),  # as well
    "GET /api/openapi.json": OPEN,
    "GET /api/docs": OPEN,
    "POST /api/conversations": only(NURSE),
    "POST /api/conversations/{conversation_id}/messages": only(
        NURSE, foreign_to="colleague nurse", json=MESSAGE
    ),
    "GET /api/referrals": Row(BY_READING),
    "GET /api/referrals/today": Row(BY_READING),
    "POST /api/referrals/search": Row(BY_READING),
    "POST /api/referrals/assign": Row(BY_WRITING),
    "POST /api/referrals/{reference}/comments": Row(
        BY_WRITING, "adviser elsewhere", {"json": {"text": "hej"}}
    ),
    "GET /api/referrals/{reference}/partners": Row(BY_READING, "adviser elsewhere"),
    "GET /api/referrals/{reference}": Row(BY_READING, "adviser elsewhere"),
    "POST /api/referrals/{reference}/events": Row(
        BY_WRITING, "adviser elsewhere", {"json": {"event": "receive"}}
    ),
    "POST /api/referrals/{reference}/attempts": Row(
        BY_WRITING, "adviser elsewhere", {"json": {"result": "no_answer"}}
    ),
    "GET /api/referrals/{reference}/call": Row(BY_READING, "adviser elsewhere"),
    "PUT /api/referrals/{reference}/call": Row(
        BY_WRITING, "adviser elsewhere", {"json": {"slot": "1-1800000000"}}
    ),
    "DELETE /api/referrals/{reference}/call": Row(BY_WRITING, "adviser elsewhere"),
    "GET /api/courses": Row(STAFF | {READS}),
    "GET /api/wards/{ward_id}/feedback": Row(STAFF, "nurse elsewhere"),
    "GET /api/hospitals/{hospital_id}/feedback": Row(STAFF, "nurse elsewhere"),
    "GET /api/escalations": Row(BY_READING),
    "GET /api/notices": OWN,
    "PUT /api/notices": OWN,
    "GET /api/dead-letters": ADMINS,
    "POST /api/dead-letters/{letter_id}": ADMINS,
    "GET /chat": only(NURSE),
    "POST /chat": only(NURSE),
    "GET /chat/{conversation_id}": only(NURSE, foreign_to="colleague nurse"),
    "POST /chat/{conversation_id}": only(NURSE, foreign_to="colleague nurse", data=MESSAGE),
    "GET /chat/{conversation_id}/events": only(NURSE, foreign_to="colleague nurse"),
    "POST /afsnittets-liste/{deferred_id}/spoerg": only(NURSE, foreign_to="nurse elsewhere"),
    "POST /afsnittets-liste/{deferred_id}/stue": only(
        NURSE, foreign_to="nurse elsewhere", data={"bed": "12"}
    ),
    "POST /afsnittets-liste/{deferred_id}/stryg": only(
        NURSE, foreign_to="nurse elsewhere", data={"reason": "moved"}
    ),
    "GET /": OWN,
    "GET /api/municipality/figures": Row(BY_READING),
    "GET /api/municipality/figures/dictionary": Row(BY_READING),
    "GET /kommunetal": Row(MUNICIPAL),
    "GET /kommunetal/tal.csv": Row(MUNICIPAL),
    "GET /kommunetal/ordbog.csv": Row(MUNICIPAL),
    "GET /tal": Row(READERS),
    "GET /tal/afsnit/{ward_id}": Row(READERS, "nurse elsewhere"),
    "GET /tal/afsnit/{ward_id}/tavle.pdf": Row(READERS, "nurse elsewhere"),
    "GET /tal/hospital/{hospital_id}": Row(READERS, "nurse elsewhere"),
    "GET /tal/hospital/{hospital_id}/tavle.pdf": Row(READERS, "nurse elsewhere"),
    "GET /log-ind": OPEN,
    "POST /log-ind": OPEN,
    "GET /log-ind/kode": Row(STAFF | {HALF}),
    "POST /log-ind/kode": only(HALF),
    "GET /log-ind/varer": OWN,
    "POST /log-ud": Row(STAFF | {HALF}),
    "GET /log-ind/udefra": OPEN,
    "GET /log-ind/udefra/svar": OPEN,
    "GET /konto": OWN,
    "POST /konto/sessioner": OWN,
    "POST /konto/adgangskode": OWN,
    "GET /konto/bekraeft": Row(STAFF | {HALF}),
    "POST /konto/bekraeft": Row(STAFF | {HALF}),
    "GET /konto/noegler/ny": Row(STAFF | {HALF}),
    "POST /konto/noegler": Row(STAFF | {HALF}),
    "POST /konto/noegler/{passkey_id}/fjern": Row(STAFF, LEAD),
    "GET /log-ind/noegle": OPEN,
    "POST /log-ind/noegle": OPEN,
    "GET /konto/engangskode": OWN,
    "POST /konto/engangskode": OWN,
    "GET /konto/beskeder": OWN,
    "POST /konto/beskeder": OWN,
    "POST /konto/beskeder/kode": OWN,
    "GET /admin/beskeder": ADMINS,
    "POST /admin/beskeder/{letter_id}": ADMINS,
    "GET /invitationer": Row(INVITERS),
    "POST /invitationer": Row(INVITERS),
    "POST /invitationer/{invite_id}/fortryd": Row(INVITERS, LEAD),
    "GET /invitation/{secret}": OPEN,
    "POST /invitation/{secret}": OPEN,
    "GET /admin/brugere": ADMINS,
    "GET /admin/brugere/{user_id}": ADMINS,
    "POST /admin/brugere/{user_id}/ret": only(
        ADMIN, data={"display_name": "Ny", "role": NURSE, "place": "afsnit:herlev-onk-1"}
    ),
    "POST /admin/brugere/{user_id}/spaer": ADMINS,
    "POST /admin/brugere/{user_id}/genoptag": ADMINS,
    "POST /admin/brugere/{user_id}/engangskode": ADMINS,
    "POST /admin/brugere/{user_id}/adgangskode": ADMINS,
    "POST /admin/brugere/{user_id}/log-ud": ADMINS,
    "GET /admin/godkendelser": ADMINS,
    "POST /admin/godkendelser/{decision_id}/godkend": ADMINS,
    "POST /admin/godkendelser/{decision_id}/afvis": ADMINS,
    "GET /admin/indstillinger": ADMINS,
    "POST /admin/indstillinger": ADMINS,
    "GET /admin/log": ADMINS,
    "GET /admin/ikke-forstaaet": ADMINS,
    "POST /admin/ikke-forstaaet": ADMINS,
    "GET /admin/ikke-forstaaet/eksempler.yml": ADMINS,
    "GET /admin/steder": ADMINS,
    "POST /admin/steder/hospitaler": ADMINS,
    "POST /admin/steder/hospitaler/{hospital_id}": ADMINS,
    "POST /admin/steder/hospitaler/{hospital_id}/luk": ADMINS,
    "POST /admin/steder/afsnit": ADMINS,
    "POST /admin/steder/afsnit/{ward_id}/navn": ADMINS,
    "POST /admin/steder/afsnit/{ward_id}/flyt": ADMINS,
    "POST /admin/steder/afsnit/{ward_id}/luk": ADMINS,
    "POST /admin/steder/kommuner/{code}": ADMINS,
    "POST /admin/steder/kommuner/{code}/deling": ADMINS,
    "GET /admin/systemer": ADMINS,
    "POST /admin/systemer": ADMINS,
    "POST /admin/systemer/{account_id}/luk": ADMINS,
    "POST /admin/systemer/besked": ADMINS,
    "POST /admin/systemer/besked/{code}/stop": ADMINS,
    "GET /koe": Row(MUNICIPAL),
    "GET /koe/puls": Row(MUNICIPAL),
    "POST /koe/soeg": Row(MUNICIPAL),
    "POST /koe/fordel": Row(MUNICIPAL),
    "POST /koe/{reference}/kommentar": Row(
        MUNICIPAL, "adviser elsewhere", {"data": {"text": "hej"}}
    ),
    "POST /koe/{reference}/dublet/{other}": Row(
        MUNICIPAL, "adviser elsewhere", {"data": {"same": "true"}}
    ),
    "GET /koe/{reference}/dublet/{other}": Row(MUNICIPAL, "adviser elsewhere"),
    "GET /koe/{reference}/brev": Row(MUNICIPAL, "adviser elsewhere"),
    "GET /koe/{reference}": Row(MUNICIPAL, "adviser elsewhere"),
    "POST /koe/{reference}": Row(MUNICIPAL, "adviser elsewhere", {"data": MOVE}),
    "GET /koe/{reference}/kurser": Row(MUNICIPAL, "adviser elsewhere"),
    "POST /koe/{reference}/reserveret": Row(
        MUNICIPAL, "adviser elsewhere", {"data": {"deed": "frigiv-plads"}}
    ),
    "POST /koe/{reference}/opkald": Row(
        MUNICIPAL, "adviser elsewhere", {"data": {"result": "no_answer", "version": "1"}}
    ),
    "POST /koe/{reference}/stopdato": Row(
        MUNICIPAL, "adviser elsewhere", {"data": {"quit_on": TODAY, "version": "1"}}
    ),
    "POST /koe/{reference}/opfoelgning": Row(
        MUNICIPAL,
        "adviser elsewhere",
        {"data": {"kind": "end", "deed": "opgiv", "reason": "no_answer", "version": "1"}},
    ),
    "GET /opfoelgning": Row(MUNICIPAL),
    "GET /api/follow-ups": Row(BY_READING),
    "GET /api/referrals/{reference}/progress": Row(BY_READING, "adviser elsewhere"),
    "POST /api/referrals/{reference}/enrolment": Row(
        BY_WRITING, "adviser elsewhere", {"json": {"course_id": 1}}
    ),
    "POST /api/referrals/{reference}/outcomes": Row(
        BY_WRITING,
        "adviser elsewhere",
        {"json": {"kind": "end", "state": "lost", "reason": "no_answer"}},
    ),
    "POST /api/referrals/{reference}/quit-date": Row(
        BY_WRITING, "adviser elsewhere", {"json": {"quit_on": TODAY}}
    ),
    "GET /api/courses/{course_id}/attendance": Row(BY_READING, "manager elsewhere"),
    "POST /api/courses/{course_id}/attendance": Row(
        BY_WRITING,
        "manager elsewhere",
        {"json": {"session_starts_at": f"{TODAY}T10:00:00Z", "came": {}}},
    ),
    "GET /kurser/{course_id:int}/fremmoede": Row(MUNICIPAL, "manager elsewhere"),
    "POST /kurser/{course_id:int}/fremmoede": Row(
        MUNICIPAL, "manager elsewhere", {"data": {"moede": f"{TODAY}T10:00Z"}}
    ),
    "GET /opkald/ugen": Row(MUNICIPAL),
    "GET /opkald": only(ADVISER),
    "POST /opkald/uge": only(ADVISER),
    "POST /opkald/fri": only(ADVISER),
    "POST /opkald/arbejde": only(ADVISER),
    "GET /kurser": Row(MUNICIPAL),
    "GET /kurser/filer": Row(MUNICIPAL),
    "POST /kurser/filer": only(MANAGER),
    "POST /kurser/filer/indlaes": only(MANAGER),
    "GET /kurser/kurser.csv": Row(MUNICIPAL),
    "GET /kurser/nyt": only(MANAGER),
    "POST /kurser/nyt": only(MANAGER),
    "GET /kurser/{course_id:int}": Row(MUNICIPAL, "manager elsewhere"),
    "POST /kurser/{course_id:int}": only(MANAGER, foreign_to="manager elsewhere"),
    "POST /kurser/{course_id:int}/vis": only(
        MANAGER, foreign_to="manager elsewhere", data={"version": "1"}
    ),
    "POST /kurser/{course_id:int}/bekraeft": only(
        MANAGER, foreign_to="manager elsewhere", data={"version": "1"}
    ),
    "POST /kurser/{course_id:int}/dupliker": only(MANAGER, foreign_to="manager elsewhere"),
    "GET /kurser/{course_id:int}/aflys": only(MANAGER, foreign_to="manager elsewhere"),
    "POST /kurser/{course_id:int}/aflys": only(
        MANAGER, foreign_to="manager elsewhere", data={"version": "1"}
    ),
    "GET /kontakt/tak": OPEN,
    "GET /kontakt/{secret}": OPEN,
    "POST /kontakt/{secret}": OPEN,
    "GET /kontakt/{secret}/patient": OPEN,
    "POST /kontakt/{secret}/patient": OPEN,
    "POST /telegram/webhook": OPEN,  # and 404 to all but Telegram
    "GET /telegram": OWN,
    "POST /telegram/laas-op": OWN,
    "POST /telegram/laas": OWN,
    "POST /telegram/fjern": OWN,
    "GET /telegram/bekraeft/{secret}": OWN,
    "POST /telegram/bekraeft/{secret}": OWN,
    "GET /telegram/invitationer": Row(INVITERS),
    "POST /telegram/invitationer": Row(INVITERS),
    "POST /telegram/invitationer/{invite_id}/fortryd": Row(INVITERS, LEAD),
    "GET /kvittering/{reference}/{secret}": OPEN,
    "POST /kvittering/{reference}/{secret}": OPEN,
    "POST /kvittering/{reference}/{secret}/tidspunkt": OPEN,
}
MOUNTED = {
    "/static/bot/web",
    "/static/inbox",
    "/static/inbox/booking",
    "/static/inbox/catalogue",
    "/static/inbox/contact",
    "/static/inbox/figures",
    "/static/inbox/follow_up",
    "/static/inbox/queue",
    "/static/inbox/staff",
    "/static/service/web",
}


def routes_of(app: FastAPI) -> tuple[set[str], set[str]]:
    """Give what the app answers, as method and path, and what is mounted."""
    answered: set[str] = set()
    mounted: set[str] = set()

    def walk(routes: Iterable[Any]) -> None:
        for route in routes:
            if hasattr(route, "original_router"):
                walk(route.original_router.routes)
            elif getattr(route, "methods", None):
                answered.update(f"{verb} {route.path}" for verb in route.methods - {"HEAD"})
            else:
                mounted.add(route.path)

    walk(app.routes)
    return answered, mounted


class House:
    """The app on demo data that asks for a second factor, and a way to knock as anybody."""

    def __init__(self, app: FastAPI, store: Store) -> None:
        self._store = store
        self.app = app
        self._client = TestClient(
            app,
            base_url="http://127.0.0.1:8000",
            raise_server_exceptions=False,
            follow_redirects=False,
        )
        with store.database.write() as session:
            house_rules.change(session, "require_second_factor", True, "test", _now())
        self._headers = {name: self._whole(name) for name in NAMES}
        self._headers |= {NOBODY: {}, HALF: self._half()}
        admin = self._staff(ADMIN)
        for who, scope in ((READS, Scope.READ), (WRITES, Scope.WRITE)):
            with store.database.write() as session:
                token = service_accounts.make(
                    session, who.replace(" ", "-"), "0151", [scope], admin.name, _now()
                )
            self._headers[who] = {"Authorization": f"Bearer {token}"}
        gone = self._user(NAMES[SUSPENDED])
        Administration(store.database, admin).suspend(gone.id, _now())
        self.others = self._objects_of_0151(admin)

    def knock(self, who: str, route: str, parts: dict[str, str], **sent: Any) -> httpx.Response:
        """Make one request; whoever logs out gets in again."""
        verb, path = route.split(" ")
        if path.startswith("/telegram/") and parts is self.others:
            parts = {**parts, "invite_id": self._telegram_invite}
        address = path.replace(":int", "").format(**parts)
        answer: httpx.Response = self._client.request(
            verb, address, headers={**self._headers[who], "Accept": "application/json"}, **sent
        )
        if route == "POST /log-ud" and who == HALF:
            self._headers[who] = self._half()
        elif route == "POST /log-ud" and who in STAFF:
            self._headers[who] = self._whole(who)
        return answer

    def _whole(self, who: str) -> dict[str, str]:
        user = self._user(NAMES[who])
        secret = self._store.accounts.begin_session(user.id, _now(), proved_twice=True)
        return {"Cookie": f"{COOKIE}={secret}"} if secret else {}

    def _half(self) -> dict[str, str]:
        adviser = self._user(NAMES[ADVISER])
        secret = self._store.accounts.begin_session(adviser.id, _now())
        return {"Cookie": f"{COOKIE}={secret}"}

    def _user(self, name: str) -> UserRow:
        with self._store.database.read() as session:
            return session.scalars(select(UserRow).where(UserRow.name == name)).one()

    def _staff(self, who: str) -> Staff:
        known = self._store.accounts.recognise(_secret(self._headers[who]), _now())
        assert known is not None
        return known.staff

    def _objects_of_0151(self, admin: Any) -> dict[str, str]:
        conversation = self._store.encounters.start(self._staff(NURSE))
        deferred = self._deferred(self._staff(NURSE))
        self._store.invitations.invite(None, Role.NURSE, Place("herlev-onk-1"), _now())
        [invite] = self._store.invitations.open_ones(admin, _now())
        with self._store.database.write() as session:
            enrolment.invite(session, admin, Role.NURSE, "herlev-onk-1", 7, _now())
            session.flush()
            [self._telegram_invite] = [
                each.id for each in enrolment.open_invites(session, admin, _now())
            ]
        with self._store.database.read() as session:
            reference = session.scalars(
                select(ReferralRow.reference).where(ReferralRow.municipality_code == "0151")
            ).first()
            course = session.scalars(
                select(CourseRow.id).where(
                    CourseRow.municipality_code == "0151", CourseRow.status == "open"
                )
            ).first()
        found = {"reference": reference, "course_id": str(course), "conversation_id": conversation}
        found["deferred_id"] = deferred
        return {
            **MISSING,
            **found,
            "invite_id": invite.id,
            "passkey_id": str(self._passkey_of(ADVISER)),
            "ward_id": "herlev-onk-1",
            "hospital_id": "herlev",
        }

    def _passkey_of(self, who: str) -> int:
        kept = {"credential_id": b"c", "public_key": b"k", "sign_count": 0, "name": ""}
        row = PasskeyRow(user_id=self._user(NAMES[who]).id, made_at=_now(), **kept)
        with self._store.database.write() as session:
            session.add(row)
            session.flush()
            return row.id

    def _deferred(self, nurse: Staff) -> str:
        encounters = self._store.encounters
        encounter_id = encounters.start(nurse)
        for step, value in ((Step.STATUS, "unable"), (Step.DEFER_REASON, "asleep")):
            encounters.receive(nurse, encounter_id, step, "/played", ())
            pressed = answering.Pressed(step, value)
            encounters.apply(encounter_id, step, lambda b, p=pressed: answering.press(b, p))
        return encounter_id


def _now() -> datetime:
    return datetime.now(UTC)


def _secret(headers: dict[str, str]) -> str:
    return headers["Cookie"].partition("=")[2]


@pytest.fixture(scope="module")
def house(forenoon: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("guard")
    settings = Settings.load(data_dir=data, engine_url="http://127.0.0.1:9")
    preparing.prepare(settings, demo=True)
    store = build_store(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.web.guarding.protection._DOORS", ())
        yield House(create_app(settings), store)
    store.database.close()


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    answered, mounted = routes_of(house.app)
    assert answered - ROUTES.keys() == set(), "say in ROUTES who may enter these"
    assert ROUTES.keys() - answered == set(), "these are gone"
    assert mounted == MOUNTED


@pytest.mark.parametrize("route", ROUTES)
def test_only_those_named_may_enter(house: House, route: str) -> None:
    row = ROUTES[route]
    rights = {who: who in row.who for who in sorted(EVERYBODY)}
    knocks = [(who, MISSING) for who in rights]
    knocks += [(who, house.others) for who, may in rights.items() if not may]
    for who, parts in knocks:
        answer = house.knock(who, route, parts)
        status = answer.status_code
        told = f"{route} as {who} gave {status}"
        if rights[who]:
            # A wrong password is answered with the page, not with a refusal.
            assert status not in (401, 403) or "text/html" in answer.headers["content-type"], told
            assert status < 500 or route == "GET /readyz", told
        elif who in SYSTEMS:
            assert status == (403 if " /api/" in route else 401), told
        elif who in STAFF and HALF not in row.who:
            assert status == 403, told
        else:
            assert status == 401, told


def said(answer: httpx.Response) -> str:
    """Give what an answer says, but for its own address and how long the log-in still lasts."""
    return re.sub('<aside class="log-in-ends".*?</aside>', "", answer.text, flags=re.DOTALL)


@pytest.mark.parametrize("route", [route for route, row in ROUTES.items() if row.foreign_to])
def test_what_is_another_s_looks_as_if_it_were_not_there(house: House, route: str) -> None:
    row = ROUTES[route]
    theirs = house.knock(row.foreign_to, route, house.others, **row.sent)
    missing = house.knock(row.foreign_to, route, MISSING, **row.sent)
    assert (theirs.status_code, said(theirs)) == (missing.status_code, said(missing))
    assert theirs.status_code == 404, "anything else may have been refused before it was looked for"


@pytest.mark.parametrize(
    "route",
    [
        route
        for route, row in ROUTES.items()
        if row.foreign_to and route.startswith("GET") and route not in ENDLESS_OR_IN_PAIRS
    ],
)
def test_what_is_one_s_own_is_there(house: House, route: str) -> None:
    likely = (LEAD,) if "{hospital_id}" in route else (NURSE, ADVISER, MANAGER)
    owner = next(who for who in likely if who in ROUTES[route].who)
    assert house.knock(owner, route, house.others).status_code == 200


def test_every_route_to_an_object_says_who_must_not_find_it() -> None:
    parts = {route: set(re.findall(r"{(\w+)", route)) - {CAPABILITY} for route in ROUTES}
    open_to = (OPEN.who, ADMINS.who)
    told = [route for route, row in ROUTES.items() if row.foreign_to or row.who in open_to]
    assert [route for route in ROUTES if parts[route] and route not in told] == []
