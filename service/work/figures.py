"""How each piece of work goes, as Prometheus reads it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from referrals.storage.aside import Aside
from service.work.supervisor import Supervisor

_WORK = ("work",)


class WorkFigures(Collector):
    """Reads the records when it is asked; asks no database."""

    def __init__(self, supervisor: Supervisor, aside: Aside) -> None:
        self._supervisor = supervisor
        self._aside = aside

    def collect(self) -> Iterable[Metric]:
        """Give the figures of all pieces that this process does."""
        success = GaugeMetricFamily(
            "henvis_work_last_success_seconds", "When it last succeeded, since 1970.", labels=_WORK
        )
        took = GaugeMetricFamily(
            "henvis_work_round_seconds", "How long the last round took.", labels=_WORK
        )
        late = GaugeMetricFamily(
            "henvis_work_late", "1 where nothing has succeeded for too long.", labels=_WORK
        )
        backlog = GaugeMetricFamily("henvis_work_backlog", "How much waits for it.", labels=_WORK)
        failures = CounterMetricFamily("henvis_work_failures", "Rounds that failed.", labels=_WORK)
        set_aside = GaugeMetricFamily(
            "henvis_set_aside", "Rows left out, since they could not be worked at.", labels=_WORK
        )
        now = time.monotonic()
        for record in self._supervisor.records:
            name = [record.piece.name]
            success.add_metric(name, record.succeeded_at)
            took.add_metric(name, record.took_s)
            late.add_metric(name, float(record.is_late(now)))
            failures.add_metric(name, record.failed)
            if record.backlog is not None:
                backlog.add_metric(name, record.backlog)
        for what, count in self._aside.counts().items():
            set_aside.add_metric([what], count)
        return [success, took, late, backlog, failures, set_aside]
