"""The JSON API of the municipal queue, as municipalities' own systems rely on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

from inbox.access import own_feed, own_queue
from inbox.asked import READ, WRITE, Asked, carried_out_once, once
from inbox.follow_up.outcome_api import Reference
from referrals.feed.change_feed import MOST, Changed
from referrals.queue.comments import Comment
from referrals.queue.filters import NOBODY, Wanted, Whose
from referrals.queue.municipal_queue import MAX_NOTE, MunicipalQueue
from referrals.queue.view import HistoryEntry, OpenedReferral, QueuePage, ReferralLine
from referrals.referral.clock import Urgency
from referrals.referral.moves import MOVES, MUNICIPAL, Move, Side, State
from referrals.storage.paging import PAGE

EVENTS = [move for move, rule in MOVES.items() if rule.actors & MUNICIPAL]
REASONS = sorted({reason for rule in MOVES.values() for reason in rule.reasons})

_ALONE = {
    "loc": ("query",),
    "type": "changed_since_alone",
    "msg": "",
    "ctx": {"names": ["changed_since", "limit"]},
}

Queue = Annotated[MunicipalQueue, Depends(own_queue)]


class QueuePageBody(BaseModel):
    """Referrals, due first; ``next_after`` asks for the next page.

    Asked with ``changed_since``: the longest unchanged first, ``changed_until`` asks for what
    changes after these, and ``more`` tells that something has already. ``gone`` are references in
    which the municipality has no part any more.
    """

    referrals: list[ReferralLine] = Field(validation_alias="entries")
    next_after: str | None = None
    changed_until: str | None = Field(default=None, validation_alias="cursor")
    more: bool
    gone: list[str] = Field(default_factory=list)


@dataclass(frozen=True, repr=False)
class ReferralBody(ReferralLine):
    """A referral with identity (``details``), its history and the moves that are legal now.

    ``side`` is null once it was given away. Whoever is only offered it gets no identity, and a
    system that may write only neither that nor history and comments.
    """

    side: Side | None
    details: dict[str, str]
    history: list[HistoryEntry]
    legal: list[Move]
    comments: list[Comment]
    duplicates: list[str]
    merged_into: str | None


class MoveBody(Asked):
    """A move: the event, its coded reason, a note, and the version that was read.

    ``about`` is what the event names: a municipality's code, a reference, a colleague's name, or a
    time with offset. ``agreed`` says that the patient agreed to that municipality. The events,
    reasons and who may do what stand in ``docs/moves.md``; any other is answered like one that is
    not legal now.
    """

    event: str = Field(max_length=20, json_schema_extra={"enum": [*EVENTS]})
    reason: Annotated[str, Field(max_length=40, json_schema_extra={"enum": [*REASONS]})] | None = (
        None
    )
    note: str | None = Field(default=None, max_length=MAX_NOTE)
    about: str | None = Field(default=None, max_length=80)
    agreed: bool = False
    version: int | None = None


def router() -> APIRouter:
    """Give the calls to list, to open and to move."""
    routes = APIRouter(prefix="/api/referrals", tags=["referrals"])

    @routes.get(
        "",
        response_model=QueuePageBody,
        responses={status: {} for status in (401, 403, 404, 410, 422)},
        openapi_extra=READ,
    )
    async def list_referrals(
        request: Request,
        queue: Queue,
        status: Annotated[State | None, Query(description="in this state")] = None,
        overdue: Annotated[bool, Query(description="past their seven days")] = False,
        urgency: Annotated[Urgency | None, Query(description="by the one-week clock")] = None,
        everything: Annotated[bool, Query(description="ended ones as well")] = False,
        assigned_to: Annotated[
            str | None, Query(max_length=80, description="a colleague's name; empty: nobody has it")
        ] = None,
        ward: Annotated[str, Query(max_length=40, description="id of the ward that sent it")] = "",
        whose: Annotated[
            Whose, Query(description="those we work, those we lent, or those offered to us")
        ] = Whose.OURS,
        language: Annotated[
            str, Query(max_length=10, description="code of the language spoken")
        ] = "",
        interpreter: Annotated[bool, Query(description="needs an interpreter")] = False,
        best_time: Annotated[
            str, Query(max_length=20, description="code of the best time to call")
        ] = "",
        after: Annotated[
            str | None, Query(max_length=60, description="next_after of a page")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MOST, description="at most so many")] = PAGE,
        changed_since: Annotated[
            str | None,
            Query(
                max_length=60,
                description="changed_until of a page, or `start`: everything that changed since, "
                "ended ones as well; takes no condition besides",
            ),
        ] = None,
    ) -> QueuePage | Changed:
        """List the municipality's referrals, due first: open ones, or those of one state.

        With ``changed_since`` it is a feed of changes that never skips one: read on with
        ``changed_until`` for as long as there is ``more``, then ask again after a while. An answer
        without news repeats the cursor. 410 means that everything must be read anew.
        """
        if changed_since is not None:
            if set(request.query_params) - {"changed_since", "limit"}:
                raise RequestValidationError([_ALONE])
            now = request.app.state.now()
            return await asyncio.to_thread(own_feed(request).after, changed_since, now, limit)

        labels = request.app.state.labels
        _one_of("language", language, labels.groups["spoken_language"])
        _one_of("best_time", best_time, labels.groups["best_time"])

        def read() -> QueuePage:
            _one_of("ward", ward, [ward_id for ward_id, _ in queue.wards()] if ward else ())
            holder = None if assigned_to is None else NOBODY
            if assigned_to:
                holder = queue.colleague_id(assigned_to)
            if assigned_to and holder is None:  # a suspended colleague has an id as well
                _one_of("assigned_to", assigned_to, [name for name, _ in queue.colleagues()])
            wanted = Wanted(
                state=status,
                urgency=Urgency.BREACHED if overdue else urgency,
                everything=everything,
                assigned_to=holder,
                ward_id=ward,
                whose=whose,
                language=language,
                interpreter=interpreter,
                best_time=best_time,
            )
            return queue.page(request.app.state.now(), wanted, after=after, limit=limit)

        return await asyncio.to_thread(read)

    @routes.get(
        "/{reference}",
        responses={status: {} for status in (401, 403, 404, 422)},
        openapi_extra=READ,
    )
    async def open_referral(request: Request, queue: Queue, reference: Reference) -> ReferralBody:
        """Open one referral. The reading is written to the audit log."""
        opened = await asyncio.to_thread(queue.open, reference, request.app.state.now())
        return referral_body(opened, reads=queue.reads)

    @routes.post(
        "/{reference}/events",
        responses={status: {} for status in (401, 403, 404, 409, 413, 422)},
        dependencies=[Depends(carried_out_once)],
        openapi_extra=WRITE,
    )
    async def move_referral(
        request: Request, queue: Queue, reference: Reference, move: MoveBody
    ) -> ReferralBody:
        """Make a move, or learn which ones are legal (409)."""
        now = request.app.state.now()
        opened = await once(
            lambda: queue.move(
                reference,
                move.event,
                now,
                reason=move.reason,
                note=move.note,
                about=move.about,
                agreed=move.agreed,
                version=move.version,
            ),
            lambda: queue.open(reference, now),
        )
        return referral_body(opened, reads=queue.reads)

    return routes


def _one_of(name: str, value: str | None, known: Iterable[str]) -> None:
    """Refuse a condition that no referral could meet, and say which values would do."""
    if value and value not in known:
        fault = {"loc": ("query", name), "type": "enum", "msg": "", "ctx": {"names": [*known]}}
        raise RequestValidationError([fault])


def referral_body(opened: OpenedReferral, *, reads: bool) -> ReferralBody:
    """Write one opened referral; what says who it is about only to who ``reads``."""
    return ReferralBody(
        **{each.name: getattr(opened.entry, each.name) for each in fields(ReferralLine)},
        side=opened.side,
        details=opened.details if reads else {},
        history=opened.history if reads else [],
        legal=opened.legal,
        comments=opened.comments if reads else [],
        duplicates=[each.reference for each in opened.duplicates] if reads else [],
        merged_into=opened.merged_into,
    )
