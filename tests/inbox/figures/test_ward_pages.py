"""The pages of feedback: the funnel in words, charts with tables, the sheet for the board."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from bench.filling.figure_rows import fill

WARD = "/tal/afsnit/herlev-onk-1"
HOSPITAL = "/tal/hospital/herlev"
YEAR = {"aar": "2025"}
Browser = Callable[..., TestClient]


@pytest.fixture
def worked(browser: Browser) -> Browser:
    """Give browsers of an installation whose wards worked in 2025."""
    database = browser().app.state.database  # type: ignore[attr-defined]
    fill(database, 1_500, datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 12, 20, tzinfo=UTC))
    return browser


@pytest.mark.parametrize(
    ("name", "place"), [("demo-nurse", WARD), ("demo-lead", HOSPITAL)], ids=["nurse", "lead"]
)
def test_everybody_is_led_to_the_own_place(browser: Browser, name: str, place: str) -> None:
    answer = browser(name).get("/tal", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, place)


def test_a_ward_sees_the_whole_funnel_four_rates_and_months(worked: Browser) -> None:
    page = worked("demo-nurse").get(WARD, params=YEAR).text
    for words in ("Spurgt", "Henvist", "Ringet op", "I kontakt", "Gennemført", "Røgfri ved slut"):
        assert words in page
    for words in ("gennemførte", "svarede", "alle der begyndte", "alle henviste"):
        assert f"af dem der {words}" in page or f"af {words}" in page
    assert "Ud af" in page
    assert '<th scope="row">jan' in page


def test_the_funnel_on_the_page_never_grows(worked: Browser) -> None:
    page = worked("demo-lead").get(HOSPITAL, params=YEAR).text
    funnel = page.split('id="tragt"')[1].split("</table>")[0]
    counts = [int(n) for n in re.findall(r'<td class="number">([0-9]+)</td>', funnel)]
    assert len(counts) > 8
    assert counts == sorted(counts, reverse=True)


def test_a_column_in_which_nothing_stands_is_left_out(worked: Browser) -> None:
    page = worked("demo-nurse").get(WARD, params={"aar": "2020"}).text
    rates = page.split('id="stoprater"')[1].split("</table>")[0]
    assert re.findall(r"<th[^>]*columnheader[^>]*>([^<]*)<", rates) == ["Andel røgfri"]


def test_every_chart_has_words_and_a_table(worked: Browser) -> None:
    page = worked("demo-nurse").get(WARD, params=YEAR).text
    charts = re.findall(r'<img class="chart"[^>]* alt="([^"]*)"', page)
    assert len(charts) == 3
    assert all("tabellen" in says for says in charts)


def test_nothing_on_the_page_breaks_the_policy_of_no_inline_style(worked: Browser) -> None:
    page = worked("demo-lead").get(HOSPITAL, params=YEAR).text
    assert "<style" not in page
    assert " style=" not in page


def test_a_lead_goes_from_hospital_to_department_to_ward(worked: Browser) -> None:
    lead = worked("demo-lead")
    page = lead.get(HOSPITAL, params=YEAR).text
    link = re.search(r'href="([^"]*afdeling=Onkologi)"', page)
    assert link
    department = lead.get(link[1].replace("&amp;", "&")).text
    assert f"{WARD}?aar=2025" in department
    assert lead.get(WARD, params=YEAR).status_code == 200


def test_a_lead_who_reads_english_reads_english(worked: Browser) -> None:
    client = worked("demo-lead")
    database = client.app.state.database  # type: ignore[attr-defined]
    with database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE users SET language = 'en' WHERE name = 'demo-lead'"
        )
    page = client.get(HOSPITAL, params=YEAR).text
    assert '<html lang="en">' in page
    assert "Smoke-free at the end" in page
    assert "Spurgt" not in page


@pytest.mark.parametrize("path", [WARD, HOSPITAL])
def test_the_sheet_is_a_pdf_and_taking_it_is_written_down(worked: Browser, path: str) -> None:
    answer = worked("demo-lead").get(f"{path}/tavle.pdf", params=YEAR)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 1
    assert answer.headers["content-disposition"].endswith('-2025.pdf"')
    log = worked("demo-admin").get("/admin/log", params={"handling": "export_feedback"}).text
    assert "export_feedback" in log


@pytest.mark.parametrize("name", ["demo-adviser-0151", "demo-admin"])
def test_others_have_no_such_page(browser: Browser, name: str) -> None:
    assert browser(name).get(WARD).status_code == 403


def test_an_empty_year_says_that_there_is_too_little(browser: Browser) -> None:
    page = browser("demo-nurse").get(WARD, params={"aar": "2020"}).text
    assert "0 spurgt, 0 henvist" in page
    assert "for få henvisninger til at vise måned for måned" in page


def test_a_year_that_is_none_is_refused(browser: Browser) -> None:
    assert browser("demo-nurse").get(WARD, params={"aar": "i fjor"}).status_code == 422
