"""Connections that send too much head, or nothing for too long, are cut off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from service.web.guarding import bounded_http
from service.web.guarding.bounded_http import BoundedHttp
from tests.service.waiting import until

AT_ONCE = 0.05


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def server() -> Iterator[int]:
    """Serve a page on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"])])
        serving = uvicorn.Server(uvicorn.Config(app, http=BoundedHttp, log_level="critical"))
        thread = threading.Thread(target=serving.run, args=([listener],))
        thread.start()
        until(lambda: serving.started)
        yield listener.getsockname()[1]
        serving.should_exit = True
        thread.join()


def talk(port: int, *said: bytes) -> bytes:
    """Say one thing after the other, and give what comes until the other side ends it."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        heard = b""
        try:
            for each in said:
                connection.sendall(each)
            while piece := connection.recv(65536):
                heard += piece
        except ConnectionError:
            pass
        return heard


ASKED = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_a_request_is_answered(server: int) -> None:
    assert talk(server, ASKED).endswith(b"\r\n\r\n0")


def test_a_body_that_comes_with_its_head_is_read_whole(server: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n"
    assert talk(server, head + b"x" * 200_000).endswith(b"\r\n\r\n200000")


def test_one_connection_carries_many_requests(server: int) -> None:
    one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\n" + b"x" * 40_000
    assert talk(server, one, one, one, ASKED).count(b"200 OK") == 4


def test_a_head_that_begins_behind_a_large_body_is_no_large_head(server: int) -> None:
    one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + b"x" * 90_000
    begun, rest = ASKED[:9], ASKED[9:]
    assert talk(server, one + begun, rest).count(b"200 OK") == 2


def test_headers_without_end_are_cut_off(server: int) -> None:
    flood = [b"X: " + b"x" * 10_000 + b"\r\n" for _ in range(200)]
    assert talk(server, b"GET / HTTP/1.1\r\n", *flood) == b""


@pytest.mark.parametrize(
    "said",
    [
        (),
        (b"GET / HT",),
        (b"GET / HTTP/1.1\r\nHost: x\r\n",),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",),
    ],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
def test_who_never_gets_to_an_end_is_cut_off(
    server: int, said: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "REQUEST_S", AT_ONCE)
    assert b"200 OK" not in talk(server, *said)


def test_a_connection_in_between_requests_is_not_held_to_that(
    server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "REQUEST_S", AT_ONCE)
    with socket.create_connection(("127.0.0.1", server), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in connection.recv(65536)
        connection.settimeout(AT_ONCE * 6)
        with pytest.raises(TimeoutError):
            connection.recv(65536)
