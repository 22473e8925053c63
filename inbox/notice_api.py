"""The JSON API of notices: one's own choices, and for administrators what could not be sent."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from inbox.notice_pages import dead_letters, own_choices
from referrals.dead_letters import DeadLetters
from referrals.notice_choices import LONGEST_ADDRESS, Choices, NoticeChoices
from referrals.notices import Kind

Choosing = Annotated[NoticeChoices, Depends(own_choices)]
Dead = Annotated[DeadLetters, Depends(dead_letters)]


class ChoiceBody(BaseModel):
    """Whether one kind is wanted by one channel."""

    kind: Kind
    channel: str = Field(max_length=20)
    wanted: bool


class ChoicesBody(BaseModel):
    """Where e-mail goes to (empty: nowhere), and every choice there is."""

    email: str
    choices: list[ChoiceBody]


class ChangeBody(BaseModel):
    """The choices to change; what is not named stays. ``email`` is left alone if null."""

    email: str | None = Field(default=None, max_length=LONGEST_ADDRESS)
    choices: list[ChoiceBody] = Field(default=[], max_length=100)


class LetterBody(BaseModel):
    """One letter that was given up; ``why`` is a code."""

    id: int
    kind: str
    channel: str
    reader: str
    reference: str
    why: str
    attempts: int
    created_at: datetime
    dead_at: datetime


class DeadBody(BaseModel):
    """Up to fifty letters, the latest first; ``next_before`` asks for older ones."""

    letters: list[LetterBody]
    waiting: dict[str, int]
    next_before: int | None


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    texts = {
        401: "Not signed in.",
        403: "Not an administrator.",
        404: "No such dead letter.",
        413: "Too large.",
        422: "The request cannot be read, or no e-mail address.",
    }
    return {
        status: {"description": texts[status], "content": {"application/problem+json": {}}}
        for status in statuses
    }


def router() -> APIRouter:
    """Give the four calls."""
    routes = APIRouter(prefix="/api", tags=["notices"])

    @routes.get("/notices", responses=_problems(401))
    async def read_choices(choosing: Choosing) -> ChoicesBody:
        """Give one's own choices."""
        return _choices(await asyncio.to_thread(choosing.read))

    @routes.put("/notices", responses=_problems(401, 413, 422))
    async def change_choices(
        request: Request, choosing: Choosing, change: ChangeBody
    ) -> ChoicesBody:
        """Change one's own choices and give them as they stand; those of other roles are left."""
        values = {(one.kind, one.channel): one.wanted for one in change.choices}
        await asyncio.to_thread(choosing.change, values, change.email, request.app.state.now())
        return _choices(await asyncio.to_thread(choosing.read))

    @routes.get("/dead-letters", responses=_problems(401, 403, 422))
    async def list_dead(
        dead: Dead, before: Annotated[int | None, Query(ge=1, le=2**62)] = None
    ) -> DeadBody:
        """List what could not be sent, and count what waits."""
        found = await asyncio.to_thread(dead.page, before)
        return DeadBody(
            letters=[LetterBody(**vars(one)) for one in found.letters],
            waiting=dict(found.waiting),
            next_before=found.next_before,
        )

    @routes.post(
        "/dead-letters/{letter_id}", status_code=204, responses=_problems(401, 403, 404, 422)
    )
    async def send_again(
        request: Request, dead: Dead, letter_id: Annotated[int, Path(ge=1, le=2**62)]
    ) -> None:
        """Have one letter tried anew."""
        await asyncio.to_thread(dead.send_again, letter_id, request.app.state.now())

    return routes


def _choices(read: Choices) -> ChoicesBody:
    return ChoicesBody(
        email=read.email, choices=[ChoiceBody(**vars(choice)) for choice in read.choices]
    )
