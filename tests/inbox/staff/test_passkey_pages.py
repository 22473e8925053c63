"""The pages of passkeys, with a key in software where a browser would have one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pyotp
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from demo.people import PASSWORD
from inbox.staff.signing_in import COOKIE
from referrals.staff import house_rules
from referrals.staff.accounts import FRESH
from referrals.staff.tables import SessionRow
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from tests.referrals.staff.soft_key import SoftKey

HOME, HOST = "http://henvis.example", "henvis.example"
ADVISER, MANAGER, NURSE = "demo-adviser-0151", "demo-manager-0151", "demo-nurse"


@pytest.fixture
def store(forenoon: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = Settings.load(
        data_dir=tmp_path_factory.mktemp("keys"),
        engine_url="http://127.0.0.1:9",
        public_url=HOME,
        beside=False,
    )
    preparing.prepare(settings, demo=True)
    opened = build_store(settings)
    Person.app = create_app(settings)
    demand(opened, "require_second_factor")
    yield opened
    opened.database.close()


def demand(store: Store, rule: str) -> None:
    with store.database.write() as session:
        house_rules.change(session, rule, True, "test", datetime.now(UTC))


class Person:
    """Somebody at a browser with a key of their own."""

    app: object

    def __init__(self, key: SoftKey | None = None) -> None:
        self.client = TestClient(self.app, base_url=HOME, follow_redirects=False)  # type: ignore[arg-type]
        self.client.headers["Accept"] = "text/html"
        self.key = key or SoftKey(HOME, HOST)

    def post(self, path: str, **form: str) -> httpx.Response:
        answer = self.client.post(path, data=form)
        given = re.search(rf"{COOKIE}=([^;]+)", answer.headers.get("set-cookie", ""))
        if given is not None:
            self.client.headers["Cookie"] = given[0]
        return answer

    def give_password(self, name: str) -> None:
        assert self.post("/log-ind", name=name, password=PASSWORD).status_code == 303

    def make_key(self, to: str = "/koe") -> httpx.Response:
        options = self.client.get("/konto/noegler/ny")
        credential = self.key.make(options.text) if options.status_code == 200 else "{}"
        return self.post("/konto/noegler", credential=credential, name="min telefon", next=to)

    def use_key(self, to: str = "/koe") -> httpx.Response:
        credential = self.key.prove(self.client.get("/log-ind/noegle").text)
        return self.post("/log-ind/noegle", credential=credential, next=to)

    def page(self, path: str) -> str:
        return self.client.get(path).text


@pytest.fixture
def adviser(store: Store) -> Person:
    """Give an adviser who made a passkey at the first log-in."""
    person = Person()
    person.give_password(ADVISER)
    assert "Enten en adgangsnøgle" in person.page("/log-ind/kode")
    assert person.make_key().headers["location"] == "/koe"
    assert person.client.get("/koe").status_code == 200
    return person


def test_a_key_opens_the_door_without_a_name(adviser: Person) -> None:
    anybody = Person(adviser.key)
    assert "Log ind med adgangsnøgle" in anybody.page("/log-ind")
    assert anybody.use_key().headers["location"] == "/koe"
    assert anybody.client.get("/koe").status_code == 200


def test_who_has_a_key_is_asked_for_it_and_offered_no_phone(adviser: Person) -> None:
    again = Person(adviser.key)
    again.give_password(ADVISER)
    asked = again.page("/log-ind/kode")
    assert ("Brug din adgangsnøgle" in asked, 'class="key"' in asked) == (True, False)
    assert again.client.get("/koe").status_code == 303
    again.use_key()
    assert again.client.get("/koe").status_code == 200


def test_a_strange_key_opens_nothing_and_says_so_on_each_page(adviser: Person) -> None:
    stranger = Person()
    assert "Adgangsnøglen passer ikke" in stranger.use_key().text
    stranger.give_password(ADVISER)
    refused = stranger.use_key()
    assert (refused.status_code, "Adgangsnøglen passer ikke" in refused.text) == (422, True)
    adviser.key = SoftKey(HOME, HOST)
    refused = adviser.use_key("/konto")
    assert (refused.status_code, "Bekræft, at det er dig" in refused.text) == (422, True)


def test_a_key_is_a_fresh_proof_as_well(adviser: Person, store: Store) -> None:
    with store.database.write() as session:
        session.execute(update(SessionRow).values(proved_at=datetime.now(UTC) - FRESH))
    assert adviser.make_key().headers["location"].startswith("/konto/bekraeft")
    assert "Bekræft med adgangsnøgle" in adviser.page("/konto/bekraeft")
    adviser.use_key("/konto")
    first, adviser.key = adviser.key, SoftKey(HOME, HOST)
    assert adviser.make_key("/konto").headers["location"] == "/konto?gjort=noegle"
    assert Person(first).use_key().status_code == 303


def test_where_a_key_is_demanded_a_code_is_the_way_to_the_first_one_only(store: Store) -> None:
    manager = Person()
    manager.give_password(MANAGER)
    found = re.search(r'class="key">([A-Z2-7]{32})<', manager.page("/log-ind/kode"))
    assert found is not None
    enrolled = manager.post("/log-ind/kode", code=pyotp.TOTP(found[1]).now())
    codes = re.findall(r"<code>([a-z2-7-]{34})</code>", enrolled.text)
    assert manager.client.get("/koe").status_code == 200
    demand(store, "require_passkey")
    assert manager.client.get("/koe").status_code == 303
    assert "Din rolle kræver den" in manager.page("/log-ind/kode")
    manager.make_key()
    assert manager.client.get("/koe").status_code == 200

    thief = Person()
    thief.give_password(MANAGER)
    thief.post("/log-ind/kode", code=codes[0])
    assert "Opret en adgangsnøgle" not in thief.page("/log-ind/kode")
    assert thief.make_key().status_code == 422
    assert thief.client.get("/koe").status_code == 303


def test_a_removed_key_opens_nothing(store: Store) -> None:
    nurse = Person()
    nurse.give_password(NURSE)
    nurse.make_key("/konto")
    page = nurse.page("/konto")
    assert "min telefon" in page
    [removes] = re.findall(r'action="(/konto/noegler/\d+/fjern)"', page)
    before = nurse.client.headers["Cookie"]
    assert nurse.post(removes).headers["location"] == "/konto?gjort=noegle-fjernet"
    assert "Du har ingen." in nurse.page("/konto")
    assert nurse.client.headers["Cookie"] != before
    assert Person(nurse.key).use_key("/konto").status_code == 422
