"""Starts the terminal front end: finds the service and a token where none are given."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import httpx

from bot.terminal import CannotTalk, Terminal
from service.errors import UserError
from service.settings import Settings
from service.tokens import new_token

DEMO_NURSE = "demo-nurse"


def talk(
    settings: Settings,
    url: str | None,
    token: str | None,
    conversation: str | None,
    *,
    as_json: bool,
) -> None:
    """Hold a conversation; without a token as the demo nurse of the data directory.

    Without an address it is where `up` runs on the same data.
    """
    secret = token or new_token(settings, DEMO_NURSE)
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=url or _address(settings), headers=headers) as client:
        terminal = Terminal(client, sys.stdout, as_json, conversation)
        try:
            terminal.hold(_typed() if sys.stdin.isatty() else sys.stdin)
        except CannotTalk as error:
            raise UserError(str(error)) from None


def _address(settings: Settings) -> str:
    try:
        return settings.address_file.read_text()
    except FileNotFoundError:
        return settings.url


def _typed() -> Iterator[str]:
    while True:
        try:
            yield input("\n> ")
        except EOFError:
            return
