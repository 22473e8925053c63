"""Sends mail until it is killed: ``python -m tests.service.sending.mail_worker URL PORT AT``.

``AT`` is the time at which its clock stands, in ISO 8601 with offset.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from referrals.outbox.delivery import Postman
from referrals.storage.database import Database
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault
from service.sending.mail import Mail
from service.settings import Settings


def main(url: str, port: str, at: str) -> None:
    """Send what is due at ``at`` by the server at ``port`` of this machine."""
    settings = Settings(smtp_host="127.0.0.1", smtp_port=int(port), smtp_tls="none")
    database, now = Database(url), datetime.fromisoformat(at)
    asyncio.run(work(Postman(database, Mail(settings, database, Vault(new_keys())), lambda: now)))


async def work(postman: Postman) -> None:
    """Look for letters again and again."""
    while True:
        await postman.look()
        await postman.rest(postman.patience.poll.total_seconds())


if __name__ == "__main__":
    main(*sys.argv[1:])
