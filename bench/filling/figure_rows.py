"""Made-up years of work, written straight into the tables: for measuring and for tests of figures.

Holds no identity. Every referral has the events that its state needs, so that a recount from the
events gives the same as the columns beside them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text

from referrals.advice.tables import EncounterRow
from referrals.consent.tables import ConsentRow
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.moves import (
    DECLINE_REASONS,
    DROP_OUT_REASONS,
    OPEN_STATES,
    UNREACHED_STATES,
)
from referrals.referral.reference import new_reference
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.tables import MunicipalityRow, UserRow, WardRow
from referrals.storage.database import Database

BATCH = 20_000
TABLES = (EncounterRow, ConsentRow, ReferralRow, ReferralEventRow, OutcomeRow)
_SIX_MONTHS = timedelta(days=182)
_COURSE = timedelta(days=42)


@dataclass
class Batch:
    """Rows that are written together, by table."""

    rows: dict[type, list[dict[str, Any]]] = field(
        default_factory=lambda: {table: [] for table in TABLES}
    )

    def __len__(self) -> int:
        """Count the encounters."""
        return len(self.rows[EncounterRow])


@dataclass(frozen=True)
class Around:
    """Who may work with whom: taken from the database."""

    wards: Sequence[str]
    municipalities: Sequence[str]
    nurse: int
    advisers: dict[str, tuple[int, str]]


def fill(
    database: Database, encounters: int, since: datetime, now: datetime, *, seed: int = 1
) -> None:
    """Add ``encounters`` evenly from ``since`` to ``now``; about half of them are referred."""
    chance = random.Random(seed)  # noqa: S311 - made-up data
    around = _around(database)
    with database.read() as session:
        last = session.scalars(select(ReferralRow.id).order_by(ReferralRow.id.desc())).first() or 0
    step = (now - since) / max(encounters, 1)
    batch, referral = Batch(), last
    for number in range(encounters):
        at = since + step * number
        referral += _encounter(batch, chance, around, (seed, number, referral + 1), at, now)
        if len(batch) >= BATCH:
            _write(database, batch)
            batch = Batch()
    _write(database, batch)
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))  # as autovacuum would, where it runs


def _around(database: Database) -> Around:
    with database.read() as session:
        users = session.scalars(select(UserRow)).all()
        return Around(
            wards=session.scalars(select(WardRow.id).order_by(WardRow.id)).all(),
            municipalities=session.scalars(
                select(MunicipalityRow.code).order_by(MunicipalityRow.code)
            ).all(),
            nurse=next(user.id for user in users if user.role == "nurse"),
            advisers={
                str(user.municipality_code): (user.id, user.name)
                for user in users
                if user.role == "adviser"
            },
        )


def _encounter(
    batch: Batch,
    chance: random.Random,
    around: Around,
    numbers: tuple[int, int, int],
    at: datetime,
    now: datetime,
) -> int:
    """Add one encounter, and its referral if there is one. Gives how many referrals that makes."""
    seed, number, referral_id = numbers
    encounter_id = f"made-up-{seed}-{number}"
    ward = around.wards[int(chance.random() ** 1.5 * len(around.wards))]
    status = chance.choices(("never", "ex", "daily", "occasional"), (0.1, 0.1, 0.6, 0.2))[0]
    user = status in ("daily", "occasional")
    accepted = user and chance.random() < 0.65
    batch.rows[EncounterRow].append(
        {
            "id": encounter_id,
            "nurse_id": around.nurse,
            "ward_id": ward,
            "language": "da",
            "answers": [],
            "step": "closed",
            "status": status,
            "accepted": accepted,
            "consented": accepted,
            "consent_proof": {},
            "filing": 0,
            "settled": True,
            "started_at": at,
            "updated_at": at,
            "expires_at": at,
            "offer_answered_at": at if user else None,
            "closed_at": at,
        }
    )
    if not accepted:
        return 0
    _referral(batch, chance, around, (referral_id, encounter_id, ward), at, now)
    return 1


def _referral(
    batch: Batch,
    chance: random.Random,
    around: Around,
    ids: tuple[int, str, str],
    at: datetime,
    now: datetime,
) -> None:
    referral_id, encounter_id, ward = ids
    code = chance.choice(around.municipalities)
    adviser, name = around.advisers[code]
    events = list(_course_of_events(chance, at, now))
    state = events[-1][1]
    when = {move: moment for move, _, _, moment in events}
    batch.rows[ConsentRow].append(
        {
            "id": referral_id,
            "encounter_id": encounter_id,
            "text_version": "",
            "language": "da",
            "contact": True,
            "contact_text_hash": "",
            "outcome": chance.random() < 0.8,
            "shared": [],
            "purpose": "quit_help",
            "method": "read_aloud",
            "captured_by": around.nurse,
            "captured_at": at,
            "expires_at": at + timedelta(days=365),
        }
    )
    batch.rows[ReferralRow].append(
        {
            "id": referral_id,
            "reference": _reference(referral_id),
            "encounter_id": encounter_id,
            "filing": 0,
            "municipality_code": code,
            "ward_id": ward,
            "nurse_id": around.nurse,
            "consent_id": referral_id,
            "state": state,
            "open": state in OPEN_STATES,
            "clock_stopped": state not in UNREACHED_STATES,
            "filed_at": at,
            "due_at": at + timedelta(days=7),
            "first_attempt_at": when.get("attempt_contact") or when.get("reach"),
            "first_reached_at": when.get("reach"),
            "assigned_to": adviser if chance.random() < 0.9 else None,
            "details": {"status": "daily"},
        }
    )
    source = None
    for position, (move, target, reason, moment) in enumerate(events, start=1):
        batch.rows[ReferralEventRow].append(
            {
                "referral_id": referral_id,
                "number": position,
                "move": move,
                "from_state": source,
                "to_state": target,
                "reason": reason,
                "actor": f"adviser:{name}",
                "at": moment,
            }
        )
        source = target
    if "start" in when:
        over = when.get("complete") or when.get("drop_out")
        if over is not None:
            _outcomes(batch, chance, (referral_id, code), over, now)


def _course_of_events(
    chance: random.Random, at: datetime, now: datetime
) -> Iterator[tuple[str, str, str | None, datetime]]:
    """Give moves, states, reasons and times up to ``now``."""
    yield "file", "filed", None, at
    steps: list[tuple[str, str, str | None, float]] = [("receive", "received", None, 1)]
    if chance.random() < 0.4:
        steps.append(("attempt_contact", "contact_attempted", "no_answer", 2))
    steps.append(("reach", "reached", None, chance.uniform(1, 6)))
    if chance.random() < 0.25:
        steps.append(("decline", "declined", chance.choice(DECLINE_REASONS), 0.1))
    else:
        steps += [("accept", "accepted", None, 0.1), ("enrol", "enrolled", None, 3)]
        if chance.random() < 0.85:
            steps.append(("start", "started", None, 14))
        if chance.random() < 0.3:
            steps.append(("drop_out", "dropped_out", chance.choice(DROP_OUT_REASONS), 20))
        elif steps[-1][0] == "start":
            steps.append(("complete", "completed", None, _COURSE.days))
    moment = at
    for move, target, reason, days in steps:
        moment += timedelta(days=days)
        if moment > now:
            return
        yield move, target, reason, moment


def _outcomes(
    batch: Batch,
    chance: random.Random,
    whose: tuple[int, str],
    over: datetime,
    now: datetime,
) -> None:
    referral_id, code = whose
    for kind, due, share in (("end", over, 0.6), ("six_months", over + _SIX_MONTHS, 0.35)):
        state = "due"
        if due < now:
            state = chance.choices(("answered", "lost"), (0.8, 0.2))[0]
        answered = state == "answered"
        free = answered and chance.random() < share
        batch.rows[OutcomeRow].append(
            {
                "referral_id": referral_id,
                "municipality_code": code,
                "kind": kind,
                "due_on": due.date(),
                "call_on": due.date(),
                "attempts": 0,
                "state": state,
                "smoke_free": free if answered else None,
                "nicotine_free": free if answered else None,
                "satisfied": chance.random() < 0.9 if answered else None,
                "method": "self_report" if answered else None,
                "recorded_at": due if state != "due" else None,
            }
        )


def _reference(number: int) -> str:
    """Give a reference that is unique by its number; it need not be checkable."""
    return f"{new_reference(0)[:2]}{number:08}"


def _write(database: Database, batch: Batch) -> None:
    with database.write() as session:
        for table, rows in batch.rows.items():
            if rows:
                # Nulls are written like any value, else each row would be a statement of its own.
                session.execute(insert(table).execution_options(render_nulls=True), rows)
