"""What somebody had typed when they were asked to prove that it is them; it would be lost else.

It goes with the page of the proof and comes back with it, to be sent once more by a button: nothing
of it is kept here. A form that holds a secret is not carried on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.page import page
from inbox.staff.signing_in import local_path, with_session

SECRETS = frozenset({"password", "old", "new", "code", "credential"})
"""Fields that hold one."""
LONGEST = 20_000
"""Signs that are carried; the longest form of ours is a tenth."""


@dataclass(frozen=True)
class Kept:
    """The fields of a form and the path that it was sent to; no field where nothing is kept."""

    action: str = "/"
    fields: tuple[tuple[str, str], ...] = ()

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
    if len(texts) < len(told) or SECRETS & {name for name, _ in texts}:
        return NOTHING
    return kept if len(kept.typed) <= LONGEST else NOTHING


def carried(
    goes_to: Annotated[str, Form(max_length=300)] = "/",
    typed: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Kept:
    """Read what a page carried; nothing of what no page of ours could have."""
    try:
        fields = tuple((str(name), str(value)) for name, value in json.loads(typed or "[]"))
    except (ValueError, TypeError):
        return NOTHING
    return sent(local_path(goes_to), fields)


def go_on(request: Request, target: str, kept: Kept, secret: str) -> Response:
    """Lead back to where somebody was, or let them send what they had typed, once more."""
    if not kept.fields:
        return with_session(RedirectResponse(target, status_code=303), secret)
    return with_session(page(request, "go_on.html", {"kept": kept, "back": target}), secret)
