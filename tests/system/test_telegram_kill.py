"""`kill -9` of the service with updates of several nurses under way: all are handled, once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import RunningHenvis, start_henvis, stop_henvis
from tests.service.waiting import until
from tests.system.a_nurse import Patient
from tests.system.processes import kill
from tests.system.rows import Rows
from tests.system.scene import hidden
from tests.system.telegram import Telegram, bind, telegram

NURSES = {"demo_nurse": 1001, "demo_nurse_2": 1002, "demo_nurse_gentofte": 1003}


@pytest.fixture(scope="module")
def ward(
    tmp_path_factory: pytest.TempPathFactory, trained_model: Path
) -> Iterator[tuple[RunningHenvis, Telegram]]:
    """Run a whole Henvis on a stand-in that lives on when it is killed."""
    with telegram() as stand_in:
        running = start_henvis(tmp_path_factory.mktemp("kill"), **stand_in.env)
        try:
            bind(running.data, **NURSES)
            yield running, stand_in
        finally:
            stop_henvis(running)


def open_steps(rows: Rows, chat: int) -> list[str]:
    query = (
        "SELECT e.step FROM encounters e JOIN telegram_users t ON t.encounter_id = e.id "
        "WHERE t.telegram_id = ?"
    )
    return [step for (step,) in rows.select(query, chat)]


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.1])
def test_queued_updates_of_three_nurses_survive(
    ward: tuple[RunningHenvis, Telegram], after_s: float
) -> None:
    henvis, stand_in = ward
    rows, room = Rows(henvis.data), stand_in.room
    for chat in NURSES.values():
        stand_in.play(chat, ("/ny", "Ryger du"))
    stand_in.send(
        *(room.pressed(chat, "Ryger dagligt") for chat in NURSES.values()),
        *(room.typed(chat, "/hjaelp") for chat in NURSES.values()),
    )
    time.sleep(after_s)
    kill(henvis, "service")
    for chat in NURSES.values():
        until(lambda chat=chat: open_steps(rows, chat) == ["offer"], seconds=60)  # type: ignore[misc]
        stand_in.says(chat, "HENVIS")
    handled = "SELECT count(*) FROM telegram_updates WHERE handled_at IS NULL"
    until(lambda: rows.number(handled) == 0, seconds=60)
    assert rows.number("SELECT count(*) FROM telegram_updates WHERE body IS NOT NULL") == 0


@pytest.mark.parametrize("after_s", [0.0, 0.03, 0.08])
def test_a_referral_is_filed_once(ward: tuple[RunningHenvis, Telegram], after_s: float) -> None:
    henvis, stand_in = ward
    rows, chat = Rows(henvis.data), NURSES["demo_nurse"]
    patient = Patient.number(880_000 + int(after_s * 1000))
    stand_in.play(
        chat,
        ("/ny", "Ryger du"),
        ("Ryger dagligt", "RÅDGIV"),
        ("Ja tak", "SAMTYKKE"),
        ("Ja, patienten siger ja", "Læs højt"),
        ("Ja", "vores egen side"),
    )
    link = stand_in.room.key(chat, "Skriv oplysninger")[1]["url"]
    form = {
        "name": patient.name,
        "phone": patient.phone,
        "postcode": patient.postcode,
        "municipality": "0151",
    }
    read_back = httpx.post(link, data=form).text
    assert httpx.post(link, data=hidden(read_back)).status_code == 303
    stand_in.says(chat, "Skal henvisningen sendes?")
    before = rows.number("SELECT count(*) FROM referrals")
    stand_in.press(chat, "Send henvisning")
    time.sleep(after_s)
    kill(henvis, "service")
    stand_in.says(chat, "Du kan fortryde")
    assert rows.number("SELECT count(*) FROM referrals") == before + 1
