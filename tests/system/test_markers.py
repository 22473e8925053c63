"""Personal data typed anywhere, at right and wrong moments, is found nowhere but in the vault."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_plus

import httpx
import pytest

from tests.conftest import start_henvis, stop_henvis
from tests.system.a_nurse import Patient
from tests.system.markers import Person, Search
from tests.system.scene import (
    FIRST,
    METRICS_TOKEN,
    Scene,
    blurt_everywhere,
    by_telegram,
    crashes,
    details_in_all_ways,
    looked_at_from_outside,
    municipality,
    nonsense_over_http,
    terminal,
    web_form,
    withdrawn,
)
from tests.system.telegram import Telegram, telegram

ENGINE_TIMEOUT = "PT2S"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, trained_model: Path) -> Iterator[Scene]:
    """Let it all happen once, on a Henvis of its own that is then stopped."""
    folder = tmp_path_factory.mktemp("markers")
    scratch = folder / "data" / "scratch"
    scratch.mkdir(parents=True)
    with telegram() as stand_in:
        yield happened(folder, scratch, stand_in)


def happened(folder: Path, scratch: Path, stand_in: Telegram) -> Scene:
    """Start, let it all happen, stop."""
    env = {**stand_in.env, "HENVIS_ENGINE_TIMEOUT": ENGINE_TIMEOUT, "TMPDIR": str(scratch)}
    env["HENVIS_METRICS_TOKEN"] = METRICS_TOKEN
    henvis = start_henvis(folder, **env)
    scene = Scene(henvis)
    try:
        token = henvis.token("demo-nurse")
        asyncio.run(blurt_everywhere(scene, token))
        asyncio.run(details_in_all_ways(scene, token))
        asyncio.run(nonsense_over_http(scene, token))
        terminal(scene, token)
        web_form(scene)
        by_telegram(scene, stand_in)
        municipality(scene)
        asyncio.run(crashes(scene, token))
        looked_at_from_outside(scene)
        withdrawn(scene)
    finally:
        stop_henvis(henvis)
    return scene


@pytest.fixture(scope="module")
def search(scene: Scene) -> Search:
    """Give the search for everybody who was typed about."""
    return Search(scene.people)


def test_no_file_of_the_installation_holds_a_marker(scene: Scene, search: Search) -> None:
    assert search.found_under(scene.henvis.data) == {}


def test_no_process_said_a_marker(scene: Scene, search: Search) -> None:
    assert search.found_in(scene.henvis.output.read_bytes()) == set()


def test_no_table_holds_a_marker(scene: Scene, search: Search) -> None:
    assert b"file_referral" in scene.tables
    assert search.found_in(scene.tables) == set()


def test_the_memory_of_the_engine_holds_no_marker(scene: Scene, search: Search) -> None:
    assert sum(map(len, scene.engine_memory)) > 100_000_000
    assert search.found_plainly_in(b"\0".join(scene.engine_memory)) == set()


def test_a_time_is_no_number_of_a_person_and_a_number_beside_it_is_found() -> None:
    person = Person.number(300_010)
    search = Search([person])
    time, phone = b'{"timestamp": 1796112630.0010185}', person.phone.encode()
    assert search.found_in(time) == set()
    assert search.found_in(time + phone) == {person.phone}
    assert search.found_in(b"tlf 2630.0010") == {person.phone}


def test_nobody_else_is_told_a_marker(scene: Scene, search: Search) -> None:
    assert search.found_in(b"\n".join(scene.said_to_others)) == set()


def test_telegram_is_told_no_marker(scene: Scene, search: Search) -> None:
    assert "Sendt. Henvisningen står i kommunens kø.".encode() in unescaped(scene.to_telegram)
    assert search.found_in(scene.to_telegram) == set()
    assert search.found_in(unescaped(scene.to_telegram)) == set()


def unescaped(sent: bytes) -> bytes:
    """Read form fields and JSON as Telegram does."""
    fields = unquote_plus(sent.decode())
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), fields).encode()


def test_no_refusal_repeats_what_was_sent(scene: Scene, search: Search) -> None:
    assert search.found_in(b"\n".join(scene.problems)) == set()
    assert [what for what, status in scene.statuses.items() if status >= 500] == []


def test_the_wards_nurses_are_shown_who_is_deferred(scene: Scene) -> None:
    assert scene.listed is not None
    shown, person = scene.listed
    assert person.name.split()[-1] in shown
    assert person.cpr not in shown


@pytest.mark.parametrize("place", ["summary", "page", "opened"])
def test_the_nurse_and_the_adviser_are_shown_who_it_is_about(scene: Scene, place: str) -> None:
    shown, person = scene.shown[place]
    assert person.name in shown
    assert person.phone in shown.replace(" ", "")


def test_the_adviser_reads_the_note_without_its_cpr_mail_and_address(scene: Scene) -> None:
    shown, person = scene.shown["note"]
    kept = f"Patienten hedder {person.name}, {person.phone}, •••, mail •••, •••"
    assert json.loads(shown)["history"][-1]["note"] == kept


GUISES = {
    "as typed": lambda person: person.name.encode(),
    "in capitals": lambda person: person.name.upper().encode(),
    "escaped in JSON": lambda person: json.dumps({"n": person.name}).encode(),
    "in hex digits": lambda person: f"x'{person.name.encode().hex().upper()}'".encode(),
    "in base64": lambda person: b64encode(b"id:" + person.name.encode()),
    "in UTF-16": lambda person: person.name.encode("utf-16"),
    "in an address": lambda person: str(httpx.QueryParams({"q": person.name})).encode(),
    "a number in pairs": lambda person: Patient.number(FIRST).shown_phone.encode(),
    "a number with its country": lambda person: f"+45{person.phone}".encode(),
    "a bare CPR": lambda person: person.cpr.replace("-", "").encode(),
    "a CPR": lambda person: person.cpr.encode(),
}


def test_the_quick_search_finds_a_marker_in_what_is_very_large() -> None:
    person = Person.number(FIRST)
    memory = bytes(10_000_000) + f"{person.name.upper()} {person.phone}".encode() + bytes(1_000)

    first, last = person.name.upper().split()
    assert Search([person, Person.number(FIRST + 1)]).found_plainly_in(memory) == {
        first,
        last,
        person.phone,
    }


@pytest.mark.parametrize("guise", GUISES)
def test_the_search_finds_a_planted_marker_in_every_guise(tmp_path: Path, guise: str) -> None:
    person = Person.number(FIRST)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_bytes(b"\0 before " + GUISES[guise](person) + b" after")

    assert list(Search([person]).found_under(tmp_path)) == ["deep/log"]


def test_the_search_finds_nothing_where_nothing_was_planted(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("26300001 Karin Qvortrup " * 1000)

    assert Search([Person.number(FIRST)]).found_under(tmp_path) == {}
