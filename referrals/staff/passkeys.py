"""Passkeys (WebAuthn): a key in a person's own device, which asks for finger, face or PIN.

It proves two factors at once and works on our own address alone, so that no false page can ask for
it. Only public keys are kept. A challenge is ours by its seal, bound to what it is for and to whom,
and works once. The messages are read and proved by the library ``webauthn``.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from referrals.audit import chain
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff.accounts import Accounts
from referrals.staff.roles import Staff
from referrals.staff.sessions import digest, exchange, is_proved_twice, renew
from referrals.staff.tables import PasskeyRow, SpentChallengeRow, UserRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LIFETIME = timedelta(minutes=5)
MOST = 10
"""So many may one person have."""
LONGEST_NAME = 60
LONGEST_RESPONSE = 20_000
ENROL, PROVE = "enrol", "prove"
NOBODY = 0


class BadPasskey(ValueError):
    """What a browser sent is no proof: made for another page, too old, used, not verified."""


class NoPasskey(Exception):
    """There is no such passkey among a person's own."""


@dataclass(frozen=True)
class Site:
    """Where passkeys work: the host that they are bound to, and the address of our pages."""

    host: str
    origin: str

    @staticmethod
    def of(base_url: str) -> Site | None:
        """Give the site of an address; None for a bare IP address, to which none can be bound."""
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return Site(host, f"{parts.scheme}://{parts.netloc.lower()}") if host else None
        return None


@dataclass(frozen=True)
class OwnPasskey:
    """One passkey as its owner sees it."""

    id: int
    name: str
    made_at: datetime
    last_used_at: datetime | None


class Passkeys:
    """Makes, proves, lists and removes passkeys. Does not decide who needs one.

    Without a ``site`` none can be made or used: ``offered`` tells.
    """

    def __init__(
        self, database: Database, vault: Vault, accounts: Accounts, site: Site | None
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._vault = vault
        self._site = site

    @property
    def offered(self) -> bool:
        """Tell whether passkeys can be used at the address that people reach us by."""
        return self._site is not None

    def of(self, staff: Staff) -> list[OwnPasskey]:
        """List a person's passkeys, the oldest first."""
        with self._database.read() as session:
            rows = session.scalars(
                select(PasskeyRow).where(PasskeyRow.user_id == staff.id).order_by(PasskeyRow.id)
            )
            return [OwnPasskey(row.id, row.name, row.made_at, row.last_used_at) for row in rows]

    def has_any(self, staff: Staff) -> bool:
        """Tell whether a person has a passkey."""
        with self._database.read() as session:
            return has_any(session, staff.id)

    def begin_making(self, staff: Staff, now: datetime) -> str:
        """Give what the browser needs to make a passkey, as JSON. Raises BadPasskey."""
        import webauthn
        from webauthn.helpers import structs

        site = self._known_site()
        with self._database.read() as session:
            known = self._descriptors(session, staff.id)
        options = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name="Henvis",
            user_id=self._vault.lasting_secret("passkey-owner", str(staff.id)).encode(),
            user_name=staff.name,
            user_display_name=staff.display_name,
            challenge=self._challenge(ENROL, staff.id, now),
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=known,
        )
        return webauthn.options_to_json(options)

    def make(
        self, staff: Staff, session_secret: str, response: str, name: str, now: datetime
    ) -> str:
        """Keep a new passkey and give the session's new secret. Raises BadPasskey.

        Whoever has a second factor already must have given it in this session; a passkey, where
        the house demands one and there is one. The caller has seen to it that the session was
        proved a moment ago.
        """
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        site, challenge = self._known_site(), self._answered(response, ENROL, staff.id, now)
        must = self._accounts.rules().asks_passkey(staff.role)
        try:
            made = webauthn.verify_registration_response(
                credential=response,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise BadPasskey from error
        with self._database.write() as session:
            self._spend(session, challenge, now)
            user = session.get_one(UserRow, staff.id)
            has_one = has_any(session, staff.id)
            has_factor = user.second_factor is not None or has_one
            if has_factor and not is_proved_twice(session, session_secret):
                raise BadPasskey
            if has_one and must and not is_proved_twice(session, session_secret, by_passkey=True):
                raise BadPasskey  # else a code that was talked out of somebody would do after all
            own = select(func.count(PasskeyRow.id)).where(PasskeyRow.user_id == staff.id)
            known = select(PasskeyRow.id).where(PasskeyRow.credential_id == made.credential_id)
            if (session.scalar(own) or 0) >= MOST or session.scalar(known) is not None:
                raise BadPasskey
            shown = " ".join(name.split())[:LONGEST_NAME]
            session.add(
                PasskeyRow(
                    user_id=staff.id,
                    credential_id=made.credential_id,
                    public_key=made.credential_public_key,
                    sign_count=made.sign_count,
                    name=shown if shown.isprintable() else "",
                    made_at=now,
                )
            )
            chain.append(session, now, staff.name, "make_passkey", f"user:{staff.id}")
            return renew(session, session_secret, staff.id, now, twice=True, passkey=True)

    def remove(self, staff: Staff, session_secret: str, passkey_id: int, now: datetime) -> str:
        """Forget one of a person's own passkeys and give the session's new secret.

        Raises NoPasskey, for another's as well.
        """
        with self._database.write() as session:
            row = session.get(PasskeyRow, passkey_id)
            if row is None or row.user_id != staff.id:
                raise NoPasskey
            session.delete(row)
            record = f"user:{staff.id}:passkey:{passkey_id}"
            chain.append(session, now, staff.name, "remove_passkey", record)
            return exchange(session, session_secret, staff.id)

    def begin_proving(self, staff: Staff | None, now: datetime) -> str:
        """Give what the browser needs to prove one, as JSON; of anybody where nobody is known yet.

        Keeps nothing, so that a stranger fills no table. Raises BadPasskey.
        """
        import webauthn
        from webauthn.helpers import structs

        site, user_id = self._known_site(), staff.id if staff else NOBODY
        with self._database.read() as session:
            allowed = self._descriptors(session, user_id)
        options = webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=self._challenge(PROVE, user_id, now),
            allow_credentials=allowed,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def prove(self, staff: Staff, session_secret: str, response: str, now: datetime) -> str:
        """Let a session in, or prove it anew; gives its new secret. Raises BadPasskey."""
        with _told(Event.SECOND_FACTOR_FAILED, staff), self._database.write() as session:
            user = self._proved(session, response, staff.id, now)
            if user.id != staff.id:
                raise BadPasskey
            chain.append(session, now, user.name, "prove_passkey", f"user:{user.id}")
            return renew(session, session_secret, user.id, now, twice=True, passkey=True)

    def log_in(self, response: str, now: datetime, device: str = "") -> str:
        """Give the secret of a new session, proved twice. Raises BadPasskey, for the suspended too.

        A passkey that knows its owner needs no name and no password.
        """
        with _told(Event.LOG_IN_FAILED), self._database.write() as session:
            user = self._proved(session, response, NOBODY, now)
            chain.append(session, now, user.name, "prove_passkey", f"user:{user.id}")
        secret = self._accounts.begin_session(
            user.id, now, device=device, proved_twice=True, passkey=True
        )
        if secret is None:
            raise BadPasskey
        return secret

    def _proved(self, session: Session, response: str, asked_for: int, now: datetime) -> UserRow:
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        site, challenge = self._known_site(), self._answered(response, PROVE, asked_for, now)
        try:
            claimed = webauthn.base64url_to_bytes(json.loads(response)["rawId"])
            row = session.scalars(
                select(PasskeyRow).where(PasskeyRow.credential_id == claimed).with_for_update()
            ).one_or_none()
            if row is None:
                raise BadPasskey
            proved = webauthn.verify_authentication_response(
                credential=response,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise BadPasskey from error
        self._spend(session, challenge, now)
        row.sign_count, row.last_used_at = proved.new_sign_count, now
        return session.get_one(UserRow, row.user_id)

    def _known_site(self) -> Site:
        if self._site is None:
            raise BadPasskey
        return self._site

    def _descriptors(self, session: Session, user_id: int) -> list:  # type: ignore[type-arg]
        from webauthn.helpers.structs import PublicKeyCredentialDescriptor

        ids = select(PasskeyRow.credential_id).where(PasskeyRow.user_id == user_id)
        return [PublicKeyCredentialDescriptor(id=each) for each in session.scalars(ids)]

    def _challenge(self, purpose: str, user_id: int, now: datetime) -> bytes:
        plain = f"{purpose}.{user_id}.{int((now + LIFETIME).timestamp())}.{secrets.token_hex(16)}"
        seal = self._vault.link_secret("passkey-challenge", plain)
        return f"{plain}.{seal}".encode()

    def _answered(self, response: str, purpose: str, user_id: int, now: datetime) -> bytes:
        """Give the challenge that a response answers, if it is ours and still stands."""
        import webauthn

        if len(response) > LONGEST_RESPONSE:
            raise BadPasskey
        try:
            told = json.loads(response)["response"]["clientDataJSON"]
            client = json.loads(webauthn.base64url_to_bytes(told))
            challenge = webauthn.base64url_to_bytes(client["challenge"])
            plain, _, seal = challenge.decode("ascii").rpartition(".")
            what, whom, until, _nonce = plain.split(".")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadPasskey from error
        ours = self._vault.is_link("passkey-challenge", plain, seal)
        if not ours or (what, whom) != (purpose, str(user_id)) or now.timestamp() >= int(until):
            raise BadPasskey
        return challenge

    def _spend(self, session: Session, challenge: bytes, now: datetime) -> None:
        session.execute(delete(SpentChallengeRow).where(SpentChallengeRow.expires_at <= now))
        hashed = digest(challenge.decode("ascii"))
        session.add(SpentChallengeRow(challenge_hash=hashed, expires_at=now + 2 * LIFETIME))
        try:
            session.flush()
        except IntegrityError as error:
            raise BadPasskey from error


@contextmanager
def _told(event: Event, staff: Staff | None = None) -> Iterator[None]:
    """Tell whoever watches of what is no proof, and go on with it."""
    try:
        yield
    except BadPasskey:
        tell(event, "passkey", about=staff.id if staff else None)
        raise


def has_any(session: Session, user_id: int) -> bool:
    """Tell whether a user has a passkey."""
    return (
        session.scalar(select(PasskeyRow.id).where(PasskeyRow.user_id == user_id).limit(1))
        is not None
    )


def forget(session: Session, user_id: int, named: str) -> bool:
    """Forget the passkey that a record of the audit log names (``passkey:12``); False if none."""
    number = named.removeprefix("passkey:")
    if not number.isdecimal():
        return False
    own = PasskeyRow.id == int(number), PasskeyRow.user_id == user_id
    gone = session.execute(delete(PasskeyRow).where(*own).returning(PasskeyRow.id))
    return gone.first() is not None


def forget_all(session: Session, user_id: int) -> None:
    """Forget all passkeys of a user, as when a second factor is reset."""
    session.execute(delete(PasskeyRow).where(PasskeyRow.user_id == user_id))
