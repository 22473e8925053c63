"""Builds the parts of the service from its settings: the one place where things are wired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from rasa_sdk.executor import ActionExecutor
from sqlalchemy.exc import OperationalError

import referrals.all_tables  # noqa: F401 - a flush needs every foreign key
from actions import all_actions
from bot.conversation import Conversations
from bot.engine.rasa import Engines
from bot.engine.stand_in import StandIn, load_actions
from bot.engine.wording import load_wording
from bot.sealing.vocabulary import load_vocabulary
from referrals.advice.tapping import TapGuard
from referrals.audit.anchors import AnchorFile
from referrals.audit.chain import KEYS as AUDIT_KEYS
from referrals.bedside.finding import LOOK_UPS
from referrals.booking.seats import SEAT_HOLD
from referrals.consent.texts import load_consent_texts
from referrals.denmark.municipalities import load_municipalities
from referrals.installation.audit_keys import AuditKeys
from referrals.installation.keys_check import NotItsKeys, keys_of
from referrals.next_action.keeping import NextActions
from referrals.notices.spreading import AddressBook, EmailAddresses
from referrals.outbox.delivery import Channel
from referrals.referral.clock import now_utc
from referrals.staff.accounts import Accounts
from referrals.staff.house_rules import HouseRules
from referrals.staff.invites import Invitations
from referrals.storage.database import Database
from referrals.telegram.addresses import TelegramAddresses
from referrals.tombstones.journal import Journal
from referrals.turns.encounters import Encounters
from referrals.turns.order import TurnOrder
from referrals.turns.turn import IdleLimits, TurnServices
from referrals.vault.keys import BadKeys
from referrals.vault.sources import HeldKeys, KeyCommand, KeyFile, KeySource, KeyText
from referrals.vault.vault import Vault
from referrals.words.labels import Labels
from service.errors import Hopeless, UserError
from service.sending.channels import Sending
from service.sending.mail import Mail
from service.sending.telegram_bot import Telegram
from service.sending.webhooks import WebhookChannel
from service.settings import ROOT, Settings
from service.start_check import bad_keys_line, keys_line


@dataclass(frozen=True)
class Store:
    """What works on the database alone; enough for the command line."""

    database: Database
    accounts: Accounts
    around: TurnServices
    encounters: Encounters
    anchors: AnchorFile

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
    journal: Journal


def build_store(
    settings: Settings, now: Callable[[], datetime] = now_utc, *, durable: bool = True
) -> Store:
    """Open the database and its keys, which are drawn for a database that is new.

    Raises Hopeless if the keys are missing or another database's.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    info = {SEAT_HOLD: settings.seat_hold, LOOK_UPS: settings.look_ups}
    database = Database(settings.database, info, durable=durable)
    database.keep(NextActions())
    vault = Vault(_keys_of(database, settings))
    database.carry(AUDIT_KEYS, AuditKeys(vault))
    around = TurnServices(
        vault=vault,
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(open=settings.encounter_idle, paused=settings.encounter_paused),
        now=now,
        taps=TapGuard(timedelta(milliseconds=settings.tap_wait_ms)),
    )
    rules = HouseRules(settings.session_lifetime, settings.session_idle)
    return Store(
        database,
        Accounts(database, rules),
        around,
        Encounters(database, around),
        AnchorFile(settings.anchors_file),
    )


def _keys_of(database: Database, settings: Settings) -> HeldKeys:
    source = key_source(settings)
    try:
        return HeldKeys(keys_of(database, source), source)
    except NotItsKeys as error:
        database.close()
        raise Hopeless(keys_line(source.name, missing=error.missing)) from None
    except BadKeys:
        database.close()
        raise Hopeless(bad_keys_line(source.name)) from None
    except OperationalError:  # it is away: the keys were tried at the start, and are not made anew
        if not source.exists():
            raise
        return HeldKeys(source.load(), source)


def key_source(settings: Settings) -> KeySource:
    """Give where the keys come from: a command, a variable, or a file, which is made if need be."""
    if settings.keys_command:
        return KeyCommand(settings.keys_command)
    if settings.keys.get_secret_value():
        return KeyText(settings.keys.get_secret_value(), "the variable HENVIS_KEYS")
    return KeyFile(settings.keys_file or settings.keys_dir / "keys.json")


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open an installation that exists, for one command. Raises UserError if there is none."""
    if not settings.is_begun:
        raise UserError(f"there is no database in {settings.data_dir}; start ./henvis up first")
    with closing_store(settings) as store:
        yield store


@contextmanager
def closing_store(settings: Settings) -> Iterator[Store]:
    """Open the database and its keys, and close them again."""
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
    engine = Engines(
        settings.engine_urls,
        settings.engine_timeout.total_seconds(),
        stand_in,
        settings.engine_token.get_secret_value(),
    )
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
        journal=Journal(settings.tombstones),
    )


def build_sending(settings: Settings, store: Store, telegram: Channel | None) -> Sending:
    """Give the ways by which something can leave this installation, and whom they reach."""
    channels: list[Channel] = [telegram] if telegram else []
    channels.append(WebhookChannel(store.database, store.vault, settings.webhook_networks))
    books: list[AddressBook] = [TelegramAddresses()] if telegram else []
    if settings.smtp_host:
        channels.append(Mail(settings, store.database, store.vault))
        books.append(EmailAddresses())
    return Sending(store.database, channels, books, store.around.now)
