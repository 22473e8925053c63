"""Long queues for measurements: random, the same for the same size, written in bulk."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, text

from referrals.advice.tables import EncounterRow
from referrals.consent.tables import ConsentRow
from referrals.denmark.municipalities import load_municipalities
from referrals.next_action.rule import Case, next_action
from referrals.referral.clock import due_at
from referrals.referral.moves import OPEN_STATES, UNREACHED_STATES, State
from referrals.referral.reference import ALPHABET
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.tables import HospitalRow, MunicipalityRow, UserRow, WardRow
from referrals.storage.database import Database
from referrals.storage.table_base import Base
from referrals.vault.vault import Sealed, Vault

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WARDS = 20
ADVISERS = 8
"""So many advisers has each municipality."""
BUSIEST = "0151"
_SHARE_OF_BUSIEST = 0.5
_SHARE_OPEN = 0.1
_SHARE_CHANGED = 0.03
_BATCH = 10_000
_NAMES = ("Per", "Ida", "Bo", "Anna", "Kaj", "Else", "Ole", "Gerda", "Finn", "Inger", "Lars")
_OPEN = [state.value for state in State if state in OPEN_STATES]
_ENDED = [State.CLOSED.value] * 8 + [State.COMPLETED.value, State.DECLINED.value]


def fill(database: Database, vault: Vault, referrals: int) -> None:
    """Write ``referrals`` referrals: half of them in one municipality, a tenth of them open."""
    codes = [each.code for each in load_municipalities().partners()]
    _write(database, MunicipalityRow, ({"code": c, "name": c, "phone": ""} for c in codes))
    _write(database, HospitalRow, [{"id": "h", "name": "Hospital"}])
    _write(database, WardRow, map(_ward, range(WARDS)))
    _write(database, UserRow, _users(codes))
    _write(database, EncounterRow, [_encounter()])
    _write(database, ConsentRow, [_consent()])
    _write(database, ReferralRow, _referrals(vault, referrals, codes))
    _keep_people(database, vault)
    _write(database, ReferralEventRow, _events(referrals))
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def adviser_of(code: str, number: int = 0) -> str:
    """Name an adviser of a municipality."""
    return f"adviser-{code}-{number}"


def phone_of(number: int) -> str:
    """Give the phone number of the referral with that number; few share one."""
    return f"+45{20_600_000 + number // 2 % 100_000}"


def reference_of(number: int) -> str:
    """Give a reference for a number, in the alphabet of references."""
    body = ""
    for _ in range(6):
        number, sign = divmod(number, len(ALPHABET))
        body += ALPHABET[sign]
    return f"H-{body}-Q"


def _write(database: Database, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        with database.write() as session:
            # Nulls are written like any value, else each row would be a statement of its own.
            session.execute(insert(table).execution_options(render_nulls=True), batch)


def _keep_people(database: Database, vault: Vault) -> None:
    """Seal name and phone of whoever the busiest municipality has to call."""
    sealed = select(ReferralRow.id, ReferralRow.details).where(
        ReferralRow.municipality_code == BUSIEST, ReferralRow.open.is_(True)
    )
    with database.write() as session:
        for number, details in session.execute(sealed).all():
            given, family = _NAMES[number % len(_NAMES)], _NAMES[number // 7 % len(_NAMES)]
            for kind, value in (("name", f"{given} {family}sen"), ("phone", phone_of(number))):
                vault.keep(session, "e", Sealed(details[kind], kind, value), NOW)


def _events(referrals: int) -> Iterator[dict[str, Any]]:
    """Give each referral one event of the five years, now and then one that the patient made."""
    chance = random.Random(referrals)  # noqa: S311 - made up
    shared = {"number": 1, "to_state": State.FILED.value, "from_state": None, "about": "evening"}
    for number in range(1, referrals + 1):
        news = chance.random() < _SHARE_CHANGED
        who = ("change_best_time", "patient:own_page") if news else ("filed", "nurse:nurse")
        at = NOW - timedelta(days=chance.uniform(0, 1_800))
        yield {"id": number, "referral_id": number, "at": at, **shared} | dict(
            zip(("move", "actor"), who, strict=True)
        )


def _ward(number: int) -> dict[str, Any]:
    where = {"hospital_id": "h", "department": "d", "name": f"ward {number}"}
    return {"id": f"w{number}", **where, "valid_from": NOW - timedelta(days=3_000)}


def _users(codes: list[str]) -> Iterator[dict[str, Any]]:
    shared = {"password_hash": "", "language": "da"}
    nurse = {"role": "nurse", "ward_id": "w0", "municipality_code": None}
    yield {"id": 1, "name": "nurse", "display_name": "Nurse", **nurse, **shared}
    for place, code in enumerate(codes):
        for number in range(ADVISERS):
            name = adviser_of(code, number)
            scope = {"role": "adviser", "ward_id": None, "municipality_code": code}
            key = 2 + place * ADVISERS + number
            yield {"id": key, "name": name, "display_name": name, **scope, **shared}


def _encounter() -> dict[str, Any]:
    times = dict.fromkeys(("started_at", "updated_at", "expires_at"), NOW)
    who = {"id": "e", "nurse_id": 1, "ward_id": "w0", "language": "da"}
    return {**who, "answers": [], "step": "filed", "consent_proof": {}, **times}


def _consent() -> dict[str, Any]:
    given = {"contact": True, "contact_text_hash": "", "shared": [], "purpose": "", "method": ""}
    who = {"id": 1, "encounter_id": "e", "text_version": "", "language": "da", "captured_by": 1}
    return {**who, **given, "captured_at": NOW, "expires_at": NOW + timedelta(days=365)}


def _referrals(vault: Vault, how_many: int, codes: list[str]) -> Iterator[dict[str, Any]]:
    chance = random.Random(how_many)  # noqa: S311 - made up
    key = vault.blind_index(None, "phone", "bench")
    for number in range(1, how_many + 1):
        busiest = chance.random() < _SHARE_OF_BUSIEST
        place = codes.index(BUSIEST) if busiest else chance.randrange(len(codes))
        is_open = chance.random() < _SHARE_OPEN
        state = chance.choice(_OPEN if is_open else _ENDED)
        waiting = state in UNREACHED_STATES
        age = chance.uniform(0, 9) if waiting else chance.uniform(1, 900)
        filed = NOW - timedelta(days=age)
        taken = chance.random() < 0.7
        planned = waiting and chance.random() < 0.5
        language = chance.choices(("da", "en", "ar", "tr"), (86, 6, 5, 3))[0]
        best_time = chance.choice(("any", "morning", "afternoon", "evening"))
        planned_at = NOW + timedelta(hours=chance.uniform(-9, 48)) if planned else None
        due = due_at(filed)
        following = next_action(
            Case(State(state), filed, filed, due, best_time, planned_at=planned_at)
        )
        yield {
            "id": number,
            "reference": reference_of(number),
            "encounter_id": "e",
            "filing": number,
            "municipality_code": codes[place],
            "ward_id": f"w{chance.randrange(WARDS)}",
            "nurse_id": 1,
            "consent_id": 1,
            "state": state,
            "open": is_open,
            "clock_stopped": not waiting,
            "version": 1,
            "filed_at": filed,
            "due_at": due,
            "assigned_to": 2 + place * ADVISERS + chance.randrange(ADVISERS) if taken else None,
            "next_attempt_at": planned_at,
            "state_since": filed,
            "next_action": following.what.value if following else None,
            "next_action_at": following.by if following else None,
            "details": {
                "best_time": best_time,
                "spoken_language": language,
                "name": f"[[name:{2 * number:012x}]]",
                "phone": f"[[phone:{2 * number + 1:012x}]]",
            },
            "spoken_language": language if is_open else None,
            "best_time": best_time if is_open else None,
            "needs_interpreter": is_open and language != "da" and chance.random() < 0.5,
            "phone_index": vault.blind_index(None, "phone", phone_of(number)),
            "name_index": hashlib.sha256(f"{key}{number // 3}".encode()).hexdigest(),
        }
