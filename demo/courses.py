"""The demo catalogue: made-up courses in all nine municipalities, every one marked as demo.

The same each time for a day, and relative to it: next week always has courses that start.
"""

from __future__ import annotations

import random
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from holidays import country_holidays
from sqlalchemy.orm import Session as Transaction

from referrals.catalogue.draft import Codes, known_codes, read_draft
from referrals.catalogue.records import fill, write_openings
from referrals.courses.course import CourseStatus
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.denmark.municipalities import MunicipalityMap
from referrals.words.labels import Labels
from referrals.words.yaml_files import read_yaml

SEED = "henvis"
_EVES = {(12, 24), (12, 31)}
_RECENTLY = 25
"""Records were verified at most so many days ago, unless their kind says otherwise."""


@dataclass(frozen=True)
class _Made:
    """One made-up course as text, and what a draft does not say."""

    municipality: str
    fields: dict[str, str]
    status: CourseStatus
    verified_on: date


def add(session: Transaction, labels: Labels, places: MunicipalityMap, now: datetime) -> int:
    """Write the demo catalogue in the caller's transaction, and give how many courses it has."""
    codes = known_codes(labels, places)
    rows = [_row(made, codes) for made in _all(labels, places, local_day(now))]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _row(made: _Made, codes: Codes) -> CourseRow:
    draft = read_draft(made.fields, codes)
    row = CourseRow(
        municipality_code=made.municipality,
        status=made.status.value,
        verified_on=made.verified_on,
        capacity=draft.capacity,
        taken=draft.taken,
        held=0,
        waiting=0,
        demo=True,
    )
    fill(row, draft)
    write_openings(row)
    return row


def _all(labels: Labels, places: MunicipalityMap, today: date) -> Iterator[_Made]:
    data = read_yaml(files("demo").joinpath("demo_courses.yml"))
    codes = sorted(places.partner_codes)
    for number, (code, own) in enumerate(sorted(data["municipalities"].items())):
        neighbours = [code, codes[(number + 1) % len(codes)], codes[(number + 4) % len(codes)]]
        open_to = {"all": codes, "near": neighbours, "own": [code]}
        for turn, kind in enumerate(data["kinds"]):
            # Made up, and the same each time: no secret hangs on it.
            chance = random.Random(f"{SEED} {code} {kind['key']}")  # noqa: S311
            days = _days(kind, chance, today)
            place, postcode = own["places"][turn % len(own["places"])]
            language = own["language"] if kind.get("language") == "own" else kind.get("language")
            fields = {
                **_text(kind),
                "title": kind["title"].format(
                    place=places.town_of[postcode],
                    language=labels.word("spoken_language", language),
                ),
                "language": language or "da",
                "open_to": " ".join(open_to[kind["open"]]),
                "sessions": " | ".join(f"{day} {kind['at']}" for day in days),
                "deadline_on": str(days[0] - timedelta(days=1)) if kind.get("deadline") else "",
                "taken": str(round(kind["capacity"] * (1 - kind["free"]))),
                "medicine_subsidy": chance.choice(data["subsidy"]),
                "contact_email": f"rygestop-{code}@demo.example",
            }
            if kind["format"] == "digital":
                fields["online_link"] = f"https://demo.example/{code}/{kind['key']}"
            else:
                fields |= {"place": place, "postcode": postcode}
                fields["access"] = chance.choice(data["access"])
            days_ago = kind.get("verified", chance.randint(0, _RECENTLY))
            status = CourseStatus(kind.get("status", "open"))
            yield _Made(code, fields, status, today - timedelta(days=days_ago))


def _text(kind: dict[str, Any]) -> dict[str, str]:
    """Give what a kind says as it is."""
    return {
        "key": f"demo-{kind['key']}",
        "concept": kind["concept"],
        "format": kind["format"],
        "intake": kind["intake"],
        "goal": kind.get("goal", "stop"),
        "audience": kind.get("audience", "all"),
        "products": kind.get("products", ""),
        "interpreter": "ja" if kind.get("interpreter") else "nej",
        "capacity": str(kind["capacity"] or ""),
        "price_dkk": str(kind.get("price", 0)),
    }


@cache
def _feasts() -> Container[date]:
    return country_holidays("DK")


def _days(kind: dict[str, Any], chance: random.Random, today: date) -> list[date]:
    """Give one day a week, on a weekday that is kept to, leaving out feasts and their eves."""
    weekday = kind.get("weekday", chance.randint(0, 4))
    day = today + timedelta(weeks=kind["week"], days=weekday - today.weekday())
    feasts = _feasts()
    found: list[date] = []
    while len(found) < kind["sessions"]:
        if day not in feasts and (day.month, day.day) not in _EVES:
            found.append(day)
        day += timedelta(weeks=1)
    return found
