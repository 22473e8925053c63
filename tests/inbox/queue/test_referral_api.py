"""The API of the queue as a municipality's system uses it: the feed, and what is told of a slip."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from referrals.referral.moves import ATTEMPT_REASONS

ADVISER = "demo-adviser-0151"
LIST = "/api/referrals"


@pytest.fixture
def system(shared_client: Callable[..., TestClient]) -> TestClient:
    return shared_client(ADVISER)


def _feed(system: TestClient, cursor: str, **more: Any) -> dict[str, Any]:
    answer = system.get(LIST, params={"changed_since": cursor, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_system_reads_all_referrals_page_by_page_and_then_what_changes(
    system: TestClient,
) -> None:
    cursor, read = "start", list[str]()
    while True:
        page = _feed(system, cursor, limit=2)
        read += [each["reference"] for each in page["referrals"]]
        cursor = page["changed_until"]
        if not page["more"]:
            break
    everything = system.get(LIST, params={"everything": True}).json()["referrals"]
    assert set(read) == {each["reference"] for each in everything}  # the clock may tell of one anew
    [fresh, *_] = system.get(LIST, params={"status": "filed"}).json()["referrals"]
    system.post(f"{LIST}/{fresh['reference']}/events", json={"event": "receive"})
    news = {each["reference"]: each["state"] for each in _feed(system, cursor)["referrals"]}
    assert news[fresh["reference"]] == "received"


def _waiting(system: TestClient) -> str:
    """Name a referral whose patient nobody has reached."""
    found = system.get(LIST).json()["referrals"]
    return next(str(each["reference"]) for each in found if each["state"] in ("filed", "received"))


def test_a_system_books_moves_and_cancels_the_clarifying_call(system: TestClient) -> None:
    call = f"{LIST}/{_waiting(system)}/call"
    first, second, *_ = system.get(call).json()["free"]
    booked = system.put(call, json={"slot": first["slot"]}).json()
    assert booked["booked_at"] == first["starts_at"]
    moved = system.put(call, json={"slot": second["slot"]}).json()
    assert moved["booked_at"] == second["starts_at"]
    assert system.delete(call).json()["booked_at"] is None
    assert system.delete(call).status_code == 200


def test_a_time_that_is_none_or_taken_is_refused_by_name(system: TestClient) -> None:
    answer = system.put(f"{LIST}/{_waiting(system)}/call", json={"slot": "made-up"})
    assert answer.status_code == 422
    assert "time" in answer.text


def test_a_list_is_as_long_as_asked_for(system: TestClient) -> None:
    page = system.get(LIST, params={"limit": 1, "everything": True}).json()
    assert (len(page["referrals"]), page["more"]) == (1, True)
    rest = system.get(
        LIST, params={"limit": 200, "everything": True, "after": page["next_after"]}
    ).json()
    assert (rest["more"], rest["next_after"], rest["changed_until"]) == (False, None, None)


REFUSED = {
    "an unknown parameter": (
        {"chnaged_since": "start"},
        {"field": "query", "why": "unknown"},
    ),
    "a state that is none": (
        {"status": "lost"},
        {"field": "query.status", "why": "enum"},
    ),
    "too many at once": (
        {"limit": 201},
        {"field": "query.limit", "why": "less_than_equal", "bounds": {"le": 200}},
    ),
    "a condition beside the feed": (
        {"changed_since": "start", "overdue": True},
        {"field": "query", "why": "changed_since_alone", "allowed": ["changed_since", "limit"]},
    ),
}


@pytest.mark.parametrize(("asked", "fault"), REFUSED.values(), ids=REFUSED)
def test_a_slip_is_told_field_by_field(
    system: TestClient, asked: dict[str, Any], fault: dict[str, Any]
) -> None:
    answer = system.get(LIST, params=asked)
    [told] = answer.json()["errors"]
    assert answer.status_code == 422
    assert {name: told[name] for name in fault} == fault
    if fault["why"] in ("unknown", "enum"):
        assert told["allowed"]


@pytest.mark.parametrize("path", ["/api/referrals/today", "/api/courses", "/api/notices"])
def test_every_call_refuses_an_unknown_parameter_and_repeats_nothing(
    system: TestClient, path: str
) -> None:
    answer = system.get(path, params={"Kirsten": "1"})
    assert answer.status_code == 422
    assert "Kirsten" not in answer.text


def test_a_cursor_that_was_not_given_means_to_begin_anew(system: TestClient) -> None:
    answer = system.get(LIST, params={"changed_since": "abc-7"})
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (410, "unknown_cursor")


@pytest.mark.parametrize("sent", [{}, {"reason": "moon"}], ids=["missing", "wrong"])
def test_a_reason_that_is_missing_or_wrong_is_told_with_those_that_would_do(
    system: TestClient, sent: dict[str, str]
) -> None:
    [fresh, *_] = system.get(LIST, params={"status": "received"}).json()["referrals"]
    path = f"{LIST}/{fresh['reference']}/events"
    answer = system.post(path, json={"event": "attempt_contact", **sent})
    told = answer.json()
    assert (answer.status_code, told["type"].rpartition(":")[2]) == (409, "wrong_reason")
    assert told["errors"] == [
        {"field": "body.reason", "why": "reason", "allowed": [*ATTEMPT_REASONS], "bounds": None}
    ]


def test_several_faults_are_told_together_and_the_keys_that_were_sent_are_not_repeated(
    system: TestClient,
) -> None:
    sent = {"session_starts_at": "in the evening", "came": {"Kirsten Prøve": "perhaps"}}
    answer = system.post("/api/courses/1/attendance", json=sent)
    assert {each["field"] for each in answer.json()["errors"]} == {
        "body.session_starts_at",
        "body.came.*",
    }
    assert "Kirsten" not in answer.text


@pytest.mark.parametrize(
    ("name", "one_that_would_do"),
    [
        ("language", "da"),
        ("best_time", "morning"),
        ("ward", "herlev-onk-1"),
        ("assigned_to", ADVISER),
    ],
)
def test_a_condition_that_no_referral_could_meet_is_refused_with_what_would_do(
    system: TestClient, name: str, one_that_would_do: str
) -> None:
    answer = system.get(LIST, params={name: "ukendt"})
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["field"], fault["why"]) == (f"query.{name}", "enum")
    assert one_that_would_do in fault["allowed"]
    assert system.get(LIST, params={name: one_that_would_do}).status_code == 200


def test_who_changed_it_meanwhile_is_told_with_a_time_that_programs_read(
    system: TestClient,
) -> None:
    reference = _waiting(system)
    read = system.get(f"{LIST}/{reference}").json()["version"]
    system.post(f"{LIST}/{reference}/events", json={"event": "assign", "about": ADVISER})
    late = {"event": "reach", "version": read}
    answer = system.post(f"{LIST}/{reference}/events", json=late)
    assert answer.status_code == 409
    [change] = answer.json()["changes"]
    assert datetime.fromisoformat(change["at"]).tzinfo is not None
    assert "T" in change["at"]


def test_what_is_legal_leaves_out_what_would_be_refused_whatever_it_named(
    system: TestClient,
) -> None:
    opened = system.get(f"{LIST}/{_waiting(system)}").json()
    assert opened["duplicates"] == []
    assert "merge" not in opened["legal"]
