"""The keys of the audit log, as they stand: changed by command while Henvis runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from referrals.audit.chain import ChainKeys
from referrals.vault.vault import Vault

LOOK_AGAIN_S = 5.0
"""A row under a key that was exchanged in the last seconds is proved by it all the same."""


class AuditKeys:
    """Gives the keys of the log, and which is in force: asked of the database now and then."""

    def __init__(self, vault: Vault, now_s: Callable[[], float] = time.monotonic) -> None:
        self._vault = vault
        self._now_s = now_s
        self._looked_s = -LOOK_AGAIN_S
        self._current = ""

    def __call__(self, session: Session) -> ChainKeys:
        """Give them for what is done in a session. Raises KeyError if that in force is missing."""
        if not self._current or self._now_s() - self._looked_s >= LOOK_AGAIN_S:
            self._current = self._vault.audit_key_id(session)
            self._looked_s = self._now_s()
        return ChainKeys(self._vault.audit_keys(self._current), self._current)
