"""The story of somebody who writes into a text what opens another's door: marks and markup.

A course's title, a name, a note: whatever a person can store is shown on other people's pages and
in the bot's replies. It stays the text that it is, whoever reads it.
"""

from __future__ import annotations

import asyncio
import html
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, cast, insert, literal, literal_column, select, update
from sqlalchemy.orm import Session

from bot.showing import WARDS_LIST
from bot.telegram.showing import messages_of
from referrals.advice.encounter import Step
from referrals.contact import links
from referrals.referral.tables import ReferralRow
from referrals.staff.places import Place
from referrals.staff.roles import Role
from referrals.storage.table_base import Base
from referrals.telegram import enrolment
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import Sealed, seal
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from tests.service.test_route_guard import ADMIN, ADVISER, CAPABILITY, NAMES, NURSE, ROUTES, House

BASE_URL = "http://127.0.0.1:8000"
SECRET_NAME = "Xanthippe Ubekendt"
"""Who the patient of another ward and another municipality is."""

OWN_NAME = "Zebulon Quistgaard"
TEXTS = [
    "hospitals.name",
    "wards.name",
    "wards.department",
    "municipalities.name",
    "courses.key",
    "courses.title",
    "courses.place",
    "courses.access",
    "courses.online_link",
    "courses.medicine_subsidy",
    "courses.contact_phone",
    "courses.contact_email",
    "users.name",
    "users.display_name",
    "users.email",
    "service_accounts.name",
    "passkeys.name",
    "sessions.device",
    "invites.invited",
    "decisions.subject",
    "not_understood.text",
    "not_understood.intent",
    "webhooks.url",
    "email_claims.address",
    "telegram_claims.account",
    "outbox.last_error",
]
"""Columns that hold what a person wrote; sealed texts stand in ``SEALED_TEXTS``."""
SEALED_TEXTS = ("bed", "comment", "name")
"""What is read out of the vault: who a patient is, and notes about one. A number has a form."""
NOT_TYPED = [
    "allowances.key",
    "audit.actor",
    "audit.record",
    "decisions.rule",
    "installation.name",
    "outbox.recipient",
    "outbox.stream",
    "outbox.once_key",
    "settings.name",
    "settings.changed_by",
    "service_accounts.made_by",
    "webhooks.set_by",
    "consents.withdrawn_by",
    "attendance.recorded_by",
    "referral_comments.author",
    "outside_identities.issuer",
    "outside_identities.subject",
    "different_people.actor",
    "outcomes.recorded_by",
    "outcome_answers.actor",
    "encounters.product",
    "referral_events.about",
    "referral_events.actor",
    "telegram_buttons.payload",
    "telegram_buttons.card",
    "telegram_users.card",
    "turns.message_id",
    "turns.sealed_text",
    "users.password_hash",
    "referrals.phone_index",
    "referrals.name_index",
    "vault_keys.check_value",
]
"""Long columns of hashes, codes, names of who acted, and what no page shows."""
LONG = 60
KNOCKS = [
    (route, who)
    for route, row in ROUTES.items()
    if route.startswith("GET ") and not route.endswith("/events")
    for who in sorted(row.who)
]
CLOSED = {
    "GET /readyz",
    "GET /.well-known/security.txt",
    "GET /log-ind/udefra",
    "GET /log-ind/udefra/svar",
    "GET /log-ind/noegle",
    "GET /konto/noegler/ny",
    "GET /koe/{reference}/dublet/{other}",
    "GET /tal",
}
"""What shows nothing here: nothing is set up, only a browser asks, or it leads elsewhere."""
SAID_OF_COURSES = (
    "title",
    "place",
    "access",
    "online_link",
    "medicine_subsidy",
    "contact_phone",
    "contact_email",
)


@dataclass
class Marked:
    """A house whose every text holds marks that would open the door of another encounter.

    ``own`` leads to what those who are signed in may see, ``secrets`` to what a link opens.
    """

    house: House
    store: Store
    reference: str
    token: str
    own: dict[str, str]
    secrets: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)
    buttons: dict[str, str] = field(default_factory=dict)

    def text(self, label: str) -> str:
        """Write a text that holds each mark, and markup that tells whose text it is."""
        marks = f"[[wards_list]] [[receipt:{self.reference}]] {self.token} [{self.token}"
        return f"<b>{label}</b> {marks}"

    def opened_by(self, told: str) -> list[str]:
        """Tell which of the other encounter's doors a text opens, or which mark of it is ours."""
        secret = self.store.around.vault.link_secret("receipt", self.reference)
        doors = (SECRET_NAME, secret, f"/kvittering/{self.reference}", BASE_URL + WARDS_LIST)
        return [door for door in doors if door in told]

    def to(self, route: str) -> dict[str, str]:
        """Give the parts of the address of something that is there."""
        opens = [secret for start, secret in self.secrets.items() if f"GET {start}" in route]
        return {**self.own, **({CAPABILITY: opens[0]} if opens else {})}

    def says(self, *, typed: str = "", payload: str = "") -> str:
        """Say something in the nurse's conversation, and give all that is replied."""
        said = {"text": typed} if typed else {"payload": payload}
        route = "POST /api/conversations/{conversation_id}/messages"
        message = {"message_id": f"m-{next(self.numbers)}", **said}
        answer = self.house.knock(NURSE, route, self.own, json=message)
        assert answer.status_code == 200, answer.text
        replies = answer.json()["replies"]
        self.buttons = {b["title"]: b["payload"] for r in replies for b in r["buttons"]}
        return "\n".join([r["text"] for r in replies] + list(self.buttons))

    def press(self, title: str) -> str:
        return self.says(payload=self.buttons[title])


@pytest.fixture(scope="module")
def marked(
    forenoon: None, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Marked]:
    """Give the app on demo data, after somebody wrote marks into every text."""
    folder = tmp_path_factory.mktemp("marks") / "data"
    shutil.copytree(demo_data, folder)
    settings = Settings.load(data_dir=folder, engine_url="http://127.0.0.1:9", beside=False)
    store = build_store(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.web.guarding.protection._DOORS", ())
        house = House(create_app(settings), store)
        now = datetime.now(UTC)
        with store.database.write() as session:
            other = session.scalars(
                select(ReferralRow).where(ReferralRow.municipality_code == "0157")
            ).all()[0]
            kept = seal("name", SECRET_NAME)
            token = store.around.vault.keep(session, other.encounter_id, kept, now)
            found = Marked(house, store, other.reference, token, dict(house.others))
        _make_what_the_demo_lacks(found, now)
        with store.database.write() as session:
            _write_into_columns(session, found)
            _write_into_the_vault(session, found, now)
        yield found
    store.database.close()


@pytest.fixture(scope="module")
def said(marked: Marked) -> list[str]:
    """Give all replies of a talk in which courses are shown, a seat held, and a referral sent."""
    course = f'{{"course":"{marked.own["course_id"]}"}}'
    told = [
        marked.says(payload="/ask_courses"),
        marked.says(payload=f"/show_course{course}"),
        marked.says(payload='/ask_medicine_price{"place":"0151"}'),
        *_to_contact(marked),
    ]
    told.append(marked.says(typed=f"{OWN_NAME}, 20 66 77 88, 2750"))
    told.append(marked.press("Ballerup"))
    told.append(marked.says(payload=f"/hold_seat{course}"))
    told.append(marked.says(payload='/skip{"value":"rest"}'))
    return [*told, marked.press("Send henvisning")]


def _to_contact(marked: Marked) -> list[str]:
    first = marked.says(payload=f'/answer{{"step":"{Step.STATUS}","value":"daily"}}')
    return [first, *map(marked.press, ("Ja tak", "Ja, patienten siger ja", "Ja"))]


def _make_what_the_demo_lacks(marked: Marked, now: datetime) -> None:
    """Make a row of each kind that the demo has none of, and links to the pages behind secrets."""
    store, later = marked.store, now + timedelta(days=1)
    admin, nurse = marked.house._staff(ADMIN), marked.house._staff(NURSE)
    invitation = store.invitations.invite(None, Role.NURSE, Place("herlev-onk-1"), now)
    own = store.around.vault.link_secret("receipt", marked.own["reference"])
    another = store.encounters.start(nurse)
    _to_contact(replace(marked, own={"conversation_id": another}))
    marked.own["user_id"] = str(nurse.id)
    with store.database.write() as session:
        invited = enrolment.invite(session, admin, Role.NURSE, "herlev-onk-1", 7, now)
        claim = enrolment.claim(session, invited, 4711, "", now)
        assert claim is not None
        contact = links.make(session, another, nurse.id, nurse.name, now)
        rows: dict[str, dict[str, Any]] = {
            "not_understood": {"text": "", "language": "da", "times": 1, "last_at": now},
            "decisions": {
                "kind": "system",
                "scopes": "read",
                "municipality_code": "0151",
                "asked_by": admin.id,
                "asked_at": now,
            },
            "webhooks": {"municipality_code": "0151", "url": "", "secret": b"", "set_by": ""},
            "email_claims": {"user_id": nurse.id, "address": "", "code": "123456"},
            "outbox": {"channel": "mail", "kind": "notice", "payload": {}, "dead_at": now},
        }
        for table, row in rows.items():
            there = Base.metadata.tables[table]
            times = {"expires_at": later, "set_at": now, "created_at": now, "due_at": now}
            known = {name: at for name, at in times.items() if name in there.columns}
            session.execute(insert(there).values(known | row))
    marked.secrets = {
        "/kvittering": own,
        "/invitation": invitation,
        "/telegram/bekraeft": claim.confirm,
        "/kontakt": contact,
    }


def _write_into_columns(session: Session, marked: Marked) -> None:
    """Write past all checks: what one of them lets through tomorrow is no mark either."""
    for each in TEXTS:
        table, _, name = each.partition(".")
        rows = Base.metadata.tables[table]
        some_are_unique = literal(marked.text(each)) + cast(literal_column("rowid"), String)
        change = update(rows).values({name: some_are_unique})
        if each == "users.name":
            change = change.where(rows.c.name.not_in(NAMES.values()))  # by which they sign in
        session.execute(change)


def _write_into_the_vault(session: Session, marked: Marked, now: datetime) -> None:
    """Write another name of the own patient, and where one of the ward's list lies."""
    vault = marked.store.around.vault
    sealed = session.execute(
        select(VaultValueRow.id, ReferralRow.encounter_id)
        .join(ReferralRow, ReferralRow.encounter_id == VaultValueRow.encounter_id)
        .where(ReferralRow.reference == marked.own["reference"], VaultValueRow.kind == "name")
    ).all()
    for value, encounter in sealed:
        token = f"[[name:{value}]]"
        vault.forget(session, encounter, token)
        vault.keep(session, encounter, Sealed(token, "name", marked.text("name")), now)
    listed = marked.own["deferred_id"]
    bed = vault.keep(session, listed, seal("note", marked.text("bed")), now)
    rows = Base.metadata.tables["deferred_patients"]
    session.execute(update(rows).where(rows.c.encounter_id == listed).values(bed=bed))


def test_no_page_opens_another_s_door_or_takes_text_for_markup(
    marked: Marked, said: list[str]
) -> None:
    comment = {"data": {"text": marked.text("comment")}}
    marked.house.knock(ADVISER, "POST /koe/{reference}/kommentar", marked.own, **comment)
    labels = {*TEXTS, *SEALED_TEXTS}
    wrong: list[str] = []
    seen: set[str] = set()
    opened: set[str] = set()
    for route, who in KNOCKS:
        answer = marked.house.knock(who, route, marked.to(route))
        at, told = f"{route} as {who}", answer.text
        wrong += [f"{at} gives {door}" for door in marked.opened_by(told)]
        if answer.status_code == 200:
            opened.add(route)
        if "text/html" in answer.headers.get("content-type", ""):
            wrong += [f"{at} has markup of {each}" for each in labels if f"<b>{each}" in told]
        seen |= {each for each in labels if f"<b>{each}<" in html.unescape(told)}
    assert wrong == []
    assert {route for route, _ in KNOCKS} - opened == CLOSED
    assert labels - seen == set(), "no page shows these: nothing was tried"


def test_no_reply_opens_another_s_door_and_all_is_said_as_it_was_written(
    marked: Marked, said: list[str]
) -> None:
    told = "\n".join(said)
    assert marked.opened_by(told) == []
    for each in SAID_OF_COURSES:
        assert marked.text(f"courses.{each}") in told, each


def test_the_marks_of_our_own_code_still_open(said: list[str]) -> None:
    assert f"Navn: {OWN_NAME}" in said[-2]
    assert f"{BASE_URL}/kvittering/H-" in said[-1]


def test_no_message_to_telegram_opens_another_s_door(marked: Marked) -> None:
    conversations, nurse = marked.house.app.state.conversations, marked.house._staff(NURSE)

    async def talk() -> list[str]:
        talk = await conversations.start(nurse)
        texts = []
        for number, payload in enumerate(
            ("/ask_courses", f'/show_course{{"course":"{marked.own["course_id"]}"}}')
        ):
            answer = await conversations.say(
                nurse, talk, f"t-{number}", payload=payload, by_page=True
            )
            texts += [message.text for message in messages_of(answer, "")]
        return texts

    told = "\n".join(asyncio.run(talk()))
    assert marked.opened_by(told) == []
    for each in SAID_OF_COURSES:
        assert marked.text(f"courses.{each}") in told, each


def test_every_long_column_is_a_text_that_is_tried_or_is_known_to_hold_none() -> None:
    long = {
        f"{table}.{column.name}"
        for table, rows in Base.metadata.tables.items()
        for column in rows.columns
        if isinstance(column.type, String) and (column.type.length or LONG) >= LONG
    }
    hashes = {each for each in long if each.endswith(("_hash", ".hash"))}
    assert long - hashes - {*TEXTS, *NOT_TYPED} == set(), "say whether a person can write these"
