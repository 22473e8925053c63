"""Several services on one port: whichever is asked tells what all of them counted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from service.gathering import PATH, Gathering
from service.metrics import Metrics

TOKEN = "a-long-token-of-operations"
ROUTE = "/koe"


def counted(times: int) -> CollectorRegistry:
    metrics = Metrics()
    for _ in range(times):
        metrics.requests.labels("GET", ROUTE, "200").inc()
        metrics.seconds.labels(ROUTE).observe(0.2)
    return metrics.registry


class Service(BaseHTTPRequestHandler):
    """Another service, which counted 5."""

    told = Gathering(counted(5), 2, {}, TOKEN)

    def do_GET(self) -> None:
        right = (PATH, f"Bearer {TOKEN}") == (self.path, self.headers["Authorization"])
        self.send_response(200 if right else 401)
        self.end_headers()
        self.wfile.write(self.told.own() if right else b"")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def told(gathering: Gathering) -> dict[tuple[str, str], float]:
    """Give what one answer says: by name of the figure and service."""
    text = asyncio.run(gathering.all()).decode()
    return {
        (sample.name, sample.labels["service"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_one_answer_tells_the_counts_of_each() -> None:
    with answering() as other:
        found = told(Gathering(counted(3), 1, {2: other}, TOKEN))
    assert [found["henvis_requests_total", each] for each in ("1", "2")] == [3, 5]
    assert [found["henvis_request_seconds_count", each] for each in ("1", "2")] == [3, 5]
    assert [found["henvis_service_up", each] for each in ("1", "2")] == [1, 1]


def test_each_figure_is_described_once() -> None:
    with answering() as other:
        text = asyncio.run(Gathering(counted(1), 1, {2: other}, TOKEN).all()).decode()
    described = [line for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(described) == len(set(described))


@pytest.mark.parametrize("token", ["", "another"])
def test_one_that_says_nothing_is_told_as_down_and_hides_no_other(token: str) -> None:
    with answering() as other:
        found = told(Gathering(counted(3), 1, {2: other}, token))
    assert found["henvis_service_up", "2"] == 0
    assert found["henvis_requests_total", "1"] == 3


def test_one_that_is_not_there_is_told_as_down() -> None:
    with answering() as gone:
        pass
    assert told(Gathering(counted(0), 1, {2: gone}, TOKEN))["henvis_service_up", "2"] == 0


def test_alone_it_is_the_first_service() -> None:
    found = told(Gathering(counted(3), 1, {}, TOKEN))
    assert found["henvis_requests_total", "1"] == 3
    assert {service for _, service in found} == {"1"}
