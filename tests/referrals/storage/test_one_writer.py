"""The door before SQLite's one writer."""

from __future__ import annotations

import asyncio
import threading
import time

from referrals.storage.one_writer import OneWriter


def in_a_thread(writer: OneWriter) -> bool:
    """Tell whether another thread could enter at once."""
    return asyncio.run(asyncio.to_thread(writer.enter_at_once))


def test_an_empty_door_is_entered_at_once() -> None:
    assert in_a_thread(OneWriter(20))


def test_nobody_else_enters_while_one_is_in() -> None:
    writer = OneWriter(20)
    with writer:
        assert not in_a_thread(writer)
    assert in_a_thread(writer)


def test_who_is_in_may_enter_again_and_is_in_until_both_are_left() -> None:
    writer = OneWriter(20)
    assert writer.enter_at_once()
    assert writer.enter_at_once()
    writer.leave()
    assert not in_a_thread(writer)
    writer.leave()
    assert in_a_thread(writer)


def test_nobody_pushes_in_before_one_who_waits() -> None:
    writer = OneWriter(20)

    def wait_and_enter() -> None:
        with writer:
            pass

    waiting = threading.Thread(target=wait_and_enter)
    with writer:
        waiting.start()
        while not writer.is_awaited:
            time.sleep(0)  # until the other thread has come to the door
        assert not writer.enter_at_once()
    waiting.join(20)
    assert writer.enter_at_once()
