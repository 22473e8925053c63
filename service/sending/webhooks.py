"""Tells municipalities' own systems that a referral changed: signed, and without identity.

A name is looked up once for each try, every address it leads to is checked, and the one that was
checked is called: so a name that leads elsewhere a moment later gets nothing. No redirect is
followed, no proxy of the environment is used, and of the answer only the status is read.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

import httpcore

from referrals.outbox.delivery import DeliveryRefused, NotSent, Patience
from referrals.outbox.letters import UNREADABLE, Letter
from referrals.programs import signing, webhooks
from referrals.programs.addresses import BadUrl, Network, check_url, may_be_called
from referrals.referral.clock import now_utc
from referrals.storage.database import Database
from referrals.vault.vault import Vault

_SECONDS = 10.0


class WebhookChannel:
    """The channel to systems. A refusal of any kind is tried again, but for 410, which says no."""

    name = webhooks.CHANNEL
    patience = Patience(
        tries=18,  # about a day
        first=timedelta(seconds=15),
        longest=timedelta(hours=4),
        at_once=16,
        time_out=timedelta(seconds=20),
        poll=timedelta(seconds=2),
    )

    def __init__(self, database: Database, vault: Vault, allowed: Sequence[Network] = ()) -> None:
        self._database = database
        self._vault = vault
        self._allowed = allowed

    async def send(self, letter: Letter) -> Mapping[str, Any] | None:
        """Send one message. Raises DeliveryRefused where nobody is told, or is told no longer."""
        try:
            target = await asyncio.to_thread(
                webhooks.target_of, self._database, self._vault, letter.recipient
            )
        except RuntimeError:  # its secret lies under a key that is not here
            raise DeliveryRefused(UNREADABLE) from None
        if target is None:
            raise DeliveryRefused("no_address")
        try:
            check_url(target.url, self._allowed)
        except BadUrl:
            raise DeliveryRefused("bad_address") from None
        body = _body(letter)
        told = {
            "Content-Type": "application/json",
            "User-Agent": "Henvis",
            **signing.headers(target.secret, _message_id(letter), now_utc(), body),
        }
        status = await self._post(target.url, told, body)
        if status == HTTPStatus.GONE:
            raise DeliveryRefused("not_accepted")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise NotSent("not_accepted")
        return {"status": status}

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        limits = dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS)
        backend = CheckedAddresses(self._allowed)
        try:
            async with (
                httpcore.AsyncConnectionPool(network_backend=backend) as pool,
                pool.stream(
                    "POST",
                    url,
                    headers=[(k.encode(), v.encode()) for k, v in headers.items()],
                    content=body,
                    extensions={"timeout": limits},
                ) as answer,
            ):
                return int(answer.status)
        except BadUrl:
            raise NotSent("bad_address") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError):
            raise NotSent("unreachable") from None


class CheckedAddresses(httpcore.AsyncNetworkBackend):
    """Connects to an address only after it was checked. Raises BadUrl for one that is not called.

    The certificate is still checked for the name that was asked for.
    """

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look the name up, check every address, and connect to the first."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        if not addresses or not all(
            may_be_called(ip_address(each.partition("%")[0]), self._allowed) for each in addresses
        ):
            raise BadUrl("private")
        return await self._network.connect_tcp(
            addresses[0], port, timeout, local_address, socket_options
        )


def _message_id(letter: Letter) -> str:
    """Name the message, alike each time that it is tried."""
    return f"msg_{letter.id}_{_seconds(letter.created_at)}"


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _body(letter: Letter) -> bytes:
    told = {
        "type": letter.kind,
        "timestamp": letter.created_at.isoformat(),
        "data": {"reference": letter.payload["reference"], "municipality": letter.recipient},
    }
    return json.dumps(told, separators=(",", ":")).encode()
