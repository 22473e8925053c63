"""Engines that die in a real run: with one, buttons go on; with two, nobody notices anything."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from bot.web.page_words import page_words
from tests.conftest import RunningHenvis, start_henvis, stop_henvis
from tests.service.waiting import until
from tests.system.a_nurse import Nurse, Patient, Type, a_client, filing
from tests.system.processes import kill, pids_of
from tests.system.rows import Rows

_patients = count(40_000)


def is_ready(henvis: RunningHenvis) -> bool:
    return httpx.get(f"{henvis.url}/readyz").is_success


@pytest.fixture
def henvis(running_henvis: RunningHenvis) -> Iterator[RunningHenvis]:
    """Give a Henvis whose engine may be killed: it is there before and after."""
    until(lambda: is_ready(running_henvis), seconds=90)
    yield running_henvis
    until(lambda: is_ready(running_henvis), seconds=90)


def take_engine_from(henvis: RunningHenvis) -> None:
    """Kill the engine; it takes seconds to be back."""
    kill(henvis, "engine")
    until(lambda: not is_ready(henvis))


def test_a_referral_is_filed_by_buttons_and_details_while_the_engine_is_down(
    henvis: RunningHenvis,
) -> None:
    nurse = Nurse(a_client(henvis.url, henvis.token("demo-nurse")))

    async def file() -> None:
        async with nurse.client:
            await nurse.begin()
            await nurse.send_all(filing(Patient.number(next(_patients))))

    take_engine_from(henvis)
    asyncio.run(file())

    assert not is_ready(henvis)
    assert nurse.awaits == "filed"
    assert nurse.repeats == 0
    assert Rows(henvis.data).filed(nurse.conversation) == 1


def test_free_text_gets_a_plain_word_and_is_understood_once_the_engine_is_back(
    henvis: RunningHenvis,
) -> None:
    with henvis.client("demo-nurse") as client:
        conversation = client.post("/api/conversations").json()["id"]

        def say(message_id: str, **message: str) -> httpx.Response:
            path = f"/api/conversations/{conversation}/messages"
            return client.post(path, json={"message_id": message_id, **message})

        take_engine_from(henvis)
        in_danish = say("typed", text="hun ryger hver dag")
        assert say("button", payload="/change_wording_language").is_success
        in_english = say("more", text="she smokes daily")
        assert [in_danish.status_code, in_english.status_code] == [503, 503]
        assert in_danish.json()["detail"] == page_words("da")["away"]
        assert in_english.json()["detail"] == page_words("en")["away"]

        until(lambda: is_ready(henvis), seconds=90)
        answer = say("typed", text="hun ryger hver dag")
        assert answer.json()["replies"][-1]["awaits"] == "offer"


@pytest.fixture(scope="module")
def henvis_with_two_engines(
    tmp_path_factory: pytest.TempPathFactory, trained_model: Path
) -> Iterator[RunningHenvis]:
    running = start_henvis(tmp_path_factory.mktemp("two"), HENVIS_ENGINES="2")
    try:
        yield running
    finally:
        stop_henvis(running)


def test_with_two_engines_a_kill_is_noticed_by_nobody_but_the_supervisor(
    henvis_with_two_engines: RunningHenvis,
) -> None:
    henvis = henvis_with_two_engines
    token = henvis.token("demo-nurse")
    first, second = pids_of(henvis, "engine")

    async def hold(patient: Patient) -> Nurse:
        nurse = Nurse(a_client(henvis.url, token))
        async with nurse.client:
            await nurse.begin()
            for message in filing(patient):
                await nurse.send(message)
                shown = nurse.replies
                await nurse.send(Type("hvad koster det?"))
                nurse.replies = shown
        return nurse

    async def hold_all() -> list[Nurse]:
        async with asyncio.TaskGroup() as group:
            talks = [group.create_task(hold(Patient.number(next(_patients)))) for _ in range(6)]
            await asyncio.sleep(0.3)
            os.kill(first, signal.SIGKILL)
        return [talk.result() for talk in talks]

    nurses = asyncio.run(hold_all())

    assert {status for nurse in nurses for status in nurse.statuses} == {200, 201}
    assert sum(nurse.repeats for nurse in nurses) == 0
    assert [Rows(henvis.data).filed(nurse.conversation) for nurse in nurses] == [1] * 6
    until(lambda: len(pids_of(henvis, "engine")) == 2)
    assert second in pids_of(henvis, "engine")
    assert "starting it again in 0.2 s" in henvis.output.read_text()
