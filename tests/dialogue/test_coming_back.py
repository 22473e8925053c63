"""A conversation outlives the process it began in, and belongs to its nurse alone."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import RunningHenvis
from tests.dialogue.conftest import Hospital
from tests.dialogue.talking import Nurse
from tests.service.waiting import until
from tests.system.processes import kill


def test_a_paused_conversation_goes_on_after_a_restart(
    nurse: Nurse, running_henvis: RunningHenvis
) -> None:
    for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"):
        nurse.presses(title)
    nurse.says("Karin Qvortrup")
    nurse.says("pause")
    kill(running_henvis, "service")
    until(lambda: _is_ready(nurse.client))

    nurse.says("fortsæt")
    assert nurse.awaits == "phone"
    nurse.says("27 11 22 33, 2760")
    nurse.presses("Ballerup")
    nurse.presses("Spring resten over")
    assert "Navn: Karin Qvortrup" in nurse.replies[-1]["text"]
    nurse.presses("Send henvisning")
    assert nurse.awaits == "filed"


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("stranger", ["demo-nurse-2", "demo-nurse-gentofte"])
def test_another_nurse_finds_no_such_conversation(
    hospital: Hospital, nurse: Nurse, stranger: str
) -> None:
    nurse.client = hospital.client(stranger)
    assert nurse.try_text("fortsæt").status_code == 404
    assert hospital.unfinished(nurse.client, nurse.conversation) == "gone"


@pytest.mark.parametrize("stranger", ["demo-adviser-0151", "demo-lead", "demo-admin"])
def test_who_is_no_nurse_holds_no_conversation(
    hospital: Hospital, nurse: Nurse, stranger: str
) -> None:
    nurse.client = hospital.client(stranger)
    assert nurse.try_text("fortsæt").status_code == 403
    assert nurse.client.post("/api/conversations").status_code == 403
