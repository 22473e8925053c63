"""What every answer carries and every request must keep to: headers, sizes, rates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.telegram.intake import WEBHOOK_PATH
from referrals.allowances.rate import Allowance, per
from referrals.allowances.spending import Allowances, TooManyAttempts
from referrals.staff.attempts import net_of
from referrals.storage.database import Database
from service.web.guarding.secret_paths import SECRET_PATHS
from service.web.problems import refusal

MAX_BODY = 64 * 1024
LARGER: dict[str, int] = dict.fromkeys(
    ("/kurser/filer", "/kurser/filer/indlaes", WEBHOOK_PATH), 5 * 1024 * 1024
)
"""What is larger on purpose: whole catalogues, and updates, which refused would come again."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # what frame-ancestors says, to browsers that do not know it
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}
_WAIT_S = b"300"
"""Seconds until another try is worth it, where the limit that refused does not say so itself."""
_NO_STORE = b"no-store"
_REVALIDATE = b"no-cache"
MAX_HEAD = 32 * 1024
"""Bytes of the address and all headers; what a browser sends is a twentieth."""
MOST_FIGURES = 18
"""Of a number that a header tells: more than enough, and never too many to be read."""
FOR_ANY_HOST = ("/healthz", "/readyz")
"""What a load balancer asks at whatever address it knows us by."""
_DOORS: tuple[tuple[str, str, int], ...] = (
    ("POST", "/log-ind/kode", 600),
    ("", "/log-ind/udefra", 300),
    ("POST", "/log-ind", 600),
    ("", "/kvittering/", 60),
    ("", "/invitation/", 300),
    ("", "/kontakt/", 600),
    ("", "/telegram/bekraeft/", 60),
)
"""Doors without a log-in: method (empty: any), path prefix, how often a minute for one address.

A hospital is one address: a shift's change is no flood. The first that fits counts, so the page for
codes has a budget of its own; guesses are counted by who makes them (``referrals/staff/attempts``).
"""
_ALLOWED = {prefix: Allowance(f"door {prefix}", (per(n, minutes=1),)) for _, prefix, n in _DOORS}


_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+)(?::\d+)?")


class TooMuch(Exception):
    """The body is larger than anybody needs."""


_DRESS = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}


class Dressing:
    """ASGI around everything else: headers on every answer, also on that to an unexpected error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dress what goes out; what a route said of itself stands."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                static = scope["path"].startswith("/static/")
                dress = {**_DRESS, b"cache-control": _REVALIDATE if static else _NO_STORE}
                if scope["path"].startswith(SECRET_PATHS):
                    dress[b"referrer-policy"] = b"no-referrer"
                if message["status"] == HTTPStatus.TOO_MANY_REQUESTS:
                    dress[b"retry-after"] = _WAIT_S
                headers = list(message.get("headers", ()))
                said = {name.lower() for name, _ in headers}
                headers += [header for header in dress.items() if header[0] not in said]
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, dressed)


class Protection:
    """ASGI middleware: bounds on every request."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        database: Database,
        now: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._database = database
        self._allowances = Allowances(database)
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too large or too often."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = LARGER.get(scope["path"], MAX_BODY)
        why = self._refused(scope, largest)
        if why is not None:
            await refusal(scope, why)(scope, receive, send)
            return
        try:
            await self._come_in(scope)
        except TooManyAttempts as limit:
            await refusal(scope, "too_often", limit.again_in_s)(scope, receive, send)
            return
        await self._app(scope, _bounded(receive, largest), send)

    def _refused(self, scope: Scope, largest: int) -> str | None:
        headers = Headers(scope=scope)
        address = (scope.get("raw_path") or b"", scope.get("query_string", b""))
        head = (*address, *(part for header in scope["headers"] for part in header))
        if sum(map(len, head)) > MAX_HEAD:
            return "too_much_head"
        if not self._is_ours(headers.get("host", "")) and scope["path"] not in FOR_ANY_HOST:
            return "unknown_host"
        if _declared_size(headers) > largest:
            return "too_large"
        return None

    def _is_ours(self, host: str) -> bool:
        """Tell whether a Host header names us; its port does not matter."""
        told = _HOST.fullmatch(host)
        return told is not None and told[1].strip("[]").lower() in self._hosts

    async def _come_in(self, scope: Scope) -> None:
        """Count whoever comes to a door without a log-in. Raises TooManyAttempts."""
        for method, prefix, _ in _DOORS:
            if scope["path"].startswith(prefix) and method in ("", scope["method"]):
                break
        else:
            return
        net = net_of((scope.get("client") or ("unknown", 0))[0])
        await self._database.run(self._allowances.spend, _ALLOWED[prefix], net, self._now())


def _declared_size(headers: Headers) -> int:
    declared = headers.get("content-length", "0")
    return int(declared[:MOST_FIGURES]) if declared.isdecimal() else 0


def _bounded(receive: Receive, largest: int) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            raise TooMuch
        return message

    return bounded
