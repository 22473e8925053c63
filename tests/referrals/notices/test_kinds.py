"""Who may get which notice, what it says, and when a phone may make a sound."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import Any

import pytest

from referrals.administration.decisions import Kind
from referrals.notices.kinds import RULES, NoticeKind, after_quiet_hours, kinds_for
from referrals.notices.texts import TEXTS, NoticeTexts
from referrals.staff.roles import PEOPLE, Role, Staff

WRITER = NoticeTexts("https://henvis.example/")
ABOUT_ONE = {"reference": "H-7KF3-Q", "municipality": "0151", "due_at": "2026-11-27T09:00:00+00:00"}
PAYLOADS: dict[NoticeKind, dict[str, Any]] = {
    kind: ABOUT_ONE for kind, rule in RULES.items() if rule.about_one
}
PAYLOADS[NoticeKind.DIGEST] = {
    "municipality": "0151", "waiting": 9, "overdue": 1, "soon": 2, "new": 3, "today": 4,
}  # fmt: skip
PAYLOADS[NoticeKind.NOT_REAL] = {"ward": "herlev-onk-1", "case": "H-7KF3-Q"}
PAYLOADS[NoticeKind.QUOTA_REACHED] = {"what": "conversations", "user": 7}
PAYLOADS[NoticeKind.CONFIRM_EMAIL] = {"code": "123456"}
PAYLOADS[NoticeKind.CLOCK_JUMPED] = {"hours": "+9600.0"}
PAYLOADS[NoticeKind.ACCESS_ASKED] = {"by": "demo-admin"}
PAYLOADS[NoticeKind.ACCESS_CHANGED] = {
    "what": "role",
    "name": "anna",
    "user": 7,
    "municipality": None,
}
PAYLOADS[NoticeKind.PASSWORD_LINK] = {"nonce": "n", "secret": "s"}
PAYLOADS[NoticeKind.WARD_WAITING] = {"ward": "herlev-onk-1", "count": 2, "last_day": 1}
PAYLOADS[NoticeKind.WARD_CONTACTED] = {"ward": "herlev-onk-1", "count": 2, "when": "today"}


def staff(role: Role, **place: str) -> Staff:
    return Staff(1, "n", "N", role, **place)


def test_a_new_referral_reads_as_a_colleague_would_write_it() -> None:
    written = WRITER.write(NoticeKind.NEW_REFERRAL, "da", ABOUT_ONE)
    assert written.subject == "Ny henvisning H-7KF3-Q"
    assert written.body == (
        "Der er en ny henvisning i jeres kø: H-7KF3-Q.\n"
        "Borgeren er lovet et opkald senest fredag den 27. november.\n\n"
        "Se den her: https://henvis.example/koe/H-7KF3-Q\n\n--\n"
        "Du får den her besked fra Henvis. Vælg selv, hvad du vil høre om: "
        "https://henvis.example/konto/beskeder\n"
    )


@pytest.mark.parametrize(
    ("count", "when", "told"),
    [
        (1, "today", "1 af jeres henvisninger er kontaktet i dag."),
        (2, "today", "2 af jeres henvisninger er kontaktet i dag."),
        (3, "since_yesterday", "3 af jeres henvisninger er kontaktet siden i går."),
    ],
)
def test_a_ward_is_told_in_one_line(count: int, when: str, told: str) -> None:
    payload = {"ward": "herlev-onk-1", "count": count, "when": when}
    assert WRITER.write(NoticeKind.WARD_CONTACTED, "da", payload).short == told


@pytest.mark.parametrize(
    ("count", "last_day", "told"),
    [
        (1, 0, "1 udskudt patient venter på afsnittets liste."),
        (
            3,
            2,
            "3 udskudte patienter venter på afsnittets liste. Sidste dag for 2.",
        ),
    ],
)
def test_a_ward_is_told_in_the_morning_who_waits(count: int, last_day: int, told: str) -> None:
    payload = {"ward": "herlev-onk-1", "count": count, "last_day": last_day}
    written = WRITER.write(NoticeKind.WARD_WAITING, "da", payload)
    assert written.short == told
    assert written.link == "https://henvis.example/chat"


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_notice_can_be_written(kind: NoticeKind, language: str) -> None:
    written = WRITER.write(kind, language, PAYLOADS[kind])
    parts = (written.subject, written.body, written.short)
    assert all(parts)
    assert not any("{" in part for part in parts)
    assert len(written.short) <= 80
    assert written.link.startswith("https://henvis.example/")


@pytest.mark.parametrize("kind", NoticeKind)
def test_both_languages_tell_the_same(kind: NoticeKind) -> None:
    fields = [
        {part: _fields(text) for part, text in TEXTS.spoken(language, kind).items()}
        for language in ("da", "en")
    ]
    assert fields[0] == fields[1]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


ALWAYS = [kind for kind, rule in RULES.items() if rule.always]


@pytest.mark.parametrize("what", Kind)
def test_whoever_is_told_of_an_access_is_told_which(what: Kind) -> None:
    payload = {"what": what, "name": "anna", "user": None, "municipality": "0151"}
    written = WRITER.write(NoticeKind.ACCESS_CHANGED, "da", payload)
    assert "anna" in written.body
    assert "anna" not in written.short, "a phone's notices go through a foreign cloud"


def test_nobody_may_choose_not_to_hear_of_an_access(  # it is how a misuse is found
) -> None:
    assert set(ALWAYS) == {
        NoticeKind.ACCESS_ASKED, NoticeKind.ACCESS_CHANGED, NoticeKind.PASSWORD_LINK,
    }  # fmt: skip
    for role in PEOPLE:
        assert not set(kinds_for(staff(role, municipality_code="0151"))) & set(ALWAYS)


def test_each_role_chooses_among_its_own_kinds() -> None:
    ward = staff(Role.NURSE, ward_id="herlev-onk-1")
    of_wards = [NoticeKind.WARD_WAITING, NoticeKind.WARD_CONTACTED]
    assert kinds_for(ward) == of_wards
    adviser = staff(Role.ADVISER, municipality_code="0151")
    assert set(kinds_for(adviser)) == set(NoticeKind) - {
        NoticeKind.WARD_WAITING,
        NoticeKind.WARD_CONTACTED,
        NoticeKind.CLOCK_JUMPED,
        *ALWAYS,
        NoticeKind.NOT_REAL,
        NoticeKind.QUOTA_REACHED,
        NoticeKind.CONFIRM_EMAIL,
    }
    assert kinds_for(staff(Role.ADMINISTRATOR)) == [
        NoticeKind.CLOCK_JUMPED,
        NoticeKind.QUOTA_REACHED,
    ]
    assert kinds_for(staff(Role.LEAD, hospital_id="herlev")) == []


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("06:59", "23 07:00"),
        ("07:00", "23 07:00"),
        ("19:59", "23 19:59"),
        ("20:00", "24 07:00"),
        ("23:30", "24 07:00"),
        ("00:30", "23 07:00"),
    ],
)
def test_a_phone_is_silent_at_night(at: str, then: str) -> None:
    here = datetime.fromisoformat(f"2026-11-23T{at}:00+01:00").astimezone(UTC)
    day, hour = then.split()
    woken = datetime.fromisoformat(f"2026-11-{day}T{hour}:00+01:00")
    assert after_quiet_hours(here) == woken


def test_quiet_hours_follow_the_clock_people_see_when_summer_time_ends() -> None:
    evening = datetime.fromisoformat("2026-10-24T21:00:00+02:00")
    assert after_quiet_hours(evening) == datetime.fromisoformat("2026-10-25T07:00:00+01:00")
