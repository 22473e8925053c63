"""The stream by which a page that is open elsewhere catches up. It ends with the log-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from fastapi import Request

LOOK_S = 20.0
"""So long a stream may outlive its log-in, as long as nothing is said in it."""


def still_in(request: Request) -> Callable[[], Awaitable[bool]]:
    """Give what tells whether the log-in that opened a stream still holds; looking is quiet."""
    state, secret = request.app.state, request.state.secret

    async def look() -> bool:
        recognise = partial(state.accounts.recognise, secret, state.now(), seen=False)
        known = await state.database.run(recognise)
        return known is not None and not known.half

    return look


async def signs_of(
    turns: AsyncIterator[None], still_in: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str]:
    """Say that there was a turn, never what was said: the page asks for that itself.

    Says nothing more once the log-in has ended, and ends within ``LOOK_S``. A page whose log-in
    was given another secret opens a new stream with it by itself.
    """
    yield ": listening\n\n"
    coming = asyncio.ensure_future(anext(turns))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=LOOK_S)
            if not await still_in():
                return
            if done:
                coming.result()
                yield "event: turn\ndata:\n\n"
                coming = asyncio.ensure_future(anext(turns))
    finally:
        coming.cancel()
