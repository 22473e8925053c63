"""The pages of a municipality's courses, as a browser without scripts uses them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

Browser = Callable[..., TestClient]
MANAGER = "demo-manager-0151"
FORM = {
    "title": "Rygestop på prøve",
    "concept": "gold_standard",
    "format": "group",
    "audience": "all",
    "goal": "stop",
    "language": "da",
    "intake": "fixed",
    "place": "Huset, Vej 1",
    "postcode": "2750",
    "capacity": "10",
    "taken": "0",
    "price_dkk": "0",
    "contact_email": "rygestop@ballerup.example",
    "open_to": ["0151", "0163"],
    "session_day": ["2030-01-15", "2030-01-22", ""],
    "session_begins": ["17:00", "17:00", ""],
    "session_ends": ["19:00", "19:00", ""],
    "tryk": "gem",
}


@pytest.fixture
def manager(browser: Browser) -> TestClient:
    return browser(MANAGER)


def words(page: str) -> str:
    """Give the text of a page with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def value(page: str, name: str) -> str:
    """Give what stands in a box."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def version(client: TestClient, course: str) -> str:
    return value(client.get(course).text, "version")


def create(client: TestClient, **changes: object) -> str:
    """Keep a course; give its path."""
    answer = client.post("/kurser/nyt", data=FORM | changes, follow_redirects=False)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"]).partition("?")[0]


def open_up(client: TestClient, course: str) -> None:
    answer = client.post(f"{course}/vis", data={"version": version(client, course)})
    assert "Afsnittene kan finde det" in answer.text


def test_the_list_shows_seats_starts_and_age_in_words(manager: TestClient) -> None:
    page = words(manager.get("/kurser").text)
    assert "Kurser i Ballerup Kommune" in page
    assert "Rygestop på hold i Ballerup, aften (demo)" in page
    assert "4 ledige af 12 · 1 holdt" in page
    assert "Fuldt af 8" in page
    assert "Løbende optag" in page
    assert "Ikke bekræftet i 45 dage" in page
    assert "aflyst (demo)" not in page


def test_the_list_is_narrowed_by_chips_and_filters(manager: TestClient) -> None:
    def titles(query: str) -> list[str]:
        page = manager.get(f"/kurser?{query}").text
        return re.findall(r'<h2><a href="/kurser/\d+">([^<]*)</a>', page)

    assert titles("vis=skal-bekraeftes") == [
        "Rygestop på hold i Måløv, tidlig formiddag (demo)"
    ] or (len(titles("vis=skal-bekraeftes")) == 1)
    assert len(titles("vis=cancelled")) == 1
    assert titles("sprog=ar")[0].startswith("Rygestop på arabisk")
    assert len(titles("form=digital")) == 2
    assert len(titles("vis=open&ledige=true")) == len(titles("vis=open")) - 1
    assert titles("vis=noget") == titles("")
    assert "Ingen kurser passer" in manager.get("/kurser?sprog=kl").text


def test_a_course_is_created_shown_and_found_by_the_next_question(
    browser: Browser, manager: TestClient
) -> None:
    course = create(manager)
    nurse = browser("demo-nurse")
    asked = {"municipality": "0151", "from": "2030-01-01"}

    def found() -> list[str]:
        return [c["title"] for c in nurse.get("/api/courses", params=asked).json()["courses"]]

    assert "Rygestop på prøve" not in found()
    open_up(manager, course)
    assert "Rygestop på prøve" in found()


def test_nothing_typed_is_lost_when_it_cannot_stand(manager: TestClient) -> None:
    typed = FORM | {
        "title": "",
        "capacity": "mange",
        "place": 'Huset "Æblet" <b>',
        "session_day": ["2030-01-15", "", "2030-01-22"],
        "session_begins": ["19:00", "", "10:00"],
        "session_ends": ["17:00", "", ""],
        "open_to": ["0163", "0240"],
        "products": ["snus"],
    }
    answer = manager.post("/kurser/nyt", data=typed)
    page = answer.text
    assert answer.status_code == 422
    assert "Intet er gemt endnu" in page
    assert "Titel : Skal udfyldes." in words(page)
    assert "Skriv et helt tal som 1000 eller 1.000, uden decimaler." in page
    assert value(page, "place") == 'Huset "Æblet" <b>'
    assert value(page, "capacity") == "mange"
    assert 'value="0240" checked' in page
    assert 'value="0157" checked' not in page
    assert 'value="snus" checked' in page
    assert re.findall(r'name="session_begins" value="([^"]*)"', page)[:2] == ["19:00", "10:00"]


def test_sessions_are_repeated_every_week_without_scripts(manager: TestClient) -> None:
    page = manager.post("/kurser/nyt", data=FORM | {"tryk": "ugentligt", "gentag": "3"}).text
    days = [day for day in re.findall(r'name="session_day" value="([^"]*)"', page) if day]
    assert days == ["2030-01-15", "2030-01-22", "2030-01-29", "2030-02-05", "2030-02-12"]
    more = manager.post("/kurser/nyt", data=FORM | {"tryk": "flere"}).text
    assert len(re.findall(r'name="session_day"', more)) == 6
    assert value(more, "title") == FORM["title"]


@pytest.mark.parametrize("times", ["", "x", "-3", "99999"])
def test_a_strange_number_of_weeks_does_no_harm(manager: TestClient, times: str) -> None:
    page = manager.post("/kurser/nyt", data=FORM | {"tryk": "ugentligt", "gentag": times})
    assert page.status_code == 200
    assert len(re.findall(r'name="session_day"', page.text)) <= 61


def test_a_course_that_another_changed_meanwhile_shows_both(manager: TestClient) -> None:
    course = create(manager)
    old = version(manager, course)
    manager.post(course, data=FORM | {"title": "Den andens titel", "version": old})
    answer = manager.post(course, data=FORM | {"title": "Min titel", "version": old})
    assert answer.status_code == 409
    assert "En anden har ændret kurset imens" in answer.text
    assert "Titel: Den andens titel" in words(answer.text)
    assert "Tolk:" not in words(answer.text)
    assert "Åbent for kommuner:" not in words(answer.text)
    assert "Mødegange:" not in words(answer.text)
    assert value(answer.text, "title") == "Min titel"
    newer = value(answer.text, "version")
    again = manager.post(course, data=FORM | {"title": "Min titel", "version": newer})
    assert "Gemt." in again.text
    assert "Min titel" in manager.get(course).text


def test_one_tap_verifies_and_returns_to_the_same_list(manager: TestClient) -> None:
    page = manager.get("/kurser?vis=skal-bekraeftes").text
    found = re.search(r'action="(/kurser/\d+)/bekraeft"', page)
    assert found
    form = {"version": value(page, "version"), "tilbage": "skal-bekraeftes"}
    answer = manager.post(f"{found[1]}/bekraeft", data=form)
    assert answer.url.path == "/kurser"
    assert "Bekræftet i dag." in answer.text
    assert "Alle åbne kurser er bekræftet" in answer.text


def test_a_copy_is_opened_with_its_new_days(manager: TestClient) -> None:
    course = create(manager)
    answer = manager.post(f"{course}/dupliker", data={"starts_on": "2027-08-11"})
    assert "Kopieret." in answer.text
    days = [day for day in re.findall(r'name="session_day" value="([^"]*)"', answer.text) if day]
    assert days == ["2027-08-17", "2027-08-24"]
    for bad in ("", "i morgen", "2001-01-01", "2999-01-01"):
        refused = manager.post(f"{course}/dupliker", data={"starts_on": bad})
        assert refused.status_code == 422
        assert "Første mødegang" in refused.text


def test_a_cancellation_is_asked_before_it_is_done(manager: TestClient) -> None:
    course = create(manager)
    open_up(manager, course)
    asked = manager.get(f"{course}/aflys")
    assert "Ingen er tilmeldt" in asked.text
    done = manager.post(f"{course}/aflys", data={"version": version(manager, course)})
    assert "Kurset er aflyst" in done.text
    assert "Aflyst" in manager.get(course).text
    assert manager.get(f"{course}/aflys").status_code == 404


def test_people_enrolled_elsewhere_are_named_in_a_cancellation(manager: TestClient) -> None:
    course = create(manager, taken="3")
    asked = words(manager.get(f"{course}/aflys").text)
    assert "3 er tilmeldt uden om Henvis. Dem kender vi ikke; giv selv besked." in asked
    done = manager.post(f"{course}/aflys", data={"version": version(manager, course)})
    assert "3 tilmeldt uden om Henvis" in words(done.text)


def test_an_adviser_sees_everything_and_changes_nothing(
    adviser: TestClient, manager: TestClient
) -> None:
    course = create(manager)
    page = adviser.get("/kurser").text
    assert "Nyt kursus" not in page
    assert "Bekræft<" not in page
    assert adviser.get(course).status_code == 200
    assert "<form" not in adviser.get(course).text.split("<main")[1]
    for path in ("/kurser/nyt", f"{course}/aflys"):
        assert adviser.get(path).status_code == 403
    for path in ("/kurser/nyt", course, f"{course}/vis", f"{course}/bekraeft",
                 f"{course}/dupliker", f"{course}/aflys"):  # fmt: skip
        assert adviser.post(path, data=FORM | {"version": "1"}).status_code == 403


def test_another_municipality_s_course_does_not_exist(
    browser: Browser, manager: TestClient
) -> None:
    course = create(manager)
    stranger = browser("demo-manager-0163")
    assert stranger.get(course).status_code == 404
    assert stranger.get(f"{course}/aflys").status_code == 404
    for path in (
        course,
        f"{course}/vis",
        f"{course}/bekraeft",
        f"{course}/dupliker",
        f"{course}/aflys",
    ):
        form = FORM | {"version": "1", "starts_on": "2027-08-11"}
        assert stranger.post(path, data=form).status_code == 404


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", "demo-admin"])
def test_nobody_else_enters(browser: Browser, name: str) -> None:
    other = browser(name)
    for path in ("/kurser", "/kurser/nyt", "/kurser/1", "/kurser/filer", "/kurser/kurser.csv"):
        assert other.get(path).status_code == 403


def test_an_id_beyond_every_database_does_not_exist(manager: TestClient) -> None:
    assert manager.get(f"/kurser/{2**63}").status_code == 404
    assert manager.get("/kurser?side=99999999999999999999&sprog=%00").status_code == 200


def test_without_a_log_in_there_is_only_the_log_in(browser: Browser) -> None:
    answer = browser().get("/kurser", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/log-ind")


def test_what_managers_type_is_never_markup(manager: TestClient) -> None:
    course = create(manager, title="<script>alert(1)</script>")
    for path in ("/kurser?vis=draft", course, f"{course}/aflys"):
        assert "<script>alert" not in manager.get(path).text
