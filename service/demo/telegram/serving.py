"""Runs the stand-in for Telegram, and makes a demo installation ready to be tried with it."""

from __future__ import annotations

import secrets
import socket

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select

from referrals.staff.tables import UserRow
from referrals.telegram.tables import TelegramUserRow
from service.composition import open_store
from service.demo.telegram.bot_api import StandInApi
from service.demo.telegram.phone import DEMO_NURSE_ID, Phones
from service.settings import Settings

DEMO_NURSE = "demo-nurse"


def with_stand_in(settings: Settings, port: int) -> Settings:
    """Give the settings of an installation whose Telegram is the stand-in on a loopback port."""
    url = f"http://127.0.0.1:{port}"
    token = f"700000001:{secrets.token_urlsafe(26)}"
    changed = {"telegram_token": SecretStr(token), "telegram_api": url, "telegram_links": url}
    return settings.model_copy(update=changed)


def serve_stand_in(settings: Settings, listener: int) -> None:
    """Serve until asked to stop, on a descriptor that listens."""
    api = StandInApi()
    app = api.app()
    Phones(api, settings.telegram_token.get_secret_value()).add_to(app)
    sock = socket.socket(fileno=listener)
    web.run_app(app, sock=sock, access_log=None, print=None)


def give_demo_nurse_a_phone(settings: Settings) -> None:
    """Let the demo nurse's Telegram be the first phone, locked as after ten idle minutes."""
    with open_store(settings) as store, store.database.write() as session:
        nurse = session.scalars(select(UserRow).where(UserRow.name == DEMO_NURSE)).one_or_none()
        if nurse is not None and session.get(TelegramUserRow, nurse.id) is None:
            row = TelegramUserRow(
                user_id=nurse.id, telegram_id=DEMO_NURSE_ID, linked_at=store.around.now()
            )
            session.add(row)


def how_to_try(settings: Settings) -> list[str]:
    """Say where the phone is."""
    return [
        f"telegram demo: {settings.telegram_api}/ is a made-up phone of {DEMO_NURSE};",
        "  write /ny there, and unlock the chat on the page that it names",
    ]
