"""A municipality's own page, its export and the same over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from bench.filling.figure_rows import fill

YEAR = {"aar": "2025"}
Browser = Callable[..., TestClient]


@pytest.fixture
def worked(browser: Browser) -> Browser:
    """Give browsers of an installation whose municipalities worked in 2025."""
    database = browser().app.state.database  # type: ignore[attr-defined]
    fill(database, 400, datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 12, 20, tzinfo=UTC))
    return browser


def test_the_page_the_export_and_the_api_tell_the_same(worked: Browser) -> None:
    client = worked("demo-adviser-0151")
    told = client.get("/api/municipality/figures", params={"year": 2025}).json()
    filed = next(line["value"] for line in told["figures"] if line["figure"] == "filed")
    assert f"<dd>{filed:.0f}</dd>" in client.get("/kommunetal", params=YEAR).text
    export = client.get("/kommunetal/tal.csv", params=YEAR)
    assert f"0151;2025-01-01;2025-12-31;filed;;{filed:.0f};;;" in export.text
    assert export.headers["content-disposition"].endswith('"henvis-0151-2025.csv"')


def test_the_page_has_all_its_parts(worked: Browser) -> None:
    page = worked("demo-manager-0151").get("/kommunetal", params=YEAR).text
    for words in (
        "Tid til kontakt",
        "STOPbasens indikatorer",
        "Rådgivernes sager",
        "Fra afsnit til gennemført",
        "Hvorfor nogle stoppede undervejs",
        "Pladser i kommunens kurser",
    ):
        assert words in page
    assert " style=" not in page


def test_taking_the_figures_out_is_written_down(worked: Browser) -> None:
    worked("demo-adviser-0151").get("/kommunetal/tal.csv", params=YEAR)
    assert "export_figures" in worked("demo-admin").get("/admin/log").text


def test_the_dictionary_explains_the_export(browser: Browser) -> None:
    client = browser("demo-adviser-0151")
    words = client.get("/kommunetal/ordbog.csv").text
    assert "stopbasen_completed;figure;Gennemfører;" in words
    assert client.get("/api/municipality/figures/dictionary").json()[0]["name"] == "municipality"


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", "demo-admin"])
@pytest.mark.parametrize("path", ["/kommunetal", "/kommunetal/tal.csv"])
def test_nobody_else_may_read_them(browser: Browser, name: str, path: str) -> None:
    assert browser(name).get(path).status_code == 403


def test_two_municipalities_read_their_own(worked: Browser) -> None:
    pages = [
        worked(f"demo-adviser-{code}").get("/kommunetal", params=YEAR).text
        for code in ("0151", "0157")
    ]
    assert "Ballerup" in pages[0]
    assert "Ballerup" not in pages[1]
