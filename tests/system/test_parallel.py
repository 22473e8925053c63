"""Many conversations at once over HTTP: each files exactly one referral, and none is mixed up."""

from __future__ import annotations

import asyncio
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import RunningHenvis, start_henvis, stop_henvis
from tests.system.a_nurse import WAITS_FOR, Nurse, Patient, a_client, filing

NURSES = ("demo-nurse", "demo-nurse-2", "demo-nurse-gentofte")
TOWNS = (("2750", "Ballerup"), ("2730", "Herlev"), ("2900", "Gentofte"))
CODES = {"Ballerup": "0151", "Herlev": "0163", "Gentofte": "0157"}
SQLITE_CONVERSATIONS = 200
POSTGRES_CONVERSATIONS = 40


async def hold(nurse: Nurse, patient: Patient) -> str:
    """Hold one whole conversation, looking at each answer; give the reference."""
    await nurse.begin()
    conversation = nurse.conversation
    for message, expected in zip(filing(patient), WAITS_FOR, strict=True):
        await nurse.send(message)
        assert nurse.conversation == conversation
        assert nurse.awaits == expected
        if expected == "summary":
            assert patient.name in nurse.text
            assert patient.shown_phone in nurse.text
            assert patient.municipality in nurse.text
    return nurse.reference


def hold_in_parallel(henvis: RunningHenvis, patients: list[Patient]) -> list[tuple[Nurse, str]]:
    """Hold a conversation about each patient at the same time, shared out among three nurses."""

    async def all_at_once() -> list[tuple[Nurse, str]]:
        clients = [a_client(henvis.url, henvis.token(name), timeout_s=120) for name in NURSES]
        nurses = [Nurse(client) for _, client in zip(patients, cycle(clients))]
        async with asyncio.TaskGroup() as group:
            talks = [group.create_task(hold(*pair)) for pair in zip(nurses, patients, strict=True)]
        for client in clients:
            await client.aclose()
        return list(zip(nurses, [talk.result() for talk in talks], strict=True))

    return asyncio.run(all_at_once())


def some_patients(first: int, number: int) -> list[Patient]:
    """Make patients who live in three municipalities by turns."""
    return [Patient.number(first + n, *TOWNS[n % len(TOWNS)]) for n in range(number)]


def queued(henvis: RunningHenvis, municipality: str) -> list[str]:
    """Read a municipality's whole queue, page by page."""
    references: list[str] = []
    with henvis.client(f"demo-adviser-{CODES[municipality]}") as adviser:
        after = None
        while True:
            where = {"after": after} if after else {}
            page = adviser.get("/api/referrals", params=where).json()
            references += [referral["reference"] for referral in page["referrals"]]
            after = page["next_after"]
            if after is None:
                return references


def assert_each_filed_once(
    henvis: RunningHenvis, held: list[tuple[Nurse, str]], patients: list[Patient], url: str
) -> None:
    """Show that every conversation has one referral, and that it stands in its own queue."""
    in_queue = {town: queued(henvis, town) for town in CODES}
    for (_, reference), patient in zip(held, patients, strict=True):
        assert in_queue[patient.municipality].count(reference) == 1
    assert len({reference for _, reference in held}) == len(held)
    database = create_engine(url)
    with database.connect() as connection:
        count = text("SELECT count(*) FROM referrals WHERE encounter_id = :encounter")
        for nurse, _ in held:
            assert connection.scalar(count, {"encounter": nurse.conversation}) == 1
    database.dispose()


def assert_no_failure(held: list[tuple[Nurse, str]]) -> None:
    """Show that nothing had to be said twice: every single answer was a good one."""
    assert {status for nurse, _ in held for status in nurse.statuses} == {200, 201}
    assert sum(nurse.repeats for nurse, _ in held) == 0


def test_two_hundred_conversations_at_once_file_one_referral_each(
    running_henvis: RunningHenvis,
) -> None:
    patients = some_patients(20_000, SQLITE_CONVERSATIONS)

    held = hold_in_parallel(running_henvis, patients)

    assert_no_failure(held)
    url = f"sqlite:///{running_henvis.data / 'henvis.db'}"
    assert_each_filed_once(running_henvis, held, patients, url)


@pytest.fixture
def henvis_on_postgres(
    tmp_path: Path, postgres_url: str, trained_model: Path, monkeypatch: pytest.MonkeyPatch
):
    """Run a whole Henvis on PostgreSQL."""
    monkeypatch.setenv("HENVIS_DATABASE_URL", postgres_url)
    running = start_henvis(tmp_path)
    try:
        yield running
    finally:
        stop_henvis(running)


def test_conversations_at_once_file_one_referral_each_on_postgresql_too(
    henvis_on_postgres: RunningHenvis, postgres_url: str
) -> None:
    patients = some_patients(30_000, POSTGRES_CONVERSATIONS)

    held = hold_in_parallel(henvis_on_postgres, patients)

    assert_no_failure(held)
    assert_each_filed_once(henvis_on_postgres, held, patients, postgres_url)
