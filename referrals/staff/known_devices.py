"""Devices that were let in before: one cookie's value, signed for each name that was.

Nothing is kept of them here, and the value tells no name. It opens nothing: a device that is known
with a name has tries of its own for it, few enough to guess no password if the cookie is stolen.
"""

from __future__ import annotations

import hmac
import re
import secrets
from itertools import product

from referrals.vault.vault import Vault

MOST_NAMES = 30
"""So many may share a ward's computer; who was let in longest ago is forgotten first."""
_VALUE = re.compile(r"[\w-]{22}(\.[0-9a-f]{32}){0,30}", re.ASCII)


class KnownDevices:
    """Signs and reads what a device brings along."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def known(self, value: str, name: str) -> str:
        """Give the device's own name if it was let in with ``name`` before, else nothing."""
        device, signed = _read(value)
        pairs = product(self._vault.link_secrets("device", _signed(device, name)), signed)
        return device if any(hmac.compare_digest(*pair) for pair in pairs) else ""

    def remember(self, value: str, name: str) -> str:
        """Give the value that the device brings along from now on; another's signs stay."""
        device, signed = _read(value)
        device = device or secrets.token_urlsafe(16)
        mine = self._sign(device, name)
        kept = [mine, *(each for each in signed if each != mine)][:MOST_NAMES]
        return ".".join([device, *kept])

    def _sign(self, device: str, name: str) -> str:
        return self._vault.link_secret("device", _signed(device, name))


def _signed(device: str, name: str) -> str:
    return f"{device}:{name.strip().casefold()}"


def _read(value: str) -> tuple[str, list[str]]:
    if not _VALUE.fullmatch(value):
        return "", []
    device, *signed = value.split(".")
    return device, signed
