"""Log-in by a service outside (OpenID Connect): optional, and only for who was invited.

The code flow with PKCE. State, nonce and verifier are derived with a key of ours from a random
value in a cookie of ten minutes, so nothing is stored before somebody is known. A subject is never
taken for one of our users by name or e-mail, only by an invitation that was redeemed with it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select

from referrals.access_tables import OutsideIdentityRow
from service.composition import Store
from service.settings import Settings

FLOW_LIFETIME = timedelta(minutes=10)
METADATA_LIFETIME = timedelta(hours=1)
TIMEOUT_S = 10.0
LEEWAY_S = 60
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by a key that only the provider has; never ``none``, never our own secret."""
CALLBACK = "/log-ind/udefra/svar"
TWO_FACTORS = "mfa"
"""What the provider says (``amr``, RFC 8176) of somebody who proved who they are twice."""


class NotOffered(Exception):
    """No provider is configured."""


class Failed(Exception):
    """The provider or the browser did not show what it has to; nobody is signed in."""


@dataclass(frozen=True)
class Flow:
    """A log-in that is under way: where it goes on, and the invitation it redeems, if any."""

    value: str
    next: str
    invite: str
    began_at: float


@dataclass(frozen=True)
class Known:
    """Who the provider says came: the verified subject and what it calls them."""

    issuer: str
    subject: str
    name: str
    display_name: str
    twice: bool


class OutsideLogIn:
    """Sends people to the provider and understands what they come back with."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
    ) -> None:
        self._settings = settings
        self._vault = store.vault
        self._accounts = store.accounts
        self._invitations = store.invitations
        self._database = store.database
        self._lock = threading.Lock()
        self._metadata: tuple[datetime, dict[str, Any], KeySet] | None = None

    @property
    def label(self) -> str:
        """What the provider is called on the log-in page; nothing if none is configured."""
        return self._settings.oidc_label if self._settings.oidc_issuer else ""

    def begin(self, next_path: str, invite: str, now: datetime) -> tuple[str, str]:
        """Give the provider's address to go to, and the value of the cookie that belongs to it.

        Raises NotOffered, or Failed if the provider cannot be reached.
        """
        metadata, _ = self._provider(now)
        plain = json.dumps([secrets.token_urlsafe(16), now.timestamp(), next_path, invite])
        value = base64.urlsafe_b64encode(plain.encode()).decode()
        with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=self._derived("state", value),
                nonce=self._derived("nonce", value),
                code_verifier=self._verifier(value),
            )
        return address, value

    def finish(self, cookie: str, state: str, code: str, now: datetime) -> tuple[str, str]:
        """Give the secret of a new session and where to go on. Raises NotOffered or Failed.

        Also Failed for a verified subject that nobody invited, and for a suspended user; NoInvite
        and BadInvite if the invitation cannot be redeemed.
        """
        flow = self._flow(cookie, state, now)
        known = self._exchange(flow, code, now)
        if flow.invite:
            user_id: int | None = self._invitations.accept_outside(
                flow.invite, known.issuer, known.subject, known.name, known.display_name, now
            )
        else:
            user_id = self._user_of(known)
        secret = user_id and self._accounts.begin_session(
            user_id, now, device=self.label, proved_twice=known.twice
        )
        if not secret:
            raise Failed
        return secret, flow.next

    def _flow(self, cookie: str, state: str, now: datetime) -> Flow:
        """Read the cookie back; it must belong to the state and be young."""
        if not hmac.compare_digest(self._derived("state", cookie).encode(), state.encode()):
            raise Failed
        try:
            _, began_at, next_path, invite = json.loads(base64.urlsafe_b64decode(cookie))
        except (binascii.Error, ValueError) as error:
            raise Failed from error
        if not 0 <= now.timestamp() - began_at <= FLOW_LIFETIME.total_seconds():
            raise Failed
        return Flow(cookie, next_path, invite, began_at)

    def _exchange(self, flow: Flow, code: str, now: datetime) -> Known:
        """Trade the code for an ID token, and check its signature and claims."""
        metadata, keys = self._provider(now)
        try:
            with self._client() as client:
                token = client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=self._verifier(flow.value),
                )
            decoded = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "values": [metadata["issuer"]]},
                    "aud": {"essential": True, "values": [self._settings.oidc_client_id]},
                },
                {
                    "nonce": self._derived("nonce", flow.value),
                    "client_id": self._settings.oidc_client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except (httpx.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise Failed from error
        return Known(
            issuer=metadata["issuer"],
            subject=str(claims["sub"]),
            name=str(claims.get("preferred_username") or claims.get("email") or claims["sub"]),
            display_name=str(claims.get("name") or ""),
            twice=TWO_FACTORS in (claims.get("amr") or ()),
        )

    def _user_of(self, known: Known) -> int | None:
        with self._database.read() as session:
            return session.scalar(
                select(OutsideIdentityRow.user_id).where(
                    OutsideIdentityRow.issuer == known.issuer,
                    OutsideIdentityRow.subject == known.subject,
                )
            )

    def _provider(self, now: datetime) -> tuple[dict[str, Any], KeySet]:
        """Give what the provider publishes about itself, fetched at most once an hour."""
        issuer = self._settings.oidc_issuer
        if not issuer:
            raise NotOffered
        with self._lock:
            if self._metadata is None or now - self._metadata[0] > METADATA_LIFETIME:
                self._metadata = (now, *_discover(issuer))
            return self._metadata[1], self._metadata[2]

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret.get_secret_value(),
            scope="openid profile email",
            redirect_uri=f"{self._settings.base_url}{CALLBACK}",
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )

    def _derived(self, purpose: str, value: str) -> str:
        return self._vault.link_secret(f"oidc-{purpose}", value)

    def _verifier(self, value: str) -> str:
        return self._derived("verifier-1", value) + self._derived("verifier-2", value)


def _discover(issuer: str) -> tuple[dict[str, Any], KeySet]:
    try:
        with httpx.Client(timeout=TIMEOUT_S) as client:
            address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            metadata = client.get(address).raise_for_status().json()
            if metadata["issuer"].rstrip("/") != issuer.rstrip("/"):
                raise Failed
            keys = client.get(metadata["jwks_uri"]).raise_for_status().json()
        return metadata, KeySet.import_key_set(keys)
    except (httpx.HTTPError, JoseError, KeyError, ValueError) as error:
        raise Failed from error
