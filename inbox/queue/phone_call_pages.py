"""The panel under the phone number: what came of a call, saved by one press."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_phone_calls
from inbox.queue.pages import Queue
from inbox.queue.referral_pages import RefusedMove, show, with_offset
from referrals.booking.seat_states import AlreadyConfirmed, Full, NotOpen, Waiting
from referrals.follow_up.phone_call import PatientAnswer, PhoneCalls, Talk
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MAX_NOTE, ChangedMeanwhile
from referrals.referral.moves import ATTEMPT_REASONS, IllegalMove

Calls = Annotated[PhoneCalls, Depends(own_phone_calls)]
CALL = "call"
"""What a refused call is shown as, where a refused move has its name."""
SPOKEN = "talk"
"""The button of the form of a talk; the others' are reasons why there was none."""
_COURSE_REFUSED: dict[type[Exception], str] = {
    Full: "fuldt",
    NotOpen: "lukket",
    AlreadyConfirmed: "anden-plads",
}


def router() -> APIRouter:
    """Give the one route."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe/{reference}/opkald", save_call, methods=["POST"])
    return routes


@dataclass(frozen=True)
class CallForm:
    """What the panel sends: the button, and the fields of either of its forms."""

    result: str
    version: int
    when: str = ""
    note: str = field(default="", repr=False)
    answer: PatientAnswer | None = None
    course: str = ""
    reason: str = ""
    go_on: bool = False

    def mistake(self) -> str | None:
        """Give the code of what is missing or unknown."""
        if len(self.note) > MAX_NOTE:
            return "note"
        if self.result == SPOKEN:
            return "answer" if self.answer is None else None
        return None if self.result in ATTEMPT_REASONS else "state"

    def talk(self, answer: PatientAnswer) -> Talk:
        """Give what was said, without what goes with another answer."""
        chosen = int(self.course) if self.course.isascii() and self.course.isdigit() else None
        return Talk(
            answer,
            chosen if answer is PatientAnswer.YES else None,
            self.reason if answer is PatientAnswer.NO else None,
            with_offset(self.when) or None,
            self.note or None,
        )


def save_call(
    request: Request,
    calls: Calls,
    queue: Queue,
    reference: str,
    result: Annotated[str, Form(max_length=40)],
    version: Annotated[int, Form()],
    when: Annotated[str, Form(max_length=30)] = "",
    note: Annotated[str, Form()] = "",
    answer: Annotated[PatientAnswer | None, Form()] = None,
    course: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=40)] = "",
    go_on: Annotated[bool, Form()] = False,
) -> Response:
    """Keep what came of a call, and go on to the next if that is wanted.

    What is refused changes nothing; the page shows why, and what was written stays.
    """
    form = CallForm(result, version, when, note, answer, course, reason, go_on)
    came = _saved_or_refused(calls, reference, form, request.app.state.now())
    if isinstance(came, tuple):
        told, status = came
        return show(request, queue, reference, refused=told, status=status)
    return _go_on(request, calls, reference, came, go_on=go_on)


def _saved_or_refused(
    calls: PhoneCalls, reference: str, form: CallForm, now: datetime
) -> str | tuple[RefusedMove, int]:
    """Save the call and give what is told of it; or why it was refused, and the HTTP status."""
    told = RefusedMove(
        "", CALL, form.reason, form.note, answer=form.answer or "", course=form.course
    )
    if mistake := form.mistake():
        return replace(told, why=mistake), 422
    try:
        return _save(calls, reference, form, now)
    except ChangedMeanwhile as change:
        return replace(told, why="changed", by=change.by, changes=change.changes), 409
    except IllegalMove as illegal:
        return replace(told, why=illegal.why), 422 if illegal.why == "reason" else 409
    except Unsuitable as unsuitable:
        return replace(told, why="unsuitable", by=unsuitable.why), 422
    except tuple(_COURSE_REFUSED) as full:
        return replace(told, why="course", by=_COURSE_REFUSED[type(full)]), 409


def _save(calls: PhoneCalls, reference: str, form: CallForm, now: datetime) -> str:
    if form.result == SPOKEN and form.answer is not None:
        given = calls.reached(reference, form.talk(form.answer), now, version=form.version)
        return "waiting" if isinstance(given, Waiting) else form.answer
    calls.in_vain(
        reference,
        form.result,
        now,
        version=form.version,
        again_at=with_offset(form.when) or None,
        note=form.note or None,
    )
    return form.result


def _go_on(
    request: Request, calls: PhoneCalls, reference: str, saved: str, *, go_on: bool
) -> Response:
    """Show the referral again, or the next to be called, with what was saved."""
    told = {"opkald": saved}
    shown = reference
    if go_on:
        following = calls.next_to_call(reference, request.app.state.now(), mine=False)
        told |= {"efter": reference, "videre": "1"} if following else {"videre": "0"}
        shown = following or reference
    return RedirectResponse(f"/koe/{shown}?{urlencode(told)}", status_code=303)
