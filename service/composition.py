"""Builds the parts of the service from its settings: the one place where things are wired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rasa_sdk.executor import ActionExecutor

from actions import all_actions
from bot.conversation import Conversations
from bot.engine import Engines
from bot.stand_in import StandIn, load_actions
from bot.vocabulary import load_vocabulary
from bot.wording import load_wording
from referrals.accounts import Accounts
from referrals.bedside import IdleLimits, Surroundings
from referrals.clock import now_utc
from referrals.consent import load_consent_texts
from referrals.database import Database
from referrals.delivery import Channel
from referrals.encounters import Encounters
from referrals.house_rules import HouseRules
from referrals.invites import Invitations
from referrals.keys import load_or_create_keys
from referrals.labels import Labels
from referrals.municipality import load_municipalities
from referrals.seats import SEAT_HOLD
from referrals.spreading import AddressBook, EmailAddresses
from referrals.telegram_addresses import TelegramAddresses
from referrals.turn_order import TurnOrder
from referrals.vault import Vault
from service.errors import UserError
from service.mail import Mail
from service.sending import Sending
from service.settings import ROOT, Settings
from service.telegram import Telegram


@dataclass(frozen=True)
class Store:
    """What works on the database alone; enough for the command line."""

    database: Database
    accounts: Accounts
    around: Surroundings
    encounters: Encounters

    @property
    def vault(self) -> Vault:
        """The vault of this installation."""
        return self.around.vault

    @property
    def invitations(self) -> Invitations:
        """Who may come to work with this installation."""
        return Invitations(self.database, self.accounts)


@dataclass(frozen=True)
class Parts:
    """What the web service is made of."""

    store: Store
    engine: Engines
    conversations: Conversations
    order: TurnOrder
    executor: ActionExecutor
    sending: Sending
    telegram: Telegram


def build_store(
    settings: Settings, now: Callable[[], datetime] = now_utc, *, durable: bool = True
) -> Store:
    """Open the database and the keys. Creates the key file at the first start."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    info = {SEAT_HOLD: settings.seat_hold}
    database = Database(settings.database, info, durable=durable)
    around = Surroundings(
        vault=Vault(load_or_create_keys(settings.keys_dir / "keys.json")),
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(open=settings.encounter_idle, paused=settings.encounter_paused),
        now=now,
    )
    rules = HouseRules(settings.session_lifetime, settings.session_idle)
    return Store(database, Accounts(database, rules), around, Encounters(database, around))


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open an installation that exists, for one command. Raises UserError if there is none."""
    if settings.database.startswith("sqlite:///") and not Path(settings.database[10:]).exists():
        raise UserError(f"there is no database in {settings.data_dir}; start ./henvis up first")
    store = build_store(settings)
    try:
        yield store
    finally:
        store.database.close()


def build_parts(settings: Settings, now: Callable[[], datetime] = now_utc) -> Parts:
    """Build everything that the web service needs."""
    store = build_store(settings, now)
    vocabulary = load_vocabulary(ROOT / "nlu")
    executor = ActionExecutor()
    for action in all_actions(store.encounters):
        executor.register_action(action)
    actions = load_actions(ROOT / "nlu" / "rules.yml")
    stand_in = StandIn(actions, executor.run, load_wording(ROOT / "domain.yml"))
    engine = Engines(settings.engine_urls, settings.engine_timeout.total_seconds(), stand_in)
    order = TurnOrder(store.database)
    conversations = Conversations(store.encounters, engine, vocabulary, settings.base_url, order)
    telegram = Telegram(settings, store.database, store.encounters, conversations)
    return Parts(
        store=store,
        engine=engine,
        conversations=conversations,
        order=order,
        executor=executor,
        sending=build_sending(settings, store, telegram.channel),
        telegram=telegram,
    )


def build_sending(settings: Settings, store: Store, telegram: Channel | None) -> Sending:
    """Give the ways by which something can leave this installation, and whom they reach."""
    channels: list[Channel] = [telegram] if telegram else []
    books: list[AddressBook] = [TelegramAddresses()] if telegram else []
    if settings.smtp_host:
        channels.append(Mail(settings, store.database))
        books.append(EmailAddresses())
    return Sending(store.database, channels, books, store.around.now)
