"""Demo data: two hospitals, five wards, nine municipalities with staff, courses, some referrals.

Referrals are made by playing encounters through the real script on a clock that stands in the past.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demo import courses, reserved
from demo.log_in import PASSWORD
from demo.reserved import Reserve
from referrals.advice.encounter import Step
from referrals.bedside import answering
from referrals.booking.adviser_calls import write_week
from referrals.booking.call_hours import Hours
from referrals.consent.texts import ConsentPart
from referrals.installation import own_facts
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralRow
from referrals.staff import house_rules
from referrals.staff.accounts import Accounts, staff_of
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import HospitalRow, MunicipalityRow, UserRow, WardRow
from referrals.storage.database import Database
from referrals.turns.encounters import Command, Encounters
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside, TurnServices
from referrals.vault.vault import Vault, seal
from referrals.words.room_words import RoomWords

HOSPITALS = {"herlev": "Herlev Hospital", "gentofte": "Gentofte Hospital"}
WARDS = (
    ("herlev-onk-1", "herlev", "Onkologi", "Onkologisk sengeafsnit 1"),
    ("herlev-med-2", "herlev", "Medicin", "Medicinsk sengeafsnit 2"),
    ("herlev-neu-1", "herlev", "Neurologi", "Neurologisk sengeafsnit 1"),
    ("gentofte-med-1", "gentofte", "Medicin", "Medicinsk sengeafsnit 1"),
    ("gentofte-lunge-1", "gentofte", "Lungemedicin", "Lungemedicinsk sengeafsnit"),
)
WARD_OF_DEMO_NURSE = "herlev-onk-1"
CALL_HOURS = [Hours(day, *part) for day in range(5) for part in ((540, 720), (780, 900))]
"""Every demo adviser calls on weekdays from 9 to 12 and from 13 to 15."""
DEMO_PHONE = "+4500000000"
_WORDS = RoomWords("demo")


@dataclass(frozen=True)
class MadeUp:
    """One made-up referral: filed ``days`` ago, then moved with ``moves`` (move and reason).

    ``reserves`` says what the nurse reserved at the bedside, a few hours ago at most.
    """

    name: str
    phone: str
    postcode: str
    municipality: str
    days: float
    moves: tuple[tuple[Move, str | None], ...] = ()
    status: str = "daily"
    best_time: str = "any"
    spoken_language: str = "da"
    reserves: tuple[Reserve, ...] = ()


REFERRALS = (
    MadeUp(
        "Demo Patient Et",
        "20 11 22 01",
        "2760",
        "0151",
        0.2,
        best_time="morning",
        reserves=(Reserve.SEAT, Reserve.CALL),
    ),
    MadeUp(
        "Demo Patient To",
        "20 11 22 02",
        "2750",
        "0151",
        5.5,
        ((Move.RECEIVE, None),),
        reserves=(Reserve.PLACE_IN_LINE,),
    ),
    MadeUp(
        "Demo Patient Tre",
        "20 11 22 03",
        "2750",
        "0151",
        8.2,
        ((Move.RECEIVE, None), (Move.ATTEMPT, "no_answer")),
        best_time="evening",
    ),
    MadeUp(
        "Demo Patient Fire",
        "20 11 22 04",
        "2740",
        "0151",
        20,
        ((Move.RECEIVE, None), (Move.REACH, None), (Move.ACCEPT, None), (Move.ENROL, None)),
    ),
    MadeUp("Demo Patient Fem", "20 11 22 05", "2730", "0163", 1, spoken_language="ar"),
    MadeUp(
        "Demo Patient Seks",
        "20 11 22 06",
        "2900",
        "0157",
        30,
        ((Move.RECEIVE, None), (Move.REACH, None), (Move.DECLINE, "not_now"), (Move.CLOSE, None)),
        status="occasional",
    ),
)


def fill(database: Database, accounts: Accounts, around: TurnServices) -> bool:
    """Fill an empty database; False if there are users already. One password for all."""
    password_hash = accounts.hash_password(PASSWORD)
    now = around.now()
    with database.write() as session:
        if session.scalar(select(func.count()).select_from(UserRow)):
            return False
        _places(session, around, now)
        session.flush()
        own_facts.note(session, own_facts.DEMO, {}, now)
        house_rules.change(session, "require_second_factor", False, "demo", now)
        for quota in ("conversations_a_day", "referrals_a_day"):  # a few play a whole hospital
            house_rules.change(session, quota, house_rules.COUNTS[quota][1], "demo", now)
        courses.add(session, around.labels, around.municipalities, now)
        users = _users(around, password_hash)
        session.add_all(users)
        session.flush()
        for user in users:
            if user.role == Role.ADVISER.value:
                write_week(session, user.id, CALL_HOURS)
    for made_up in REFERRALS:
        _play(database, around, made_up, now)
    return True


def municipalities_of(around: TurnServices) -> Iterable[MunicipalityRow]:
    """Give the nine municipalities as rows."""
    for partner in around.municipalities.partners():
        yield MunicipalityRow(code=partner.code, name=partner.name, phone=DEMO_PHONE)


def _places(session: Session, around: TurnServices, now: datetime) -> None:
    known = set(session.scalars(select(MunicipalityRow.code)))
    session.add_all(m for m in municipalities_of(around) if m.code not in known)
    session.add_all(HospitalRow(id=key, name=name) for key, name in HOSPITALS.items())
    session.flush()
    session.add_all(
        WardRow(
            id=ward,
            hospital_id=hospital,
            department=department,
            name=name,
            valid_from=now - timedelta(days=400),
        )
        for ward, hospital, department, name in WARDS
    )


def _users(around: TurnServices, password_hash: str) -> list[UserRow]:
    def user(name: str, shown: str, role: Role, **scope: str) -> UserRow:
        return UserRow(
            name=name,
            display_name=shown,
            role=role.value,
            password_hash=password_hash,
            language="da",
            **scope,
        )

    users = [
        user("demo-nurse", "Demo Sygeplejerske", Role.NURSE, ward_id=WARD_OF_DEMO_NURSE),
        user("demo-nurse-2", "Demo Kollega", Role.NURSE, ward_id=WARD_OF_DEMO_NURSE),
        user("demo-nurse-gentofte", "Demo Gentofte", Role.NURSE, ward_id="gentofte-med-1"),
        user("demo-lead", "Demo Leder", Role.LEAD, hospital_id="herlev"),
        user("demo-admin", "Demo Administrator", Role.ADMINISTRATOR),
        user("demo-admin-2", "Demo Administrator To", Role.ADMINISTRATOR),
    ]
    for partner in around.municipalities.partners():
        scope = {"municipality_code": partner.code}
        shown = _WORDS.word("adviser", "da").format(place=partner.name)
        users.append(user(f"demo-adviser-{partner.code}", shown, Role.ADVISER, **scope))
        shown = _WORDS.word("manager", "da").format(place=partner.name)
        users.append(user(f"demo-manager-{partner.code}", shown, Role.COURSE_MANAGER, **scope))
    return users


def _play(database: Database, around: TurnServices, made_up: MadeUp, now: datetime) -> None:
    """Hold one encounter and work its referral, on a clock that runs in the past."""
    then = replace(around, now=lambda: now - timedelta(days=made_up.days))
    encounters = Encounters(database, then)
    nurse = _staff(database, "demo-nurse")
    encounter_id = encounters.start(nurse)
    answers = _answers(around, made_up)
    for number, answer in enumerate(answers):
        name, phone = seal("name", made_up.name), seal("phone", made_up.phone)
        values = [name, phone] if answer is _DETAILS else []
        message_id = f"demo-{number}"
        encounters.receive(nurse, encounter_id, message_id, "/demo", values)
        told = {"name": name.token, "phone": phone.token, "postcode": made_up.postcode}
        encounters.apply(encounter_id, message_id, _command(answer, told))
    for number, what in enumerate(made_up.reserves, start=len(answers)):
        message_id = f"demo-{number}"
        encounters.receive(nurse, encounter_id, message_id, "/demo", [])
        encounters.apply(encounter_id, message_id, reserved.COMMANDS[what])
    _work(database, then.vault, made_up, encounter_id, now)


_DETAILS = answering.Pressed("details", "")


def _answers(around: TurnServices, made_up: MadeUp) -> list[answering.Pressed]:
    texts = around.consent_texts

    def consent(step: Step, part: ConsentPart) -> answering.Pressed:
        return answering.Pressed(step, "yes", texts[(part, "da")].hash)

    return [
        answering.Pressed(Step.STATUS, made_up.status),
        answering.Pressed(Step.OFFER, "yes"),
        consent(Step.CONSENT_CONTACT, ConsentPart.CONTACT),
        consent(Step.CONSENT_OUTCOME, ConsentPart.OUTCOME),
        _DETAILS,
        answering.Pressed(Step.MUNICIPALITY, made_up.municipality),
        answering.Pressed(Step.BEST_TIME, made_up.best_time),
        answering.Pressed(Step.LEAVE_MESSAGE, "no"),
        answering.Pressed(Step.SPOKEN_LANGUAGE, made_up.spoken_language),
        *([answering.Pressed(Step.INTERPRETER, "yes")] if made_up.spoken_language != "da" else []),
        answering.Pressed(Step.SUMMARY, "send"),
    ]


def _command(answer: answering.Pressed, told: dict[str, str]) -> Command:
    def command(bedside: Bedside) -> list[Say]:
        if answer is _DETAILS:
            return answering.record_contact(bedside, told)
        return answering.press(bedside, answer)

    return command


def _work(
    database: Database, vault: Vault, made_up: MadeUp, encounter_id: str, now: datetime
) -> None:
    adviser = _staff(database, f"demo-adviser-{made_up.municipality}")
    queue = MunicipalQueue(database, vault, adviser)
    with database.read() as session:
        reference = session.scalars(
            select(ReferralRow.reference).where(ReferralRow.encounter_id == encounter_id)
        ).one()
    filed = now - timedelta(days=made_up.days)
    for number, (move, reason) in enumerate(made_up.moves, start=1):
        at = filed + timedelta(days=made_up.days * number / (len(made_up.moves) + 1))
        queue.move(reference, move, at, reason=reason)


def _staff(database: Database, name: str) -> Staff:
    with database.read() as session:
        return staff_of(session.scalars(select(UserRow).where(UserRow.name == name)).one())
