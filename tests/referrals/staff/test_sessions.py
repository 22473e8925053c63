"""Rows of sessions: which are live, which secret opens one, and what ends them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from referrals.staff import sessions
from referrals.staff.tables import SessionRow
from tests.conftest import FORENOON, World

NOW = FORENOON
HOUR = timedelta(hours=1)


@pytest.fixture
def me(world: World) -> int:
    return world.staff("demo-nurse").id


@pytest.fixture
def other(world: World) -> int:
    return world.staff("demo-nurse-2").id


def begin(
    session: Session,
    user_id: int,
    kind: str = "cookie",
    at: datetime = NOW,
    twice: datetime | None = None,
    passkey: datetime | None = None,
    device: str = "Firefox",
) -> str:
    return sessions.new_session(session, user_id, kind, at, HOUR, twice, device, passkey)


def row(session: Session, secret: str) -> SessionRow | None:
    session.flush()
    session.expire_all()
    return session.get(SessionRow, sessions.digest(secret))


def test_a_session_is_kept_by_the_hash_of_its_secret(world: World, me: int) -> None:
    with world.database.write() as session:
        secret = begin(session, me)
        kept = row(session, secret)
        assert kept is not None
        assert (kept.user_id, kept.kind, kept.device) == (me, "cookie", "Firefox")
        assert (kept.created_at, kept.last_seen_at, kept.proved_at) == (NOW, NOW, NOW)
        assert kept.expires_at == NOW + HOUR
        assert secret not in kept.secret_hash


def test_a_secret_is_drawn_anew_each_time_and_cannot_be_guessed(world: World, me: int) -> None:
    with world.database.write() as session:
        drawn = {begin(session, me) for _ in range(5)}
        drawn |= {sessions.exchange(session, each, me) for each in drawn}
    assert (len(drawn), {len(each) for each in drawn}) == (10, {43})  # 256 bits in base64


def test_a_hash_is_the_same_each_time_and_says_nothing() -> None:
    assert sessions.digest("a") == (
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    )


def test_a_page_names_a_session_by_what_opens_nothing() -> None:
    secret_hash = sessions.digest("a")
    named = sessions.public_id(secret_hash)
    assert (len(named), named in secret_hash) == (16, False)


@pytest.mark.parametrize(("long", "kept"), [(119, 119), (120, 120), (121, 120), (500, 120)])
def test_of_a_device_so_much_is_kept(world: World, me: int, long: int, kept: int) -> None:
    with world.database.write() as session:
        found = row(session, begin(session, me, device="x" * long))
        assert found is not None
        assert len(found.device) == kept


# Proved twice


@pytest.mark.parametrize(
    ("twice", "passkey", "told"),
    [
        (None, None, (False, False)),
        (NOW, None, (True, False)),
        (None, NOW, (False, True)),
        (NOW, NOW, (True, True)),
    ],
    ids=["once", "by a code", "by a passkey", "by both"],
)
def test_it_is_told_by_what_a_session_was_proved(
    world: World,
    me: int,
    twice: datetime | None,
    passkey: datetime | None,
    told: tuple[bool, bool],
) -> None:
    with world.database.write() as session:
        secret = begin(session, me, twice=twice, passkey=passkey)
        session.flush()
        found = (
            sessions.is_proved_twice(session, secret),
            sessions.is_proved_twice(session, secret, by_passkey=True),
        )
    assert found == told


def test_a_session_that_ended_is_proved_by_nothing(world: World, me: int) -> None:
    with world.database.write() as session:
        secret = begin(session, me, twice=NOW)
        session.flush()
        sessions.end_all(session, me, NOW)
        session.expire_all()
        assert not sessions.is_proved_twice(session, secret)


def test_a_session_that_is_not_there_is_proved_by_nothing(world: World) -> None:
    with world.database.read() as session:
        assert not sessions.is_proved_twice(session, "made up")


# Renewed and exchanged


@pytest.mark.parametrize(
    ("how", "twice", "passkey"),
    [({}, None, None), ({"twice": True}, NOW + HOUR, None), ({"passkey": True}, None, NOW + HOUR)],
    ids=["a password", "a code", "a passkey"],
)
def test_who_proves_it_again_gets_another_secret_that_remembers_by_what(
    world: World, me: int, how: dict[str, bool], twice: datetime | None, passkey: datetime | None
) -> None:
    with world.database.write() as session:
        before = begin(session, me)
        session.flush()
        after = sessions.renew(session, before, me, NOW + HOUR, **how)
        assert row(session, before) is None
        kept = row(session, after)
        assert kept is not None
        assert (kept.proved_at, kept.proved_twice_at, kept.passkey_at) == (
            NOW + HOUR,
            twice,
            passkey,
        )
        assert kept.expires_at == NOW + HOUR, "its end does not move"


def test_an_exchanged_secret_proves_nothing_anew(world: World, me: int) -> None:
    with world.database.write() as session:
        before = begin(session, me, twice=NOW)
        session.flush()
        after = sessions.exchange(session, before, me)
        assert row(session, before) is None
        kept = row(session, after)
        assert kept is not None
        assert (kept.proved_at, kept.proved_twice_at) == (NOW, NOW)


def test_only_the_session_meant_gets_another_secret(world: World, me: int) -> None:
    with world.database.write() as session:
        mine, elsewhere = begin(session, me), begin(session, me)
        session.flush()
        sessions.exchange(session, mine, me)
        assert row(session, elsewhere) is not None


def test_nobody_exchanges_the_secret_of_another(world: World, me: int, other: int) -> None:
    with world.database.write() as session:
        mine = begin(session, me)
        session.flush()
        assert sessions.exchange(session, mine, other) == mine
        assert row(session, mine) is not None


def test_a_token_stays_as_it_is(world: World, me: int) -> None:
    with world.database.write() as session:
        token = begin(session, me, kind="bearer")
        session.flush()
        assert sessions.renew(session, token, me, NOW + HOUR, twice=True) == token
        kept = row(session, token)
        assert kept is not None
        assert (kept.proved_at, kept.proved_twice_at) == (NOW, None)


def test_a_session_that_ended_comes_to_no_life_by_another_secret(world: World, me: int) -> None:
    with world.database.write() as session:
        secret = begin(session, me)
        session.flush()
        sessions.end_all(session, me, NOW)
        assert sessions.exchange(session, secret, me) == secret
        kept = row(session, secret)
        assert kept is not None
        assert kept.revoked_at == NOW


# Ended and listed


def test_all_of_a_user_s_sessions_end_but_the_one_that_is_kept_and_no_other_s(
    world: World, me: int, other: int
) -> None:
    with world.database.write() as session:
        here, there, theirs = begin(session, me), begin(session, me), begin(session, other)
        token = begin(session, me, kind="bearer")
        session.flush()
        done = sessions.end_all(session, me, NOW, but=sessions.digest(here))
        ended = [
            kept.revoked_at is not None
            for each in (here, there, token, theirs)
            if (kept := row(session, each))
        ]
        assert (done, ended) == (2, [False, True, True, False])


def test_what_ended_before_is_not_ended_again(world: World, me: int) -> None:
    with world.database.write() as session:
        secret = begin(session, me)
        session.flush()
        ended = [sessions.end_all(session, me, at) for at in (NOW, NOW + HOUR)]
        kept = row(session, secret)
        assert kept is not None
        assert (ended, kept.revoked_at) == ([1, 0], NOW)


def test_a_user_s_live_ones_are_listed_the_last_seen_first(
    world: World, me: int, other: int
) -> None:
    now = NOW + HOUR
    second = timedelta(seconds=1)
    with world.database.write() as session:
        begin(session, me, at=NOW)  # over in this second
        older, newer = begin(session, me, at=NOW + second), begin(session, me, at=now)
        begin(session, other, at=now)
        gone = begin(session, me, at=now)
        session.flush()
        session.get_one(SessionRow, sessions.digest(gone)).revoked_at = now
        session.flush()
        listed = [each.secret_hash for each in sessions.live_ones(session, me, now)]
    assert listed == [sessions.digest(newer), sessions.digest(older)]
