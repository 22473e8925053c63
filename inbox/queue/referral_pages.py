"""The page of one referral, every move as a form, and comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_follow_ups
from inbox.page import page
from inbox.queue.lines import days_left
from inbox.queue.pages import Queue
from inbox.queue.today_pages import due
from referrals.booking.calls import TIMES_TO_MOVE_TO
from referrals.booking.municipal_week import municipal_week
from referrals.courses.search import LARGEST_ID
from referrals.denmark.contact_details import shown_phone
from referrals.denmark.dates import DANISH_TIME, day, local, midnight, moment, short_start
from referrals.follow_up.follow_ups import FollowUps
from referrals.follow_up.phone_call import PatientAnswer
from referrals.next_action.next_attempt import propose
from referrals.next_action.rule import CALLS_COUNT_IN
from referrals.outcomes.rules import LOST_REASONS
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MAX_NOTE, ChangedMeanwhile, MunicipalQueue
from referrals.queue.view import HistoryEntry, OpenedReferral
from referrals.referral.moves import (
    ATTEMPT_REASONS,
    DECLINE_REASONS,
    MOVES,
    UNREACHED_STATES,
    IllegalMove,
    Move,
    Side,
    State,
)

WORD_GROUPS = {
    "best_time": "best_time",
    "leave_message": "yes_no",
    "spoken_language": "spoken_language",
    "interpreter": "yes_no",
    "protected_address": "yes_no",
    "status": "referred_status",
    "product": "product",
}
"""In which group of labels the word for a detail's code stands."""
COMMENT = "kommentar"
COURSES_SHOWN = 60
"""So many courses are in the list of the talk; all are on a page of their own."""
OUTSIDE = "outside"
"""What the form of the wrong municipality sends for one that takes no part in this."""
CALLED_IN = UNREACHED_STATES | {State.REACHED, State.ACCEPTED}
"""States in which a talk leads on to a course."""
CALL_RESULTS = frozenset({*ATTEMPT_REASONS, *PatientAnswer, "waiting"})
_CALLS = frozenset({Move.ATTEMPT, Move.REACH, Move.ACCEPT, Move.DECLINE})
"""Moves that the panel under the phone number makes."""
_OWN_FORMS = frozenset({Move.WITHDRAW, Move.WRONG_MUNICIPALITY})
_GIVEN_AWAY = frozenset({Move.SEND_ON, Move.REFUSE_OFFER, Move.GIVE_BACK})
"""Moves after which whoever made them has no part in the referral any more."""


@dataclass(frozen=True)
class RefusedMove:
    """A move that was not made: why, and what was filled in, so that nothing is lost.

    ``why`` is ``state``, ``reason``, ``confirm``, ``note``, ``comment``, ``follow_up_due``,
    ``outcome``, ``answer``, ``course`` and ``unsuitable`` (``by`` says what) or ``changed`` (``by``
    says who did it and ``changes`` what). ``answer`` and ``course`` are those of a talk.
    """

    why: str
    move: str
    reason: str
    note: str
    by: str = ""
    changes: Sequence[HistoryEntry] = ()
    answer: str = ""
    course: str = ""


def router() -> APIRouter:
    """Give the routes of one referral."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe/{reference}", show_referral, methods=["GET"])
    routes.add_api_route("/koe/{reference}", make_move, methods=["POST"])
    routes.add_api_route("/koe/{reference}/kommentar", comment, methods=["POST"])
    return routes


def show_referral(
    request: Request,
    queue: Queue,
    reference: str,
    udfoert: str | None = None,
    opkald: str = "",
    kursus: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Open one referral; that is written to the audit log.

    ``udfoert`` is the move just made, ``opkald`` what came of the call just saved, of this referral
    or, before going on to this one, of another, ``kursus`` the course picked on the page of all.
    """
    known = udfoert in set(Move) or udfoert == COMMENT
    called = opkald if opkald in CALL_RESULTS else ""
    made = udfoert if known else None
    return show(request, queue, reference, made=made, called=called, course=kursus)


def make_move(
    request: Request,
    queue: Queue,
    reference: str,
    move: Annotated[str, Form()],
    version: Annotated[int, Form()],
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    about: Annotated[str, Form(max_length=80)] = "",
    when: Annotated[str, Form(max_length=30)] = "",
    agreed: Annotated[bool, Form()] = False,
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Make one move. A refused one shows the referral as it is now and keeps what was written."""
    if move == Move.SEND_ON and about == OUTSIDE:
        move, about = Move.WRONG_MUNICIPALITY, ""
    refused = RefusedMove("", move, reason, note)
    if move == Move.WITHDRAW and not confirmed:
        return _refuse(request, queue, reference, refused, "confirm", 422)
    if len(note) > MAX_NOTE:
        return _refuse(request, queue, reference, refused, "note", 422)
    try:
        queue.move(
            reference,
            move,
            request.app.state.now(),
            reason=reason or None,
            note=note or None,
            about=about or with_offset(when) or None,
            agreed=agreed,
            version=version,
        )
    except ChangedMeanwhile as change:
        told = RefusedMove("changed", move, reason, note, change.by, change.changes)
        return show(request, queue, reference, refused=told, status=409)
    except IllegalMove as illegal:
        status = 422 if illegal.why == "reason" else 409
        return _refuse(request, queue, reference, refused, illegal.why, status)
    except Unsuitable as unsuitable:
        told = RefusedMove("unsuitable", move, reason, note, unsuitable.why)
        return show(request, queue, reference, refused=told, status=422)
    if move in _GIVEN_AWAY:
        return RedirectResponse(f"/koe?udfoert={move}", status_code=303)
    return RedirectResponse(f"/koe/{reference}?udfoert={move}", status_code=303)


def comment(
    request: Request, queue: Queue, reference: str, text: Annotated[str, Form()] = ""
) -> Response:
    """Write to colleagues. What is too long is shown again, not kept."""
    try:
        queue.comment(reference, text, request.app.state.now())
    except ValueError:
        return _refuse(request, queue, reference, RefusedMove("", "", "", text), "comment", 422)
    return RedirectResponse(f"/koe/{reference}?udfoert={COMMENT}#kommentarer", status_code=303)


def _refuse(
    request: Request,
    queue: MunicipalQueue,
    reference: str,
    refused: RefusedMove,
    why: str,
    status: int,
) -> Response:
    told = RefusedMove(why, refused.move, refused.reason, refused.note)
    return show(request, queue, reference, refused=told, status=status)


def show(
    request: Request,
    queue: MunicipalQueue,
    reference: str,
    *,
    made: str | None = None,
    called: str = "",
    refused: RefusedMove | None = None,
    course: int | None = None,
    status: int = 200,
) -> Response:
    """Show the page of a referral, with what was done or refused, or the course just picked."""
    now = request.app.state.now()
    opened = queue.open(reference, now)
    legal = [MOVES[move] for move in opened.legal]
    in_order = sorted(opened.history, key=lambda event: event.at)  # what was told late stands early
    context: dict[str, Any] = {
        "municipality": _name_of(request, request.state.staff.municipality_code),
        "entry": opened.entry,
        "side": opened.side.value if opened.side else "",
        "next_due": due(opened.entry.next_action, now),
        "days": days_left(opened.entry, now),
        "details": shown_details(opened.details),
        "groups": WORD_GROUPS,
        "shown_phone": shown_phone,
        "purged": opened.purged,
        "consent": opened.consent,
        "history": in_order,
        "line_of": {event.number: line for line, event in enumerate(in_order, start=1)},
        "reserved": opened.reserved,
        "seat_place": _place_of_seat(request, opened),
        "call_times": _call_times(request, opened, now),
        "after": _after(request, opened, course) if opened.side is Side.WORKING else None,
        "moves": [
            rule
            for rule in legal
            if rule.move not in _OWN_FORMS | _CALLS and rule.target and rule.about is None
        ],
        "may_withdraw": Move.WITHDRAW in opened.legal,
        "rules": {rule.move.value: rule for rule in legal},
        "colleagues": queue.colleagues(),
        "me": request.state.staff.name,
        "also": opened.also_open_with,
        "attempts": _attempts(opened),
        "proposed": local(_next_try(opened, now)).strftime("%Y-%m-%dT%H:%M"),
        "comments": opened.comments,
        "names": opened.names,
        "duplicates": opened.duplicates,
        "parted": opened.parted,
        "merged_into": opened.merged_into,
        "partners": queue.partners(reference, now),
        "lives_in": _lives_in(request, opened),
        "tries": opened.tries,
        "place": lambda code: _name_of(request, code),
        "shown_time": lambda iso: moment(datetime.fromisoformat(iso)),
        "can_put_right": opened.can_put_right,
        "made": made,
        "called": called,
        "calls": opened.side is Side.WORKING
        and opened.entry.state in CALLED_IN
        and not opened.purged,
        "refused": refused,
        "max_note": MAX_NOTE,
        "draft_owner": request.state.staff.id,
        "draft_key": request.app.state.vault.lasting_secret("draft", str(request.state.staff.id)),
    }
    return page(request, "referral.html", context, status)


def _next_try(opened: OpenedReferral, now: datetime) -> datetime:
    """Propose when to try next: while the patient is in hospital, for after the discharge."""
    leaves_on = opened.details.get("discharge_date")
    if leaves_on is None:
        return propose(opened.entry.best_time, now)
    at_home = midnight(date.fromisoformat(leaves_on) + timedelta(days=1))
    return propose(opened.entry.best_time, max(now, at_home))


def _attempts(opened: OpenedReferral) -> list[HistoryEntry]:
    tried = (Move.ATTEMPT, Move.REACH)
    return [row for row in opened.history if row.event in tried and not row.corrected]


def with_offset(when: str) -> str:
    """Give a time of a form, which is Danish, its offset; what is no time stays as it is."""
    try:
        at = datetime.fromisoformat(when)
    except ValueError:
        return when
    return (at if at.tzinfo else at.replace(tzinfo=DANISH_TIME)).isoformat()


def shown_details(details: dict[str, str]) -> dict[str, str]:
    """Write the date among the details as people do; it is kept as ISO 8601."""
    iso = details.get("discharge_date")
    if iso is None:
        return details
    at = datetime.fromisoformat(iso).replace(tzinfo=DANISH_TIME)
    return {**details, "discharge_date": day(at)}


def _call_times(
    request: Request, opened: OpenedReferral, now: datetime
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the times at which a call can be booked, or that it can be moved to: own ones first.

    Under each adviser's name the code of each time, and how it is shown.
    """
    if opened.side is not Side.WORKING or opened.entry.state not in CALLS_COUNT_IN or opened.purged:
        return []
    weeks = municipal_week(request.app.state.database, request.state.staff, now)
    return [
        ("" if week.own else week.name, [(slot.code, short_start(slot.starts_at)) for slot in some])
        for week in weeks
        if (some := week.some(TIMES_TO_MOVE_TO))
    ]


def _place_of_seat(request: Request, opened: OpenedReferral) -> str:
    seat = opened.reserved.seat
    return _name_of(request, seat.municipality_code if seat else None)


def _after(request: Request, opened: OpenedReferral, chosen: int | None) -> dict[str, Any]:
    """Give what the page shows of course and follow-ups; courses only where one can be chosen.

    ``chosen`` is the course that was picked among all of them.
    """
    work: FollowUps = own_follow_ups(request)
    reference = opened.entry.reference
    choosing = opened.entry.state in CALLED_IN
    found = work.courses(reference, request.app.state.now()) if choosing else None
    return {
        "progress": work.progress(reference),
        "courses": found.first(COURSES_SHOWN, chosen) if found else [],
        "course_count": len(found.found) if found else 0,
        "chosen": chosen or "",
        "municipality_name": request.app.state.encounters.around.municipalities.name_of,
        "own": request.state.staff.municipality_code,
        "attempt_reasons": ATTEMPT_REASONS,
        "lost_reasons": LOST_REASONS,
        "decline_reasons": DECLINE_REASONS,
    }


def _lives_in(request: Request, opened: OpenedReferral) -> str:
    """Propose where the patient lives, by the postcode: never the municipality that works it.

    Where a postcode has a part of several, it is the one that is called as the town.
    """
    known = request.app.state.encounters.around.municipalities
    postcode = opened.details.get("postcode", "")
    others = known.partner_codes - {opened.entry.municipality}
    codes = [code for code in known.by_postcode.get(postcode, ()) if code in others]
    town = known.town_of.get(postcode)
    return next((code for code in codes if known.name_of(code) == town), "".join(codes[:1]))


def _name_of(request: Request, code: str | None) -> str:
    name: str = request.app.state.encounters.around.municipalities.name_of(code)
    return name
