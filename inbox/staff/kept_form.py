"""What somebody had typed when they were asked to prove that it is them; it would be lost else.

It goes with the page of the proof and comes back with it, to be sent once more by a button: nothing
of it is kept here. It is sealed for the log-in and a few minutes, and both pages show what would be
sent: somebody else may have typed it at a screen that was left alone. A form that holds a secret is
not carried on, nor an approval, which is pressed where it is read.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.page import page
from inbox.staff.signing_in import with_session

SECRETS = frozenset({"password", "old", "new", "code", "credential"})
"""Fields that hold one."""
LONGEST = 20_000
"""Signs that are carried; the longest form of ours is a tenth."""
LONGEST_PATH = 300
STANDS = timedelta(minutes=10)
"""So long a form may wait for the proof."""
APPROVALS = "/admin/godkendelser"
"""Below it nothing is carried."""


class BadKept(ValueError):
    """What was carried is none that we sealed for this log-in."""


@dataclass(frozen=True)
class Kept:
    """The fields of a form and the path that it was sent to; no field where nothing is kept.

    ``seal`` is the end of its time, in seconds of Unix, and what only we can write, with a dot.
    """

    action: str = "/"
    fields: tuple[tuple[str, str], ...] = ()
    seal: str = ""

    @property
    def typed(self) -> str:
        """The fields as one text, as the page carries them."""
        return json.dumps(self.fields) if self.fields else ""

    def __repr__(self) -> str:
        """Show nothing of what was typed."""
        return "Kept()"


NOTHING = Kept()


def sent(path: str, fields: Iterable[tuple[str, object]]) -> Kept:
    """Keep what was sent to a path; nothing of a file, a secret or more than anybody types."""
    told = [(name, value) for name, value in fields]
    texts = tuple((name, value) for name, value in told if isinstance(value, str))
    kept = Kept(path, texts)
    if path.startswith(APPROVALS) or len(path) > LONGEST_PATH:
        return NOTHING
    if len(texts) < len(told) or SECRETS & {name for name, _ in texts}:
        return NOTHING
    return kept if len(kept.typed) <= LONGEST else NOTHING


def sealed(request: Request, kept: Kept) -> Kept:
    """Seal what is kept for the log-in that sent it, for a short time."""
    if not kept.fields:
        return NOTHING
    until = str(int((_now(request) + STANDS).timestamp()))
    [newest, *_] = _seals(request, until, kept.action, kept.typed)
    return replace(kept, seal=f"{until}.{newest}")


def carried(
    request: Request,
    goes_to: Annotated[str, Form(max_length=LONGEST_PATH)] = "",
    typed: Annotated[str, Form(max_length=LONGEST)] = "",
    seal: Annotated[str, Form(max_length=60)] = "",
) -> Kept:
    """Read what a page carried; nothing once its time is over.

    Raises BadKept for what we did not seal, or for another log-in.
    """
    if not (goes_to or typed or seal):
        return NOTHING
    until, _, shown = seal.partition(".")
    right = _seals(request, until, goes_to, typed)
    if not any(hmac.compare_digest(each.encode(), shown.encode()) for each in right):
        raise BadKept
    if _now(request).timestamp() >= int(until):
        return NOTHING
    return replace(sent(goes_to, json.loads(typed)), seal=seal)


def _seals(request: Request, until: str, action: str, typed: str) -> list[str]:
    told = json.dumps([getattr(request.state, "secret", ""), until, action, typed])
    seals: list[str] = request.app.state.vault.link_secrets("kept-form", told)
    return seals


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.now()
    return now


def go_on(request: Request, target: str, kept: Kept, secret: str) -> Response:
    """Lead back to where somebody was, or let them send what they had typed, once more."""
    if not kept.fields:
        return with_session(RedirectResponse(target, status_code=303), secret)
    return with_session(page(request, "go_on.html", {"kept": kept, "back": target}), secret)
