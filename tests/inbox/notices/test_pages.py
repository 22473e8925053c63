"""Everybody chooses what to be told of; administrators see and send again what did not leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from inbox.staff.signing_in import COOKIE
from referrals.notices.tables import EmailClaimRow
from referrals.outbox import letters
from referrals.outbox.letters import Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.staff.accounts import FRESH
from referrals.staff.tables import SessionRow, UserRow
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from tests.conftest import FORENOON

Client = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def settings(forenoon: None, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("notices")
    made = Settings.load(
        data_dir=folder, engine_url="http://127.0.0.1:9", smtp_host="127.0.0.1", smtp_port=9
    )
    preparing.prepare(made, demo=True)
    return made


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    opened = build_store(settings)
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def client(settings: Settings, store: Store) -> Client:
    """Give clients of an app that is not served, so that nothing is sent meanwhile."""
    app = create_app(settings)

    def sign_in(name: str) -> TestClient:
        new = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000))
        with store.database.read() as session:
            user = session.scalars(select(UserRow.id).where(UserRow.name == name)).one()
        secret = store.accounts.begin_session(user, datetime.now(UTC), proved_twice=True)
        new.cookies.set(COOKIE, secret or "")
        new.headers["Accept"] = "text/html"
        return new

    return sign_in


@pytest.fixture
def letter(store: Store) -> int:
    """Bury a letter to Ballerup's adviser."""
    with store.database.write() as session:
        adviser = session.scalars(select(UserRow.id).where(UserRow.name == "demo-adviser-0151"))
        payload = {"reference": "H-7KF3-Q", "municipality": "0151"}
        outgoing = Outgoing("email", "new_referral", str(adviser.one()), payload)
        letters.post(session, outgoing, FORENOON)
        row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()
        row.dead_at, row.last_error, row.attempts = FORENOON, "uncertain: TimeoutError", 12
        return row.id


def test_what_is_ticked_is_wanted_and_the_rest_is_off(client: Client) -> None:
    adviser = client("demo-adviser-0151")
    assert "Ny henvisning" in adviser.get("/konto/beskeder").text
    sent = {"email": "ida@ballerup.example", "wanted": ["breach:email", "ward_contacted:email"]}
    page = adviser.post("/konto/beskeder", data=sent).text
    assert "Dine valg er gemt" in page
    assert page.count("checked") == 1
    assert 'value="ida@ballerup.example"' in page


def test_an_address_is_used_once_its_code_was_given(client: Client, store: Store) -> None:
    adviser = client("demo-adviser-0157")
    page = adviser.post("/konto/beskeder", data={"email": "ida@gentofte.example"}).text
    assert "Vi har sendt en mail til <b>ida@gentofte.example</b>" in page
    wrong = adviser.post("/konto/beskeder/kode", data={"code": "wrong"})
    assert (wrong.status_code, "Koden passer ikke" in wrong.text) == (422, True)
    with store.database.read() as session:
        [code] = session.scalars(
            select(EmailClaimRow.code).where(EmailClaimRow.address == "ida@gentofte.example")
        )
    page = adviser.post("/konto/beskeder/kode", data={"code": code}).text
    assert "Adressen er bekræftet" in page
    assert adviser.get("/api/notices").json()["email"] == "ida@gentofte.example"
    adviser.post("/konto/beskeder", data={"email": ""})


def test_nothing_at_all_is_a_choice(client: Client) -> None:
    adviser = client("demo-adviser-0163")
    page = adviser.post("/konto/beskeder", data={"email": ""}).text
    assert page.count("checked") == 0


def test_a_wrong_address_changes_nothing_and_is_shown_again(client: Client) -> None:
    adviser = client("demo-adviser-0157")
    answer = adviser.post("/konto/beskeder", data={"email": "ida@", "wanted": []})
    assert answer.status_code == 422
    assert 'value="ida@"' in answer.text
    assert client("demo-adviser-0157").get("/api/notices").json()["email"] == ""


def test_programs_read_and_change_choices_as_well(client: Client) -> None:
    nurse = client("demo-nurse")
    before = nurse.get("/api/notices").json()
    assert before["choices"] == [
        {"kind": "ward_waiting", "channel": "email", "wanted": True},
        {"kind": "ward_contacted", "channel": "email", "wanted": True},
    ]
    change = {"choices": [{"kind": "ward_contacted", "channel": "email", "wanted": False}]}
    after = nurse.put("/api/notices", json=change).json()
    assert after == {**before, "choices": [before["choices"][0], *change["choices"]]}
    refused = nurse.put("/api/notices", json={"email": "x y"})
    assert (refused.status_code, refused.json()["detail"]) == (422, "Det er ikke en mailadresse.")


def test_where_mail_goes_is_changed_after_a_fresh_proof_only(client: Client, store: Store) -> None:
    """A link to a new password goes there: nobody changes it at a computer left alone."""
    adviser = client("demo-adviser-0159")
    with store.database.write() as session:
        session.execute(update(SessionRow).values(proved_at=datetime.now(UTC) - FRESH))
    asked = adviser.post(
        "/konto/beskeder",
        data={"email": "tyv@example.dk"},
        headers={"Referer": "http://127.0.0.1:8000/konto/beskeder"},
    )
    assert "Bekræft, at det er dig" in asked.text
    assert 'name="next" value="/konto/beskeder"' in asked.text
    by_api = adviser.put("/api/notices", json={"email": "tyv@example.dk"})
    assert (by_api.status_code, by_api.json()["type"]) == (403, "urn:problem-type:henvis:not_fresh")
    assert "Dine valg er gemt" in adviser.post("/konto/beskeder", data={"email": ""}).text


def test_an_administrator_sees_what_did_not_leave_and_sends_it_again(
    client: Client, letter: int, store: Store
) -> None:
    admin = client("demo-admin")
    page = admin.get("/admin/beskeder").text
    for part in ("Ny henvisning", "H-7KF3-Q", "Uvist om den kom frem", "efter 12 forsøg"):
        assert part in page
    assert "bliver prøvet igen" in admin.post(f"/admin/beskeder/{letter}").text
    with store.database.read() as session:
        row = session.get_one(OutboxRow, letter)
        assert (row.dead_at, row.attempts) == (None, 0)
    assert admin.post(f"/admin/beskeder/{letter}").status_code == 404, "it is not dead any more"
    assert "send_again" in admin.get("/admin/log").text


def test_programs_send_again_as_well(client: Client, letter: int) -> None:
    admin = client("demo-admin")
    [listed, *_] = admin.get("/api/dead-letters").json()["letters"]
    assert (listed["id"], listed["kind"], listed["reference"], listed["why"]) == (
        letter,
        "new_referral",
        "H-7KF3-Q",
        "uncertain: TimeoutError",
    )
    assert admin.post(f"/api/dead-letters/{letter}").status_code == 204
    assert admin.get("/api/dead-letters").json()["waiting"]["email"] >= 1


def test_without_a_mail_server_the_pages_say_so(app_client: Callable[..., TestClient]) -> None:
    admin = app_client("demo-admin")
    admin.headers["Accept"] = "text/html"
    assert "HENVIS_SMTP_HOST" in admin.get("/admin/beskeder").text
    assert "ikke sat nogen mailserver op" in admin.get("/konto/beskeder").text
