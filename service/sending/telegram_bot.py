"""Puts the Telegram front end together and keeps it going. Without a token there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.conversation import Conversations
from bot.telegram.front import Front
from bot.telegram.incoming import WANTED
from bot.telegram.intake import POLL_TIMEOUT_S, WEBHOOK_PATH, Intake, poll
from bot.telegram.sending import TelegramChannel, TelegramNotices, TelegramSignals
from bot.telegram.status import Status
from bot.telegram.words import COMMANDS, LANGUAGES, words
from bot.telegram.worker import InboxWorker
from referrals.contact.page import ContactPages
from referrals.notices.texts import NoticeTexts
from referrals.outbox.delivery import Channel
from referrals.storage.database import Database
from referrals.telegram.inbox import TelegramInbox
from referrals.telegram.replies import CHANNEL, TelegramReplies
from referrals.turns.encounters import Encounters
from service.metrics import Metrics
from service.sending.channels import Sending
from service.settings import Settings

CONNECTIONS = 64
WEBHOOK_CONNECTIONS = 40
_READ_S, _CONNECT_S = 10.0, 5.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
_LOG = logging.getLogger("henvis")


@dataclass
class TelegramPages:
    """What our pages know of Telegram: where the bot is, and how a chat is told something.

    ``link_base`` is empty while there is no bot, or it has not said its name yet.
    """

    inbox: TelegramInbox
    enabled: bool
    link_base: str = ""


class Telegram:
    """The front end with everything it needs. Does nothing until ``work``."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        encounters: Encounters,
        conversations: Conversations,
    ) -> None:
        around = encounters.around
        self._settings = settings
        self._token = settings.telegram_token.get_secret_value()
        self.inbox = TelegramInbox(database, around.vault)
        self._replies = TelegramReplies(database, around.vault, self.inbox, settings.base_url)
        self._sending: Sending | None = None
        self._count: Callable[[], None] = lambda: None
        self.contact_pages = ContactPages(database, encounters, self.inbox.tell_nurse)
        self.pages = TelegramPages(self.inbox, enabled=bool(self._token))
        self.channel: Channel | None = None
        self.intake: Intake | None = None
        self.webhook_secret = ""
        self.jobs: list[tuple[str, float, Callable[[datetime], object]]] = []
        if not self._token:
            return
        self._bot = Bot(
            self._token,
            base_url=f"{settings.telegram_api}/bot",
            request=_request(CONNECTIONS),
            get_updates_request=_request(1, POLL_TIMEOUT_S),
        )
        self.front = Front(
            database,
            conversations,
            self._replies,
            TelegramSignals(self._bot),
            Status(encounters, settings.base_url).messages,
            lambda: self._count(),
            settings.base_url,
            around.now,
        )
        self._worker = InboxWorker(self.inbox, self.front, self._letters_wait, around.now)
        notices = TelegramNotices(database, NoticeTexts(settings.base_url))
        self.channel = TelegramChannel(self._bot, self._replies, notices, around.now)
        self.intake = Intake(self.inbox, self._worker.wake, around.now)
        self.webhook_secret = around.vault.link_secret("telegram_webhook", self._token)
        self.jobs = [("telegram inbox", 600, self.inbox.forget_old)]

    def wire(self, sending: Sending, metrics: Metrics) -> None:
        """Learn who sends and who counts."""
        self._sending = sending
        self._count = metrics.telegram_personal.inc

    async def work(self) -> None:
        """Introduce the bot, then take and handle what comes, until cancelled."""
        if self.intake is None:
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._worker.work())
                group.create_task(self._receive(self.intake))
        finally:
            with suppress(TelegramError, RuntimeError):
                await self._bot.shutdown()

    async def _receive(self, intake: Intake) -> None:
        await self._introduce()
        if not self._settings.telegram_webhook:
            await poll(self._bot, intake)

    async def _introduce(self) -> None:
        """Say who we are, until Telegram has heard it."""
        failures = 0
        while True:
            try:
                await self._bot.initialize()
                self.pages.link_base = f"{self._settings.telegram_links}/{self._bot.username}"
                await self._choose_way_in()
                await self._describe()
            except TelegramError as error:
                failures += 1
                if failures == 1 or isinstance(error, InvalidToken):
                    _LOG.warning("telegram: cannot begin, will try again: %s", type(error).__name__)
                wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(failures - 1, 10))
                await asyncio.sleep(wait)
            else:
                return

    async def _choose_way_in(self) -> None:
        """Set the webhook or take it away; what waits at Telegram is never dropped."""
        if self._settings.telegram_webhook:
            await self._bot.set_webhook(
                f"{self._settings.base_url}{WEBHOOK_PATH}",
                secret_token=self.webhook_secret,
                allowed_updates=WANTED,
                max_connections=WEBHOOK_CONNECTIONS,
            )
        else:
            await self._bot.delete_webhook()

    async def _describe(self) -> None:
        """Tell the commands in both languages, and show them behind the menu button."""
        for language in LANGUAGES:
            said = words(language)
            commands = [BotCommand(name, said[f"command_{name}"]) for name in COMMANDS]
            code = None if language == "da" else language
            await self._bot.set_my_commands(commands, language_code=code)
        await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    def _letters_wait(self) -> None:
        if self._sending is not None:
            self._sending.wake(CHANNEL)


def _request(connections: int, waits_s: float = 0.0) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=_READ_S + waits_s,
        connect_timeout=_CONNECT_S,
        pool_timeout=_READ_S,
    )
