"""Whether a process still answers: asked again and again, and counted in questions, not in time."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator

import pytest

from service.processes import watch
from service.processes.watch import MISSES, Watch


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Give a port where callers are taken by nobody but the test."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def selector() -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as selector:
        yield selector


@pytest.fixture
def watching(
    listener: socket.socket, selector: selectors.BaseSelector, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Watch]:
    monkeypatch.setattr(watch, "ASK_EVERY_S", 0.0)
    monkeypatch.setattr(watch, "ANSWER_S", 0.0)
    begun = Watch(f"http://127.0.0.1:{listener.getsockname()[1]}/healthz", selector)
    begun.begin()
    yield begun
    begun.end()


def answer(listener: socket.socket, selector: selectors.BaseSelector, says: bytes) -> bytes:
    """Take the caller, answer, and let the one who watches hear it."""
    caller, _ = listener.accept()
    with caller:
        asked = caller.recv(1000)
        caller.sendall(says)
    [(key, _)] = selector.select(5)
    key.data.hear()
    return asked


def test_an_answer_of_any_kind_will_do(
    watching: Watch, listener: socket.socket, selector: selectors.BaseSelector
) -> None:
    for _ in range(2 * MISSES):
        assert not watching.hangs()
        asked = answer(listener, selector, b"HTTP/1.0 404 Not Found\r\n\r\n")
        assert asked.startswith(b"GET /healthz HTTP/1.0\r\n")


def test_too_many_questions_without_an_answer_are_a_hang(watching: Watch) -> None:
    assert [watching.hangs() for _ in range(MISSES + 1)] == [False] * MISSES + [True]


def test_one_answer_makes_up_for_the_silence_before_it(
    watching: Watch, listener: socket.socket, selector: selectors.BaseSelector
) -> None:
    for _ in range(MISSES - 1):
        assert not watching.hangs()
        answer(listener, selector, b"")
    assert not watching.hangs()
    answer(listener, selector, b"HTTP/1.0 200 OK\r\n\r\n")
    assert not any(watching.hangs() for _ in range(MISSES))


def test_a_caller_who_is_sent_away_without_a_word_got_no_answer(
    watching: Watch, listener: socket.socket, selector: selectors.BaseSelector
) -> None:
    for _ in range(MISSES):
        assert not watching.hangs()
        answer(listener, selector, b"")
    assert watching.hangs()


def test_who_cannot_be_reached_got_no_answer_either(
    watching: Watch, listener: socket.socket
) -> None:
    listener.close()
    assert [watching.hangs() for _ in range(MISSES)] == [False] * (MISSES - 1) + [True]
