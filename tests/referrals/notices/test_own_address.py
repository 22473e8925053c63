"""No notice goes to an address before somebody showed that they read it, where the house allows."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.allowances.spending import TooManyAttempts
from referrals.audit.tables import AuditRow
from referrals.notices import own_address
from referrals.notices.choices import BadAddress, NoticeChoices
from referrals.notices.kinds import EMAIL, NoticeKind
from referrals.notices.spreading import EmailAddresses
from referrals.notices.tables import EmailClaimRow
from referrals.outbox.tables import OutboxRow
from referrals.staff import house_rules
from referrals.staff.house_rules import BadRule
from referrals.staff.tables import UserRow
from tests.conftest import World

ADVISER = "demo-adviser-0151"
ADDRESS = "ida@ballerup.dk"


def choices(world: World, name: str = ADVISER) -> NoticeChoices:
    return NoticeChoices(world.database, world.staff(name), [EMAIL])


def give(world: World, address: str = ADDRESS, name: str = ADVISER) -> None:
    choices(world, name).change({}, address, world.clock())


def stands(world: World) -> tuple[str, str]:
    """Give the address that notices go to, and the one that is yet to be confirmed."""
    read = choices(world).read(world.clock())
    return read.email, read.unconfirmed


def code_of(world: World, name: str = ADVISER) -> str:
    """Give the code that the mail tells."""
    with world.database.read() as session:
        to = own_address.addressee(session, NoticeKind.CONFIRM_EMAIL, world.staff(name).id)
    assert to is not None
    return to.code


def mails(world: World) -> int:
    with world.database.read() as session:
        rows = select(OutboxRow).where(OutboxRow.kind == NoticeKind.CONFIRM_EMAIL.value)
        return len(session.scalars(rows).all())


def reached(world: World) -> bool:
    with world.database.read() as session:
        row = session.scalars(select(UserRow).where(UserRow.name == ADVISER)).one()
        return bool(EmailAddresses().recipients(session, [row]))


def allow(world: World, domains: str) -> None:
    with world.database.write() as session:
        house_rules.change(session, "mail_domains", domains, "demo-admin", world.clock())


def test_an_address_gets_a_code_and_no_notice_before_it_was_given(world: World) -> None:
    give(world, f" {ADDRESS} ")
    assert (stands(world), reached(world), mails(world)) == (("", ADDRESS), False, 1)
    code = code_of(world)
    assert choices(world).confirm(f" {code[:3]} {code[3:]} ", world.clock())
    assert (stands(world), reached(world)) == ((ADDRESS, ""), True)


def test_until_then_notices_go_where_they_went(world: World) -> None:
    give(world)
    choices(world).confirm(code_of(world), world.clock())
    give(world, "ida@privat.example")
    assert stands(world) == (ADDRESS, "ida@privat.example")
    give(world)
    assert stands(world) == (ADDRESS, "")


@pytest.mark.parametrize("code", ["", "000000x", "æææ"])
def test_a_wrong_code_confirms_nothing(world: World, code: str) -> None:
    give(world)
    assert not choices(world).confirm(code, world.clock())
    assert stands(world) == ("", ADDRESS)


def test_a_code_is_not_guessed(world: World) -> None:
    give(world)
    right = code_of(world)
    for _ in range(5):
        choices(world).confirm("wrong", world.clock())
    with pytest.raises(TooManyAttempts):
        choices(world).confirm(right, world.clock())


def test_a_code_is_for_its_own_person(world: World) -> None:
    give(world)
    give(world, "mads@gladsaxe.dk", "demo-adviser-0159")
    assert not choices(world, "demo-adviser-0159").confirm(code_of(world), world.clock())


def test_a_code_lapses_in_a_day(world: World) -> None:
    give(world)
    code = code_of(world)
    world.clock.forward(days=1)
    assert not choices(world).confirm(code, world.clock())
    assert stands(world) == ("", "")


def test_saving_the_same_again_writes_no_second_mail(world: World) -> None:
    give(world)
    give(world)
    assert mails(world) == 1


def test_nobody_has_mail_after_mail_written_to_others(world: World) -> None:
    for number in range(5):
        give(world, f"somebody-{number}@ballerup.dk")
    with pytest.raises(TooManyAttempts):
        give(world, "somebody-else@ballerup.dk")


def test_no_address_is_a_choice(world: World) -> None:
    give(world)
    choices(world).confirm(code_of(world), world.clock())
    give(world, "")
    assert (stands(world), reached(world)) == (("", ""), False)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (ADDRESS, True),
        ("ida@BALLERUP.DK", True),
        ("ida@mail.ballerup.dk", True),
        ("ida@regionh.dk", True),
        ("ida@gmail.example", False),
        ("ida@notballerup.dk", False),
        ("ida@ballerup.dk.evil.example", False),
    ],
)
def test_the_house_says_where_mail_may_go(world: World, address: str, allowed: bool) -> None:  # noqa: FBT001
    allow(world, "@ballerup.dk, regionh.dk")
    if allowed:
        give(world, address)
        assert stands(world) == ("", address)
        return
    with pytest.raises(BadAddress) as refused:
        give(world, address)
    assert refused.value.why == "domain"


def test_an_address_of_before_outside_the_rule_gets_nothing_any_more(world: World) -> None:
    give(world)
    choices(world).confirm(code_of(world), world.clock())
    allow(world, "regionh.dk")
    assert not reached(world)


TOO_MANY = " ".join(f"x{number}.dk" for number in range(21))


@pytest.mark.parametrize("domains", ["x", "a b", "ida@x.dk@y.dk", TOO_MANY])
def test_what_is_no_domain_is_no_rule(world: World, domains: str) -> None:
    with pytest.raises(BadRule):
        allow(world, domains)


def test_neither_log_nor_outbox_holds_address_or_code(world: World) -> None:
    give(world)
    code = code_of(world)
    choices(world).confirm(code, world.clock())
    with world.database.read() as session:
        audited = session.scalars(select(AuditRow.record)).all()
        [letter] = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == NoticeKind.CONFIRM_EMAIL.value)
        )
        assert session.get(EmailClaimRow, world.staff(ADVISER).id) is None
    assert letter == {}
    assert not any("ballerup.dk" in record or code in record for record in audited)
