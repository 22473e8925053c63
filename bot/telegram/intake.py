"""How updates come in, by polling or by webhook: each is kept before Telegram is told so."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.telegram.incoming import WANTED, chat_of
from bot.telegram.sending import span
from referrals.telegram.inbox import Incoming, TelegramInbox

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - its name, not its value
POLL_TIMEOUT_S = 25
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_LOG = logging.getLogger("henvis")


@dataclass(frozen=True)
class Intake:
    """Keeps what comes, and wakes whoever handles it."""

    inbox: TelegramInbox
    wake: Callable[[], None]
    now: Callable[[], datetime]

    async def take(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Keep updates; those without a chat are of no use to us."""
        arrived = [
            Incoming(int(update["update_id"]), chat_id, update)
            for update in updates
            if (chat_id := chat_of(update)) is not None
        ]
        await asyncio.to_thread(self.inbox.keep, arrived, self.now())
        self.wake()


async def poll(bot: Bot, intake: Intake) -> None:
    """Ask Telegram for updates until cancelled; asking for the next acknowledges what was kept.

    The offset is forgotten once it has done its work: after a quiet week Telegram draws new
    numbers, and an old offset would throw those updates away.
    """
    offset: int | None = None
    failures = 0
    while True:
        try:
            updates = await bot.get_updates(
                offset=offset, timeout=POLL_TIMEOUT_S, allowed_updates=WANTED
            )
            await intake.take([update.to_dict() for update in updates])
            offset = updates[-1].update_id + 1 if updates else None
            failures = 0
        except TimedOut:
            continue
        except (TelegramError, SQLAlchemyError) as error:
            failures += 1
            if failures == 1 or isinstance(error, InvalidToken):
                _LOG.warning("telegram: no updates: %s", type(error).__name__)
            await asyncio.sleep(_pause(error, failures))


def router() -> APIRouter:
    """Give the one route, which only Telegram can use: it shows a secret."""
    routes = APIRouter(include_in_schema=False)

    @routes.post(WEBHOOK_PATH)
    async def take_update(request: Request) -> Response:
        """Keep an update and say so; what cannot be kept is asked for again."""
        intake: Intake | None = request.app.state.telegram_intake
        expected: str = request.app.state.telegram_secret
        shown = request.headers.get(SECRET_HEADER, "")
        known = hmac.compare_digest(shown.encode(), expected.encode())
        if intake is None or not expected or not known:
            return Response(status_code=404)
        with suppress(ValueError, KeyError, TypeError):  # what is no update is not asked for again
            update = json.loads(await request.body())
            await intake.take([update])
        return Response(status_code=200)

    return routes


def _pause(error: Exception, failures: int) -> float:
    if isinstance(error, RetryAfter):
        wait = span(error.retry_after)
        return wait / timedelta(seconds=1)
    return min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(failures - 1, 10))
