"""After a restore what had ended ends again: consents, identities, letters, users, log-ins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.consent.tables import ConsentRow
from referrals.outbox.letters import Outgoing, claim, post
from referrals.outbox.tables import OutboxRow
from referrals.programs.tables import ServiceAccountRow
from referrals.staff.accounts import NO_PASSWORD
from referrals.staff.roles import Role
from referrals.staff.tables import InviteRow, PasskeyRow, SessionRow, UserRow
from referrals.storage.database import Database
from referrals.telegram.tables import TelegramUserRow
from referrals.tombstones.ending import end_again
from referrals.tombstones.journal import End, Era, Journal, Line, Sent
from referrals.tombstones.noting import ENDS, Noting
from referrals.vault.tables import VaultValueRow
from tests.conftest import FORENOON, World
from tests.referrals.playing import Play, how_many, kept, referral

LATER = FORENOON + timedelta(hours=1)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "tombstones.jsonl")


def _number(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.max(AuditRow.number))) or 0


def _after(world: World, *deeds: tuple[str, str]) -> list[Line]:
    """Give deeds as they were done after the backup that this database came from."""
    begin = _number(world) + 1
    return [End(begin + n, action, record) for n, (action, record) in enumerate(deeds)]


def _end(world: World, journal: Journal, *deeds: tuple[str, str]) -> dict[str, int]:
    journal.append(_after(world, *deeds))
    done = end_again(world.database, journal, LATER)
    return {kind: count for kind, count in done.items() if count}


def test_a_consent_that_was_withdrawn_since_is_withdrawn_and_identity_goes(
    world: World, journal: Journal
) -> None:
    reference = Play(world).file()
    done = _end(world, journal, ("withdraw_consent", f"referral:{reference}"))
    assert done == {"consents": 1}
    assert kept(world, ConsentRow).withdrawn_at == LATER
    assert how_many(world, VaultValueRow) == 0
    assert referral(world, reference).state == "withdrawn"


def test_an_identity_that_was_purged_since_goes_at_once(world: World, journal: Journal) -> None:
    reference = Play(world).file()
    assert _end(world, journal, ("purge", f"referral:{reference}")) == {"identities": 1}
    row = referral(world, reference)
    assert (row.purged_at, row.phone_index, row.name_index) == (LATER, None, None)
    assert how_many(world, VaultValueRow) == 0


def test_a_referral_that_was_undone_since_is_told_and_left(world: World, journal: Journal) -> None:
    reference = Play(world).file()
    assert _end(world, journal, ("undo_referral", f"referral:{reference}")) == {"undone": 1}
    assert referral(world, reference).open


@pytest.mark.parametrize("action", sorted(ENDS))
def test_what_is_not_in_the_backup_is_passed_over(
    world: World, journal: Journal, action: str
) -> None:
    deeds = [(action, f"{kind}:none") for kind in ("referral", "user", "service")]
    assert _end(world, journal, *deeds, (action, "user:9999")) == {}


def test_what_the_backup_knew_is_not_done_again(world: World, journal: Journal) -> None:
    reference = Play(world).file()
    journal.append([End(_number(world), "withdraw_consent", f"referral:{reference}")])
    assert end_again(world.database, journal, LATER)["consents"] == 0
    assert kept(world, ConsentRow).withdrawn_at is None


def test_a_restore_of_what_was_restored_ends_the_same(world: World, journal: Journal) -> None:
    reference = Play(world).file()
    _end(world, journal, ("withdraw_consent", f"referral:{reference}"))
    assert _end(world, journal) == {}
    assert [type(line) for line in journal.lines()] == [End, Era, Era]


# People


def _suspended(world: World, name: str) -> bool:
    return kept(world, UserRow, UserRow.name == name).suspended_at is not None


@pytest.mark.parametrize(
    ("name", "deeds", "done"),
    [
        ("demo-adviser-0151", ["role:adviser>nurse"], {"moved": 1}),
        ("demo-adviser-0151", ["role:adviser>administrator"], {"moved": 1}),
        ("demo-adviser-0151", ["role:adviser>nurse", "role:nurse>adviser"], {}),
        ("demo-adviser-0151", ["place:from:0151", "place:to:0163"], {"moved": 1}),
        ("demo-adviser-0151", ["place:to:0163", "place:to:0151"], {}),
        ("demo-admin", ["role:administrator>lead"], {"moved": 1}),
        ("demo-nurse", ["role:nurse>adviser", "place:to:0151"], {}),
    ],
    ids=["no longer", "another", "again", "elsewhere", "back", "administrator", "less before"],
)
def test_who_may_no_longer_read_identity_as_in_the_backup_is_kept_out(
    world: World, journal: Journal, name: str, deeds: list[str], done: dict[str, int]
) -> None:
    user = f"user:{world.staff(name).id}"
    told = [each.partition(":") for each in deeds]
    lines = [(f"change_user_{what}", f"{user}:{rest}") for what, _, rest in told]
    assert _end(world, journal, *lines) == done
    assert _suspended(world, name) == bool(done)


def _two_passkeys(world: World) -> tuple[int, list[int]]:
    """Give a user who has a code and two passkeys, and the numbers of these."""
    user_id = world.staff("demo-nurse").id
    with world.database.write() as session:
        session.get_one(UserRow, user_id).second_factor = b"sealed"
        rows = [
            PasskeyRow(
                user_id=user_id, credential_id=each, public_key=b"", sign_count=0, name="",
                made_at=FORENOON,
            )
            for each in (b"lost", b"kept")
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        return user_id, [row.id for row in rows]


def test_a_lost_phone_s_key_that_was_removed_since_stays_away_and_the_other_stays(
    world: World, journal: Journal
) -> None:
    user_id, (lost, other) = _two_passkeys(world)
    deed = ("remove_passkey", f"user:{user_id}:passkey:{lost}")
    assert _end(world, journal, deed) == {"factors": 1}
    assert kept(world, PasskeyRow).id == other
    assert kept(world, UserRow, UserRow.id == user_id).second_factor is not None


def test_a_second_factor_that_was_reset_since_stays_forgotten(
    world: World, journal: Journal
) -> None:
    user_id, _ = _two_passkeys(world)
    assert _end(world, journal, ("reset_second_factor", f"user:{user_id}")) == {"factors": 1}
    assert kept(world, UserRow, UserRow.id == user_id).second_factor is None
    assert how_many(world, PasskeyRow) == 0


def test_a_user_who_was_suspended_since_stays_out(world: World, journal: Journal) -> None:
    user = f"user:{world.staff('demo-nurse').id}"
    assert _end(world, journal, ("suspend", user)) == {"users": 1}
    assert _suspended(world, "demo-nurse")
    assert not _suspended(world, "demo-nurse-2")


def test_a_user_who_was_let_in_again_is_in(world: World, journal: Journal) -> None:
    user = f"user:{world.staff('demo-nurse').id}"
    assert _end(world, journal, ("suspend", user), ("reinstate", user)) == {}
    assert not _suspended(world, "demo-nurse")


def test_a_user_who_was_let_in_and_suspended_again_stays_out(
    world: World, journal: Journal
) -> None:
    user = f"user:{world.staff('demo-nurse').id}"
    assert _end(world, journal, ("reinstate", user), ("suspend", user)) == {"users": 1}


def test_an_old_password_that_was_changed_since_opens_nothing(
    world: World, journal: Journal
) -> None:
    user = f"user:{world.staff('demo-nurse').id}"
    assert _end(world, journal, ("change_password", user)) == {"passwords": 1}
    assert kept(world, UserRow, UserRow.name == "demo-nurse").password_hash == NO_PASSWORD


def test_a_system_that_was_closed_since_stays_closed(world: World, journal: Journal) -> None:
    with world.database.write() as session:
        for name in ("closed", "open"):
            session.add(
                ServiceAccountRow(
                    name=name,
                    municipality_code="0151",
                    scopes=["read"],
                    token_hash=name,
                    made_by="demo-admin",
                    made_at=FORENOON,
                )
            )
    assert _end(world, journal, ("revoke_service_account", "service:closed")) == {"systems": 1}
    with world.database.read() as session:
        open_ones = select(ServiceAccountRow.name).where(ServiceAccountRow.revoked_at.is_(None))
        assert session.scalars(open_ones).all() == ["open"]


def _chat(world: World, name: str) -> str:
    user_id = world.staff(name).id
    with world.database.write() as session:
        session.add(
            TelegramUserRow(
                user_id=user_id, telegram_id=user_id, linked_at=FORENOON, unlocked_at=FORENOON
            )
        )
    return f"user:{user_id}"


def test_a_chat_that_was_ended_since_stays_ended_and_every_other_is_locked(
    world: World, journal: Journal
) -> None:
    ended, other = _chat(world, "demo-nurse"), _chat(world, "demo-nurse-2")
    done = _end(world, journal, ("telegram_suspend", ended))
    assert done == {"chats": 1, "locked chats": 2}
    with world.database.read() as session:
        rows = {f"user:{r.user_id}": r for r in session.scalars(select(TelegramUserRow))}
    assert rows[ended].suspended_at == LATER
    assert (rows[other].suspended_at, rows[other].unlocked_at) == (None, None)


def test_every_log_in_token_and_open_invitation_of_the_backup_has_ended(
    world: World, journal: Journal
) -> None:
    token = world.accounts.issue_token("demo-nurse", FORENOON)
    with world.database.write() as session:
        session.add(
            InviteRow(
                secret_hash="x",
                invited="a@b.dk",
                role=Role.ADMINISTRATOR.value,
                created_at=FORENOON,
                expires_at=FORENOON + timedelta(days=7),
            )
        )
    assert _end(world, journal) == {"sessions": 1, "invitations": 1}
    assert world.accounts.recognise(str(token), LATER) is None
    assert kept(world, SessionRow).revoked_at == LATER
    assert (kept(world, InviteRow).expires_at, kept(world, InviteRow).invited) == (LATER, None)


# Letters


def _post(database: Database, key: str | None) -> OutboxRow:
    with database.write() as session:
        post(session, Outgoing("email", "new_referral", "1", {}, once_key=key), FORENOON)
    with database.read() as session:
        return session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()


def _waiting(database: Database) -> int:
    lease = timedelta(minutes=1)
    return len(claim(database, "email", LATER, most=10, lease=lease, tries=12))


@pytest.mark.parametrize("key", [None, "letter:1"], ids=["number", "key"])
def test_a_letter_that_was_sent_since_is_not_sent_again(
    world: World, journal: Journal, key: str | None
) -> None:
    letter = _post(world.database, key)
    journal.append([Sent(letter.id, letter.created_at, key)])
    assert end_again(world.database, journal, LATER)["letters"] == 1
    assert _waiting(world.database) == 0


def test_a_letter_that_nobody_sent_is_sent(world: World, journal: Journal) -> None:
    letter = _post(world.database, None)
    journal.append([Sent(letter.id, letter.created_at + timedelta(seconds=1), None)])
    assert end_again(world.database, journal, LATER)["letters"] == 0
    assert _waiting(world.database) == 1


def test_a_letter_that_was_written_and_sent_since_is_not_written_again(
    world: World, journal: Journal
) -> None:
    journal.append([Sent(99, FORENOON, "summary:today")])
    end_again(world.database, journal, LATER)
    with world.database.write() as session:
        again = Outgoing("email", "summary", "1", {}, once_key="summary:today")
        assert not post(session, again, LATER)


# What is written while it runs


def test_what_ends_is_written_once_and_nothing_else_is(world: World, journal: Journal) -> None:
    noting = Noting(world.database, journal)
    assert noting.some(FORENOON) == 0
    with world.database.write() as session:
        for action in ("log_in", "withdraw_consent", "read_identity"):
            chain.append(session, FORENOON, "demo-nurse", action, "referral:H-1")
    assert [noting.some(FORENOON), noting.some(FORENOON)] == [1, 0]
    [line] = journal.lines()
    assert isinstance(line, End)
    assert (line.action, line.record) == ("withdraw_consent", "referral:H-1")


def test_a_letter_is_written_once_it_was_sent_and_once(world: World, journal: Journal) -> None:
    letter, noting = _post(world.database, "key"), Noting(world.database, journal)
    before = noting.some(FORENOON)
    with world.database.write() as session:
        session.get_one(OutboxRow, letter.id).sent_at = FORENOON
    at = (FORENOON, FORENOON + timedelta(minutes=5), FORENOON + timedelta(minutes=15))
    assert (before, [noting.some(each) for each in at]) == (0, [1, 0, 0])
    assert list(journal.lines()) == [Sent(letter.id, FORENOON, "key")]


def test_a_process_that_was_started_again_writes_what_was_missed_and_nothing_twice(
    world: World, journal: Journal
) -> None:
    letter = _post(world.database, None)
    with world.database.write() as session:
        session.get_one(OutboxRow, letter.id).sent_at = FORENOON
        chain.append(session, FORENOON, "demo-nurse", "withdraw_consent", "referral:H-1")
    Noting(world.database, journal).some(FORENOON)
    with world.database.write() as session:
        chain.append(session, FORENOON, "demo-admin", "suspend", "user:1")
    assert Noting(world.database, journal).some(FORENOON) == 1
    assert [type(line) for line in journal.lines()] == [End, Sent, End]


def test_after_a_restore_it_goes_on_with_the_new_numbers(world: World, journal: Journal) -> None:
    journal.append([End(1_000, "suspend", "user:9999")])
    end_again(world.database, journal, LATER)
    with world.database.write() as session:
        chain.append(session, LATER, "demo-nurse", "withdraw_consent", "referral:H-1")
    assert Noting(world.database, journal).some(LATER) == 1


def test_a_journal_names_nobody(world: World, journal: Journal) -> None:
    reference = Play(world).file()
    with world.database.write() as session:
        chain.append(session, FORENOON, "demo-nurse", "withdraw_consent", f"referral:{reference}")
    Noting(world.database, journal).some(FORENOON)
    text = journal.path.read_text()
    assert reference in text
    assert "demo-nurse" not in text
