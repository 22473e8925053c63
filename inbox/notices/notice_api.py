"""The JSON API of notices: one's own choices, and for administrators what could not be sent."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from inbox.access import freshly_proved
from inbox.asked import Asked
from inbox.notices.pages import dead_letters, own_choices
from referrals.administration.dead_letters import DeadLetters, DeadPage
from referrals.notices.choices import LONGEST_ADDRESS, Choice, Choices, NoticeChoices

Choosing = Annotated[NoticeChoices, Depends(own_choices)]
Dead = Annotated[DeadLetters, Depends(dead_letters)]


class ChangeBody(Asked):
    """The choices to change; what is not named stays. ``email`` is left alone if null."""

    email: str | None = Field(default=None, max_length=LONGEST_ADDRESS)
    choices: list[Choice] = Field(default=[], max_length=100)


def router() -> APIRouter:
    """Give the four calls."""
    routes = APIRouter(prefix="/api", tags=["notices"])

    @routes.get("/notices", responses={status: {} for status in (401,)})
    async def read_choices(request: Request, choosing: Choosing) -> Choices:
        """Give one's own choices."""
        return await asyncio.to_thread(choosing.read, request.app.state.now())

    @routes.put("/notices", responses={status: {} for status in (401, 403, 413, 422, 429)})
    async def change_choices(request: Request, choosing: Choosing, change: ChangeBody) -> Choices:
        """Change one's own choices and give them as they stand; those of other roles are left.

        Another address takes a log-in that was proved a moment ago: a token cannot. It gets a mail
        with a code first, which is given on the page of notices.
        """
        if change.email is not None:
            now = await asyncio.to_thread(choosing.read, request.app.state.now())
            if change.email.strip() not in (now.email, now.unconfirmed):
                freshly_proved(request)  # links to a new password go there
        values = {(one.kind, one.channel): one.wanted for one in change.choices}
        await asyncio.to_thread(choosing.change, values, change.email, request.app.state.now())
        return await asyncio.to_thread(choosing.read, request.app.state.now())

    @routes.get("/dead-letters", responses={status: {} for status in (401, 403, 422)})
    async def list_dead_letters(
        dead: Dead,
        before: Annotated[
            int | None, Query(ge=1, le=2**62, description="next_before of a page")
        ] = None,
    ) -> DeadPage:
        """List what could not be sent, and count what waits."""
        return await asyncio.to_thread(dead.page, before)

    @routes.post(
        "/dead-letters/{letter_id}",
        status_code=204,
        responses={status: {} for status in (401, 403, 404, 422)},
    )
    async def send_again(
        request: Request,
        dead: Dead,
        letter_id: Annotated[int, Path(ge=1, le=2**62, description="id of a dead letter")],
    ) -> None:
        """Have one letter tried anew."""
        await asyncio.to_thread(dead.send_again, letter_id, request.app.state.now())

    return routes
