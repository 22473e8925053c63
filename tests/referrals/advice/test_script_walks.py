"""Random walks through the talk: never stuck, nothing lost, nothing filed without consent."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event, text

from demo import people
from referrals.advice import script
from referrals.advice.encounter import Outcome, Step
from referrals.bedside import answering, steering
from referrals.consent.texts import load_consent_texts
from referrals.denmark.municipalities import load_municipalities
from referrals.housekeeping import keep_house
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import Accounts
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.storage.table_base import Base
from referrals.turns.encounters import Encounters
from referrals.turns.turn import IdleLimits, TurnServices
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault
from referrals.words.labels import Labels
from tests.conftest import Clock, World
from tests.referrals.playing import Play, how_many, names

NAMES = ("Zebulon Quistgaard", "Xanthippe Vråby", "قسطنطين")
PHONES = ("20 66 77 88", "20 66 77 99", "+46 70 123 45 67")
MARKERS = ("Zebulon", "Quistgaard", "Xanthippe", "قسطنطين", "20667788", "20 66 77", "70123456")
GOOD = {
    "name": st.sampled_from(NAMES),
    "phone": st.sampled_from(PHONES),
    "postcode": st.sampled_from(("2750", "2760", "2610", "8000")),
    "time_of_day": st.sampled_from(("morning", "any")),
    "spoken_language": st.sampled_from(("da", "ar")),
    "second_contact": st.sampled_from(NAMES),
    "discharge_date": st.sampled_from(("24/12", "1.1.2027")),
}
BAD = {
    "name": st.just("1"),
    "phone": st.sampled_from(("12", "hello", "206677889900112233")),
    "postcode": st.just("0000"),
    "discharge_date": st.just("31/2"),
}
STEP_OF = {
    "name": Step.NAME,
    "phone": Step.PHONE,
    "postcode": Step.POSTCODE,
    "time_of_day": Step.BEST_TIME,
    "spoken_language": Step.SPOKEN_LANGUAGE,
    "second_contact": Step.SECOND_CONTACT,
    "discharge_date": Step.DISCHARGE_DATE,
}
SEALED = script.SEALED.keys()
INTENTS = (
    "affirm",
    "deny",
    "not_now",
    "tried_before",
    "smokes_daily",
    "does_not_use",
    "uses_other_product",
    "stopped_smoking",
    "cannot_answer_now",
    "will_not_answer",
    "relapsed",
    "doing_well",
    "give_best_time",
    "out_of_scope",
)
ENTITIES = st.fixed_dictionaries(
    {},
    optional={
        "product": st.sampled_from(("snus", "cigarettes")),
        "reason": st.just("asleep"),
        "time_of_day": st.just("evening"),
        "municipality": st.sampled_from(("0151", "0101")),
        "spoken_language": st.just("tr"),
    },
)
PRESSABLE = {
    **script.CHOICES,
    Step.MUNICIPALITY: ("0151", "0163", "0101", "other"),
    Step.SPOKEN_LANGUAGE: ("da", "ar", "other"),
}
LEADS_ON = {
    Step.STATUS: "daily",
    Step.OFFER: "yes",
    Step.MUNICIPALITY: "0151",
    Step.DUPLICATE: "add",
    Step.SPOKEN_LANGUAGE: "da",
}


OPTIONAL = st.sampled_from(list(script.OPTIONAL_DEFAULTS))
HELPFUL = {
    Step.NAME: ("name", NAMES[0]),
    Step.PHONE: ("phone", PHONES[0]),
    Step.POSTCODE: ("postcode", "2760"),
    Step.SECOND_CONTACT: ("second_contact", NAMES[1]),
    Step.DISCHARGE_DATE: ("discharge_date", "24/12"),
}


@cache
def _template() -> bytes:
    """Give the file of a database with demo staff; made once."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder) / "henvis.db"
        database = Database(f"sqlite:///{file}")
        schema.migrate(database)
        patch.setattr(people, "REFERRALS", ())
        people.fill(database, Accounts(database), _around())
        database.close()
        return file.read_bytes()


@cache
def _around() -> TurnServices:
    return TurnServices(
        vault=Vault(new_keys()),
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(),
        now=Clock(),
    )


def _hurry(connection: Any, _record: object) -> None:
    """Let no write wait for the disk: what a power cut leaves behind is tested elsewhere."""
    connection.execute("PRAGMA synchronous=OFF")


class Talk(RuleBasedStateMachine):
    """One nurse, one patient, and whatever may happen at a bedside."""

    def __init__(self) -> None:
        super().__init__()
        template = _template()
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "henvis.db"
        file.write_bytes(template)
        database, clock = Database(f"sqlite:///{file}"), Clock()
        event.listen(database.engine, "connect", _hurry)
        around = replace(_around(), now=clock)
        self.world = World(database, clock, around, Accounts(database))

    @initialize(depth=st.sampled_from([0, 3, 7, 9, 11, 11, 11, 12, 12]))
    def begin_anywhere(self, depth: int) -> None:
        self.play = Play(self.world)
        self.asked_consent = False
        self.settle()
        self.answer_well(depth)

    def settle(self) -> None:
        """Remember how things stand, for the next step to be compared with."""
        self.before = self.plain()
        self.last_said: list[Any] | None = None

    def plain(self) -> dict[Step, str]:
        """Give the answers with what their tokens stand for."""
        answers = self.play.encounter.answers
        return {
            step: self.world.encounters.unseal(self.play.id, [value]).get(value, "gone")
            if step in SEALED
            else value
            for step, value in answers.items()
        }

    def kept(self, *answered: Step, taken_back: int = 0, filled: Collection[Step] = ()) -> None:
        """Check that only what depends on a changed answer, or was taken back, is gone.

        Nothing new stands there but what was ``answered`` or ``filled`` by a default.
        """
        after = self.plain()
        changed = [s for s in answered if after.get(s) != self.before.get(s)]
        dependent = {d for s in changed for d in script.DEPENDENTS.get(s, ())}
        lost = set(self.before) - set(after) - dependent
        assert len(lost) <= taken_back, f"lost {lost}"
        added = set(after) - set(self.before) - set(answered) - set(filled)
        assert not added, f"added {added}"
        untouched = set(self.before) & set(after) - set(answered)
        assert all(self.before[s] == after[s] for s in untouched)
        self.before = after

    @property
    def expired(self) -> bool:
        return self.world.clock() >= self.play.row.expires_at

    # What the nurse does

    @rule(data=st.data())
    def press_a_button_of_this_step(self, data: st.DataObject) -> None:
        step = self.play.step
        value = data.draw(st.sampled_from(PRESSABLE.get(step, ("?",))))
        if step is Step.CONSENT_CONTACT and value == "yes" and not self.expired:
            self.asked_consent = True
        self.play.press(step, value)
        self.kept(step)

    @rule(steps=st.integers(1, 12))
    def go_on_well(self, steps: int) -> None:
        self.answer_well(steps)

    def answer_well(self, steps: int) -> None:
        for _ in range(steps):
            self.kept(self.lead_one_step())

    @rule(data=st.data())
    def press_an_old_button(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from([s for s in PRESSABLE if s is not self.play.step]))
        self.play.press(step, data.draw(st.sampled_from(PRESSABLE[step])))
        self.kept()

    @rule(intent=st.sampled_from(INTENTS), entities=ENTITIES)
    def type_an_answer(self, intent: str, entities: dict[str, str]) -> None:
        step = self.play.step
        self.play.tell(intent, **entities)
        told = (Step.STATUS, Step.PRODUCT, Step.DEFER_REASON, Step.BEST_TIME)
        no = intent == "deny"  # where it answers nothing, it takes back what was just noted
        self.kept(step, *told, Step.SPOKEN_LANGUAGE, taken_back=2 if no else 0)

    @rule(told=st.fixed_dictionaries({}, optional=GOOD))
    def type_details(self, told: dict[str, str]) -> None:
        self.play.details(**told)
        self.kept(*(STEP_OF[detail] for detail in told), *self.second_contact(told))

    @rule(told=st.fixed_dictionaries({}, optional=BAD))
    def type_bad_details(self, told: dict[str, str]) -> None:
        self.play.details(**told)
        self.kept()

    def second_contact(self, told: dict[str, str]) -> tuple[Step, ...]:
        return (Step.SECOND_CONTACT,) if "name" in told else ()

    @rule(detail=st.sampled_from([*script.CORRECTABLE, None]))
    def correct(self, detail: Step | None) -> None:
        self.play.correct(detail)
        self.kept()

    @rule(how_much=st.sampled_from(["", answering.SKIP_REST]))
    def skip(self, how_much: str) -> None:
        self.play.skip(how_much)
        self.kept(filled=script.OPTIONAL_DEFAULTS)

    @precondition(lambda self: not self.expired)
    @rule(detail=OPTIONAL, how_much=st.sampled_from(["", answering.SKIP_REST]))
    def begin_a_correction_and_skip_it(self, detail: Step, how_much: str) -> None:
        self.play.correct(detail)
        correcting = self.play.encounter.revisiting is not None
        self.play.skip(how_much)
        self.kept(filled=() if correcting else script.OPTIONAL_DEFAULTS)

    @rule()
    def go_back(self) -> None:
        self.play.back()
        self.kept(taken_back=1)

    @rule(what=st.sampled_from(["pause", "resume", "show_help", "show_summary"]))
    def steer(self, what: str) -> None:
        self.play.say(getattr(steering, what))
        self.kept()

    @rule()
    def say_what_nobody_understands(self) -> None:
        self.play.say(lambda b: answering.not_understood(b, out_of_scope=False))
        self.kept()

    @rule()
    def undo(self) -> None:
        self.play.undo()
        self.kept()

    @precondition(lambda self: self.play.row.closed_at is None and not self.expired)
    @rule(really=st.integers(0, 3))
    def cancel(self, really: int) -> None:
        if really == 0:
            self.play.cancel()
            assert self.play.row.outcome == Outcome.CANCELLED
            self.before = self.plain()

    @rule(value=st.sampled_from(["daily", "never"]))
    def repeat_a_message(self, value: str) -> None:
        first = self.play.press(self.play.step, "?", message_id="repeated")
        again = self.play.press(Step.STATUS, value, message_id="repeated")
        assert names(again) == names(first)
        self.kept()

    # What happens around

    @rule()
    def restart(self) -> None:
        self.world.encounters = Encounters(self.world.database, self.world.around)
        self.kept()

    @rule(minutes=st.sampled_from([1, 2, 3, 5, 9, 11, 30, 119, 721]))
    def let_time_pass(self, minutes: int) -> None:
        self.world.clock.forward(minutes=minutes)
        keep_house(self.world.database, self.world.clock())
        if self.expired:
            self.before = self.plain()
        self.kept()

    @precondition(lambda self: self.play.row.closed_at is not None or self.expired)
    @rule()
    def begin_the_next_patient(self) -> None:
        self.next_patient()

    def next_patient(self) -> None:
        message_id = f"next-{next(self.play.numbers)}"
        self.play.receive(message_id)
        encounters = self.world.encounters
        said = encounters.next_patient(self.play.id, message_id, steering.resume)
        assert names(said) == ["utter_ask_status"]
        turn = encounters.receive(self.play.staff, self.play.id, message_id, "", ())
        self.play = Play(self.world, id=str(turn.next_encounter_id))
        self.asked_consent = False
        self.settle()

    # What always holds

    @invariant()
    def one_referral_stands_for_an_encounter_at_most(self) -> None:
        mine = ReferralRow.encounter_id == self.play.id
        standing = how_many(self.world, ReferralRow, mine, ReferralRow.open.is_(True))
        assert standing == (self.play.row.ended == Outcome.REFERRED)

    @invariant()
    def nothing_is_filed_without_the_consent_button(self) -> None:
        filed = how_many(self.world, ReferralRow, ReferralRow.encounter_id == self.play.id)
        assert not filed or self.asked_consent

    def teardown(self) -> None:
        """Lead the talk on to an end, then look for identity in every table."""
        if hasattr(self, "play"):
            self.lead_on()
            self.find_no_identity()
        self.world.database.close()
        self.folder.cleanup()

    def lead_on(self) -> None:
        if self.expired:
            self.next_patient()
        for _ in range(40):
            if self.play.step in (Step.FILED, Step.CLOSED):
                return
            self.lead_one_step()
        raise AssertionError(f"stuck at {self.play.step}")

    def lead_one_step(self) -> Step:
        step = self.play.step
        if step in PRESSABLE:
            self.asked_consent |= step is Step.CONSENT_CONTACT and not self.expired
            self.play.press(step, LEADS_ON.get(step, PRESSABLE[step][0]))
        elif step in HELPFUL:
            self.play.details(**dict([HELPFUL[step]]))
        return step

    def find_no_identity(self) -> None:
        with self.world.database.read() as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                    shown = str([v for v in row if not isinstance(v, bytes)])
                    assert not [m for m in MARKERS if m in shown], table.name


Talk.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestTalk = Talk.TestCase
