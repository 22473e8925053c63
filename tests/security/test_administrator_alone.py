"""The story of an administrator who wanted to read patients, alone.

They reset an adviser's second factor, had a link to a new password shown to themselves, chose it,
set up a phone of their own, and read the queue; or invited themselves as adviser, or let in a
"system" of their own, whose token reads the queue as well. Each way is tried here as it was gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from demo.people import PASSWORD
from inbox.staff.signing_in import COOKIE
from referrals.staff.tables import UserRow
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app

ADVISER = "demo-adviser-0151"
OPENS = re.compile(r"/invitation/[\w-]+|hvs_[\w-]+")
"""What lets somebody in: a link, or a system's token."""


@pytest.fixture
def store(forenoon: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = Settings.load(
        data_dir=tmp_path_factory.mktemp("alone"), engine_url="http://127.0.0.1:9", beside=False
    )
    preparing.prepare(settings, demo=True)
    opened = build_store(settings)
    Attacker.app = create_app(settings)
    yield opened
    opened.database.close()


class Attacker:
    """One administrator at a browser, who keeps all that any page ever showed."""

    app: object

    def __init__(self, store: Store) -> None:
        self._client = TestClient(
            self.app,  # type: ignore[arg-type]
            base_url="http://127.0.0.1:8000",
            follow_redirects=False,
        )
        self._store = store
        self._client.headers["Accept"] = "text/html"
        answer = self.post("/log-ind", name="demo-admin", password=PASSWORD)
        found = re.search(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
        assert found is not None
        self._client.cookies.set(COOKIE, found[1])
        self.seen: set[str] = set()

    def post(self, path: str, **form: object):  # type: ignore[no-untyped-def]
        answer = self._client.post(path, data=form)
        if hasattr(self, "seen"):
            self.seen |= set(OPENS.findall(answer.text))
        return answer

    def look_everywhere(self) -> None:
        """Open every page where a link, token or button of use might stand."""
        places = ("godkendelser", "systemer", "beskeder", "log", "brugere")
        pages = [f"/admin/{place}" for place in places] + ["/invitationer", self.card(ADVISER)]
        for path in pages:
            self.seen |= set(OPENS.findall(self._client.get(path).text))

    def approve_all(self) -> list[int]:
        """Press every button that would approve, shown or not; give what was answered."""
        return [
            self.post(f"/admin/godkendelser/{number}/godkend").status_code for number in range(1, 9)
        ]

    def card(self, name: str) -> str:
        with self._store.database.read() as session:
            user_id = session.scalars(select(UserRow.id).where(UserRow.name == name)).one()
        return f"/admin/brugere/{user_id}"

    def reads_the_queue(self) -> bool:
        return self._client.get("/koe").status_code == 200


def by_reset_and_new_password(attacker: Attacker) -> None:
    attacker.post(f"{attacker.card(ADVISER)}/engangskode")
    attacker.post(f"{attacker.card(ADVISER)}/adgangskode")


def by_an_invitation(attacker: Attacker) -> None:
    for role in ("adviser", "course_manager"):
        attacker.post("/invitationer", role=role, place="kommune:0151", invited="Anna Nørby")


def by_a_second_administrator_who_is_oneself(attacker: Attacker) -> None:
    attacker.post("/invitationer", role="administrator", invited="En Ven")


def by_a_system_of_ones_own(attacker: Attacker) -> None:
    sent = {"name": "fagsystem", "municipality": "0151", "scope": "read"}
    attacker.post("/admin/systemer", **sent)


def by_the_own_role(attacker: Attacker) -> None:
    sent = {"display_name": "Jeg", "role": "adviser", "place": "kommune:0151"}
    attacker.post(f"{attacker.card('demo-admin')}/ret", **sent)


def by_the_role_of_a_nurse_who_is_a_friend(attacker: Attacker) -> None:
    sent = {"display_name": "Ven", "role": "adviser", "place": "kommune:0151"}
    attacker.post(f"{attacker.card('demo-nurse')}/ret", **sent)


@pytest.mark.parametrize(
    "way",
    [
        by_reset_and_new_password,
        by_an_invitation,
        by_a_second_administrator_who_is_oneself,
        by_a_system_of_ones_own,
        by_the_own_role,
        by_the_role_of_a_nurse_who_is_a_friend,
    ],
    ids=lambda way: way.__name__,
)
def test_no_way_leads_one_administrator_to_a_patient(store: Store, way) -> None:  # type: ignore[no-untyped-def]
    attacker = Attacker(store)
    way(attacker)
    attacker.look_everywhere()
    assert set(attacker.approve_all()) <= {404, 422}
    attacker.look_everywhere()
    assert attacker.seen == set(), "nothing that opens a door was shown"
    assert not attacker.reads_the_queue()
    with store.database.read() as session:
        roles = dict(
            iter(session.execute(select(UserRow.name, UserRow.role)))  # type: ignore[arg-type]
        )
    assert roles["demo-nurse"] == "nurse"
    assert roles["demo-admin"] == "administrator"
    assert store.accounts.log_in(ADVISER, PASSWORD, datetime.now(UTC)), "nobody was shut out"
