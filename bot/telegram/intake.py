"""How updates come in, by polling or by webhook: each is kept before Telegram is told so."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from telegram import Bot
from telegram.error import NetworkError

from bot.telegram.incoming import WANTED, chat_of, number_of
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.storage.aside import place
from referrals.storage.outage import OUTAGES
from referrals.telegram.inbox import Incoming, TelegramInbox

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - its name, not its value
POLL_TIMEOUT_S = 25
LARGEST_UPDATE = 1024 * 1024
"""A text has 4,096 characters at most, but what it answers or quotes comes along."""
_LOG = logging.getLogger("henvis")


@dataclass(frozen=True)
class Intake:
    """Keeps what comes, and wakes whoever handles it."""

    inbox: TelegramInbox
    wake: Callable[[], None]
    now: Callable[[], datetime]

    async def take(self, updates: Iterable[object]) -> None:
        """Keep updates; those without a chat are of no use to us, nor is what is no update.

        One that cannot be kept is told and left out. Raises what is no update's fault: then none
        of them is kept.
        """
        arrived = [
            Incoming(number, chat_id, update)
            for update in updates
            if (number := number_of(update)) is not None
            and isinstance(update, Mapping)
            and (chat_id := chat_of(update)) is not None
        ]
        now = self.now()
        try:
            await asyncio.to_thread(self.inbox.keep, arrived, now)
        except OUTAGES:
            raise
        except Exception:  # noqa: BLE001 - which one it was is found out below
            for each in arrived:
                await self._take_alone(each, now)
        self.wake()

    async def _take_alone(self, arrived: Incoming, now: datetime) -> None:
        try:
            await asyncio.to_thread(self.inbox.keep, [arrived], now)
        except OUTAGES:
            raise
        except Exception as error:  # noqa: BLE001 - an update may hold anything
            kind, at = type(error).__name__, place(error)
            _LOG.error("telegram: set_aside=update error=%s at=%s", kind, at)


class RawBot(Bot):
    """A bot that gives updates as they come: the library fails over what it does not know yet."""

    async def raw_updates(self, offset: int | None) -> list[object]:
        """Wait a while for updates. Raises TelegramError."""
        asked = {"timeout": POLL_TIMEOUT_S, "allowed_updates": list(WANTED)}
        if offset is not None:
            asked["offset"] = offset
        updates = await self._post("getUpdates", asked)
        return updates if isinstance(updates, list) else []


class Polling:
    """Asks Telegram for updates; asking for the next acknowledges what was kept."""

    def __init__(self, bot: RawBot, intake: Intake) -> None:
        self._bot = bot
        self._intake = intake
        self._offset: int | None = None

    async def once(self) -> None:
        """Ask once, and keep what comes. Raises TelegramError, also where nothing is answered.

        The offset is forgotten once it has done its work: after a quiet week Telegram draws new
        numbers, and an old offset would throw those updates away.
        """
        updates = await self._bot.raw_updates(self._offset)
        await self._intake.take(updates)
        numbers = [each for each in map(number_of, updates) if each is not None]
        if updates and not numbers:
            raise NetworkError("updates without numbers")
        self._offset = max(numbers) + 1 if numbers else None


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
            tell(Event.TOKEN_WRONG, "telegram")
            return Response(status_code=404)
        body = await request.body()
        if len(body) > LARGEST_UPDATE:
            _LOG.error("telegram: set_aside=update error=TooLarge bytes=%d", len(body))
            return Response(status_code=200)  # a refusal would be repeated, and block what follows
        with suppress(ValueError, RecursionError):  # what is no update is not asked for again
            await intake.take([json.loads(body)])
        return Response(status_code=200)

    return routes
