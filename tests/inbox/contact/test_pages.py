"""The contact page over HTTP: a link that is looked at freely and used once, and shows nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import segno
from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.bedside.answering import note_consent
from referrals.consent.texts import ConsentMethod, ConsentPart
from referrals.contact import links
from referrals.contact.tables import ContactLinkRow
from referrals.turns.turn import Bedside

FORM = {
    "name": "Kabelund Eksempel",
    "phone": "26860003",
    "postcode": "2750",
    "municipality": "0151",
}
WRITTEN = FORM | {"confirmed": "+4526860003"}
"""The same once the number was read back."""
Clients = Callable[..., TestClient]


def link(client: TestClient, *, consented: bool = True, age: timedelta = timedelta()) -> str:
    """Take an encounter to where the page is due, and give the secret of a link."""
    state = client.app.state  # type: ignore[attr-defined]
    token = client.headers["Authorization"].removeprefix("Bearer ")
    nurse = state.accounts.recognise(token, datetime.now(UTC)).staff
    encounter = state.encounters.start(nurse)
    with state.database.write() as session:
        bedside: Bedside = state.encounters.at_bedside(session, encounter)
        given = {Step.STATUS: "daily", Step.OFFER: "yes"}
        if consented:
            given |= {Step.CONSENT_CONTACT: "yes", Step.CONSENT_OUTCOME: "no"}
            for part in (ConsentPart.CONTACT, ConsentPart.OUTCOME):
                text = state.encounters.around.consent_texts[(part, "da")]
                note_consent(bedside, text, "yes", ConsentMethod.READ_ALOUD)
        for step, value in given.items():
            bedside.encounter = script.record(bedside.encounter, step, value)
        bedside.store()
        made_at = datetime.now(UTC) - age
        return links.make(session, encounter, nurse.id, nurse.name, made_at)


def encounter_of(client: TestClient, secret: str) -> EncounterRow:
    state = client.app.state  # type: ignore[attr-defined]
    with state.database.read() as session:
        hashed = links.digest(secret)
        kept = session.get_one(ContactLinkRow, hashed)
        row: EncounterRow = session.get_one(EncounterRow, kept.encounter_id)
        return row


def test_looking_uses_nothing_up(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    for _ in range(3):
        assert client.get(f"/kontakt/{secret}").status_code == 200
        assert client.get(f"/kontakt/{secret}/patient").status_code == 200
    written = client.post(f"/kontakt/{secret}", data=WRITTEN, follow_redirects=False)
    assert written.headers["location"].startswith("/kontakt/tak")


def test_what_was_written_is_in_the_vault_and_the_encounter_waits_for_the_nurse(
    shared_client: Clients,
) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    client.post(
        f"/kontakt/{secret}", data={**WRITTEN, "spoken_language": "ar", "interpreter": "true"}
    )
    row = encounter_of(client, secret)
    answers = dict(row.answers)
    assert row.step == Step.SUMMARY
    assert answers[Step.NAME].startswith("[[name:")
    assert (answers[Step.MUNICIPALITY], answers[Step.INTERPRETER]) == ("0151", "yes")


def test_a_link_is_used_once(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    client.post(f"/kontakt/{secret}", data=WRITTEN)
    assert client.post(f"/kontakt/{secret}", data=WRITTEN).status_code == 404
    assert client.get(f"/kontakt/{secret}").status_code == 404


def test_a_link_lives_ten_minutes(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    assert client.get(f"/kontakt/{link(client, age=timedelta(minutes=9))}").status_code == 200
    assert client.get(f"/kontakt/{link(client, age=timedelta(minutes=10))}").status_code == 404


def test_a_new_link_ends_the_one_before(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    old = link(client)
    state = client.app.state  # type: ignore[attr-defined]
    row = encounter_of(client, old)
    with state.database.write() as session:
        new = links.make(session, row.id, row.nurse_id, "demo-nurse", datetime.now(UTC))
    assert client.get(f"/kontakt/{old}").status_code == 404
    assert client.get(f"/kontakt/{new}").status_code == 200


def test_only_the_hash_of_a_link_is_kept(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    state = client.app.state  # type: ignore[attr-defined]
    with state.database.read() as session:
        kept = session.scalars(select(ContactLinkRow.secret_hash)).all()
    assert secret not in kept
    assert links.digest(secret) in kept


def test_before_the_consent_only_the_patient_can_write(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client, consented=False)
    assert 'name="phone"' not in client.get(f"/kontakt/{secret}").text
    assert client.post(f"/kontakt/{secret}", data=WRITTEN).status_code == 404
    assert encounter_of(client, secret).step == Step.CONSENT_CONTACT
    assert client.get(f"/kontakt/{secret}").status_code == 200


def hashes(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(contact_hash|outcome_hash)" value="(\w+)"', page))


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_patient_answers_the_consent_in_the_language_chosen(
    shared_client: Clients, language: str
) -> None:
    client = shared_client("demo-nurse")
    secret = link(client, consented=False)
    page = client.get(f"/kontakt/{secret}/patient?sprog={language}")
    assert f'<html lang="{language}">' in page.text
    answer = {**WRITTEN, **hashes(page.text), "svar": "ja", "consent": "true"}
    client.post(f"/kontakt/{secret}/patient?sprog={language}", data=answer)
    row = encounter_of(client, secret)
    assert row.step == Step.SUMMARY
    assert row.consent_proof["contact"]["language"] == language
    assert row.consent_proof["contact"]["method"] == ConsentMethod.OWN_PHONE
    assert dict(row.answers)[Step.CONSENT_OUTCOME] == "no"


def test_without_a_tick_nothing_is_kept(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client, consented=False)
    page = client.get(f"/kontakt/{secret}/patient").text
    refused = client.post(
        f"/kontakt/{secret}/patient", data={**WRITTEN, **hashes(page), "svar": "ja"}
    )
    assert refused.status_code == 422
    assert encounter_of(client, secret).step == Step.CONSENT_CONTACT


def test_a_text_that_changed_meanwhile_counts_as_not_read(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client, consented=False)
    old = {"contact_hash": "0" * 64, "outcome_hash": "0" * 64, "consent": "true", "svar": "ja"}
    refused = client.post(f"/kontakt/{secret}/patient", data={**WRITTEN, **old})
    assert refused.status_code == 422
    assert "Teksten er ændret imens" in refused.text
    assert encounter_of(client, secret).consent_proof == {}


def test_a_no_ends_the_encounter_and_keeps_nothing(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client, consented=False)
    client.post(f"/kontakt/{secret}/patient", data={**WRITTEN, "svar": "nej"})
    row = encounter_of(client, secret)
    assert row.outcome == "consent_refused"
    assert Step.NAME not in dict(row.answers)


WRONG = {
    "name": ("x", "Skriv et navn."),
    "phone": ("123", "Nummeret er for kort."),
    "postcode": ("27500", "Skriv fire cifre."),
    "municipality": ("", "Postnummeret"),
    "discharge_date": ("2020-01-01", "Skriv en dag inden for det næste år."),
    "best_time": ("midnight", "Vælg en af mulighederne."),
}


@pytest.mark.parametrize("field", WRONG)
def test_a_mistake_is_told_beside_its_field_and_the_link_still_works(
    shared_client: Clients, field: str
) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    value, told = WRONG[field]
    refused = client.post(f"/kontakt/{secret}", data={**WRITTEN, field: value})
    assert refused.status_code == 422
    assert told in refused.text
    assert client.post(f"/kontakt/{secret}", data=WRITTEN).status_code == 200


def test_a_patient_outside_the_nine_is_not_referred(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    client.post(f"/kontakt/{secret}", data={**WRITTEN, "postcode": "5000", "municipality": "other"})
    assert encounter_of(client, secret).outcome == "outside_area"


def test_the_page_shows_nothing_that_was_written_before(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    first = link(client)
    client.post(f"/kontakt/{first}", data=WRITTEN)
    row = encounter_of(client, first)
    state = client.app.state  # type: ignore[attr-defined]
    with state.database.write() as session:
        again = links.make(session, row.id, row.nurse_id, "demo-nurse", datetime.now(UTC))
    for path in (f"/kontakt/{again}", f"/kontakt/{again}/patient"):
        page = client.get(path).text
        assert "Kabelund" not in page
        assert "26860003" not in page
    changed = client.post(f"/kontakt/{again}", data={**WRITTEN, "name": "Ny Eksempel"})
    assert changed.status_code == 200


def test_the_code_holds_the_address_of_the_patient_s_page(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    address = f"{client.app.state.public_url}/kontakt/{secret}/patient"  # type: ignore[attr-defined]
    code = segno.make(address, micro=False).svg_data_uri(scale=4, border=2, light="#fff")
    page = client.get(f"/kontakt/{secret}")
    assert code.replace("'", "&#39;") in page.text or code in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in page.text


def test_a_suspended_nurse_s_link_is_dead(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    state = client.app.state  # type: ignore[attr-defined]
    with state.database.write() as session:
        links.end_all(session, encounter_of(client, secret).nurse_id, datetime.now(UTC))
    assert client.post(f"/kontakt/{secret}", data=WRITTEN).status_code == 404


def test_the_number_is_read_back_before_anything_is_kept(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    shown = client.post(f"/kontakt/{secret}", data={**FORM, "second_contact": "søn Bo 22334455"})
    assert shown.status_code == 200
    for said in ("Er det rigtigt?", "26 86 00 03", "Kabelund Eksempel", "Bo, søn, 22334455"):
        assert said in shown.text
    assert Step.PHONE not in dict(encounter_of(client, secret).answers)
    kept = client.post(f"/kontakt/{secret}", data=hidden(shown.text), follow_redirects=False)
    assert kept.headers["location"].startswith("/kontakt/tak")
    assert Step.PHONE in dict(encounter_of(client, secret).answers)


def test_another_number_than_the_one_read_back_is_read_back_again(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    shown = client.post(f"/kontakt/{secret}", data={**WRITTEN, "phone": "26860004"})
    assert "26 86 00 04" in shown.text
    assert Step.PHONE not in dict(encounter_of(client, secret).answers)


def test_correcting_shows_the_form_as_it_was_filled(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    page = client.post(f"/kontakt/{secret}", data={**WRITTEN, "correct": "ja"}).text
    assert 'value="26860003"' in page
    assert 'type="tel"' in page
    assert Step.PHONE not in dict(encounter_of(client, secret).answers)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_patient_reads_the_number_back_too(shared_client: Clients, language: str) -> None:
    client = shared_client("demo-nurse")
    secret = link(client, consented=False)
    path = f"/kontakt/{secret}/patient?sprog={language}"
    page = client.get(path).text
    answer = {**FORM, **hashes(page), "svar": "ja", "consent": "true", "outcome": "true"}
    shown = client.post(path, data=answer)
    assert "26 86 00 03" in shown.text
    assert encounter_of(client, secret).step == Step.CONSENT_CONTACT
    client.post(path, data=hidden(shown.text))
    row = encounter_of(client, secret)
    assert row.step == Step.SUMMARY
    assert dict(row.answers)[Step.CONSENT_OUTCOME] == "yes"


def test_outside_the_nine_neither_name_nor_number_is_asked_or_kept(shared_client: Clients) -> None:
    client = shared_client("demo-nurse")
    secret = link(client)
    client.post(f"/kontakt/{secret}", data={"postcode": "5000", "municipality": "other"})
    row = encounter_of(client, secret)
    assert row.outcome == "outside_area"
    assert not {Step.NAME, Step.PHONE} & set(dict(row.answers))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
