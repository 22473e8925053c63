"""`kill -9` of service or engine while a referral is being filed: there is exactly one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import httpx
import pytest

from referrals.audit.chain import verify
from service.composition import open_store
from service.settings import Settings
from tests.conftest import RunningHenvis
from tests.service.waiting import until
from tests.system.a_nurse import Nurse, Patient, a_client, filing
from tests.system.processes import Part, kill, stopped
from tests.system.rows import Rows

MESSAGES = len(filing(Patient.number(0)))
SEND = MESSAGES - 1
_patients = count(10_000)

When = Callable[["Ward", Nurse], Awaitable[None]]


@dataclass(frozen=True)
class Ward:
    """A running Henvis, what its database holds, a nurse's token and an adviser."""

    henvis: RunningHenvis
    rows: Rows
    token: str
    adviser: httpx.Client

    def nurse(self) -> tuple[Nurse, Patient]:
        """Give a nurse with a patient of her own."""
        return Nurse(a_client(self.henvis.url, self.token)), Patient.number(next(_patients))

    def kill(self, part: Part) -> None:
        """End the service or the engine without a warning."""
        kill(self.henvis, part)


@pytest.fixture(scope="module")
def ward(running_henvis: RunningHenvis) -> Iterator[Ward]:
    """Give the ward; at the end everything that was killed has come back."""
    rows, token = Rows(running_henvis.data), running_henvis.token("demo-nurse")
    with running_henvis.client("demo-adviser-0151") as adviser:
        yield Ward(running_henvis, rows, token, adviser)
        until(lambda: adviser.get("/readyz").is_success, seconds=90)


def received(ward: Ward, nurse: Nurse) -> bool:
    """Tell whether the message under way was kept; its answer may be quicker than a look."""
    return ward.rows.messages_waiting(nurse.conversation) > 0 or decided(ward, nurse)


def decided(ward: Ward, nurse: Nurse) -> bool:
    """Tell whether the referral stands, though its nurse does not know yet."""
    return ward.rows.filed(nurse.conversation) > 0


def answered(ward: Ward, nurse: Nurse) -> bool:
    """Tell whether the answer to the sending was kept, though it may not have arrived."""
    return decided(ward, nurse) and ward.rows.messages_waiting(nurse.conversation) == 0


def as_soon_as(seen: Callable[[Ward, Nurse], bool]) -> When:
    """Wait until the database shows something."""

    async def wait(ward: Ward, nurse: Nurse) -> None:
        await asyncio.to_thread(until, lambda: seen(ward, nurse))

    return wait


def at_once() -> When:
    """Wait for nothing: the message is barely on its way."""

    async def wait(_ward: Ward, _nurse: Nurse) -> None:
        await asyncio.sleep(0)

    return wait


def after(seconds: float) -> When:
    """Wait for a part of the time that a message takes."""

    async def wait(_ward: Ward, _nurse: Nurse) -> None:
        await asyncio.sleep(seconds)

    return wait


POINTS: dict[str, tuple[Part, int, When]] = {
    **{
        f"service, message {number} of the encounter under way": (
            "service",
            number,
            after(0.004 * number),
        )
        for number in (1, 3, 4, 5, 6, 7)
    },
    "service, sending barely begun": ("service", SEND, at_once()),
    "service, sending for 8 ms": ("service", SEND, after(0.008)),
    "service, sending for 16 ms": ("service", SEND, after(0.016)),
    "service, sending received": ("service", SEND, as_soon_as(received)),
    "service, referral stands": ("service", SEND, as_soon_as(decided)),
    "service, answer on its way": ("service", SEND, as_soon_as(answered)),
    "engine, details under way": ("engine", 5, as_soon_as(received)),
    "engine, sending barely begun": ("engine", SEND, at_once()),
    "engine, sending received": ("engine", SEND, as_soon_as(received)),
    "engine, sending for 16 ms": ("engine", SEND, after(0.016)),
    "engine, referral stands": ("engine", SEND, as_soon_as(decided)),
    "engine, answer on its way": ("engine", SEND, as_soon_as(answered)),
}


async def killed_at(ward: Ward, part: Part, number: int, when: When) -> tuple[Nurse, Patient]:
    """File one referral, killing a part while message ``number`` is under way."""
    nurse, patient = ward.nurse()
    messages = filing(patient)
    async with nurse.client:
        await nurse.begin()
        await nurse.send_all(messages[:number])
        async with asyncio.TaskGroup() as group:
            group.create_task(nurse.send(messages[number], f"killed-at-{number}"))
            await when(ward, nurse)
            ward.kill(part)
        await nurse.send_all(messages[number + 1 :])
    return nurse, patient


def assert_filed_once(ward: Ward, nurse: Nurse, patient: Patient) -> None:
    """Show that the referral, its history, consent, notice and audit row stand once, and whole."""
    rows, encounter = ward.rows, nurse.conversation
    assert nurse.awaits == "filed"
    assert rows.select(
        "SELECT reference, state FROM referrals WHERE encounter_id = ?", encounter
    ) == [(nurse.reference, "filed")]
    assert rows.number("SELECT count(*) FROM consents WHERE encounter_id = ?", encounter) == 1
    assert (
        rows.number(
            "SELECT count(*) FROM audit WHERE action = 'file_referral' AND record = ?",
            f"referral:{nurse.reference}",
        )
        == 1
    )
    assert (
        rows.number(
            "SELECT count(*) FROM referral_events JOIN referrals r ON r.id = referral_id "
            "WHERE r.encounter_id = ?",
            encounter,
        )
        == 1
    )
    assert (
        rows.number(
            "SELECT count(*) FROM outbox WHERE kind = 'new_referral' AND payload LIKE ?",
            f"%{nurse.reference}%",
        )
        == 1
    )
    assert (
        rows.number(
            "SELECT count(*) FROM turns WHERE encounter_id = ? AND replies IS NOT NULL", encounter
        )
        == MESSAGES
    )
    opened = until(lambda: opened_by(ward.adviser, nurse.reference))
    assert opened["details"]["name"] == patient.name
    assert opened["details"]["phone"] == f"+45{patient.phone}"
    assert_audit_proves_itself(ward)


def opened_by(adviser: httpx.Client, reference: str) -> dict[str, Any] | None:
    """Open a referral; give None while the service is not back."""
    with suppress(httpx.TransportError):
        answer = adviser.get(f"/api/referrals/{reference}")
        if answer.is_success:
            opened: dict[str, Any] = answer.json()
            return opened
    return None


def assert_audit_proves_itself(ward: Ward) -> None:
    """Show that no row of the audit log was lost, changed or slipped in."""
    settings = Settings.load(data_dir=ward.henvis.data)
    with open_store(settings) as store, store.database.read() as session:
        assert verify(session).broken_at is None


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_leaves_exactly_one_referral(ward: Ward, point: str) -> None:
    nurse, patient = asyncio.run(killed_at(ward, *POINTS[point]))

    assert_filed_once(ward, nurse, patient)


@pytest.mark.parametrize("part", ["service", "engine"])
def test_a_kill_with_every_message_of_the_encounter_under_way_loses_none(
    ward: Ward, part: Part
) -> None:
    """One nurse for each message: what is typed waits when the kill comes; buttons may be done."""

    async def hold_all() -> list[tuple[Nurse, Patient]]:
        beds = [ward.nurse() for _ in range(MESSAGES)]
        for number, (nurse, patient) in enumerate(beds):
            await nurse.begin()
            await nurse.send_all(filing(patient)[:number])
        ids = [nurse.conversation for nurse, _ in beds]
        async with asyncio.TaskGroup() as group:
            with stopped(ward.henvis, "engine"):
                for number, (nurse, patient) in enumerate(beds):
                    group.create_task(nurse.send(filing(patient)[number]))
                waiting = partial(ward.rows.messages_waiting, *ids)
                await asyncio.to_thread(until, lambda: waiting() > 0)
                ward.kill(part)
        for number, (nurse, patient) in enumerate(beds):
            await nurse.send_all(filing(patient)[number + 1 :])
            await nurse.client.aclose()
        return beds

    for nurse, patient in asyncio.run(hold_all()):
        assert_filed_once(ward, nurse, patient)


def test_the_same_message_again_after_a_kill_gets_the_same_answer(ward: Ward) -> None:
    async def file_and_ask_again() -> tuple[str, str, Nurse]:
        nurse, patient = ward.nurse()
        messages = filing(patient)
        async with nurse.client:
            await nurse.begin()
            await nurse.send_all(messages[:SEND])
            summary = list(nurse.replies)
            await nurse.send(messages[SEND], "sent-once")
            first = nurse.text
            ward.kill("service")
            nurse.replies = summary
            await nurse.send(messages[SEND], "sent-once")
        return first, nurse.text, nurse

    first, again, nurse = asyncio.run(file_and_ask_again())

    assert again == first
    assert ward.rows.filed(nurse.conversation) == 1
