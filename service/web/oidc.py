"""Log-in by a service outside (OpenID Connect): optional, and only for who was invited.

Authlib's client speaks the code flow with PKCE. What it has to remember on the way (state, nonce,
verifier) lies encrypted in a cookie of ten minutes, so nothing is stored before somebody is known.
A subject is never taken for one of our users by name or e-mail, only by an invitation that was
redeemed with it.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from fastapi import Request, Response
from joserfc.errors import JoseError
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from referrals.staff.tables import OutsideIdentityRow
from referrals.words.labels import Labels
from service.composition import Store
from service.settings import Settings

FLOW_LIFETIME = timedelta(minutes=10)
METADATA_LIFETIME = timedelta(hours=1)
TIMEOUT_S = 10.0
BACK_OFF = timedelta(seconds=30)
"""How long a provider that failed is left alone; longer than it may take to answer."""
LEEWAY_S = 60
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by a key that only the provider has; never ``none``, never our own secret."""
CALLBACK = "/log-ind/udefra/svar"
TWO_FACTORS = "mfa"
"""What the provider says (``amr``, RFC 8176) of somebody who proved who they are twice."""
_FLOW = "outside-log-in"
_UNUSABLE = (
    *(httpx2.HTTPError, httpx2.InvalidURL, AuthlibBaseError, JoseError),
    *(TimeoutError, LookupError, TypeError, ValueError, RuntimeError),
)
"""What comes of an answer that is late, refuses, or is not what the protocol says."""


class Failed(Exception):
    """The provider or the browser did not show what it has to; nobody is signed in."""


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Give the provider so long to answer well. Raises Failed."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            yield
    except _UNUSABLE as error:
        raise Failed from error


class OutsideLogIn:
    """Sends people to the provider and understands what they come back with.

    Waits for the provider without a lock or a thread, so that one that hangs holds up nobody else.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._look_up: asyncio.Task[StarletteOAuth2App]
        self._look_up_again_at = datetime.min.replace(tzinfo=UTC)

    @property
    def label(self) -> str:
        """What the provider is called on the log-in page; nothing if none is configured."""
        if not self._settings.oidc_issuer:
            return ""
        return self._settings.oidc_label or Labels().word("log_in", "own_organisation")

    async def begin(
        self, request: Request, next_path: str, invite: str, now: datetime
    ) -> tuple[Response, str]:
        """Give the way to the provider, and the value of the cookie that belongs to it.

        Raises Failed if the provider cannot be reached.
        """
        provider = await self._provider(now)
        flow = {"began_at": now.timestamp(), "next": next_path, "invite": invite}
        request.scope["session"] = flow  # authlib adds what it has to remember
        async with _in_time():
            redirect: Response = await provider.authorize_redirect(
                request, f"{self._settings.base_url}{CALLBACK}"
            )
        locked = self._store.vault.lock_away(None, _FLOW, json.dumps(flow).encode())
        return redirect, base64.urlsafe_b64encode(locked).decode()

    async def finish(self, request: Request, cookie: str, now: datetime) -> tuple[str, str]:
        """Give the secret of a new session and where to go on. Raises Failed.

        Also Failed for a verified subject that nobody invited, and for a suspended user; NoInvite
        and BadInvite if the invitation cannot be redeemed.
        """
        request.scope["session"] = flow = self._flow(cookie, now)
        provider = await self._provider(now)
        must_say = {
            "iss": {"essential": True, "value": provider.server_metadata["issuer"]},
            "aud": {"essential": True, "value": provider.client_id},
        }
        async with _in_time():
            token = await provider.authorize_access_token(
                request, claims_options=must_say, leeway=LEEWAY_S
            )
            claims = token["userinfo"]
        return await run_in_threadpool(self._admit, flow["invite"], claims, now), flow["next"]

    def _flow(self, cookie: str, now: datetime) -> dict[str, Any]:
        """Read the cookie back; it must be ours and young. Raises Failed."""
        try:
            locked = base64.urlsafe_b64decode(cookie)
            flow: dict[str, Any] = json.loads(self._store.vault.bring_back(_FLOW, locked))
        except (RuntimeError, ValueError) as error:
            raise Failed from error
        if not 0 <= now.timestamp() - flow["began_at"] <= FLOW_LIFETIME.total_seconds():
            raise Failed
        return flow

    def _admit(self, invite: str, claims: Mapping[str, Any], now: datetime) -> str:
        """Give the secret of a new session for a subject that is one of ours, or is invited."""
        issuer, subject = claims["iss"], str(claims["sub"])
        if invite:
            name = str(claims.get("preferred_username") or claims.get("email") or subject)
            shown = str(claims.get("name") or "")
            user_id: int | None = self._store.invitations.accept_outside(
                invite, issuer, subject, name, shown, now
            )
        else:
            user_id = self._user_of(issuer, subject)
        twice = TWO_FACTORS in (claims.get("amr") or ())
        secret = user_id and self._store.accounts.begin_session(
            user_id, now, device=self.label, proved_twice=twice
        )
        if not secret:
            raise Failed
        return secret

    def _user_of(self, issuer: str, subject: str) -> int | None:
        with self._store.database.read() as session:
            return session.scalar(
                select(OutsideIdentityRow.user_id).where(
                    OutsideIdentityRow.issuer == issuer, OutsideIdentityRow.subject == subject
                )
            )

    async def _provider(self, now: datetime) -> StarletteOAuth2App:
        """Give the provider as it described itself within the hour. Raises Failed.

        All who come meanwhile wait for one look-up, and a failure stands for a while.
        """
        if now >= self._look_up_again_at:
            self._look_up_again_at = now + BACK_OFF
            self._look_up = asyncio.create_task(self._discover(now))
        return await asyncio.shield(self._look_up)

    @_in_time()
    async def _discover(self, now: datetime) -> StarletteOAuth2App:
        issuer = self._settings.oidc_issuer.rstrip("/")
        provider: StarletteOAuth2App = OAuth().register(
            "udefra",
            client_id=self._settings.oidc_client_id,
            client_secret=self._settings.oidc_client_secret.get_secret_value(),
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": None,  # `_in_time` bounds the whole answer, not each piece of it
                "verify": httpx2.create_ssl_context(),  # else made anew, for 35 ms, at each log-in
            },
        )
        metadata = await provider.load_server_metadata()
        if metadata["issuer"] not in (issuer, f"{issuer}/"):
            raise Failed
        metadata["id_token_signing_alg_values_supported"] = ALGORITHMS
        await provider.fetch_jwk_set()
        self._look_up_again_at = now + METADATA_LIFETIME
        return provider
