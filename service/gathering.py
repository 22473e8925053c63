"""The counts of all services of one start as one answer, whichever of them is asked.

They share a port, so a scraper meets now one, now another: each process's own counts would jump.
Each tells its own with a label, and asks the others at the addresses that they have for themselves.
"""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

PATH = "/metrics/own"
"""Where a service tells the others what is its own."""
WAITED_S = 2.0
_SERVICE = "service"


class Gathering:
    """What service ``number`` counted, and the ``others`` by their numbers and addresses."""

    def __init__(
        self, own: CollectorRegistry, number: int, others: Mapping[int, str], token: str
    ) -> None:
        self._own = own
        self._number = str(number)
        self._others = others
        self._token = token

    def own(self) -> bytes:
        """Give the counts of this process, labelled as its own, in Prometheus' text format."""
        return generate_latest(_Labelled(self._own, self._number))

    async def all(self) -> bytes:
        """Give the counts of all services; ``henvis_service_up`` is 0 for one that says nothing."""
        asked = (asyncio.to_thread(_ask, url, self._token) for url in self._others.values())
        told = dict(zip(map(str, self._others), await asyncio.gather(*asked), strict=True))
        told[self._number] = self.own().decode()
        return generate_latest(_Merged(told))


class _Labelled(Collector):
    def __init__(self, registry: CollectorRegistry, service: str) -> None:
        self._registry = registry
        self._label = {_SERVICE: service}

    def collect(self) -> Iterable[Metric]:
        for family in self._registry.collect():
            family.samples = [
                sample._replace(labels={**sample.labels, **self._label})
                for sample in family.samples
            ]
            yield family


class _Merged(Collector):
    def __init__(self, told: Mapping[str, str | None]) -> None:
        self._told = told

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily(
            "henvis_service_up", "1 for a service that told its counts.", labels=(_SERVICE,)
        )
        families: dict[str, Metric] = {up.name: up}
        for service, text in sorted(self._told.items()):
            up.add_metric([service], text is not None)
            for family in text_string_to_metric_families(text or ""):
                families.setdefault(family.name, family)
                if families[family.name] is not family:
                    families[family.name].samples += family.samples
        return families.values()


def _ask(url: str, token: str) -> str | None:
    """Ask another service of this machine for its counts; None where it does not answer."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=WAITED_S)
    try:
        line.request("GET", PATH, headers={"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        return answer.read().decode() if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException, UnicodeDecodeError):
        return None
    finally:
        line.close()
