"""Two services and two engines on PostgreSQL: order and once-only are kept, also over a kill."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from service.errors import UserError
from service.settings import Settings
from service.up import up
from tests.conftest import RunningHenvis, start_henvis, stop_henvis
from tests.system.a_nurse import Command, Nurse, Patient, a_client, filing
from tests.system.processes import pids_of

CONVERSATIONS = 8
AT_ONCE = 6
METRICS = "a-long-token-of-operations"


@pytest.fixture
def henvis(
    tmp_path: Path, postgres_url: str, trained_model: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningHenvis]:
    monkeypatch.setenv("HENVIS_DATABASE_URL", postgres_url)
    running = start_henvis(
        tmp_path, HENVIS_SERVICES="2", HENVIS_ENGINES="2", HENVIS_METRICS_TOKEN=METRICS
    )
    try:
        yield running
    finally:
        stop_henvis(running)


def test_two_services_keep_order_and_file_once_though_one_is_killed(
    henvis: RunningHenvis, postgres_url: str
) -> None:
    token = henvis.token("demo-nurse")
    first, second = pids_of(henvis, "service")

    async def hold(number: int) -> Nurse:
        """Send each message from several connections at once, as a mad network would."""
        nurse = Nurse(a_client(henvis.url, token))
        await nurse.begin()
        for position, message in enumerate(filing(Patient.number(60_000 + number))):
            again = [Nurse(nurse.client, 90, nurse.conversation, nurse.replies) for _ in range(2)]
            tries = [nurse, *again]
            await asyncio.gather(*(each.send(message, f"m{position}") for each in tries))
            assert nurse.replies == again[0].replies == again[1].replies
        await asyncio.gather(
            *(nurse.send(Command("/resume"), f"more-{more}") for more in range(AT_ONCE))
        )
        await nurse.client.aclose()
        return nurse

    async def hold_all() -> list[Nurse]:
        async with asyncio.TaskGroup() as group:
            talks = [group.create_task(hold(number)) for number in range(CONVERSATIONS)]
            await asyncio.sleep(1)
            os.kill(second, signal.SIGKILL)
        return [talk.result() for talk in talks]

    nurses = asyncio.run(hold_all())

    assert first in pids_of(henvis, "service")
    database = create_engine(postgres_url)
    with database.connect() as connection:
        for nurse in nurses:
            of = {"encounter": nurse.conversation}
            filed = text("SELECT count(*) FROM referrals WHERE encounter_id = :encounter")
            assert connection.scalar(filed, of) == 1
            turns = text("SELECT number FROM turns WHERE encounter_id = :encounter ORDER BY number")
            messages = len(filing(Patient.number(0))) + AT_ONCE
            assert connection.scalars(turns, of).all() == list(range(messages))
    database.dispose()


def test_the_counts_are_those_of_both_whichever_is_asked(henvis: RunningHenvis) -> None:
    """Each request on a line of its own, so that the kernel gives some to one and some to other."""
    asked = 40
    for _ in range(asked):
        httpx.get(f"{henvis.url}/log-ind")
    told = [_counted(henvis.url) for _ in range(6)]
    assert [sum(each.values()) for each in told] == [asked] * 6
    assert set(told[0]) == {"1", "2"}


def _counted(url: str) -> dict[str, float]:
    """Give how often each service showed the log-in page, as one answer tells it."""
    answer = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {METRICS}"})
    return {
        sample.labels["service"]: sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == "henvis_requests_total" and sample.labels["route"] == "/log-ind"
    }


def test_several_services_on_sqlite_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="2 services need PostgreSQL"):
        up(Settings.load(data_dir=tmp_path, services=2))
