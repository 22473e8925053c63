"""Encounters and their turns: started by a nurse, each message applied exactly once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Encounter, Step
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.advice.tapping import is_too_soon
from referrals.quotas import nurse as quota
from referrals.staff.accounts import staff_from
from referrals.staff.roles import NotAllowed, Staff
from referrals.storage.database import Database
from referrals.turns import practice, statements
from referrals.turns.beginning import begin, take_up
from referrals.turns.encounter_record import COLUMNS, EncounterRecord
from referrals.turns.saying import Say, agrees_to
from referrals.turns.turn import Bedside, TurnServices, encounter_of
from referrals.vault.vault import Sealed

_ONCE = uuid.UUID("5d0f5c0e-6f0f-4f39-9a39-2f1c5c1f9b0a")
Command = Callable[[Bedside], list[Say]]


class UnknownEncounter(Exception):
    """There is no such encounter for this nurse."""


class TooSoon(Exception):
    """What was tapped had only just appeared: no answer, and nothing was kept of it."""

    def __init__(self, language: str = "da") -> None:
        super().__init__(language)
        self.language = language


@dataclass(frozen=True)
class Awaiting:
    """What the front end needs to know before it sends a message on."""

    step: Step
    language: str
    consented: bool
    practice: bool
    opens: Mapping[str, str] | None = None


Seal = Callable[[Awaiting], tuple[str, Sequence[Sealed]]]
"""Puts tokens for what is personal in a message, according to what is awaited."""


@dataclass(frozen=True)
class Turn:
    """An inbound message as it is kept. ``replies`` is None until it was answered."""

    sealed_text: str
    language: str
    step: Step
    replies: list[dict[str, Any]] | None
    next_encounter_id: str | None
    practice: bool
    opens: Mapping[str, str] | None = None


@dataclass(frozen=True)
class OpenEncounter:
    """An encounter that a nurse can go on with."""

    id: str
    step: Step
    started_at: datetime
    paused: bool
    practice: bool


class Encounters:
    """Keeps encounters. Scoped: every method that reads for a person takes that person."""

    def __init__(self, database: Database, around: TurnServices) -> None:
        self._database = database
        self._around = around
        self.run = database.run
        """Does a turn's work without keeping other conversations waiting."""

    @property
    def around(self) -> TurnServices:
        """What does not change from turn to turn."""
        return self._around

    def start(
        self,
        nurse: Staff,
        language: str | None = None,
        once: str = "",
        patient: practice.Patient | None = None,
    ) -> str:
        """Begin an encounter and give its id. Only nurses with a ward may.

        The same ``once`` again gives the same encounter. With a made-up ``patient`` it is practice.
        """
        if not nurse.is_nurse:
            raise NotAllowed
        new_id = str(uuid.uuid5(_ONCE, f"{nurse.id}:{once}") if once else uuid.uuid4())
        with self._database.write() as session:
            if once and session.get(EncounterRow, new_id) is not None:
                return new_id
            spoken = language or nurse.language
            return begin(session, self._around, nurse, spoken, new_id, patient)

    def take_up(self, nurse: Staff, deferred_id: str) -> str:
        """Begin an encounter where a patient of the ward's list was deferred, and give its id.

        A second time the nurse is given the same one. Raises NotAllowed, NotListed or TakenUp.
        """
        with self._database.write() as session:
            return take_up(session, self._around, nurse, deferred_id)

    def awaiting(self, nurse: Staff, encounter_id: str) -> Awaiting:
        """Tell what an encounter of this nurse waits for."""
        with self._database.read_rows() as connection:
            return _awaiting(connection, nurse, encounter_id)

    def listen(self, nurse: Staff, encounter_id: str) -> None:
        """Let a page of this nurse follow an encounter. Raises UnknownEncounter or QuotaReached."""
        self.awaiting(nurse, encounter_id)
        with self._database.write(lasting=False) as session:
            quota.listen(session, nurse, self._around.now())

    def open_ones(self, nurse: Staff, limit: int = 20) -> list[OpenEncounter]:
        """List the nurse's unfinished encounters, latest first."""
        with self._database.read() as session:
            rows = session.scalars(
                select(EncounterRow)
                .where(EncounterRow.nurse_id == nurse.id, EncounterRow.closed_at.is_(None))
                .where(EncounterRow.expires_at > self._around.now())
                .order_by(EncounterRow.updated_at.desc())
                .limit(limit)
            )
            return [_open(row) for row in rows]

    def receive(
        self,
        nurse: Staff,
        encounter_id: str,
        message_id: str,
        sealed_text: str,
        values: Sequence[Sealed],
    ) -> Turn:
        """Keep a message before anything is done about it; a known message id gives the first one.

        ``values`` go into the vault in the same transaction.
        """
        return self.take(nurse, encounter_id, message_id, lambda _: (sealed_text, values))

    def take(
        self,
        nurse: Staff,
        encounter_id: str,
        message_id: str,
        seal: Seal,
        tapped_at: datetime | None = None,
    ) -> Turn:
        """Keep a message as ``receive`` does, sealed according to what is awaited.

        Raises TooSoon for one that was tapped on what has just appeared, and keeps nothing of it.

        It need not wait for the disk: whoever sent the message has been told nothing, and what is
        done about it is committed after it.
        """
        now = self._around.now()
        key = {"encounter": encounter_id, "message": message_id}
        with self._database.write_rows(lasting=False) as connection:
            awaiting = _awaiting(connection, nurse, encounter_id, to_change=True)
            sealed_text, values = seal(awaiting)
            told = {**key, "text": sealed_text, "at": now}
            if not connection.execute(statements.KEEP_TURN, told).rowcount:
                return _turn(connection.execute(statements.KNOWN_TURN, key).one())
            if tapped_at and is_too_soon(awaiting.opens, agrees_to(sealed_text), tapped_at):
                raise TooSoon(awaiting.language)
            for value in values:
                self._around.vault.keep(connection, encounter_id, value, now)
            return Turn(
                sealed_text, awaiting.language, awaiting.step, None, None, awaiting.practice
            )

    def apply(
        self, encounter_id: str, message_id: str, command: Command, *, by_page: bool = False
    ) -> list[Say]:
        """Do what a message asks for, once: a second call gives what the first one said.

        An encounter that has expired says so and stays as it is. Raises UnknownEncounter for a
        message that was never received.
        """

        def decide(bedside: Bedside) -> list[Say]:
            return practice.play(bedside, command(bedside))

        return self._once(encounter_id, message_id, decide, _say_expired, by_page=by_page)

    def _once(
        self,
        encounter_id: str,
        message_id: str,
        command: Command,
        if_expired: Command,
        *,
        by_page: bool,
    ) -> list[Say]:
        now = self._around.now()
        key = {"encounter": encounter_id, "message": message_id}
        with (
            self._database.write_rows() as connection,
            self._database.objects(connection) as session,
        ):
            found = connection.execute(statements.AT_WORK, key).one_or_none()
            if found is None:
                raise UnknownEncounter(encounter_id)
            if found.said is not None:
                return [Say.from_json(stored) for stored in found.said]
            bedside = self._bedside(session, found, now, by_page=by_page)
            if now >= bedside.row.expires_at:
                said = if_expired(bedside)
            else:
                said = command(bedside)
                bedside.shows(said)
                bedside.store()
            words = [each.to_json() for each in said]
            connection.execute(statements.KEEP_SAID, {**key, "words": words})
            return said

    def next_patient(
        self, encounter_id: str, message_id: str, command: Command, *, by_page: bool = False
    ) -> list[Say]:
        """Begin the next patient's encounter from within this one, once.

        An unfinished encounter is paused, not lost; one that has expired stays so. ``command``
        speaks for the new encounter.
        """
        now = self._around.now()

        def pause_and_begin(bedside: Bedside) -> list[Say]:
            bedside.row.paused = bedside.row.closed_at is None
            return go_to_next(bedside)

        def go_to_next(bedside: Bedside) -> list[Say]:
            nurse, language = bedside.nurse, bedside.row.language
            new_id = begin(bedside.session, self._around, nurse, language, str(uuid.uuid4()))
            turn = bedside.session.get_one(TurnRow, (encounter_id, message_id))
            turn.next_encounter_id = new_id
            new = self._at_bedside(bedside.session, new_id, now, by_page=by_page)
            said = command(new)
            for each in (bedside, new):
                each.shows(said)
                each.row.store(bedside.session.connection())
            return said

        return self._once(encounter_id, message_id, pause_and_begin, go_to_next, by_page=by_page)

    def finish(self, encounter_id: str, message_id: str, replies: list[dict[str, Any]]) -> Turn:
        """Keep the rendered replies; the first answer stands.

        If the disk never gets them, the same message is answered again from what was said.
        """
        key = {"encounter": encounter_id, "message": message_id}
        with self._database.write_rows(lasting=False) as connection:
            kept = connection.execute(
                statements.KEEP_REPLIES, {**key, "words": replies}
            ).one_or_none()
            return _turn(kept or connection.execute(statements.KNOWN_TURN, key).one())

    def transcript(self, nurse: Staff, encounter_id: str, limit: int = 100) -> list[Turn]:
        """Give the last turns of an encounter, oldest first, sealed."""
        with self._database.read() as session:
            awaiting = _awaiting(session, nurse, encounter_id)
            turns = session.scalars(
                select(TurnRow)
                .where(TurnRow.encounter_id == encounter_id, TurnRow.replies.is_not(None))
                .where(TurnRow.next_encounter_id.is_(None))
                .order_by(TurnRow.number.desc())
                .limit(limit)
            ).all()
            return [
                Turn(
                    turn.sealed_text,
                    awaiting.language,
                    awaiting.step,
                    turn.replies,
                    None,
                    awaiting.practice,
                    awaiting.opens,
                )
                for turn in reversed(turns)
            ]

    def unseal(self, encounter_id: str, tokens: Collection[str]) -> dict[str, str]:
        """Give the values behind tokens, for showing them to the nurse who typed them."""
        if not tokens:
            return {}
        told = [(encounter_id, token) for token in tokens]
        with self._database.read_rows() as connection:
            found = self._around.vault.unseal_all(connection, told)
        return {token: value for (_, token), value in found.items()}

    def filed(self, encounter_id: str, reference: str) -> bool:
        """Tell whether a referral is one that this encounter sent."""
        key = {"encounter": encounter_id, "reference": reference}
        with self._database.read_rows() as connection:
            return connection.scalar(statements.SENT, key) is not None

    def at_bedside(self, session: Session, encounter_id: str) -> Bedside:
        """Give the locked encounter to who changes it outside a conversation and stores it."""
        return self._at_bedside(session, encounter_id, self._around.now(), by_page=True)

    def _at_bedside(
        self, session: Session, encounter_id: str, now: datetime, *, by_page: bool
    ) -> Bedside:
        found = session.execute(statements.AT_BEDSIDE, {"encounter": encounter_id}).one()
        return self._bedside(session, found, now, by_page=by_page)

    def _bedside(
        self, session: Session, found: Row[*tuple[Any, ...]], now: datetime, *, by_page: bool
    ) -> Bedside:
        row, nurse = EncounterRecord.of(found), staff_from(found[len(COLUMNS) :])
        encounter: Encounter = encounter_of(row, self._around.municipalities, found.sharing)
        return Bedside(session, row, encounter, nurse, self._around, now, by_page)


def _say_expired(_bedside: Bedside) -> list[Say]:
    return [Say("utter_expired")]


def _awaiting(
    connection: Connection | Session, nurse: Staff, encounter_id: str, *, to_change: bool = False
) -> Awaiting:
    query = statements.OWN_TO_CHANGE if to_change else statements.OWN
    key = {"encounter": encounter_id, "nurse": nurse.id}
    row = connection.execute(query, key).one_or_none()
    if row is None:
        raise UnknownEncounter(encounter_id)
    consented = dict(row.answers).get(Step.CONSENT_CONTACT) == "yes"
    practises = row.practice is not None
    return Awaiting(Step(row.step), row.language, consented, practises, row.opens)


def _turn(row: Row[*tuple[Any, ...]]) -> Turn:
    return Turn(
        sealed_text=row.sealed_text,
        language=row.language,
        step=Step(row.step),
        replies=row.replies,
        next_encounter_id=row.next_encounter_id,
        practice=row.practice is not None,
        opens=row.opens,
    )


def _open(row: EncounterRow) -> OpenEncounter:
    practises = row.practice is not None
    return OpenEncounter(row.id, Step(row.step), row.started_at, row.paused, practises)
