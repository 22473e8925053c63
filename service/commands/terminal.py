"""Starts the terminal front end: finds the service and a token where none are given."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import httpx

from bot.terminal import CannotTalk, Terminal
from service.commands.tokens import new_token
from service.errors import UserError
from service.settings import Settings

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
        by_hand = sys.stdin.isatty()
        terminal = Terminal(client, sys.stdout, as_json, conversation, waits=not by_hand)
        try:
            terminal.hold(_typed() if by_hand else sys.stdin)
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
