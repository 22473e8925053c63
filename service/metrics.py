"""What is counted while Henvis runs: requests by route and status, never by address."""

from __future__ import annotations

import time

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Metrics:
    """Counts requests by route template, never by address."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter(
            "henvis_requests", "Requests answered.", labels, registry=self.registry
        )
        self.telegram_personal = Counter(
            "henvis_telegram_personal",
            "Messages that seemed to hold personal data: deleted, not read.",
            registry=self.registry,
        )
        self.seconds = Histogram(
            "henvis_request_seconds", "How long answers took.", ("route",), registry=self.registry
        )


class Counting:
    """ASGI middleware that counts what was answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count by the template of the route that answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)
