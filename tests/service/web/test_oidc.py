"""Logging in by an OpenID Connect provider that really runs, on this machine."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from inbox.staff.signing_in import COOKIE
from referrals.administration.approving import Approving
from referrals.administration.decisions import ask_for_invitations, waiting
from referrals.administration.users import Administration
from referrals.staff import house_rules
from referrals.staff.places import Place
from referrals.staff.roles import Role
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from service.web.oidc import FLOW_LIFETIME
from service.web.oidc_pages import COOKIE as FLOW_COOKIE
from tests.service.waiting import until
from tests.worlds import staff_called

PEOPLE = (
    {"sub": "s-1", "preferred_username": "Anne.Hansen", "name": "Anne Hansen", "amr": ["mfa"]},
    {"sub": "s-9", "preferred_username": "anna.nord", "name": "Anna Nord", "amr": ["mfa"]},
    {"sub": "s-2", "preferred_username": "bo.berg", "name": "Bo Berg", "amr": ["pwd"]},
    {"sub": "s-3", "preferred_username": "demo-nurse", "name": "Ikke Sygeplejerske"},
)

NUMBERS = count(1)


def now() -> datetime:
    return datetime.now(UTC)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Run a provider that knows three people; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = [part for one in PEOPLE for part in ("--user-claims", json.dumps(one))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "-n", "true", *known],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: listens(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="module")
def settings(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings.load(
        data_dir=tmp_path_factory.mktemp("oidc"),
        engine_url="http://127.0.0.1:9",
        oidc_issuer=provider,
        oidc_client_id="henvis",
        oidc_client_secret="hemmelig",
        oidc_label="Regionen",
    )
    preparing.prepare(chosen, demo=True)
    return chosen


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    opened = build_store(settings)
    with opened.database.write() as session:
        house_rules.change(session, "require_second_factor", True, "test", now())
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


class Visitor:
    """A browser that goes to the provider and back, and keeps our cookies."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(
            app,
            base_url="http://127.0.0.1:8000",
            follow_redirects=False,
            client=(f"192.0.2.{next(NUMBERS)}", 50_000),  # how often one may come is counted by it
        )
        self.client.headers["Accept"] = "text/html"
        self.flow = ""

    def leave(self, address: str = "/log-ind/udefra?next=/koe") -> str:
        """Set out; give the provider's address."""
        answer = self.client.get(address)
        self.flow = cookie(answer, FLOW_COOKIE)
        return answer.headers["location"]

    def come_back(self, there: str, subject: str) -> str:
        """Say at the provider who one is; give the address that it sends back to."""
        answer = httpx.post(there, data={"sub": subject})
        return str(answer.headers["location"])

    def arrive(self, address: str) -> httpx.Response:
        parts = urlsplit(address)
        return self.client.get(
            f"{parts.path}?{parts.query}", headers={"Cookie": f"{FLOW_COOKIE}={self.flow}"}
        )

    def whole_way(self, subject: str, address: str = "/log-ind/udefra?next=/koe") -> httpx.Response:
        return self.arrive(self.come_back(self.leave(address), subject))


def cookie(answer: httpx.Response, name: str) -> str:
    for header in answer.headers.get_list("set-cookie"):
        key, _, rest = header.partition("=")
        if key == name:
            return rest.partition(";")[0].strip('"')
    return ""


def refused(answer: httpx.Response) -> bool:
    return answer.headers.get("location") == "/log-ind?udefra=fejl" and not cookie(answer, COOKIE)


@pytest.fixture
def visitor(app: FastAPI, store: Store) -> Visitor:
    return Visitor(app)


def invited(store: Store, role: Role, place: Place) -> str:
    secret = store.invitations.invite(None, role, place, now())
    return f"/log-ind/udefra?next=/koe&invitation={secret}"


def test_the_log_in_page_offers_the_provider(visitor: Visitor) -> None:
    assert "Log ind via Regionen" in visitor.client.get("/log-ind").text


def test_the_way_there_carries_state_nonce_and_proof_of_key(visitor: Visitor) -> None:
    asked = parse_qs(urlsplit(visitor.leave()).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/log-ind/udefra/svar"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["scope"] == ["openid profile email"]


def test_what_is_remembered_on_the_way_lies_with_the_browser_and_is_closed(
    visitor: Visitor,
) -> None:
    answer = visitor.client.get("/log-ind/udefra?next=/koe")
    assert cookie(answer, FLOW_COOKIE)
    (kept,) = answer.headers.get_list("set-cookie")
    told = {part.strip().casefold() for part in kept.split(";")[1:]}
    assert told == {"max-age=600", "secure", "httponly", "samesite=lax", "path=/"}
    assert len(kept) < 4096, "browsers keep no larger one"
    opened = base64.urlsafe_b64decode(cookie(answer, FLOW_COOKIE))
    assert not any(word in opened for word in (b"nonce", b"verifier", b"/koe"))


def test_nobody_gets_in_without_an_invitation(visitor: Visitor) -> None:
    assert refused(visitor.whole_way("s-3"))


def test_a_name_at_the_provider_is_no_claim_to_a_user_of_ours(
    visitor: Visitor, store: Store
) -> None:
    address = invited(store, Role.NURSE, Place(ward_id="herlev-onk-1"))
    assert refused(visitor.whole_way("s-3", address))


def test_half_of_an_invitation_leads_nowhere_by_the_provider_either(
    visitor: Visitor, store: Store
) -> None:
    first, second = (staff_called(name, store.database) for name in ("demo-admin", "demo-admin-2"))
    place = Place(municipality_code="0151")
    [half] = ask_for_invitations(
        store.database, first, Role.ADVISER, place, ["Anna"], store.around.now()
    )
    [asked] = waiting(store.database, store.around.now())
    link = Approving(store.database, second).approve(asked.id, store.around.now()).invitation
    address = f"/log-ind/udefra?next=/koe&invitation={link}"
    back = visitor.client.get(f"{address}&kode=aaaa-aaaa-aaaa")
    assert back.headers["location"] == f"/invitation/{link}?kode=forkert"
    assert "Koden passer ikke" in visitor.client.get(back.headers["location"]).text
    assert refused(visitor.whole_way("s-9", address))
    answer = visitor.whole_way("s-9", f"{address}&kode={half.code}")
    assert (answer.status_code, 'content="0;url=/koe"' in answer.text) == (200, True)


def test_the_invited_gets_in_by_the_provider_now_and_later(
    visitor: Visitor, app: FastAPI, store: Store
) -> None:
    first = visitor.whole_way("s-1", invited(store, Role.ADVISER, Place(municipality_code="0151")))
    later = Visitor(app).whole_way("s-1")
    for answer in (first, later):
        assert (answer.status_code, 'content="0;url=/koe"' in answer.text) == (200, True)
        known = store.accounts.recognise(cookie(answer, COOKIE), now())
        assert known is not None
        assert (known.staff.name, known.staff.role) == ("anne.hansen", Role.ADVISER)
        assert not known.half, "the provider said that there were two factors"


def test_one_factor_at_the_provider_is_half_a_session_here(visitor: Visitor, store: Store) -> None:
    answer = visitor.whole_way("s-2", invited(store, Role.ADVISER, Place(municipality_code="0157")))
    known = store.accounts.recognise(cookie(answer, COOKIE), now())
    assert known is not None
    assert known.half
    admin = store.accounts.recognise(store.accounts.issue_token("demo-admin", now()) or "", now())
    assert admin is not None
    Administration(store.database, admin.staff).suspend(known.staff.id, now())
    assert refused(visitor.whole_way("s-2"))


@pytest.mark.parametrize("wrong", ["state", "cookie", "no cookie", "forged", "code", "none"])
def test_what_does_not_fit_together_lets_nobody_in(visitor: Visitor, wrong: str) -> None:
    back = visitor.come_back(visitor.leave(), "s-1")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    if wrong == "cookie":
        visitor.leave()
    elif wrong == "no cookie":
        visitor.flow = ""
    elif wrong == "forged":
        visitor.flow = visitor.flow[:-8] + "AAAAAAA="
    elif wrong == "none":
        asked = {}
    else:
        asked[wrong] = "0" * 32
    assert refused(visitor.arrive(f"/log-ind/udefra/svar?{httpx.QueryParams(asked)}"))


def test_an_answer_works_once(visitor: Visitor) -> None:
    back = visitor.come_back(visitor.leave(), "s-1")
    visitor.arrive(back)
    assert refused(visitor.arrive(back))


def test_an_answer_that_took_too_long_is_refused(visitor: Visitor, app: FastAPI) -> None:
    back = visitor.come_back(visitor.leave(), "s-1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.state, "now", lambda: now() + FLOW_LIFETIME + timedelta(seconds=1))
        assert refused(visitor.arrive(back))


def test_a_provider_that_cannot_be_reached_is_no_way_in(tmp_path: Path) -> None:
    settings = Settings.load(
        data_dir=tmp_path, engine_url="http://127.0.0.1:9", oidc_issuer="http://127.0.0.1:9"
    )
    preparing.prepare(settings, demo=False)
    assert refused(Visitor(create_app(settings)).client.get("/log-ind/udefra"))
