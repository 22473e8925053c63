"""The story of an administrator who wanted to read patients, alone.

They reset an adviser's second factor, had a link to a new password shown to themselves, chose it,
set up a phone of their own, and read the queue; or invited themselves as adviser, or let in a
"system" of their own, whose token reads the queue as well; or as a nurse, who reads the ward's
list; or switched the second factor off for everybody. Each way is tried here as it was gone. Later
they waited until an honest colleague asked for somebody, and approved it, to use the link first;
or asked for little, and for much once a colleague had read the little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from demo.people import PASSWORD
from inbox.administration.rule_pages import UNITS
from inbox.staff.signing_in import COOKIE
from referrals.staff import house_rules
from referrals.staff.tables import UserRow
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from tests.worlds import staff_called

ADVISER = "demo-adviser-0151"
OPENS = re.compile(r"/invitation/[\w-]+|hvs_[\w-]+")
"""What lets somebody in: a link, or a system's token."""
CODE = re.compile(r'value="((?:[a-z2-7]{4}-){2}[a-z2-7]{4})"')
"""The other half, which whoever asked is shown."""
GOOD = "lampe kaktus flyver onsdag"


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

    def __init__(self, store: Store, name: str = "demo-admin") -> None:
        self._client = TestClient(
            self.app,  # type: ignore[arg-type]
            base_url="http://127.0.0.1:8000",
            follow_redirects=False,
        )
        self._store = store
        self._client.headers["Accept"] = "text/html"
        answer = self.post("/log-ind", name=name, password=PASSWORD)
        found = re.search(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
        assert found is not None
        self._client.cookies.set(COOKIE, found[1])
        self.seen: set[str] = set()
        self.codes: list[str] = []

    def post(self, path: str, **form: object):  # type: ignore[no-untyped-def]
        answer = self._client.post(path, data=form)
        if hasattr(self, "seen"):
            self.seen |= set(OPENS.findall(answer.text))
            self.codes += CODE.findall(answer.text)
        return answer

    def comes_in(self, link: str, code: str = "") -> bool:
        """Tell whether a link makes them somebody who can log in."""
        form = {"name": "en.anden", "display_name": "En", "password": GOOD, "code": code}
        return self.post(link, **form).status_code == 303

    def reads_by(self, token: str) -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        return self._client.get("/api/referrals", headers=headers).status_code == 200

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

    def proves_little(self) -> bool:
        """Tell whether the house asks for less than it did."""
        rules = self._store.accounts.rules()
        return not rules.second_factor_for_nurses or rules.session_idle.total_seconds() > 1800

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


def by_a_nurse_of_ones_own(attacker: Attacker) -> None:
    for role in ("nurse", "lead"):
        attacker.post("/invitationer", role=role, place="afsnit:herlev-onk-1", invited="Anna Nørby")


def by_a_nurse_who_is_a_friend_and_moves(attacker: Attacker) -> None:
    for role in ("nurse", "lead"):
        sent = {"display_name": "Ven", "role": role, "place": "afsnit:gentofte-med-1"}
        attacker.post(f"{attacker.card('demo-nurse')}/ret", **sent)


def by_switching_the_second_factor_off(attacker: Attacker) -> None:
    rules = {"session_idle": 240, "session_lifetime": 24, "invite_lifetime": 30}
    rules |= {"attempts_before_giving_up": 3, "conversations_a_day": 100_000}
    rules |= {"referrals_a_day": 100_000}
    attacker.post("/admin/indstillinger", **rules, reason="Det er nemmere sådan")


@pytest.mark.parametrize(
    "way",
    [
        by_reset_and_new_password,
        by_an_invitation,
        by_a_second_administrator_who_is_oneself,
        by_a_system_of_ones_own,
        by_the_own_role,
        by_the_role_of_a_nurse_who_is_a_friend,
        by_a_nurse_of_ones_own,
        by_a_nurse_who_is_a_friend_and_moves,
        by_switching_the_second_factor_off,
    ],
    ids=lambda way: way.__name__,
)
def test_no_way_leads_one_administrator_to_a_patient(store: Store, way) -> None:  # type: ignore[no-untyped-def]
    with store.database.write() as session:
        house_rules.change(session, "second_factor_for_nurses", True, "test", datetime.now(UTC))
    attacker = Attacker(store)
    ward = staff_called("demo-nurse", store.database).ward_id
    way(attacker)
    attacker.look_everywhere()
    assert set(attacker.approve_all()) <= {404, 422}
    attacker.look_everywhere()
    assert attacker.seen == set(), "nothing that opens a door was shown"
    assert not attacker.reads_the_queue()
    assert not attacker.proves_little()
    assert staff_called("demo-nurse", store.database).ward_id == ward
    with store.database.read() as session:
        roles = dict(
            iter(session.execute(select(UserRow.name, UserRow.role)))  # type: ignore[arg-type]
        )
    assert roles["demo-nurse"] == "nurse"
    assert roles["demo-admin"] == "administrator"
    assert store.accounts.log_in(ADVISER, PASSWORD, datetime.now(UTC)), "nobody was shut out"


INVITED = {"role": "adviser", "place": "kommune:0151", "invited": "Anna Nørby"}


def test_who_approves_cannot_use_the_link_that_is_shown_to_them(store: Store) -> None:
    honest, attacker = Attacker(store), Attacker(store, "demo-admin-2")
    honest.post("/invitationer", **INVITED)
    assert 201 in attacker.approve_all()
    attacker.look_everywhere()
    [link] = attacker.seen
    assert attacker.codes == [], "no page shows the other half to them"
    guesses = ("", "aaaa-aaaa-aaaa", link.rpartition("/")[2])
    assert not any(attacker.comes_in(link, guess) for guess in guesses)
    [code] = honest.codes
    assert attacker.comes_in(link, code), "who was given both comes in"


def test_who_asked_cannot_use_the_code_that_is_shown_to_them(store: Store) -> None:
    attacker, honest = Attacker(store), Attacker(store, "demo-admin-2")
    attacker.post("/invitationer", **INVITED)
    assert 201 in honest.approve_all()
    attacker.look_everywhere()
    assert attacker.seen == set()
    [code] = attacker.codes
    assert not attacker.comes_in(f"/invitation/{code}", code)


def test_who_approves_cannot_choose_the_password_of_somebody_without_mail(store: Store) -> None:
    honest, attacker = Attacker(store), Attacker(store, "demo-admin-2")
    honest.post(f"{honest.card(ADVISER)}/adgangskode")
    attacker.approve_all()
    [link] = attacker.seen
    assert not attacker.comes_in(link)
    assert store.accounts.log_in(ADVISER, GOOD, datetime.now(UTC)) is None
    [code] = honest.codes
    assert attacker.comes_in(link, code)


def test_neither_half_of_a_system_s_token_reads_the_queue(store: Store) -> None:
    honest, attacker = Attacker(store), Attacker(store, "demo-admin-2")
    honest.post("/admin/systemer", name="fagsystem", municipality="0151", scope="read")
    attacker.approve_all()
    [token], [code] = attacker.seen, honest.codes
    assert not attacker.reads_by(token)
    assert not attacker.reads_by(code)
    assert attacker.reads_by(f"{token}.{code}")


def test_who_approves_approves_what_they_read_and_no_more(store: Store) -> None:
    before = store.accounts.rules()
    attacker, honest = Attacker(store), Attacker(store, "demo-admin-2")
    stands = {name: house_rules.as_set(before, name) // unit for name, unit in UNITS.items()}
    for minutes in (stands["session_idle"] + 1, 240):
        sent = stands | {"session_idle": minutes, "reason": "Lange samtaler"}
        attacker.post("/admin/indstillinger", **sent)
    answer = honest.post("/admin/godkendelser/1/godkend")
    assert (answer.status_code, "Der er bedt om det igen" in answer.text) == (422, True)
    assert store.accounts.rules() == before
