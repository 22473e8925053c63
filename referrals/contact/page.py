"""What is written on the contact page: taken into the encounter at once, whole or not at all.

The page is reached by a one-time link. It is filled by the nurse, once the patient has said yes in
the chat, or by the patient, who then reads the consent there and answers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from referrals import audit, contact_links, script, telegram_chats
from referrals.answering import note_consent
from referrals.bedside import Bedside
from referrals.consent import ConsentText, Method, Part
from referrals.contact import BadValue, normal_date, normal_name, normal_phone
from referrals.contact_links import NoContactLink
from referrals.database import Database
from referrals.dates import local_day
from referrals.encounter import Step
from referrals.encounters import Encounters
from referrals.filing import look_for_duplicate
from referrals.municipality import OTHER_MUNICIPALITY, is_postcode
from referrals.telegram_inbox import TelegramInbox
from referrals.vault import seal

OPEN_STEPS = frozenset({*script.CONSENT_STEPS, *script.PAGE_STEPS, Step.DUPLICATE, Step.SUMMARY})
"""Where in the conversation the page may be used."""
DONE, REFUSED = "page_done", "page_refused"


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
    """What the patient answered: the hashes are of the texts on the screen."""

    language: str
    contact_hash: str
    outcome_hash: str
    outcome: bool


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

    def __init__(self, database: Database, encounters: Encounters, inbox: TelegramInbox) -> None:
        self._database = database
        self._encounters = encounters
        self._around = encounters.around
        self._inbox = inbox

    def look(self, secret: str, now: datetime) -> OpenPage:
        """Show whether the link works; nothing of the patient is told. Raises NoContactLink."""
        with self._database.read() as session:
            link = contact_links.look(session, secret, now)
            bedside = self._bedside(session, link.encounter_id)
            consented = bedside.step not in script.CONSENT_STEPS
            return OpenPage(consented, bedside.language, link.expires_at)

    def text(self, part: Part, language: str) -> ConsentText:
        """Give the consent text that the page shows."""
        return self._around.consent_texts[(part, language)]

    def write(self, secret: str, form: ContactForm, now: datetime) -> None:
        """Take what the nurse wrote. Raises NoContactLink, or BadContact."""

        def take(bedside: Bedside) -> str:
            if bedside.step in script.CONSENT_STEPS:
                raise NoContactLink
            self._record(bedside, form)
            return DONE

        self._with_link(secret, now, take)

    def answer(
        self, secret: str, consent: PatientConsent, form: ContactForm, now: datetime
    ) -> None:
        """Take the patient's own yes and details. Raises NoContactLink, or BadContact.

        A text that is not the one in force counts as not read: ``consent`` is the error.
        """

        def take(bedside: Bedside) -> str:
            contact = self.text(Part.CONTACT, consent.language)
            outcome = self.text(Part.OUTCOME, consent.language)
            if (contact.hash, outcome.hash) != (consent.contact_hash, consent.outcome_hash):
                raise BadContact({"consent": "consent"})
            _consent(bedside, Step.CONSENT_CONTACT, contact, "yes")
            _consent(bedside, Step.CONSENT_OUTCOME, outcome, "yes" if consent.outcome else "no")
            self._record(bedside, form)
            return DONE

        self._with_link(secret, now, take)

    def refuse(self, secret: str, language: str, now: datetime) -> None:
        """Take the patient's own no. Raises NoContactLink."""

        def take(bedside: Bedside) -> str:
            text = self.text(Part.CONTACT, language)
            _consent(bedside, Step.CONSENT_CONTACT, text, "no")
            bedside.encounter = replace(bedside.encounter, revisiting=None)
            bedside.around.vault.purge(bedside.session, bedside.row.id)
            bedside.encounter = bedside.encounter.with_answers(
                {s: v for s, v in bedside.encounter.answers.items() if s not in script.PAGE_STEPS}
            )
            return REFUSED

        self._with_link(secret, now, take)

    def _with_link(self, secret: str, now: datetime, take: Callable[[Bedside], str]) -> None:
        with self._database.write() as session:
            link = contact_links.look(session, secret, now)
            bedside = self._bedside(session, link.encounter_id)
            contact_links.use(session, secret, now)
            told = take(bedside)
            bedside.row.misses, bedside.row.paused = 0, False
            if bedside.step in (Step.SUMMARY, Step.DUPLICATE):
                look_for_duplicate(bedside)
            bedside.store()
            record = f"encounter:{link.encounter_id}"
            audit.append(session, now, bedside.nurse.name, f"contact_{told}", record)
            chat = telegram_chats.row_of(session, link.user_id)
            if chat is not None:
                body = {"encounter": link.encounter_id}
                self._inbox.tell(session, chat.telegram_id, told, body, now)

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
        for step, (kind, value) in checked.items():
            _replace(bedside, step, kind, value)
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

    def _checked(self, form: ContactForm, today: date) -> dict[Step, tuple[str, str]]:
        """Give the sealed kinds and normal values of what is identity. Raises BadContact."""
        errors: dict[str, str] = {}
        found: dict[Step, tuple[str, str]] = {}

        def check(field: str, step: Step, kind: str, normal: Callable[[str], str]) -> None:
            typed = getattr(form, field)
            try:
                found[step] = (kind, normal(typed))
            except BadValue as bad:
                errors[field] = bad.why

        check("name", Step.NAME, "name", normal_name)
        check("phone", Step.PHONE, "phone", normal_phone)
        if form.second_contact.strip():
            check("second_contact", Step.SECOND_CONTACT, "name", normal_name)
        if form.discharge_date.strip():
            check(
                "discharge_date", Step.DISCHARGE_DATE, "word", lambda day: _coming_day(day, today)
            )
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
    note_consent(bedside, text, value, Method.OWN_PHONE)
    encounter = bedside.encounter
    if encounter.revisiting in script.CONSENT_STEPS:
        encounter = replace(encounter, revisiting=None)
    bedside.encounter = script.record(encounter, step, value)


def _replace(bedside: Bedside, step: Step, kind: str, value: str) -> None:
    """Put a value in the vault and its token among the answers, in place of an old one."""
    vault, session, encounter_id = bedside.around.vault, bedside.session, bedside.row.id
    old = bedside.encounter.get(step)
    sealed = seal(kind, value)
    vault.keep(session, encounter_id, sealed, bedside.now)
    bedside.encounter = script.record(bedside.encounter, step, sealed.token)
    if old:
        vault.forget(session, encounter_id, old)


def _coming_day(typed: str, today: date) -> str:
    """Read a day as a browser's date field writes it, or as people do."""
    parts = typed.strip().split("-")
    if len(parts) == 3 and len(parts[0]) == 4:
        typed = ".".join(reversed(parts))
    return normal_date(typed, today)


def _yes_no(yes: bool) -> str:  # noqa: FBT001 - it is what the word says
    return "yes" if yes else "no"
