"""Who is asking: a session cookie or a bearer token, of a person or a system, becomes staff.

It stands in ``request.state.staff``.
A session whose second factor is still to be shown sets ``request.state.half`` instead, which only
the pages for that look at. Also keeps other sites from acting in a person's name: a change that
comes with a cookie must come from our own pages.
"""

from __future__ import annotations

from functools import partial
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from inbox.staff.signing_in import COOKIE
from referrals.programs.service_accounts import TOKEN_PREFIX, recognise
from referrals.referral.clock import now_utc
from referrals.staff.accounts import Accounts, SignedIn
from referrals.storage.database import Database
from service.web.guarding.watched import is_asked_by
from service.web.problems import refusal

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
QUIET = "x-henvis-quiet"
"""What a page sends along when it asks by itself: no log-in goes on for it."""
_OWN_SITES = frozenset({"same-origin", "none"})


class SigningIn:
    """ASGI middleware that finds out who asks. Refuses nobody but forged changes.

    What opens no session is ``unknown`` on the state, as ``cookie`` or ``token``; whether that is
    of any account is the route's to know.
    """

    def __init__(self, app: ASGIApp, accounts: Accounts, database: Database) -> None:
        self._app = app
        self._accounts = accounts
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set what is known of who asks on the state, and pass it on.

        ``staff`` or ``half``, ``log_in_ends``, ``fresh``, ``twice`` and ``secret``.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        secret, by_cookie = _secret(headers)
        changes = scope["method"] not in _SAFE_METHODS
        if changes and (by_cookie or not secret) and _from_elsewhere(headers):
            refused = refusal(scope, "from_elsewhere")
            await refused(scope, receive, send)
            return
        seen = QUIET not in headers
        known = await self._recognised(secret, scope["path"], seen=seen) if secret else None
        is_asked_by(known.staff if known else None, secret if known else "")
        state = scope.setdefault("state", {})
        if secret and known is None:
            state["unknown"] = "cookie" if by_cookie else "token"
        state["secret"] = secret
        state["staff"] = known.staff if known and not known.half else None
        state["half"] = known.staff if known and known.half else None
        state["log_in_ends"] = known.ends_at if known else None
        state["fresh"] = known is not None and known.fresh
        state["twice"] = known is not None and known.twice
        await self._app(scope, receive, send)

    async def _recognised(self, secret: str, path: str, *, seen: bool) -> SignedIn | None:
        if secret.startswith(TOKEN_PREFIX):
            if not path.startswith("/api/"):  # systems see no page
                return None
            system = await self._database.run(recognise, self._database, secret, now_utc())
            return SignedIn(system, half=False) if system else None
        recognised = partial(self._accounts.recognise, secret, now_utc(), seen=seen)
        return await self._database.run(recognised)


def _secret(headers: Headers) -> tuple[str, bool]:
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.casefold() == "bearer" and token:
        return token.strip(), False
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return (cookie.value, True) if cookie else ("", False)


def _from_elsewhere(headers: Headers) -> bool:
    """Tell whether a browser says that another site sent this.

    One that names neither site nor origin may still tell the page; a program tells none of them.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN_SITES
    told = headers.get("origin", headers.get("referer"))
    return told is not None and _netloc(told) != headers.get("host")


def _netloc(address: str) -> str:
    """Give host and port of an address; nothing for what is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:  # such as half an IPv6 address
        return ""
