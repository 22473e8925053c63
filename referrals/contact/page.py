"""What is written on the contact page: taken into the encounter at once, whole or not at all.

The page is reached by a one-time link. It is filled by the nurse, once the patient has said yes in
the chat, or by the patient, who then reads the consent there and answers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.audit import chain
from referrals.bedside.answering import note_consent
from referrals.bedside.filing import look_for_duplicate
from referrals.consent.texts import ConsentMethod, ConsentPart, ConsentText
from referrals.contact import links
from referrals.contact.links import NoContactLink
from referrals.denmark.contact_details import BadValue
from referrals.denmark.dates import local_day
from referrals.denmark.municipalities import OTHER_MUNICIPALITY, is_postcode
from referrals.details import choosing
from referrals.details.recording import keep, normal
from referrals.details.taking import forget_details
from referrals.storage.database import Database
from referrals.turns.encounters import Encounters
from referrals.turns.turn import Bedside

OPEN_STEPS = frozenset({*script.BUTTON_ONLY, *script.PAGE_STEPS, Step.DUPLICATE, Step.SUMMARY})
"""Where in the conversation the page may be used."""
DONE, REFUSED = "page_done", "page_refused"
_READ_BY_PATIENT = (ConsentPart.CONTACT, ConsentPart.OUTCOME)
_LONGEST_NUMBER = 14
_SHOWN = "contact_shown"

TellNurse = Callable[[Session, int, str, str, datetime], None]
"""Lets the nurse know, in the page's transaction: user id, what happened, encounter id, when."""


@dataclass(frozen=True)
class ContactForm:
    """What the page asks for, as it was typed; empty where nothing was."""

    name: str = ""
    phone: str = ""
    postcode: str = ""
    municipality: str = ""
    best_time: str = "any"
    leave_message: bool = False
    spoken_language: str = "da"
    interpreter: bool = False
    second_contact: str = ""
    discharge_date: str = ""
    protected_address: bool = False


@dataclass(frozen=True)
class PatientConsent:
    """What the patient answered: the hashes are of the texts on the screen.

    ``since`` is the stamp that tells since when they stand there.
    """

    language: str
    contact_hash: str
    outcome_hash: str
    outcome: bool
    since: str = ""


@dataclass(frozen=True)
class ReadBack:
    """What will be kept of what was typed, to be read back before it is: E.164, names in order.

    ``asked`` is the stamp that tells since when it stands there, ``too_soon`` that it was found
    right before it can have been seen.
    """

    name: str
    phone: str
    second_contact: str
    asked: str = ""
    too_soon: bool = False


@dataclass(frozen=True)
class OpenPage:
    """What the page shows. ``consented`` tells that the nurse may write: the patient said yes."""

    consented: bool
    language: str
    expires_at: datetime


class BadContact(ValueError):
    """Some of it cannot stand: for each field a code. What was typed is no part of the error."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class ContactPages:
    """Opens the page and takes what was written, each link once."""

    def __init__(self, database: Database, encounters: Encounters, tell: TellNurse) -> None:
        self._database = database
        self._encounters = encounters
        self._around = encounters.around
        self._tell = tell

    def look(self, secret: str, now: datetime) -> OpenPage:
        """Show whether the link works; nothing of the patient is told. Raises NoContactLink."""
        with self._database.read() as session:
            link = links.look(session, secret, now)
            bedside = self._bedside(session, link.encounter_id)
            consented = bedside.step not in script.CONSENT_STEPS
            return OpenPage(consented, bedside.language, link.expires_at)

    def text(self, part: ConsentPart, language: str) -> ConsentText:
        """Give the consent text that the page shows."""
        return self._around.consent_texts[(part, language)]

    def read_back(self, form: ContactForm, now: datetime) -> ReadBack | None:
        """Give what would be kept, or None where nobody is to be called. Keeps nothing.

        Raises BadContact.
        """
        checked = self._checked(form, local_day(now))
        if Step.PHONE not in checked:
            return None
        return ReadBack(
            checked[Step.NAME], checked[Step.PHONE], checked.get(Step.SECOND_CONTACT, "")
        )

    def since(self, secret: str, language: str, now: datetime, stamp: str = "") -> str:
        """Give what tells since when the texts stand on the screen; a ``stamp`` of ours stands.

        The page carries it, so that looking still writes nothing.
        """
        return self._stamp((secret, *self._texts(language)), now, stamp)

    def asked(self, secret: str, phone: str, now: datetime, stamp: str = "") -> str:
        """Give the same for a number that is read back."""
        return self._stamp((secret, phone), now, stamp)

    def was_seen(self, secret: str, phone: str, stamp: str, now: datetime) -> bool:
        """Tell whether a number that was read back stood there long enough to be found right."""
        return self._has_waited((secret, phone), stamp, now, self._around.taps.seen_after)

    def write(self, secret: str, form: ContactForm, now: datetime) -> None:
        """Take what the nurse wrote. Raises NoContactLink, or BadContact."""

        def take(bedside: Bedside) -> str:
            if bedside.step in script.CONSENT_STEPS:
                raise NoContactLink
            self._record(bedside, form)
            return DONE

        self._with_link(secret, now, take)

    def check_read(self, secret: str, consent: PatientConsent, now: datetime) -> None:
        """Refuse a yes to texts that cannot have been read. Raises BadContact.

        A text that is not the one in force counts as not read: ``consent`` is the error.
        """
        contact, outcome = (self.text(part, consent.language) for part in _READ_BY_PATIENT)
        if (contact.hash, outcome.hash) != (consent.contact_hash, consent.outcome_hash):
            raise BadContact({"consent": "consent"})
        wait = self._around.taps.reading(contact.text, outcome.text)
        record = (secret, *self._texts(consent.language))
        if not self._has_waited(record, consent.since, now, wait):
            raise BadContact({"consent": "too_soon"})

    def answer(
        self, secret: str, consent: PatientConsent, form: ContactForm, now: datetime
    ) -> None:
        """Take the patient's own yes and details. Raises NoContactLink, or BadContact."""

        def take(bedside: Bedside) -> str:
            self.check_read(secret, consent, now)
            contact, outcome = (self.text(part, consent.language) for part in _READ_BY_PATIENT)
            _consent(bedside, Step.CONSENT_CONTACT, contact, "yes")
            _consent(bedside, Step.CONSENT_OUTCOME, outcome, "yes" if consent.outcome else "no")
            self._record(bedside, form)
            return DONE

        self._with_link(secret, now, take)

    def refuse(self, secret: str, language: str, now: datetime, since: str = "") -> None:
        """Take the patient's own no. Raises NoContactLink, or BadContact if it comes too soon."""

        def take(bedside: Bedside) -> str:
            record, wait = (secret, *self._texts(language)), self._around.taps.seen_after
            if not self._has_waited(record, since, now, wait):
                raise BadContact({"refuse": "too_soon"})
            text = self.text(ConsentPart.CONTACT, language)
            _consent(bedside, Step.CONSENT_CONTACT, text, "no")
            bedside.encounter = replace(bedside.encounter, revisiting=None)
            forget_details(bedside)
            return REFUSED

        self._with_link(secret, now, take)

    def _with_link(self, secret: str, now: datetime, take: Callable[[Bedside], str]) -> None:
        with self._database.write() as session:
            link = links.look(session, secret, now)
            bedside = self._bedside(session, link.encounter_id)
            links.use(session, secret, now)
            told = take(bedside)
            bedside.row.misses, bedside.row.paused = 0, False
            choosing.close(bedside)
            if bedside.step in (Step.SUMMARY, Step.DUPLICATE):
                look_for_duplicate(bedside)
            bedside.store()
            record = f"encounter:{link.encounter_id}"
            chain.append(session, now, bedside.nurse.name, f"contact_{told}", record)
            self._tell(session, link.user_id, told, link.encounter_id, now)

    def _texts(self, language: str) -> tuple[str, ...]:
        return tuple(self.text(part, language).hash for part in _READ_BY_PATIENT)

    def _stamp(self, record: tuple[str, ...], now: datetime, stamp: str) -> str:
        if self._stamped_at(record, stamp) is not None:
            return stamp
        return self._stamped(record, int(now.timestamp() * 1000))

    def _has_waited(
        self, record: tuple[str, ...], stamp: str, now: datetime, wait: timedelta
    ) -> bool:
        at = self._stamped_at(record, stamp)
        return not wait or (at is not None and now >= at + wait)

    def _stamped_at(self, record: tuple[str, ...], stamp: str) -> datetime | None:
        """Read a stamp; None for one that is not ours, or of something else."""
        number = stamp.partition(".")[0]
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
            return None
        shown = stamp.partition(".")[2]
        told = _told(record, int(number))
        known = self._around.vault.is_link(_SHOWN, told, shown)
        return datetime.fromtimestamp(int(number) / 1000, UTC) if known else None

    def _stamped(self, record: tuple[str, ...], number: int) -> str:
        return f"{number}.{self._around.vault.link_secret(_SHOWN, _told(record, number))}"

    def _bedside(self, session: Session, encounter_id: str) -> Bedside:
        bedside = self._encounters.at_bedside(session, encounter_id)
        if bedside.step not in OPEN_STEPS:
            raise NoContactLink
        return bedside

    def _record(self, bedside: Bedside, form: ContactForm) -> None:
        checked = self._checked(form, local_day(bedside.now))
        encounter = bedside.encounter
        if encounter.revisiting in script.PAGE_STEPS:
            encounter = replace(encounter, revisiting=None)
        bedside.encounter = encounter
        for step, value in checked.items():
            old = keep(bedside, step, value)
            if old:
                bedside.around.vault.forget(bedside.session, bedside.row.id, old)
        plain = {
            Step.POSTCODE: form.postcode.strip(),
            Step.MUNICIPALITY: form.municipality,
            Step.BEST_TIME: form.best_time,
            Step.LEAVE_MESSAGE: _yes_no(form.leave_message),
            Step.SPOKEN_LANGUAGE: form.spoken_language,
        }
        if form.spoken_language != "da":
            plain[Step.INTERPRETER] = _yes_no(form.interpreter)
        if form.protected_address:
            plain[Step.PROTECTED_ADDRESS] = "yes"
        for step, value in plain.items():
            bedside.encounter = script.record(bedside.encounter, step, value)

    def _checked(self, form: ContactForm, today: date) -> dict[Step, str]:
        """Give the normal values of what is identity. Raises BadContact.

        Of a patient who lives outside the nine there is nothing to keep: nobody will call.
        """
        errors: dict[str, str] = {}
        found: dict[Step, str] = {}
        for step in script.SEALED if form.municipality != OTHER_MUNICIPALITY else ():
            typed = getattr(form, step.value, "")
            if not typed.strip() and step not in script.REQUIRED_CONTACT:
                continue
            try:
                found[step] = normal(step, typed, today)
            except BadValue as bad:
                errors[step.value] = bad.why
        if not is_postcode(form.postcode.strip()):
            errors["postcode"] = "bad_postcode"
        known = self._around.municipalities.by_code
        if form.municipality != OTHER_MUNICIPALITY and form.municipality not in known:
            errors["municipality"] = "bad_municipality"
        if not script.accepts(Step.BEST_TIME, form.best_time):
            errors["best_time"] = "bad_choice"
        if form.spoken_language not in self._around.labels.groups["spoken_language"]:
            errors["spoken_language"] = "bad_choice"
        if errors:
            raise BadContact(errors)
        return found


def _consent(bedside: Bedside, step: Step, text: ConsentText, value: str) -> None:
    note_consent(bedside, text, value, ConsentMethod.OWN_PHONE)
    encounter = bedside.encounter
    if encounter.revisiting in script.CONSENT_STEPS:
        encounter = replace(encounter, revisiting=None)
    bedside.encounter = script.record(encounter, step, value)


def _told(record: tuple[str, ...], number: int) -> str:
    return ":".join((*record, str(number)))


def _yes_no(yes: bool) -> str:  # noqa: FBT001 - it is what the word says
    return "yes" if yes else "no"
