"""One patient, two wards: each nurse is told of her own ward's referral alone; a whole Henvis."""

from __future__ import annotations

from tests.dialogue.conftest import Hospital
from tests.dialogue.talking import Nurse

PHONE = "27 15 31 42"
TOLD = "åben henvisning"


def up_to_the_summary(nurse: Nurse) -> None:
    """Refer the patient until there is nothing left to ask."""
    for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"):
        nurse.presses(title)
    nurse.says(f"Karin Tovang, {PHONE}, 2760")
    nurse.presses("Ballerup")
    nurse.presses("Spring resten over")


def told(nurse: Nurse) -> bool:
    return any(TOLD in reply["text"] for reply in nurse.replies)


def test_another_hospital_is_told_nothing_sends_and_the_municipality_sees_both(
    hospital: Hospital,
) -> None:
    herlev = hospital.nurse()
    up_to_the_summary(herlev)
    herlev.presses("Send henvisning")
    assert herlev.awaits == "filed"

    gentofte = hospital.nurse("demo-nurse-gentofte")
    up_to_the_summary(gentofte)
    assert (gentofte.awaits, told(gentofte)) == ("summary", False)
    gentofte.presses("Send henvisning")
    assert gentofte.awaits == "filed"

    adviser = hospital.client("demo-adviser-0151")
    adviser.headers["Accept"] = "text/html"
    page = adviser.get(f"/koe/{gentofte.references[-1]}").text
    assert herlev.references[-1] in page

    colleague = hospital.nurse("demo-nurse-2")
    up_to_the_summary(colleague)
    assert (colleague.awaits, told(colleague)) == ("duplicate", True)
