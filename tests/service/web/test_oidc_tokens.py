"""What a provider may say of somebody: one that we make say anything, and what is believed."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import Key, KeySet, OctKey, RSAKey
from starlette.testclient import TestClient

from inbox.staff.signing_in import COOKIE
from referrals.referral.clock import now_utc
from referrals.staff.places import Place
from referrals.staff.roles import Role
from service import database as preparing
from service.composition import build_store
from service.settings import Settings
from service.web.app import create_app
from service.web.oidc import LEEWAY_S
from tests.conftest import Clock

CLIENT, SECRET = "henvis", "et-langt-hemmeligt-ord-som-begge-kender"
KEY, NEXT_KEY, FOREIGN_KEY = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("1", "2", "1"))
NUMBERS = count(1)


class Provider(ThreadingHTTPServer):
    """Publishes a key and answers each code with ``token``, whatever that is."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.address = self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = KEY
        self.token: dict[str, str] = {}
        self.asked: list[str] = []

    def answer(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if path == "/keys":
            return dict(KeySet([self.key]).as_dict(private=False))
        if path == "/token":
            return {"access_token": "adgang", "token_type": "Bearer", **self.token}
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }


class _Answering(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(self.server.answer(self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with Provider() as started:
        thread = Thread(target=started.serve_forever)
        thread.start()
        yield started
        started.shutdown()
        thread.join()


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.key, running.issuer, running.token, running.asked = KEY, running.address, {}, []
    return running


@pytest.fixture(scope="module")
def settings(running: Provider, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings.load(
        data_dir=tmp_path_factory.mktemp("tokens"),
        engine_url="http://127.0.0.1:9",
        oidc_issuer=running.address,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        hosts=("henvis.example",),
    )
    preparing.prepare(chosen, demo=True)
    return chosen


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


def browser(app: FastAPI, number: int = 0) -> TestClient:
    """Give one at an address of its own, as how often one may come is counted by address."""
    address = (f"192.0.2.{number}", 50_000)
    return TestClient(
        app, base_url="https://henvis.example", follow_redirects=False, client=address
    )


@pytest.fixture
def comes_in(app: FastAPI, provider: Provider, settings: Settings) -> Callable[..., bool]:
    """Log in with an invitation, while the provider says what it is told to; tell if it worked."""
    store = build_store(settings)
    place = Place(municipality_code="0151")
    secret = store.invitations.invite(None, Role.ADVISER, place, now_utc())
    store.database.close()
    client = browser(app, next(NUMBERS))

    def come(sign: Callable[[dict[str, Any]], dict[str, str]], **said: object) -> bool:
        there = client.get(f"/log-ind/udefra?invitation={secret}").headers["location"]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        now = int(time.time())
        claims = {
            "iss": provider.issuer,
            "sub": f"subject-{secret}",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "preferred_username": f"bruger-{next(NUMBERS)}",
            **said,
        }
        provider.token = sign({name: value for name, value in claims.items() if value is not None})
        answer = client.get(f"/log-ind/udefra/svar?state={asked['state']}&code=1")
        return COOKIE in answer.cookies

    return come


def signed(key: Key = KEY, alg: str = "RS256") -> Callable[[dict[str, Any]], dict[str, str]]:
    header = {"alg": alg, "kid": "2" if key is NEXT_KEY else "1"}
    return lambda claims: {"id_token": jwt.encode(header, claims, key, algorithms=[alg])}


def unsigned(claims: dict[str, Any]) -> dict[str, str]:
    parts = ({"alg": "none"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts)
    return {"id_token": b".".join(each.rstrip(b"=") for each in (*encoded, b"")).decode()}


def nothing(_: dict[str, Any]) -> dict[str, str]:
    return {}


def test_what_is_signed_and_meant_for_us_is_believed(comes_in: Callable[..., bool]) -> None:
    assert comes_in(signed())


def test_a_clock_that_is_a_little_off_does_no_harm(comes_in: Callable[..., bool]) -> None:
    assert comes_in(signed(), exp=int(time.time()) - LEEWAY_S // 2)


def test_a_new_key_of_the_provider_is_fetched_when_it_is_first_used(
    comes_in: Callable[..., bool], provider: Provider
) -> None:
    assert not comes_in(nothing)
    provider.key = NEXT_KEY
    assert comes_in(signed(NEXT_KEY))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"aud": "en-anden"}, id="another audience"),
        pytest.param({"aud": "en-anden", "azp": CLIENT}, id="another audience by our name"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"aud": [CLIENT, "en-anden"], "azp": "en-anden"}, id="another party"),
        pytest.param({"iss": "https://en-anden.example"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"nonce": "0" * 20}, id="another nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"sub": None}, id="no subject"),
        pytest.param({"exp": 1}, id="long over"),
        pytest.param({"exp": None}, id="for ever"),
    ],
)
def test_what_was_not_meant_for_this_log_in_is_not_believed(
    comes_in: Callable[..., bool], said: dict[str, object]
) -> None:
    assert not comes_in(signed(), **said)


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param(signed(FOREIGN_KEY), id="another's key"),
        pytest.param(signed(OctKey.import_key(SECRET), "HS256"), id="our own secret"),
        pytest.param(unsigned, id="nobody"),
        pytest.param(nothing, id="no token at all"),
    ],
)
def test_what_the_provider_did_not_sign_is_not_believed(
    comes_in: Callable[..., bool], sign: Callable[[dict[str, Any]], dict[str, str]]
) -> None:
    assert not comes_in(sign)


def test_a_provider_that_calls_itself_something_else_is_no_way_in(
    settings: Settings, provider: Provider
) -> None:
    provider.issuer = "https://en-anden.example"
    client = browser(create_app(settings))
    assert client.get("/log-ind/udefra").headers["location"] == "/log-ind?udefra=fejl"


def test_what_the_provider_publishes_is_asked_for_once_an_hour(
    settings: Settings, provider: Provider
) -> None:
    app = create_app(settings)
    app.state.now = clock = Clock()
    for minutes, look_ups in ((0, 1), (59, 1), (1, 2), (59, 2)):
        clock.forward(minutes=minutes)
        browser(app).get("/log-ind/udefra")
        assert provider.asked.count("/.well-known/openid-configuration") == look_ups
