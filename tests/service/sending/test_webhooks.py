"""Webhooks to a system that listens: signed, without identity, tried again, never led astray."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest
from sqlalchemy import select, update

from referrals.audit.tables import AuditRow
from referrals.feed import change_feed
from referrals.feed.change_feed import ChangeFeed, tell_systems
from referrals.outbox.tables import OutboxRow
from referrals.programs.addresses import BadUrl
from referrals.programs.tables import WebhookRow
from referrals.programs.webhooks import Webhooks
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import NotAllowed
from service.sending.webhooks import WebhookChannel
from tests.conftest import World
from tests.referrals.playing import NAME, Play, kept
from tests.referrals.posting import OneRound

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
CODE = "0151"


@dataclass
class Listener:
    """A municipality's system: what it got, and with which status it answers next."""

    url: str = ""
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.got.append((self.path, headers, body))
            self.send_response(listener.answers.pop(0) if listener.answers else 204)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield listener
    server.shutdown()
    server.server_close()


@dataclass
class Post:
    """The webhooks of a world, and a postman who does one round."""

    world: World

    def set(self, url: str) -> str:
        admin = self.world.staff("demo-admin")
        hooks = Webhooks(self.world.database, self.world.vault, admin, LOOPBACK)
        return hooks.set(CODE, url, self.world.clock())

    def round(self, allowed: tuple[object, ...] = LOOPBACK) -> int:
        tell_systems(self.world.database, self.world.clock())
        channel = WebhookChannel(self.world.database, self.world.vault, allowed)  # type: ignore[arg-type]
        postman = OneRound(self.world.database, channel, self.world.clock, lambda: 1.0)
        return asyncio.run(postman.send_due())

    @property
    def letter(self) -> OutboxRow:
        return kept(self.world, OutboxRow, OutboxRow.channel == "webhook")


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


def file(world: World) -> ReferralRow:
    Play(world).file(code=CODE)
    return kept(world, ReferralRow)


def test_a_change_is_told_signed_and_without_identity(
    world: World, post: Post, listener: Listener
) -> None:
    secret = post.set(listener.url)
    referral = file(world)
    post.round()
    [(path, headers, body)] = listener.got
    told = json.loads(body)
    assert (path, told["type"]) == ("/hook", "referral.changed")
    assert told["data"] == {"reference": referral.reference, "municipality": CODE}
    assert NAME not in body.decode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"


def test_each_change_is_told_once_whoever_gave_it_its_place(
    world: World, post: Post, listener: Listener
) -> None:
    post.set(listener.url)
    referral = file(world)
    adviser = world.staff(f"demo-adviser-{CODE}")
    ChangeFeed(world.database, adviser).after("start", world.clock(), 50)
    post.round()
    post.round()
    assert len(listener.got) == 1
    world.queue().move(referral.reference, "receive", world.clock())
    post.round()
    assert len(listener.got) == 2


def test_a_system_elsewhere_is_not_told(world: World, post: Post, listener: Listener) -> None:
    post.set(listener.url)
    Play(world).file(code="0163", postcode="2730")
    post.round()
    assert listener.got == []


@pytest.mark.parametrize("status", [302, 400, 429, 500, 503])
def test_what_was_not_taken_is_sent_again_with_the_same_id(
    world: World, post: Post, listener: Listener, status: int
) -> None:
    post.set(listener.url)
    file(world)
    listener.answers.append(status)
    post.round()
    assert (post.letter.sent_at, post.letter.last_error) == (None, "not_accepted")
    world.clock.forward(minutes=10)
    post.round()
    assert post.letter.sent_at is not None
    assert [path for path, *_ in listener.got] == ["/hook", "/hook"]  # no redirect is followed
    assert len({headers["webhook-id"] for _, headers, _ in listener.got}) == 1


def test_gone_means_gone(world: World, post: Post, listener: Listener) -> None:
    post.set(listener.url)
    file(world)
    listener.answers.append(410)
    post.round()
    assert post.letter.dead_at is not None


def test_nobody_is_called_once_the_address_is_removed(
    world: World, post: Post, listener: Listener
) -> None:
    post.set(listener.url)
    file(world)
    tell_systems(world.database, world.clock())
    admin = world.staff("demo-admin")
    assert Webhooks(world.database, world.vault, admin).stop(CODE, world.clock())
    post.round()
    assert (listener.got, post.letter.last_error) == ([], "no_address")


def test_a_municipality_that_cannot_be_told_delays_no_other(
    world: World, post: Post, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.set(listener.url)
    admin = world.staff("demo-admin")
    Webhooks(world.database, world.vault, admin, LOOPBACK).set("0163", listener.url, world.clock())
    told: list[str] = []

    def give(_database: object, code: str, _now: object) -> int:
        told.append(code)
        if len(told) == 1:
            raise LookupError
        return 1

    monkeypatch.setattr(change_feed, "give_places", give)
    assert tell_systems(world.database, world.clock()) == 1
    assert sorted(told) == sorted([CODE, "0163"])
    assert world.database.aside.left_out(change_feed.TELLING, world.clock()) == told[:1]


def test_a_private_address_is_not_called_unless_its_net_was_allowed(
    world: World, post: Post, listener: Listener
) -> None:
    post.set(listener.url)
    file(world)
    post.round(allowed=())
    assert (listener.got, post.letter.last_error) == ([], "bad_address")


def test_a_name_that_leads_into_a_private_net_is_not_called(
    world: World, post: Post, listener: Listener
) -> None:
    port = listener.url.rpartition(":")[2].partition("/")[0]
    post.set(f"https://localhost:{port}/hook")  # a name is looked up when it is called
    file(world)
    post.round(allowed=())
    assert (listener.got, post.letter.last_error) == ([], "bad_address")


def test_a_system_that_does_not_listen_is_tried_again(world: World, post: Post) -> None:
    post.set("http://127.0.0.1:9/hook")
    file(world)
    post.round()
    assert (post.letter.dead_at, post.letter.last_error) == (None, "unreachable")


def test_the_secret_lies_encrypted_and_setting_is_audited_without_the_address(
    world: World, post: Post
) -> None:
    secret = post.set("https://fag.example.dk/hook?key=hush")
    row = kept(world, WebhookRow)
    assert secret.encode() not in row.secret
    with world.database.read() as session:
        log = session.execute(
            select(AuditRow.action, AuditRow.record).order_by(AuditRow.number)
        ).all()
    assert ("set_webhook", f"webhook:{CODE}") in [tuple(each) for each in log]
    assert "hush" not in str(log)


def test_setting_again_changes_address_and_secret(world: World, post: Post) -> None:
    secrets = {post.set("https://fag.example.dk/a"), post.set("https://fag.example.dk/b")}
    assert (len(secrets), kept(world, WebhookRow).url) == (2, "https://fag.example.dk/b")


@pytest.mark.parametrize("code", ["0101", "x", "\x00"])
def test_only_municipalities_of_ours_are_told(world: World, code: str) -> None:
    hooks = Webhooks(world.database, world.vault, world.staff("demo-admin"))
    with pytest.raises(BadUrl, match="municipality"):
        hooks.set(code, "https://fag.example.dk/", world.clock())


def test_nobody_but_an_administrator_sets_them(world: World) -> None:
    with pytest.raises(NotAllowed):
        Webhooks(world.database, world.vault, world.staff("demo-manager-0151"))


def test_an_address_that_was_allowed_once_is_checked_again(
    world: World, post: Post, listener: Listener
) -> None:
    post.set(listener.url)
    with world.database.write() as session:
        session.execute(update(WebhookRow).values(url="ftp://fag.example.dk/"))
    file(world)
    post.round()
    assert post.letter.dead_at is not None
