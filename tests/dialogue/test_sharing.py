"""A municipality begins to share: the nurse asks the patient, and a partner takes over."""

from __future__ import annotations

from tests.dialogue.conftest import Hospital
from tests.dialogue.talking import Nurse

PLACES = "/admin/steder/kommuner/0151/deling"


def test_from_the_administrator_s_switch_to_the_summary(hospital: Hospital, nurse: Nurse) -> None:
    admin = hospital.logged_in("demo-admin")
    try:
        assert admin.post(PLACES, data={"shares": "ja"}).status_code == 303
        assert "Stop deling, Ballerup" in admin.get("/admin/steder").text
        for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Nej"):
            nurse.presses(title)
        nurse.says("Karin Delt, 27 15 22 44, 2760")
        nurse.presses("Ballerup")
        assert "til en anden kommune omkring Herlev og Gentofte" in nurse.replies[-1]["text"]
        nurse.says("ja det må de")
        assert "Samtykke skal gives med en knap" in nurse.replies[0]["text"]
        nurse.presses("Ja")
        nurse.presses("Spring resten over")
        assert "Andre kommuner må overtage: ja" in nurse.replies[-1]["text"]
        nurse.presses("Send henvisning")
        assert nurse.awaits == "filed"
    finally:
        admin.post(PLACES)
    assert "Tillad deling, Ballerup" in admin.get("/admin/steder").text
