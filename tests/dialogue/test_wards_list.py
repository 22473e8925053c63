"""Deferred today, taken up by a colleague tomorrow: whole conversations with the real engine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dialogue.conftest import Hospital
from tests.dialogue.talking import Nurse

COLLEAGUE = "demo-nurse-2"
DAY = timedelta(days=1)


def take_up(hospital: Hospital, deferred: Nurse, name: str = COLLEAGUE) -> Nurse:
    """Take a patient up as the list's button does, and let Henvis speak first."""
    colleague = Nurse(hospital.client(name), deferred.language)
    answer = colleague.client.post(f"/afsnittets-liste/{deferred.conversation}/spoerg")
    assert answer.status_code == 303
    colleague.conversation = answer.headers["location"].rsplit("/", 1)[1].partition("#")[0]
    colleague.returns()
    return colleague


def test_deferred_today_a_colleague_refers_the_patient_tomorrow(
    hospital: Hospital, nurse: Nurse
) -> None:
    nurse.presses("Snus, poser eller e-cigaret")
    nurse.says("snus og nikotinposer")
    assert nurse.awaits == "offer"
    nurse.says("hun er faldet i søvn")
    assert "Patienten står på afsnittets liste til og med" in nurse.replies[-1]["text"]
    assert "/chat#afsnittets-liste" in nurse.replies[-1]["text"]
    hospital.let_time_pass(nurse.conversation, DAY)

    colleague = take_up(hospital, nurse)
    assert "Fra sidst: snus, nikotinposer." in colleague.replies[0]["text"]
    assert colleague.awaits == "offer"
    for title in ("Ja tak", "Ja, patienten siger ja", "Ja"):
        colleague.presses(title)
    colleague.says("Karin Udskudt, 27 15 22 33, 2760")
    colleague.presses("Ballerup")
    colleague.presses("Spring resten over")
    colleague.presses("Send henvisning")
    assert colleague.awaits == "filed"
    assert nurse.client.post(f"/afsnittets-liste/{nurse.conversation}/spoerg").status_code == 404


def test_what_was_noted_wrongly_last_time_is_put_right(hospital: Hospital, nurse: Nurse) -> None:
    nurse.presses("Ryger dagligt")
    nurse.presses("Kan ikke svare nu")
    nurse.presses("For syg")
    colleague = take_up(hospital, nurse)
    colleague.says("ret")
    colleague.presses("Rygestatus")
    colleague.presses("Ryger af og til")
    assert colleague.awaits == "offer"


def test_a_confused_patient_is_asked_from_the_beginning(hospital: Hospital, nurse: Nurse) -> None:
    nurse.presses("Ryger dagligt")
    nurse.says("hun er konfus")
    colleague = take_up(hospital, nurse)
    assert "intet står fast fra sidst" in colleague.replies[0]["text"]
    assert colleague.awaits == "status"


def test_interrupted_again_the_patient_waits_for_the_next_one(
    hospital: Hospital, nurse: Nurse
) -> None:
    nurse.says("hun er til scanning")
    assert "til undersøgelse" in nurse.replies[0]["text"]
    colleague = take_up(hospital, nurse)
    colleague.presses("Ryger dagligt")
    colleague.says("annullér")
    colleague.presses("Ja, annullér")
    again = take_up(hospital, nurse, "demo-nurse")
    assert again.awaits == "status"


@pytest.mark.parametrize("words", ["tilbage", "annullér", "hun ryger hver dag"])
def test_the_first_nurse_is_told_that_a_colleague_went_on(
    hospital: Hospital, nurse: Nurse, words: str
) -> None:
    nurse.presses("Kan ikke spørges nu")
    nurse.presses("Sover")
    take_up(hospital, nurse)
    nurse.says(words)
    assert "er patienten taget op eller streget" in nurse.replies[-1]["text"]
    assert nurse.awaits == "closed"


def test_the_same_in_english(hospital: Hospital) -> None:
    nurse = hospital.nurse(language="en")
    nurse.presses("Smokes daily")
    nurse.presses("Cannot answer now")
    nurse.presses("Away for an examination")
    assert "on the ward's list until" in nurse.replies[-1]["text"]
    colleague = hospital.nurse(COLLEAGUE, language="en")
    answer = colleague.client.post(f"/afsnittets-liste/{nurse.conversation}/spoerg")
    assert answer.status_code == 303
