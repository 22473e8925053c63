"""Puts the Telegram front end together and keeps it going. Without a token there is none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from telegram import BotCommand, MenuButtonCommands
from telegram.error import TelegramError

from bot.conversation import Conversations
from bot.telegram.answers import TelegramRequest
from bot.telegram.front import Front
from bot.telegram.incoming import WANTED
from bot.telegram.intake import POLL_TIMEOUT_S, WEBHOOK_PATH, Intake, Polling, RawBot
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
from service.work.pieces import Piece

CONNECTIONS = 64
WEBHOOK_CONNECTIONS = 40
_READ_S, _CONNECT_S = 10.0, 5.0
LOOK_S, POLL_S, HOUR_S, DAY_S = 0.5, POLL_TIMEOUT_S + 30, 3_600, 86_400


@dataclass
class TelegramPages:
    """What our pages know of Telegram: where the bot is, and how a chat is told something.

    ``link_base`` is empty while there is no bot, or it has not said its name yet.
    """

    inbox: TelegramInbox
    enabled: bool
    link_base: str = ""


class Telegram:
    """The front end with everything it needs. Does nothing by itself."""

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
        self.inbox = TelegramInbox(database, around.vault, _bot_id(self._token))
        self._replies = TelegramReplies(database, around.vault, self.inbox, settings.base_url)
        self._sending: Sending | None = None
        self._count: Callable[[], None] = lambda: None
        self.contact_pages = ContactPages(database, encounters, self.inbox.tell_nurse)
        self.pages = TelegramPages(self.inbox, enabled=bool(self._token))
        self.channel: Channel | None = None
        self.intake: Intake | None = None
        self.webhook_secret = ""
        if not self._token:
            return
        self._bot = RawBot(
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
        self.webhook_secret = around.vault.lasting_secret("telegram_webhook", self._token)
        self._polling = Polling(self._bot, self.intake)

    def wire(self, sending: Sending, metrics: Metrics) -> None:
        """Learn who sends and who counts."""
        self._sending = sending
        self._count = metrics.telegram_personal.inc

    def pieces(self) -> list[Piece]:
        """Give the work of the front end, a piece each; none without a bot."""
        if self.intake is None:
            return []
        if self._settings.telegram_webhook:
            receiving = Piece("telegram webhook", HOUR_S, self._begin, threaded=False, outside=True)
        else:
            receiving = Piece(
                "telegram polling", 0, self._poll, threaded=False, longest_s=POLL_S, outside=True
            )
        handling = Piece(
            "telegram inbox",
            LOOK_S,
            lambda _now: self._worker.look(),
            threaded=False,
            rest=self._worker.rest,
            end=self._worker.finish,
            backlog=self.inbox.waiting,
        )
        return [
            receiving,
            handling,
            Piece("telegram commands", DAY_S, self._describe, threaded=False, outside=True),
            Piece("telegram forgetting", 600, self.inbox.forget_old),
        ]

    async def close(self) -> None:
        """Give the connections back."""
        if self.intake is not None:
            with suppress(TelegramError, RuntimeError):
                await self._bot.shutdown()
            self.pages.link_base = ""

    async def _poll(self, now: datetime) -> None:
        if not self.pages.link_base:
            await self._begin(now)
        await self._polling.once()

    async def _begin(self, _now: datetime) -> None:
        """Learn our own name, and set the webhook or take it away."""
        await self._bot.initialize()
        await self._choose_way_in()
        self.pages.link_base = f"{self._settings.telegram_links}/{self._bot.username}"

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

    async def _describe(self, _now: datetime) -> None:
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


def _request(connections: int, waits_s: float = 0.0) -> TelegramRequest:
    return TelegramRequest(
        connection_pool_size=connections,
        read_timeout=_READ_S + waits_s,
        connect_timeout=_CONNECT_S,
        pool_timeout=_READ_S,
    )


def _bot_id(token: str) -> int:
    """Give the bot's own number, with which its token begins; 0 without one."""
    number = token.partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
