"""Passkeys: made, used alone or as second factor, once each, at our own address only."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyotp
import pytest
from sqlalchemy import select, update

from demo import people
from referrals.staff import house_rules, passkeys
from referrals.staff.accounts import SignedIn
from referrals.staff.passkeys import LIFETIME, MOST, BadPasskey, NoPasskey, Passkeys, Site
from referrals.staff.second_factor import SecondFactors
from referrals.staff.tables import PasskeyRow, UserRow
from tests.conftest import World
from tests.referrals.staff.soft_key import SoftKey, challenge_of

ADVISER, NURSE = "demo-adviser-0151", "demo-nurse"
HOME = "https://henvis.example"
HOST = "henvis.example"


@pytest.fixture
def keys(world: World) -> Passkeys:
    rule(world, "require_second_factor", wanted=True)
    return Passkeys(world.database, world.vault, world.accounts, Site.of(HOME))


def rule(world: World, name: str, *, wanted: bool) -> None:
    with world.database.write() as session:
        house_rules.change(session, name, wanted, "demo-admin", world.clock())


def log_in(world: World, name: str = ADVISER) -> str:
    secret = world.accounts.log_in(name, people.PASSWORD, world.clock())
    assert secret is not None
    return secret


def known(world: World, secret: str) -> SignedIn:
    found = world.accounts.recognise(secret, world.clock())
    assert found is not None
    return found


def make(
    world: World, keys: Passkeys, secret: str, name: str = ADVISER, key: SoftKey | None = None
) -> tuple[SoftKey, str]:
    """Make a passkey in a session; give it and the session's new secret."""
    staff, key = world.staff(name), key or SoftKey(HOME, HOST)
    answer = key.make(keys.begin_making(staff, world.clock()))
    return key, keys.make(staff, secret, answer, "min telefon", world.clock())


def test_a_first_passkey_lets_a_half_session_in_and_its_secret_is_new(
    world: World, keys: Passkeys
) -> None:
    secret = log_in(world)
    assert known(world, secret).half
    _, renewed = make(world, keys, secret)
    assert not known(world, renewed).half
    assert world.accounts.recognise(secret, world.clock()) is None
    [own] = keys.of(world.staff(ADVISER))
    assert (own.name, own.made_at, own.last_used_at) == ("min telefon", world.clock(), None)


def test_a_passkey_logs_in_by_itself_and_counts_as_two_factors(
    world: World, keys: Passkeys
) -> None:
    key, _ = make(world, keys, log_in(world))
    answer = key.prove(keys.begin_proving(None, world.clock()))
    secret = keys.log_in(answer, world.clock(), "Firefox, Windows")
    inside = known(world, secret)
    assert (inside.staff.name, inside.half, inside.fresh) == (ADVISER, False, True)


def test_a_passkey_lets_in_who_gave_a_password_alone(world: World, keys: Passkeys) -> None:
    key, _ = make(world, keys, log_in(world))
    secret, staff = log_in(world), world.staff(ADVISER)
    assert known(world, secret).half
    answer = key.prove(keys.begin_proving(staff, world.clock()))
    renewed = keys.prove(staff, secret, answer, world.clock())
    assert not known(world, renewed).half


def test_a_nurse_who_chose_a_passkey_is_asked_for_it(world: World, keys: Passkeys) -> None:
    _, renewed = make(world, keys, log_in(world, NURSE), NURSE)
    assert not known(world, renewed).half
    assert known(world, log_in(world, NURSE)).half


def test_an_answer_works_once(world: World, keys: Passkeys) -> None:
    key, _ = make(world, keys, log_in(world))
    answer = key.prove(keys.begin_proving(None, world.clock()))
    assert keys.log_in(answer, world.clock())
    with pytest.raises(BadPasskey):
        keys.log_in(answer, world.clock())


def test_a_challenge_grows_old(world: World, keys: Passkeys) -> None:
    key, _ = make(world, keys, log_in(world))
    options = keys.begin_proving(None, world.clock())
    world.clock.at += LIFETIME
    with pytest.raises(BadPasskey):
        keys.log_in(key.prove(options), world.clock())


def with_challenge(change: Callable[[str], str], options: str) -> str:
    from webauthn.helpers import bytes_to_base64url

    changed = json.loads(options)
    changed["challenge"] = bytes_to_base64url(change(challenge_of(options)).encode())
    return json.dumps(changed)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: "",
        lambda told: "prove.0.9999999999.made-up.0123456789abcdef0123456789abcdef",
        lambda told: told.replace("prove.0.", "prove.7."),
        lambda told: told[:-1] + ("0" if told[-1] != "0" else "1"),
        lambda told: "æ" + told,
    ],
    ids=["none", "made up", "for another", "seal broken", "not ascii"],
)
def test_a_challenge_that_is_not_ours_proves_nothing(
    world: World, keys: Passkeys, change: Callable[[str], str]
) -> None:
    key, _ = make(world, keys, log_in(world))
    options = with_challenge(change, keys.begin_proving(None, world.clock()))
    with pytest.raises(BadPasskey):
        keys.log_in(key.prove(options), world.clock())


def test_what_was_asked_for_one_purpose_or_person_proves_nothing_for_another(
    world: World, keys: Passkeys
) -> None:
    key, _ = make(world, keys, log_in(world))
    staff, now = world.staff(ADVISER), world.clock()
    for options in (keys.begin_proving(staff, now), keys.begin_making(staff, now)):
        with pytest.raises(BadPasskey):
            keys.log_in(key.prove(options), now)
    nurse = world.staff(NURSE)
    theirs = key.prove(keys.begin_proving(nurse, now))
    with pytest.raises(BadPasskey):
        keys.prove(nurse, log_in(world, NURSE), theirs, now)


@pytest.mark.parametrize(
    "false",
    [SoftKey("https://henvis.example.evil", HOST), SoftKey(HOME, "evil.example")],
    ids=["origin", "host"],
)
def test_a_false_page_gets_nothing_that_opens_ours(
    world: World, keys: Passkeys, false: SoftKey
) -> None:
    """The story of phishing: the person is talked into it, and it is still no way in."""
    key, _ = make(world, keys, log_in(world))
    key.origin, key.host = false.origin, false.host
    with pytest.raises(BadPasskey):
        keys.log_in(key.prove(keys.begin_proving(None, world.clock())), world.clock())


def test_a_key_that_asks_for_neither_finger_nor_face_nor_pin_is_refused(
    world: World, keys: Passkeys
) -> None:
    with pytest.raises(BadPasskey):
        make(world, keys, log_in(world), key=SoftKey(HOME, HOST, verifies=False))
    key, _ = make(world, keys, log_in(world))
    key.verifies = False
    with pytest.raises(BadPasskey):
        keys.log_in(key.prove(keys.begin_proving(None, world.clock())), world.clock())


def test_a_copied_key_is_noticed_by_its_count(world: World, keys: Passkeys) -> None:
    key, _ = make(world, keys, log_in(world))
    for _ in range(2):
        keys.log_in(key.prove(keys.begin_proving(None, world.clock())), world.clock())
    key.used = 0  # a copy from before
    with pytest.raises(BadPasskey):
        keys.log_in(key.prove(keys.begin_proving(None, world.clock())), world.clock())


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "{}", '{"response": 7}', '{"response": {"clientDataJSON": "e30"}}',
     "[" * 10_000, "x" * 20_001],
    ids=["nothing", "no json", "a list", "empty", "a number", "no challenge", "deep", "long"],
)  # fmt: skip
def test_nonsense_is_no_proof(world: World, keys: Passkeys, answer: str) -> None:
    staff, secret = world.staff(ADVISER), log_in(world)
    for call in (
        lambda: keys.log_in(answer, world.clock()),
        lambda: keys.prove(staff, secret, answer, world.clock()),
        lambda: keys.make(staff, secret, answer, "", world.clock()),
    ):
        with pytest.raises(BadPasskey):
            call()


def test_a_password_alone_adds_no_passkey_and_no_phone_to_what_somebody_has(
    world: World, keys: Passkeys
) -> None:
    """A thief of the password sits at the page that asks for the factor."""
    make(world, keys, log_in(world))
    thief, staff = log_in(world), world.staff(ADVISER)
    with pytest.raises(BadPasskey):
        make(world, keys, thief)
    factors = SecondFactors(world.database, world.vault)
    code = pyotp.TOTP(factors.offer(staff, thief).secret).at(world.clock())
    assert factors.enrol(staff, thief, code, world.clock()) is None
    assert known(world, thief).half


def test_where_the_house_says_so_a_code_is_not_enough_for_who_reads_identity(
    world: World, keys: Passkeys
) -> None:
    factors, staff, secret = (
        SecondFactors(world.database, world.vault), world.staff(ADVISER), log_in(world),
    )  # fmt: skip
    code = pyotp.TOTP(factors.offer(staff, secret).secret).at(world.clock())
    enrolled = factors.enrol(staff, secret, code, world.clock())
    assert enrolled is not None
    assert not known(world, enrolled.secret).half
    rule(world, "require_passkey", wanted=True)
    by_code = known(world, enrolled.secret)
    assert (by_code.half, by_code.twice) == (True, True)
    _, renewed = make(world, keys, enrolled.secret)
    assert not known(world, renewed).half
    assert not known(world, log_in(world, NURSE)).half
    token = world.accounts.issue_token(ADVISER, world.clock()) or ""
    assert not known(world, token).half


def test_a_code_that_was_talked_out_of_somebody_adds_no_passkey_beside_theirs(
    world: World, keys: Passkeys
) -> None:
    """With password and code the thief is past the code page, where a passkey is demanded."""
    factors, staff, secret = (
        SecondFactors(world.database, world.vault), world.staff(ADVISER), log_in(world),
    )  # fmt: skip
    shared = factors.offer(staff, secret).secret
    enrolled = factors.enrol(staff, secret, pyotp.TOTP(shared).at(world.clock()), world.clock())
    assert enrolled is not None
    make(world, keys, enrolled.secret)
    rule(world, "require_passkey", wanted=True)
    world.clock.forward(minutes=5)
    talked_out = pyotp.TOTP(shared).at(world.clock())
    thief = factors.prove(staff, log_in(world), talked_out, world.clock()) or ""
    assert (known(world, thief).half, known(world, thief).twice) == (True, True)
    with pytest.raises(BadPasskey):
        make(world, keys, thief)


def test_a_suspended_user_s_passkey_lets_nobody_in(world: World, keys: Passkeys) -> None:
    key, _ = make(world, keys, log_in(world))
    with world.database.write() as session:
        session.execute(
            update(UserRow).where(UserRow.name == ADVISER).values(suspended_at=world.clock())
        )
    with pytest.raises(BadPasskey):
        keys.log_in(key.prove(keys.begin_proving(None, world.clock())), world.clock())


def test_a_passkey_is_removed_by_its_owner_alone(world: World, keys: Passkeys) -> None:
    key, secret = make(world, keys, log_in(world))
    [own] = keys.of(world.staff(ADVISER))
    with pytest.raises(NoPasskey):
        keys.remove(world.staff(NURSE), log_in(world, NURSE), own.id, world.clock())
    keys.remove(world.staff(ADVISER), secret, own.id, world.clock())
    with pytest.raises(BadPasskey):
        keys.log_in(key.prove(keys.begin_proving(None, world.clock())), world.clock())


def test_a_passkey_that_is_removed_voids_the_secret_of_before(world: World, keys: Passkeys) -> None:
    _, before = make(world, keys, log_in(world))
    [own] = keys.of(world.staff(ADVISER))
    after = keys.remove(world.staff(ADVISER), before, own.id, world.clock())
    assert world.accounts.recognise(before, world.clock()) is None
    assert known(world, after).twice


def test_the_same_key_is_kept_once_and_nobody_has_too_many(world: World, keys: Passkeys) -> None:
    key, secret = make(world, keys, log_in(world))
    with pytest.raises(BadPasskey):
        make(world, keys, secret, key=key)
    for _ in range(MOST - 1):
        _, secret = make(world, keys, secret)
    with pytest.raises(BadPasskey):
        make(world, keys, secret)


def test_nothing_private_of_a_key_is_kept(world: World, keys: Passkeys) -> None:
    key, _ = make(world, keys, log_in(world))
    with world.database.read() as session:
        row = session.scalars(select(PasskeyRow)).one()
        assert passkeys.has_any(session, row.user_id)
    private = key._key.private_numbers().private_value.to_bytes(32)
    assert private not in row.public_key + row.credential_id


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://Henvis.Example:8443/", Site("henvis.example", "https://henvis.example:8443")),
        ("http://localhost:8000", Site("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
        ("", None),
    ],
)
def test_a_passkey_is_bound_to_a_name_and_never_to_a_bare_address(
    world: World, address: str, site: Site | None
) -> None:
    assert Site.of(address) == site
    keys = Passkeys(world.database, world.vault, world.accounts, site)
    assert keys.offered is (site is not None)
    if site is None:
        with pytest.raises(BadPasskey):
            keys.begin_proving(None, world.clock())
