"""The keys that stand outside the database: for the vault, the blind indexes and receipt links.

Made at the first start, in a file that only its owner can read. A lost key means that identities
cannot be read any more; a restored backup needs its key file.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """``vault`` maps key ids to AES-256 keys; new values are sealed with the ``current`` one."""

    vault: Mapping[str, bytes]
    current: str
    blind: bytes
    links: bytes

    def __repr__(self) -> str:
        """Show no key material, not even in an exception."""
        return f"Keys(current={self.current!r})"


def new_keys() -> Keys:
    """Draw a fresh set."""
    return Keys(
        vault={"k1": secrets.token_bytes(KEY_BYTES)},
        current="k1",
        blind=secrets.token_bytes(KEY_BYTES),
        links=secrets.token_bytes(KEY_BYTES),
    )


def load_or_create_keys(path: Path) -> Keys:
    """Read the key file, or make it (mode 0600) if there is none. Never overwrites one.

    Two processes that start at once end with the same keys: a complete file is linked into place.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(_dump(new_keys()))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _parse(path.read_text(encoding="ascii"))


def _dump(keys: Keys) -> str:
    return json.dumps(
        {
            "vault": {key_id: key.hex() for key_id, key in keys.vault.items()},
            "current": keys.current,
            "blind": keys.blind.hex(),
            "links": keys.links.hex(),
        },
        indent=1,
    )


def _parse(text: str) -> Keys:
    raw = json.loads(text)
    return Keys(
        vault={key_id: bytes.fromhex(key) for key_id, key in raw["vault"].items()},
        current=raw["current"],
        blind=bytes.fromhex(raw["blind"]),
        links=bytes.fromhex(raw["links"]),
    )
