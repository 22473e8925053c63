"""The administrator's page of what was typed and not understood. Shows nobody's name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.administration.user_pages import Admin
from inbox.page import page
from referrals.administration.users import NotThere
from referrals.bedside.not_understood import Review
from referrals.denmark.dates import local_day
from referrals.staff.roles import Staff
from referrals.words.labels import Labels

PATH = "/admin/ikke-forstaaet"
GROUP = "intent"
"""The group of ``labels.yml`` that words the intents a text can be given."""
_FORGET, _REOPEN = "forget", "reopen"


def router() -> APIRouter:
    """Give the routes of the review."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, decide, methods=["POST"])
    routes.add_api_route(f"{PATH}/eksempler.yml", give_file, methods=["GET"])
    return routes


def show(request: Request, staff: Admin, gjort: str = "") -> Response:
    """List the texts, the most frequent first, and those that have a meaning already."""
    review = _review(request, staff)
    waiting, total = review.waiting()
    labels: Labels = request.app.state.labels
    context = {
        "waiting": waiting,
        "total": total,
        "given": review.given(),
        "intents": sorted(labels.groups[GROUP], key=lambda code: labels.word(GROUP, code)),
        "done": gjort,
    }
    return page(request, "not_understood.html", context)


def decide(
    request: Request,
    staff: Admin,
    text_id: Annotated[int, Form(ge=1, le=2**62)],
    intent: Annotated[str, Form(max_length=60)],
) -> Response:
    """Note what a text means, forget it, or take its meaning back. 404: no such text or meaning."""
    review, now = _review(request, staff), request.app.state.now()
    if intent == _FORGET:
        found = review.forget(text_id, now)
    elif intent == _REOPEN:
        found = review.give_intent(text_id, None, now)
    elif intent in request.app.state.labels.groups[GROUP]:
        found = review.give_intent(text_id, intent, now)
    else:
        found = False
    if not found:
        raise NotThere
    return RedirectResponse(f"{PATH}?gjort=1", status_code=303)


def give_file(request: Request, staff: Admin) -> Response:
    """Give the texts with a meaning as a training file, ready for a pull request."""
    day = local_day(request.app.state.now())
    name = f"reviewed-{day.isoformat()}.yml"
    return Response(
        _review(request, staff).training_file(),
        media_type="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _review(request: Request, staff: Staff) -> Review:
    return Review(request.app.state.database, staff)
