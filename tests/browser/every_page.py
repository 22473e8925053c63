"""Every page that Henvis shows: who opens it, and by which way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

from demo.people import WARD_OF_DEMO_NURSE
from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.bedside.answering import note_consent
from referrals.consent.texts import ConsentMethod, ConsentPart
from referrals.contact import links as contact_links
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import staff_of
from referrals.staff.places import Place
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import UserRow
from referrals.telegram import enrolment
from referrals.turns.practice import Patient
from service.composition import Store, open_store
from service.settings import Settings

NURSE, LEAD, ADMIN = "demo-nurse", "demo-lead", "demo-admin"
ADVISER, MANAGER = "demo-adviser-0151", "demo-manager-0151"
NOBODY = ""
FIRST_COURSE = ".courses a"


@dataclass(frozen=True)
class Visit:
    """A page: its name, who opens it, where, and which links lead on from there.

    ``address`` may hold a part of ``links``, like ``{receipt}``. With ``unfold`` everything that
    can be unfolded is.
    """

    name: str
    who: str
    address: str
    follow: tuple[str, ...] = ()
    unfold: bool = False

    def open(self, page: Page, url: str, links: Mapping[str, str]) -> None:
        """Go there. Fails if a link is missing."""
        page.goto(url + self.address.format(**links))
        for selector in self.follow:
            page.locator(selector).first.click()
            page.wait_for_load_state()
        if self.unfold:
            page.evaluate(
                "document.querySelectorAll('details').forEach((each) =>"
                " { each.removeAttribute('name'); each.open = true; })"
            )


VISITS = (
    Visit("log-in", NOBODY, "/log-ind"),
    Visit("invitation", NOBODY, "/invitation/{invitation}"),
    Visit("invitation-gone", NOBODY, "/invitation/forkert"),
    Visit("receipt", NOBODY, "{receipt}", unfold=True),
    Visit("receipt-english", NOBODY, "{receipt}?sprog=en"),
    Visit("receipt-gone", NOBODY, "/kvittering/H-2222-2/forkert"),
    Visit("contact", NOBODY, "/kontakt/{contact}", unfold=True),
    Visit("contact-before-consent", NOBODY, "/kontakt/{contact_early}", unfold=True),
    Visit("contact-patient", NOBODY, "/kontakt/{contact}/patient"),
    Visit("contact-patient-english", NOBODY, "/kontakt/{contact}/patient?sprog=en"),
    Visit("contact-done", NOBODY, "/kontakt/tak"),
    Visit("contact-gone", NOBODY, "/kontakt/forkert"),
    Visit("api", NOBODY, "/api/docs"),
    Visit("chats", NURSE, "/chat"),
    Visit("practice", NURSE, "/chat/{practice}"),
    Visit("not-allowed", NURSE, "/koe"),
    Visit("not-there", NURSE, "/findes-ikke"),
    Visit("figures-own-ward", NURSE, "/tal", unfold=True),
    Visit("account", NURSE, "/konto"),
    Visit("telegram", NURSE, "/telegram"),
    Visit("telegram-confirm", NURSE, "/telegram/bekraeft/{telegram}"),
    Visit("home-lead", LEAD, "/"),
    Visit("figures-hospital", LEAD, "/tal", unfold=True),
    Visit("figures-ward", LEAD, f"/tal/afsnit/{WARD_OF_DEMO_NURSE}", unfold=True),
    Visit("telegram-invitations", LEAD, "/telegram/invitationer"),
    Visit("today", ADVISER, "/koe", unfold=True),
    Visit("today-mine", ADVISER, "/koe?hvem=mig"),
    Visit("queue", ADVISER, "/koe?vis=aabne"),
    Visit("queue-all", ADVISER, "/koe?vis=alle"),
    Visit("queue-empty", ADVISER, "/koe?vis=withdrawn&hvem=mig"),
    Visit("queue-overdue", MANAGER, "/koe?vis=over-fristen"),
    Visit("referral-newest", ADVISER, "/koe/{newest}", unfold=True),
    Visit("referral-oldest", ADVISER, "/koe/{oldest}", unfold=True),
    Visit("letter", ADVISER, "/koe/{oldest}/brev"),
    Visit("same-person", ADVISER, "/koe/{newest}/dublet/{oldest}"),
    Visit("follow-ups", ADVISER, "/opfoelgning"),
    Visit("call-hours", ADVISER, "/opkald"),
    Visit("week-of-calls", ADVISER, "/opkald/ugen"),
    Visit("week-to-book-in", MANAGER, "/opkald/ugen?til={newest}"),
    Visit("course-choice", ADVISER, "/koe/{newest}/kurser"),
    Visit("courses", ADVISER, "/kurser"),
    Visit("course-read", ADVISER, "/kurser", (FIRST_COURSE,)),
    Visit("figures-municipality", ADVISER, "/kommunetal", unfold=True),
    Visit("notices", ADVISER, "/konto/beskeder"),
    Visit("second-factor", ADVISER, "/konto/engangskode"),
    Visit("courses-to-verify", MANAGER, "/kurser?vis=skal-bekraeftes"),
    Visit("courses-none", MANAGER, "/kurser?sprog=kl"),
    Visit("course-new", MANAGER, "/kurser/nyt"),
    Visit("course", MANAGER, "/kurser", (FIRST_COURSE,)),
    Visit("course-cancel", MANAGER, "/kurser", (FIRST_COURSE, "a[href$='/aflys']")),
    Visit("attendance", MANAGER, "/kurser", (FIRST_COURSE, "a[href$='/fremmoede']")),
    Visit("course-files", MANAGER, "/kurser/filer"),
    Visit("home-admin", ADMIN, "/"),
    Visit("users", ADMIN, "/admin/brugere"),
    Visit("user", ADMIN, "/admin/brugere", ("a[href^='/admin/brugere/']",), unfold=True),
    Visit("invitations", ADMIN, "/invitationer"),
    Visit("prove-again", ADMIN, "/konto/bekraeft"),
    Visit("decisions", ADMIN, "/admin/godkendelser"),
    Visit("places", ADMIN, "/admin/steder", unfold=True),
    Visit("systems", ADMIN, "/admin/systemer", unfold=True),
    Visit("settings", ADMIN, "/admin/indstillinger"),
    Visit("dead-letters", ADMIN, "/admin/beskeder"),
    Visit("not-understood", ADMIN, "/admin/ikke-forstaaet"),
    Visit("audit", ADMIN, "/admin/log?bevis=ja"),
)


def links(data: Path) -> dict[str, str]:
    """Make one of each link that is a secret, in an installation with demo data."""
    with open_store(Settings.load(data_dir=data)) as store:
        nurse, lead = (_staff(store, name) for name in (NURSE, LEAD))
        oldest, *_, newest = _open_referrals(store)
        _same_phone(store, oldest, newest)
        return {
            "oldest": oldest,
            "newest": newest,
            "invitation": _invitation(store),
            "receipt": f"/kvittering/{newest}/{store.vault.link_secret('receipt', newest)}",
            "practice": store.encounters.start(nurse, patient=Patient.KIRSTEN),
            "contact": _contact(store, nurse, consented=True),
            "contact_early": _contact(store, nurse, consented=False),
            "telegram": _telegram(store, lead),
        }


def visits_by_person() -> Iterator[tuple[str, list[Visit]]]:
    """Give the pages of each person."""
    for who in dict.fromkeys(visit.who for visit in VISITS):
        yield who, [visit for visit in VISITS if visit.who == who]


def _staff(store: Store, name: str) -> Staff:
    with store.database.read() as session:
        return staff_of(session.scalars(select(UserRow).where(UserRow.name == name)).one())


def _invitation(store: Store) -> str:
    place = Place("herlev-onk-1")
    return store.invitations.invite(None, Role.NURSE, place, datetime.now(UTC))


def _open_referrals(store: Store) -> Sequence[str]:
    """Give the open referrals of Ballerup, the oldest first. The demo has several."""
    with store.database.read() as session:
        return session.scalars(
            select(ReferralRow.reference)
            .where(ReferralRow.open, ReferralRow.municipality_code == "0151")
            .order_by(ReferralRow.filed_at)
        ).all()


def _same_phone(store: Store, one: str, other: str) -> None:
    """Let two referrals look like one person's."""
    with store.database.write() as session:
        rows = session.scalars(select(ReferralRow).where(ReferralRow.reference.in_((one, other))))
        first, second = rows
        first.phone_index = second.phone_index


def _contact(store: Store, nurse: Staff, *, consented: bool) -> str:
    encounter_id = store.encounters.start(nurse)
    given = {Step.STATUS: "daily", Step.OFFER: "yes"}
    with store.database.write() as session:
        bedside = store.encounters.at_bedside(session, encounter_id)
        if consented:
            given |= {Step.CONSENT_CONTACT: "yes", Step.CONSENT_OUTCOME: "no"}
            for part in (ConsentPart.CONTACT, ConsentPart.OUTCOME):
                text = store.around.consent_texts[(part, "da")]
                note_consent(bedside, text, "yes", ConsentMethod.READ_ALOUD)
        for step, value in given.items():
            bedside.encounter = script.record(bedside.encounter, step, value)
        bedside.store()
        return contact_links.make(session, encounter_id, nurse.id, nurse.name, datetime.now(UTC))


def _telegram(store: Store, lead: Staff) -> str:
    now = datetime.now(UTC)
    with store.database.write() as session:
        secret = enrolment.invite(session, lead, Role.NURSE, WARD_OF_DEMO_NURSE, 7, now)
        session.flush()
        claimed = enrolment.claim(session, secret, 1, "Anne Hansen (@anne)", now)
    assert claimed
    return claimed.confirm
