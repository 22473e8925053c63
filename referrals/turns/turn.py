"""One turn at the bedside: the encounter, who is there and what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from referrals.advice import script
from referrals.advice.encounter import Encounter, Outcome, Step
from referrals.advice.tables import EncounterRow
from referrals.advice.tapping import TapGuard
from referrals.booking import reserved
from referrals.consent.texts import ConsentTexts
from referrals.deferred.following import Held, follow, speaks_no_more
from referrals.deferred.rules import came_of
from referrals.denmark.municipalities import MunicipalityMap
from referrals.referral.changed_days import encounter_changed
from referrals.staff.roles import Staff
from referrals.turns.encounter_record import EncounterRecord
from referrals.turns.saying import Say
from referrals.vault.vault import Vault
from referrals.words.labels import Labels


@dataclass(frozen=True)
class IdleLimits:
    """How long an encounter may wait before it expires together with its vault values."""

    open: timedelta = timedelta(hours=2)
    paused: timedelta = timedelta(hours=12)
    ended: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class TurnServices:
    """What does not change from turn to turn."""

    vault: Vault
    consent_texts: ConsentTexts
    municipalities: MunicipalityMap
    labels: Labels
    idle: IdleLimits
    now: Callable[[], datetime]
    taps: TapGuard = field(default_factory=TapGuard)


@dataclass
class Bedside:
    """The encounter of this turn, inside the transaction that will store it.

    ``by_page`` tells that who the patient is may be neither said nor asked for in this turn: it is
    written on a page of its own. ``asked`` is the side question that stood on the screen when the
    message came; ``asked_last`` what the script asked last in this turn, and of which encounter.
    """

    session: Session
    row: EncounterRecord
    encounter: Encounter
    nurse: Staff
    around: TurnServices
    now: datetime
    by_page: bool = False
    asked: Mapping[str, Any] = field(default_factory=dict)
    asked_last: tuple[Encounter, Say] | None = None
    _unsealed: dict[str | None, str | None] = field(default_factory=dict, repr=False)
    _decided: tuple[Encounter, Step] | None = field(default=None, repr=False)

    @property
    def step(self) -> Step:
        """What the conversation waits for. Asked a dozen times a turn, decided once a change."""
        if self._decided is None or self._decided[0] is not self.encounter:
            self._decided = self.encounter, script.next_step(self.encounter)
        return self._decided[1]

    @property
    def language(self) -> str:
        """The language of the wording, ``da`` or ``en``."""
        return self.row.language

    def unsealed(self, token: str | None) -> str | None:
        """Give the value behind a token of this encounter."""
        if token not in self._unsealed:
            self._unsealed[token] = self.around.vault.unseal(self.session, self.row.id, token)
        return self._unsealed[token]

    def asks_aside(self, kind: str, **more: object) -> None:
        """Note that a side question is on the screen: what is typed next belongs to it."""
        self.leaves_open("question", {"kind": kind, **more})

    def leaves_open(self, what: str, value: object) -> None:
        """Keep something for the next message, and only for that one."""
        self.row.aside = {**(self.row.aside or {}), what: value}

    def forgets_later(self, token: str) -> None:
        """Forget a value that another one replaced once the next message comes, not before.

        Until then the reply can say what it was, and one word takes the change back.
        """
        self.leaves_open("forget", [*(self.row.aside or {}).get("forget", ()), token])

    def shows(self, said: Iterable[Say]) -> None:
        """Note from when on what is said now takes a tap."""
        texts = {s.values["text_hash"]: s.values["consent_text"] for s in said if s.asks_consent}
        self.row.opens = self.around.taps.opening(self.row.opens, texts, self.now) or None

    def word(self, group: str, code: str | None) -> str:
        """Give the word for a code in the language of the conversation."""
        return self.around.labels.word(group, code, self.language)

    def store(self) -> None:
        """Write the encounter back to its row, with what is counted and when it expires.

        Of practice nothing is counted.
        """
        row, encounter = self.row, self.encounter
        ended = script.outcome(encounter)
        self._free_what_is_moot(ended)
        row.answers = [[step.value, value] for step, value in encounter.answers.items()]
        row.revisiting = encounter.revisiting.value if encounter.revisiting else None
        row.tried_before = encounter.tried_before
        row.duplicate_open = encounter.duplicate_open
        row.ended = encounter.ended.value if encounter.ended else None
        row.step = self.step.value
        row.updated_at = self.now
        if not row.practice:
            was_deferred = row.outcome == Outcome.DEFERRED
            self._count(ended)
            if was_deferred or ended is Outcome.DEFERRED or row.takes_up:
                self._follow_on_the_list(ended)
        if ended is None:
            row.closed_at = None
            limit = self.around.idle.paused if row.paused else self.around.idle.open
        else:
            row.closed_at = row.closed_at or self.now
            limit = self.around.idle.ended
        row.expires_at = self.now + limit
        row.store(self.session.connection())
        encounter_changed(self.session, row.ward_id, row.started_at, self.now)

    def _count(self, ended: Outcome | None) -> None:
        """Write what the funnels count."""
        row, encounter = self.row, self.encounter
        row.status = encounter.get(Step.STATUS)
        row.product = encounter.get(Step.PRODUCT)
        row.accepted = encounter.get(Step.OFFER) == "yes"
        row.consented = script.has_consent(encounter)
        row.outcome = ended.value if ended else None
        if encounter.answered(Step.OFFER):
            row.offer_answered_at = row.offer_answered_at or self.now
        else:
            row.offer_answered_at = None

    def _follow_on_the_list(self, ended: Outcome | None) -> None:
        """Keep the ward's list in step; broken off, another encounter speaks for the patient."""
        row = self.row
        held = Held(
            encounter_id=row.id,
            ward_id=self.nurse.ward_id or row.ward_id,
            counted_ward=row.ward_id,
            started_at=row.started_at,
            answers=self.encounter.answers,
            takes_up=row.takes_up is not None,
        )
        follow(self.session, self.around.vault, held, ended, self.now)
        if row.takes_up and came_of(ended).back:
            speaks_no_more(row)

    def keeps_what_fits(self) -> None:
        """Free seat and call that are not for the municipality, once that became another one."""
        home = self.encounter.get(Step.MUNICIPALITY)
        if home is not None and home != dict(self.row.answers).get(Step.MUNICIPALITY.value):
            reserved.keep_only_of(self.session, self.row.id, self.now, self.nurse.name, home)

    def _free_what_is_moot(self, ended: Outcome | None) -> None:
        """Free seat and call where nobody is referred; keep only those of the municipality."""
        if ended not in (None, Outcome.REFERRED):
            place = (self.session, self.row.id, self.now, self.nurse.name)
            reserved.free(*place, ended.value)
        else:
            self.keeps_what_fits()


def encounter_of(
    row: EncounterRow | EncounterRecord, known: MunicipalityMap, sharing: str | None = None
) -> Encounter:
    """Read the encounter from its row. ``sharing`` holds the codes of who shares, by commas."""
    return Encounter(
        answers={Step(step): value for step, value in row.answers},
        revisiting=Step(row.revisiting) if row.revisiting else None,
        duplicate_open=row.duplicate_open,
        partner_codes=known.partner_codes,
        sharing_codes=frozenset(sharing.split(",") if sharing else ()),
        near=known.near,
        tried_before=row.tried_before,
        ended=Outcome(row.ended) if row.ended else None,
    )


def end(bedside: Bedside, outcome: Outcome | None) -> None:
    """End the encounter from outside the script, or open it again with None."""
    bedside.encounter = replace(bedside.encounter, ended=outcome, revisiting=None)
