"""Questions about courses with what is to be understood of their times, written as a table.

A line is a question, a tab and ``name=value`` pairs: see the head of ``data/course_times.tsv``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from nlu.entities.entities import EntityFinder
from referrals.courses.conditions import Conditions
from referrals.courses.course import TimeOfDay
from referrals.courses.question import conditions_of, not_understood

TODAY = date(2026, 11, 30)
"""A Monday: the day from which the expected days are counted."""
TABLE = Path(__file__).resolve().parent / "data" / "course_times.tsv"
_PAIR = re.compile(r"(\w+)=(.*?)(?= \w+=|$)")


@dataclass(frozen=True)
class Timed:
    """A question, the conditions that it holds and the words of it that are not understood."""

    question: str
    wants: Conditions
    unread: tuple[str, ...]


def read_table(path: Path = TABLE) -> list[Timed]:
    """Read the questions of a table; a line that begins with # is a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_timed(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def understood(finder: EntityFinder, text: str, today: date) -> tuple[Conditions, tuple[str, ...]]:
    """Read a question as it reaches the engine: its conditions, and what is said not to be."""
    told: defaultdict[str, list[str]] = defaultdict(list)
    for one in finder.find(text):
        told[one.entity].append(one.value)
    return conditions_of(told, today), not_understood(told, today)


def _timed(question: str, wanted: str) -> Timed:
    told = dict(_PAIR.findall(wanted))
    first, _, last = told.get("hours", "-").partition("-")
    spans = (span.split("..") for span in told.get("except", "").split() if span)
    wants = Conditions(
        places=tuple(told["place"].split(",")) if "place" in told else (),
        near=told.get("near"),
        weekdays=tuple(map(int, told["days"].split(","))) if "days" in told else (),
        time_of_day=TimeOfDay(told["part"]) if "part" in told else None,
        from_clock=time.fromisoformat(first) if first else None,
        to_clock=time.fromisoformat(last) if last else None,
        from_day=date.fromisoformat(told["from"]) if "from" in told else None,
        to_day=date.fromisoformat(told["to"]) if "to" in told else None,
        except_days=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in spans),
    )
    return Timed(question, wants, (told["unread"],) if "unread" in told else ())
