"""How the service is served: bounded, and by whose word for where a request came from."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from service.settings import Settings
from service.web.guarding import bounded_http
from service.web.serve import config_of
from tests.service.waiting import until

PROXY, STRANGER = "127.0.0.3", "127.0.0.2"
CLAIMED = "X-Forwarded-For: 10.20.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example"
ASKED = f"GET / HTTP/1.1\r\nHost: henvis.example\r\n{CLAIMED}\r\nConnection: close\r\n\r\n"
OPEN = b"GET / HTTP/1.1\r\nHost: henvis.example\r\n\r\n"


async def _told(request: Request) -> PlainTextResponse:
    client = request.client.host if request.client else ""
    return PlainTextResponse(f"{client} {request.url.scheme} {request.url.hostname}")


@contextmanager
def served(folder: Path, *proxies: str) -> Iterator[int]:
    """Serve a page that says who asked, as the service is served; gives the port."""
    settings = Settings.load(data_dir=folder, proxies=proxies)
    config = config_of(settings, Starlette(routes=[Route("/", _told)]))
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        until(lambda: server.started)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def connected(port: int, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0))


def heard(connection: socket.socket) -> bytes:
    """Give what comes until the other side ends it."""
    told = b""
    try:
        while piece := connection.recv(65536):
            told += piece
    except ConnectionError:
        pass
    return told


def seen_as(port: int, source: str, asked: str = ASKED) -> str:
    """Give who the service takes a caller for, the scheme and the host."""
    with connected(port, source) as connection:
        connection.sendall(asked.encode())
        return heard(connection).decode().rpartition("\r\n")[2]


def test_a_stranger_is_not_believed_whom_a_request_is_from(tmp_path: Path) -> None:
    with served(tmp_path, f"{PROXY}/32") as port:
        assert seen_as(port, STRANGER) == f"{STRANGER} http henvis.example"


def test_a_proxy_that_is_named_is_believed_address_and_scheme(tmp_path: Path) -> None:
    with served(tmp_path, f"{PROXY}/32") as port:
        assert seen_as(port, PROXY) == "10.20.3.4 https henvis.example"


def test_of_a_named_proxy_s_addresses_the_one_that_it_saw_itself_counts(tmp_path: Path) -> None:
    with served(tmp_path, f"{PROXY}/32") as port:
        made_up = ASKED.replace("10.20.3.4", "8.8.8.8, 10.20.3.4")
        assert seen_as(port, PROXY, made_up).startswith("10.20.3.4 ")


def test_where_a_proxy_is_named_this_machine_is_a_stranger(tmp_path: Path) -> None:
    with served(tmp_path, f"{PROXY}/32") as port:
        assert seen_as(port, "127.0.0.1") == "127.0.0.1 http henvis.example"


@pytest.mark.parametrize(("source", "is_believed"), [("127.0.0.1", True), (STRANGER, False)])
def test_where_no_proxy_is_named_this_machine_alone_is_believed(
    tmp_path: Path, source: str, *, is_believed: bool
) -> None:
    with served(tmp_path) as port:
        assert seen_as(port, source).startswith("10.20.3.4 https") is is_believed


def test_headers_without_end_are_cut_off(tmp_path: Path) -> None:
    flood = b"GET / HTTP/1.1\r\n" + (b"X: " + b"x" * 10_000 + b"\r\n") * 200
    with served(tmp_path) as port, connected(port) as connection:
        with suppress(ConnectionError):
            connection.sendall(flood)
        assert heard(connection) == b""


def test_who_sends_half_a_head_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "REQUEST_S", 0.05)
    with served(tmp_path) as port, connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert heard(connection) == b""


def test_no_answer_says_what_serves_it(tmp_path: Path) -> None:
    with served(tmp_path) as port, connected(port) as connection:
        connection.sendall(ASKED.encode())
        assert b"uvicorn" not in heard(connection)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two connections be served, and one more be told."""
    monkeypatch.setattr(bounded_http, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(bounded_http, "TURNED_AWAY_AT_ONCE", 1)


@pytest.mark.usefixtures("few")
def test_beyond_the_most_connections_the_newest_are_told_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    with served(tmp_path) as port, connected(port) as first, connected(port) as second:
        for each in (first, second):
            each.sendall(OPEN)
            assert b" 200 " in each.recv(65536)
        with connected(port) as third:
            third.sendall(OPEN)
            told = heard(third)
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 10" in told.lower()
        first.sendall(OPEN)
        assert b" 200 " in first.recv(65536)


@pytest.mark.usefixtures("few")
def test_who_comes_when_even_those_who_are_told_are_too_many_is_cut_off(tmp_path: Path) -> None:
    with served(tmp_path) as port, connected(port) as first, connected(port) as second:
        for each in (first, second):
            each.sendall(OPEN)
            assert b" 200 " in each.recv(65536)
        with connected(port), connected(port) as fourth:
            assert heard(fourth) == b""


@pytest.mark.usefixtures("few")
def test_a_place_that_comes_free_is_anybody_s(tmp_path: Path) -> None:
    with served(tmp_path) as port:
        for _ in range(4):
            assert seen_as(port, "127.0.0.1") != ""


def test_so_many_connections_are_served_as_a_hospital_has_pages_open() -> None:
    assert bounded_http.MOST_AT_ONCE >= 500
    assert bounded_http.MOST_AT_ONCE + bounded_http.TURNED_AWAY_AT_ONCE <= 900  # of 1,024 files
