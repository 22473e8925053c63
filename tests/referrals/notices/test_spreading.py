"""One cause, a letter for each who wants it, and nothing that waits for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referrals.notices.choices import BadAddress, NoticeChoices
from referrals.notices.kinds import EMAIL, NoticeKind
from referrals.notices.spreading import AddressBook, EmailAddresses, spread
from referrals.outbox import letters as outbox
from referrals.outbox.letters import NOTICES, Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.referral.announcing import announce
from referrals.referral.tables import ReferralRow
from referrals.staff.tables import UserRow
from tests.conftest import World
from tests.referrals.playing import Play

ADVISER, MANAGER, NURSE = "demo-adviser-0151", "demo-manager-0151", "demo-nurse"
EVENING = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)


class Drum:
    """A channel that reaches everybody, with a sound."""

    channel = "drum"
    rings = True

    def recipients(self, session: Session, users: Sequence[UserRow]) -> Mapping[int, str]:
        return {row.id: f"hut:{row.name}" for row in users}


def give_addresses(world: World) -> None:
    with world.database.write() as session:
        session.execute(update(UserRow).values(email=UserRow.name + "@example.dk"))


def letters(world: World) -> list[OutboxRow]:
    with world.database.read() as session:
        query = select(OutboxRow).where(OutboxRow.channel != NOTICES).order_by(OutboxRow.id)
        return list(session.scalars(query))


def told(world: World) -> set[tuple[str, str]]:
    """Give kind and name of everybody to whom an e-mail is addressed."""
    with world.database.read() as session:
        names = {str(row.id): row.name for row in session.scalars(select(UserRow))}
    return {(each.kind, names[each.recipient]) for each in letters(world)}


def tell(world: World, *books: AddressBook) -> int:
    return spread(world.database, books or [EmailAddresses()], world.clock.at)


def choose(world: World, name: str, kind: NoticeKind, wanted: bool, channel: str = EMAIL) -> None:  # noqa: FBT001
    choices = NoticeChoices(world.database, world.staff(name), [EMAIL, "drum"])
    choices.change({(kind, channel): wanted}, None, world.clock.at)


def post(world: World, kind: str, **payload: Any) -> None:
    with world.database.write() as session:
        outbox.post(session, Outgoing(NOTICES, kind, "", payload), world.clock.at)


def test_a_new_referral_is_told_to_those_of_its_municipality_who_want_it(world: World) -> None:
    give_addresses(world)
    reference = Play(world).file()
    assert tell(world) == 1
    assert told(world) == {("new_referral", ADVISER)}
    [letter] = letters(world)
    assert set(letter.payload) == {"reference", "municipality", "due_at"}
    assert letter.payload["reference"] == reference
    assert tell(world) == 0, "a cause is spread once"


def test_whoever_chose_otherwise_gets_what_they_chose(world: World) -> None:
    give_addresses(world)
    choose(world, ADVISER, NoticeKind.NEW_REFERRAL, wanted=False)
    choose(world, MANAGER, NoticeKind.NEW_REFERRAL, wanted=True)
    Play(world).file()
    tell(world)
    assert told(world) == {("new_referral", MANAGER)}


def test_a_breach_reaches_the_manager_even_if_an_adviser_has_the_referral(world: World) -> None:
    give_addresses(world)
    reference = Play(world).file()
    tell(world)
    with world.database.write() as session:
        adviser = session.scalars(select(UserRow).where(UserRow.name == ADVISER)).one()
        row = session.scalars(select(ReferralRow)).one()
        row.assigned_to = adviser.id
        announce(session, "breach", row, world.clock.at)
    tell(world)
    assert told(world) >= {("breach", ADVISER), ("breach", MANAGER)}
    assert letters(world)[-1].payload["reference"] == reference


def test_what_an_adviser_has_is_not_told_to_the_others(world: World) -> None:
    give_addresses(world)
    Play(world).file()
    with world.database.write() as session:
        manager = session.scalars(select(UserRow).where(UserRow.name == MANAGER)).one()
        row = session.scalars(select(ReferralRow)).one()
        row.assigned_to = manager.id
        announce(session, "warning", row, world.clock.at)
    tell(world)
    assert ("warning", ADVISER) not in told(world)


def test_who_is_suspended_or_has_no_address_gets_nothing_and_nothing_waits(world: World) -> None:
    Play(world).file()
    assert tell(world) == 0
    with world.database.read() as session:
        assert session.scalars(select(OutboxRow.sent_at)).all() == [world.clock.at]
    give_addresses(world)
    with world.database.write() as session:
        session.execute(update(UserRow).values(suspended_at=world.clock.at))
    Play(world).file(phone="20 66 77 99")
    assert tell(world) == 0


def test_without_any_channel_a_cause_is_done_at_once(world: World) -> None:
    give_addresses(world)
    Play(world).file()
    assert spread(world.database, [], world.clock.at) == 0
    assert letters(world) == []
    with world.database.read() as session:
        assert session.scalars(select(OutboxRow.sent_at)).all() == [world.clock.at]


def test_a_channel_with_a_sound_waits_for_the_morning(world: World) -> None:
    world.clock.at = EVENING
    post(world, NoticeKind.WARD_CONTACTED, ward="herlev-onk-1", count=2, when="today")
    tell(world, Drum())
    due = {(each.recipient, each.due_at) for each in letters(world)}
    morning = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert ("hut:demo-nurse", morning) in due
    assert {at for _, at in due} == {morning}


def test_a_ward_s_news_reach_that_ward_only(world: World) -> None:
    give_addresses(world)
    choose(world, NURSE, NoticeKind.WARD_CONTACTED, wanted=False)
    post(world, NoticeKind.WARD_CONTACTED, ward="herlev-onk-1", count=2, when="today")
    tell(world)
    heard = {name for _, name in told(world)}
    assert "demo-nurse-2" in heard
    assert not heard & {NURSE, "demo-nurse-gentofte", ADVISER}


def test_an_unknown_kind_is_a_dead_letter(world: World) -> None:
    post(world, "carrier_lost", municipality="0151")
    assert tell(world) == 0
    with world.database.read() as session:
        assert session.scalars(select(OutboxRow.last_error)).all() == ["unknown_kind"]


def test_nobody_chooses_what_is_for_other_roles_or_channels(world: World) -> None:
    choose(world, NURSE, NoticeKind.BREACH, wanted=True)
    choose(world, NURSE, NoticeKind.WARD_CONTACTED, wanted=False, channel="pigeon")
    read = NoticeChoices(world.database, world.staff(NURSE), [EMAIL]).read(world.clock())
    assert [(c.kind, c.channel, c.wanted) for c in read.choices] == [
        (NoticeKind.WARD_WAITING, EMAIL, True),
        (NoticeKind.WARD_CONTACTED, EMAIL, True),
    ]


@pytest.mark.parametrize(
    "address", ["ida", "ida@", "ida@x", "a b@x.dk", "a@x.dk\nBcc: b@x.dk", f"a@{'æ' * 70}.dk"]
)
def test_what_is_no_address_is_refused(world: World, address: str) -> None:
    choices = NoticeChoices(world.database, world.staff(ADVISER), [EMAIL])
    with pytest.raises(BadAddress):
        choices.change({}, address, world.clock.at)
