"""Asks questions about courses of a whole Henvis but its engine: decided, searched and answered.

What the engine understands of each text is handed in, since it is asked once for all.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions import all_actions
from actions.bedside_action import BedsideAction, Heard
from demo import people
from referrals.advice.asserted import Fact
from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.consent.texts import load_consent_texts
from referrals.courses.conditions import Conditions
from referrals.courses.question import from_json
from referrals.denmark.municipalities import load_municipalities
from referrals.staff.accounts import Accounts
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.turns.turn import IdleLimits, TurnServices
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault
from referrals.words.labels import Labels
from tests.conftest import Clock, World
from tests.nlu import phrases
from tests.nlu.understanding import Understood

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday: the day from which the expected dates are counted."""

BLIND = "blind"
"""The file of the questions that nothing was tuned on."""


@dataclass(frozen=True)
class Question:
    """What is asked, one after the other, and the conditions that hold after the last.

    ``blind`` questions were written last and nothing was ever tuned on them.
    """

    asks: tuple[str, ...]
    wants: Conditions
    blind: bool

    def __str__(self) -> str:
        return " >> ".join(self.asks)


@dataclass(frozen=True)
class Answered:
    """The conditions that were understood, and the courses shown.

    No conditions: it was no question, or it was one that moved the script.
    """

    conditions: Conditions | None
    shown: tuple[int, ...]


def questions() -> list[Question]:
    """Read the held-out questions."""
    return [
        Question(tuple(one["asks"]), from_json(one["wants"]), path.stem == BLIND)
        for path in sorted(phrases.COURSE_QUESTIONS.glob("*.yml"))
        for one in phrases.read(path)
    ]


@dataclass
class CourseDesk:
    """A database with the demo catalogue, and the actions that answer from it."""

    world: World
    actions: dict[str, BedsideAction] = field(init=False)

    def __post_init__(self) -> None:
        by_name = {action.name(): action for action in all_actions(self.world.encounters)}
        rules = phrases.read(phrases.PROJECT / "nlu" / "rules.yml")["rules"]
        self.actions = {
            rule["steps"][0]["intent"]: by_name[rule["steps"][1]["action"]] for rule in rules
        }

    def answer(self, told: Sequence[tuple[str, Understood]]) -> Answered:
        """Say some sealed texts at a new bedside, one after the other, as the engine hears them."""
        encounters, nurse = self.world.encounters, self.world.staff("demo-nurse")
        encounter_id = encounters.start(nurse)
        for text, one in told:
            message_id = uuid.uuid4().hex
            encounters.receive(nurse, encounter_id, message_id, "?", ())
            every: defaultdict[str, list[str]] = defaultdict(list)
            for name, value in one.entities:
                every[name].append(value)
            first = {name: values[0] for name, values in every.items()}
            heard = Heard(
                encounter_id,
                message_id,
                one.intent,
                first,
                dict(every),
                text=text,
                facts=tuple(Fact(*fact) for fact in (one.reading or {}).get("facts", ())),
                confidence=one.confidence,
            )
            self.actions[one.intent].apply(heard)
        with self.world.database.read() as session:
            row = session.get_one(EncounterRow, encounter_id)
            kept = row.course_question if row.step == Step.STATUS.value else None
        if kept is None:
            return Answered(None, ())
        return Answered(from_json(kept["conditions"]), tuple(kept["shown"]))


@contextmanager
def open_desk(folder: Path) -> Iterator[CourseDesk]:
    """Open a desk with the demo staff and the demo catalogue of that Monday."""
    clock = Clock(NOW)
    around = TurnServices(
        vault=Vault(new_keys()),
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(),
        now=clock,
    )
    database = Database(f"sqlite:///{folder / 'henvis.db'}")
    schema.migrate(database)
    accounts = Accounts(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "REFERRALS", ())
        people.fill(database, accounts, around)
    yield CourseDesk(World(database, clock, around, accounts))
    database.close()
