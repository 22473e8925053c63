"""What calls of the API ask alike: no unknown fields, a scope, and to be carried out once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Header, Request
from pydantic import BaseModel, ConfigDict

from inbox.access import SCOPE, signed_in
from referrals.programs.once import LONGEST_KEY, DoneBefore, Once
from referrals.staff.roles import Scope

READ: dict[str, Any] = {SCOPE: Scope.READ.value}
WRITE: dict[str, Any] = {SCOPE: Scope.WRITE.value}
"""What a route says for ``openapi_extra``, so that systems may call it as well as people."""
Answer = TypeVar("Answer")


class Asked(BaseModel):
    """A body in which an unknown field is refused rather than passed over."""

    model_config = ConfigDict(extra="forbid")


async def carried_out_once(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=8,
            max_length=LONGEST_KEY,
            pattern=r"^[\x21-\x7e]+$",
            description="drawn by the caller: the same call with the same key is carried out once "
            "and answered with what stands; remembered for 30 days",
        ),
    ] = None,
) -> None:
    """Let what the route calls be carried out once for each key."""
    if idempotency_key is not None:
        asked = (request.method.encode(), request.url.path.encode(), await request.body())
        request.state.once = Once.of(signed_in(request).name, idempotency_key, *asked)


async def once(do: Callable[[], Answer], what_stands: Callable[[], Answer]) -> Answer:
    """Do it, or where that was done before, give what stands."""
    try:
        return await asyncio.to_thread(do)
    except DoneBefore:
        return await asyncio.to_thread(what_stands)
