"""What Telegram answered, told from what a proxy on the way did: no word of that one counts."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import HTTPXRequest


class TelegramRequest(HTTPXRequest):
    """Asks Telegram, and gives the library Telegram's answers only: it logs what it misreads."""

    async def do_request(self, *asked: Any, **more: Any) -> tuple[int, bytes]:
        """Give status and answer.

        Raises BadRequest for what is too large for anybody on the way, TimedOut where a call may
        have succeeded but the answer is cut, NetworkError for any other foreign answer.
        """
        status, payload = await super().do_request(*asked, **more)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise BadRequest("too large")
        if is_telegrams(payload):
            return status, payload
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise TimedOut("the answer is cut")
        raise NetworkError(f"answered by somebody else ({status})")


def is_telegrams(payload: bytes) -> bool:
    """Tell whether an answer has the form that all of Telegram's have."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return False
    return isinstance(answer, dict) and isinstance(answer.get("ok"), bool)
