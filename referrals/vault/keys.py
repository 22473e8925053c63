"""The keys that stand outside the database: for the vault, fingerprints, links and the audit log.

Each purpose has its own, and each key an id, so that one can be exchanged and the others stay.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

KEY_BYTES = 32
PURPOSES = ("vault", "blind", "links", "audit")
FIRST = {"vault": "k1", "blind": "b1", "links": "l1", "audit": "a1"}
"""The id of the first key of each purpose."""
LONGEST_ID = 8


class KeyPurpose(StrEnum):
    """What a key is for, in the operator's words."""

    VAULT = "vault"
    FINGERPRINTS = "fingerprints"
    LINKS = "links"
    AUDIT = "audit"

    @property
    def ring(self) -> str:
        """What it is called among the keys."""
        return "blind" if self is KeyPurpose.FINGERPRINTS else self.value


class BadKeys(ValueError):
    """What was given as keys are none. Shows nothing of them."""


@dataclass(frozen=True)
class Ring:
    """The keys of one purpose by their ids, in the order in which they were drawn."""

    keys: Mapping[str, bytes]

    @property
    def newest(self) -> str:
        """The id of the key that was drawn last."""
        return tuple(self.keys)[-1]

    @property
    def oldest(self) -> str:
        """The id of the key that was drawn first."""
        return next(iter(self.keys))

    def __getitem__(self, key_id: str) -> bytes:
        return self.keys[key_id]

    def __contains__(self, key_id: object) -> bool:
        return key_id in self.keys

    def __iter__(self) -> Iterator[str]:
        """Yield the ids, the oldest first."""
        return iter(self.keys)

    def __repr__(self) -> str:
        """Show no key material, not even in an exception."""
        return f"Ring({', '.join(self.keys)})"

    def sign(self, key_id: str, message: bytes) -> str:
        """Give what only a holder of the key can make of a message (HMAC-SHA-256, 64 hex digits).

        Raises KeyError for an id that is not in the ring.
        """
        return hmac.new(self.keys[key_id], message, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Keys:
    """A ring for each purpose: AES-256 keys of the vault, HMAC keys of the others."""

    vault: Ring
    blind: Ring
    links: Ring
    audit: Ring

    def of(self, purpose: str) -> Ring:
        """Give the ring of one purpose."""
        ring: Ring = getattr(self, purpose)
        return ring

    def __iter__(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield every key with its purpose and id."""
        for purpose in PURPOSES:
            for key_id, key in self.of(purpose).keys.items():
                yield purpose, key_id, key


def new_keys() -> Keys:
    """Draw a fresh set."""
    return Keys(
        **{purpose: Ring({FIRST[purpose]: secrets.token_bytes(KEY_BYTES)}) for purpose in PURPOSES}
    )


def with_one_more(keys: Keys, purpose: str) -> Keys:
    """Draw one more key of a purpose; it is the newest. Its id was never another's."""
    ring = keys.of(purpose)
    letter = FIRST[purpose][0]
    numbers = [int(key_id[1:]) for key_id in ring if key_id[1:].isdecimal()]
    key_id = f"{letter}{max(numbers, default=0) + 1}"
    return replace(keys, **{purpose: Ring({**ring.keys, key_id: secrets.token_bytes(KEY_BYTES)})})


def without(keys: Keys, purpose: str, key_id: str) -> Keys:
    """Leave one key out. Raises BadKeys for the last of its purpose."""
    left = {name: key for name, key in keys.of(purpose).keys.items() if name != key_id}
    if not left:
        raise BadKeys(f"the last key of {purpose} cannot go")
    return replace(keys, **{purpose: Ring(left)})


def dump(keys: Keys) -> str:
    """Write a set as JSON: for each purpose the keys by their ids, in hex, the oldest first."""
    rings = {
        purpose: {key_id: key.hex() for key_id, key in keys.of(purpose).keys.items()}
        for purpose in PURPOSES
    }
    return json.dumps(rings, indent=1)


def parse(text: str) -> Keys:
    """Read a set, also one from before keys of each purpose had ids. Raises BadKeys."""
    try:
        raw = json.loads(text)
        rings = {purpose: _ring(raw, purpose) for purpose in PURPOSES}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadKeys("they are not a set of keys, or a damaged one") from None
    return Keys(**rings)


def _ring(raw: dict[str, Any], purpose: str) -> Ring:
    if purpose == "audit" and purpose not in raw:
        return Ring({FIRST[purpose]: _derived(_ring(raw, "links"), purpose)})
    given = raw[purpose]
    written = {FIRST[purpose]: given} if isinstance(given, str) else given
    keys = {key_id: bytes.fromhex(key) for key_id, key in written.items()}
    if not keys or any(len(key) != KEY_BYTES or not _is_id(name) for name, key in keys.items()):
        raise BadKeys
    return Ring(keys)


def _is_id(name: str) -> bool:
    return name.isascii() and name.isalnum() and 0 < len(name) <= LONGEST_ID


def _derived(links: Ring, purpose: str) -> bytes:
    """Give the first key of a purpose that sets of before did not have: on each machine the same.

    It is written down with the next key that is drawn.
    """
    return hmac.new(links[links.oldest], f"henvis {purpose}".encode(), hashlib.sha256).digest()
