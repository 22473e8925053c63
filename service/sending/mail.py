"""Sends notices by e-mail: plain text over SMTP, one connection for each letter."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import aiosmtplib

from referrals.notices.kinds import EMAIL, NoticeKind
from referrals.notices.own_address import Addressee, addressee
from referrals.notices.texts import NoticeTexts
from referrals.outbox.delivery import DeliveryRefused, NotSent, Patience
from referrals.outbox.letters import Letter
from referrals.staff.invites import mailed_secret
from referrals.storage.database import Database
from referrals.vault.vault import Vault
from service.settings import Settings

_FOR_GOOD = 500
"""SMTP answers from here on mean no for ever; those below mean not now."""
_CONNECT_S = 10.0


def in_ascii(address: str) -> str:
    """Write a domain as the net knows it (IDNA); what is before the @ stays as it is.

    Raises DeliveryRefused for a domain that cannot be written so.
    """
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise DeliveryRefused("bad_address") from None


class Mail:
    """The channel for e-mail. Writes to the address that the user has at that moment.

    The Message-ID stays the same each time that a letter is tried, so that a mail server can tell
    a repetition from a new letter.
    """

    name = EMAIL
    patience = Patience(
        tries=12,
        first=timedelta(seconds=30),
        longest=timedelta(hours=2),
        at_once=4,
        time_out=timedelta(seconds=60),
        poll=timedelta(seconds=5),
    )

    def __init__(self, settings: Settings, database: Database, vault: Vault) -> None:
        self._settings = settings
        self._database = database
        self._vault = vault
        self._texts = NoticeTexts(settings.base_url)
        self._host = urlsplit(settings.base_url).hostname or "localhost"

    async def send(self, letter: Letter) -> Mapping[str, Any] | None:
        """Send one notice. Raises Refused without an address, NotSent where SMTP says no."""
        to = await asyncio.to_thread(self._addressee, letter)
        if to is None:
            raise DeliveryRefused("no_address")
        message = self._message(letter, to)
        smtp = await self._connected()
        try:
            await smtp.send_message(message)
        except (aiosmtplib.SMTPNotSupported, UnicodeError):  # letters that this server cannot take
            raise DeliveryRefused("bad_address") from None
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(one.code >= _FOR_GOOD for one in refused.recipients):
                raise DeliveryRefused("bad_address") from None
            raise NotSent("not_accepted") from None
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code >= _FOR_GOOD:
                raise DeliveryRefused("not_accepted") from None
            raise NotSent("not_accepted") from None
        finally:
            smtp.close()
        return None

    def _addressee(self, letter: Letter) -> Addressee | None:
        with self._database.read() as session:
            return addressee(session, letter.kind, int(letter.recipient))

    def _message(self, letter: Letter, to: Addressee) -> EmailMessage:
        payload = {**letter.payload, "code": to.code} if to.code else dict(letter.payload)
        if letter.kind == NoticeKind.PASSWORD_LINK:
            payload["secret"] = mailed_secret(self._vault, payload["nonce"])
        written = self._texts.write(letter.kind, to.language, payload)
        message = EmailMessage()
        message["From"] = self._settings.smtp_from
        message["To"] = in_ascii(to.address)
        message["Subject"] = written.subject
        message["Date"] = format_datetime(letter.created_at)
        message["Message-ID"] = (
            f"<outbox-{letter.id}-{letter.created_at:%Y%m%d%H%M%S}@{self._host}>"
        )
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(written.body)
        return message

    async def _connected(self) -> aiosmtplib.SMTP:
        """Connect and log in. Nothing has left yet, so whatever fails here is NotSent."""
        settings = self._settings
        smtp = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            use_tls=settings.smtp_tls == "implicit",
            start_tls=settings.smtp_tls == "starttls",
            cert_bundle=str(settings.smtp_ca) if settings.smtp_ca else None,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
            timeout=_CONNECT_S,
        )
        try:
            await smtp.connect()
        except aiosmtplib.SMTPAuthenticationError:
            raise NotSent("log_in_failed") from None
        except (aiosmtplib.SMTPException, OSError):
            raise NotSent("unreachable") from None
        return smtp
