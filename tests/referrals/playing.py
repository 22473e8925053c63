"""One encounter played by hand: every call is one message, received and applied like a real one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TypeVar

from sqlalchemy import func, select

from referrals import housekeeping
from referrals.advice.asserted import Words
from referrals.advice.encounter import Encounter, Step
from referrals.advice.tables import EncounterRow
from referrals.bedside import answering, filing, steering
from referrals.bedside.listening import messages, typed_answers
from referrals.consent.expiring import MARKED_BEFORE
from referrals.consent.texts import ConsentPart
from referrals.referral.tables import ReferralRow
from referrals.storage.table_base import Base
from referrals.turns.encounters import Command
from referrals.turns.saying import Say
from referrals.turns.turn import encounter_of
from referrals.vault.vault import Sealed, seal
from tests.conftest import World
from tests.nlu.reading.saying import words

PARTS = {
    Step.CONSENT_CONTACT: ConsentPart.CONTACT,
    Step.CONSENT_OUTCOME: ConsentPart.OUTCOME,
    Step.CONSENT_SHARING: ConsentPart.SHARING,
}
Row = TypeVar("Row", bound=Base)
USUAL_WORDS = {
    "affirm": "ja tak",
    "deny": "nej tak",
    "not_now": "ikke nu",
    "tried_before": "har prøvet før",
    "smokes_daily": "ryger dagligt",
    "does_not_use": "ryger ikke",
    "never_smoked": "har aldrig røget",
    "uses_other_product": "bruger snus",
    "stopped_smoking": "er holdt op",
    "cannot_answer_now": "pt sover",
    "will_not_answer": "vil ikke svare",
    "relapsed": "er faldet i",
    "doing_well": "det går godt",
    "give_best_time": "ring om aftenen",
    "give_spoken_language": "taler tyrkisk",
}
"""What is usually typed for an intent."""
NAME, PHONE = "Zebulon Quistgaard", "20 66 77 88"


@dataclass
class Play:
    """An encounter of ``nurse``; ``id`` is the conversation, ``numbers`` draws message ids."""

    world: World
    nurse: str = "demo-nurse"
    id: str = ""
    numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.staff = self.world.staff(self.nurse)
        self.id = self.id or self.world.encounters.start(self.staff)

    @property
    def row(self) -> EncounterRow:
        return kept(self.world, EncounterRow, EncounterRow.id == self.id)

    @property
    def step(self) -> Step:
        return Step(self.row.step)

    @property
    def encounter(self) -> Encounter:
        return encounter_of(self.row, self.world.around.municipalities)

    def receive(self, message_id: str, *values: Sealed) -> None:
        self.world.encounters.receive(self.staff, self.id, message_id, "/played", values)

    def say(self, command: Command, *values: Sealed, message_id: str = "") -> list[Say]:
        message_id = message_id or f"m-{next(self.numbers)}"
        self.receive(message_id, *values)
        return self.world.encounters.apply(self.id, message_id, command)

    def pressed(self, step: str, value: str) -> answering.Pressed:
        part = PARTS.get(step)  # type: ignore[call-overload]
        text = self.world.around.consent_texts[(part, self.row.language)] if part else None
        return answering.Pressed(step, value, text.hash if text else "")

    def press(self, step: str, value: str, *, message_id: str = "") -> list[Say]:
        pressed = self.pressed(step, value)
        return self.say(lambda b: answering.press(b, pressed), message_id=message_id)

    def tell(self, intent: str, **entities: str) -> list[Say]:
        """Type what is usually typed for an intent; both witnesses then say the same."""
        said = words(USUAL_WORDS.get(intent, "blip"), intent, entities)
        return self.type(said)

    def type(self, said: Words) -> list[Say]:
        """Type words as both witnesses tell them."""
        return self.say(lambda b: messages.listen(b, said, lambda c: typed_answers.tell(c, said)))

    def details(self, *, message_id: str = "", **told: str) -> list[Say]:
        """Type contact details: names and numbers are sealed, codes are not."""
        kinds = {"second_contact": "name", "discharge_date": "word"}
        plain = {"postcode", "municipality", "time_of_day", "spoken_language"}
        sealed = {k: seal(kinds.get(k, k), v) for k, v in told.items() if k not in plain}
        codes = {k: v for k, v in told.items() if k in plain}
        tokens = codes | {k: v.token for k, v in sealed.items()}
        return self.say(
            lambda b: answering.record_contact(b, tokens), *sealed.values(), message_id=message_id
        )

    def correct(self, detail: str | None) -> list[Say]:
        return self.say(lambda b: answering.correct(b, detail))

    def skip(self, how_much: str = "") -> list[Say]:
        return self.say(lambda b: answering.skip(b, how_much))

    def back(self) -> list[Say]:
        return self.say(steering.go_back)

    def undo(self) -> list[Say]:
        return self.say(filing.undo)

    def cancel(self) -> list[Say]:
        return self.say(answering.cancel)

    def to_consent(self, status: str = "daily") -> None:
        self.press(Step.STATUS, status)
        self.press(Step.OFFER, "yes")

    def to_contact(self) -> None:
        self.to_consent()
        self.press(Step.CONSENT_CONTACT, "yes")
        self.press(Step.CONSENT_OUTCOME, "no")

    def to_summary(
        self, name: str = NAME, phone: str = PHONE, postcode: str = "2750", code: str = "0151"
    ) -> None:
        self.to_contact()
        self.details(name=name, phone=phone, postcode=postcode)
        self.press(Step.MUNICIPALITY, code)
        self.skip(answering.SKIP_REST)

    def add_extras(self) -> None:
        """Add from the summary what is never asked, and leads to a person too."""
        for detail, value in (("second_contact", "Xanthippe Vråby"), ("discharge_date", "24/12")):
            self.correct(detail)
            self.details(**{detail: value})

    def send(self) -> list[Say]:
        return self.press(Step.SUMMARY, "send")

    def file(self, **details: str) -> str:
        """Play the whole happy path and give the reference."""
        self.to_summary(**details)
        said = self.send()
        assert said[0].response == "utter_filed"
        return str(said[0].values["reference"])


def keep_house(world: World, **span: float) -> dict[str, int]:
    """Let time pass, and keep house a day before its end as well, when marks are made.

    Gives how many of each kind were done at the end.
    """
    until = world.clock() + timedelta(**span)
    if until - world.clock() >= MARKED_BEFORE:
        world.clock.at = until - MARKED_BEFORE
        housekeeping.keep_house(world.database, world.clock())
    world.clock.at = until
    done = housekeeping.keep_house(world.database, until)
    return {kind: count for kind, count in done.items() if count}


def names(said: list[Say]) -> list[str]:
    """Give the names of the responses."""
    return [each.response for each in said]


def referral(world: World, reference: str) -> ReferralRow:
    """Read one referral, past all scopes."""
    return kept(world, ReferralRow, ReferralRow.reference == reference)


def kept(world: World, table: type[Row], *where: object) -> Row:
    """Read the one row there is, past all scopes."""
    with world.database.read() as session:
        row = session.scalars(select(table).where(*where)).one()  # type: ignore[arg-type]
        session.expunge(row)
        return row


def how_many(world: World, table: type[Base], *where: object) -> int:
    """Count the rows of a table."""
    with world.database.read() as session:
        query = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type]
        return session.scalar(query) or 0
