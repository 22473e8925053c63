"""After a restore no more ends than had ended: what was over or is somebody else's stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from referrals.audit.tables import AuditRow
from referrals.contact.tables import ContactLinkRow
from referrals.feed.change_feed import BEGINNING, ChangeFeed, UnknownCursor
from referrals.outbox.letters import Outgoing, post
from referrals.outbox.tables import OutboxRow
from referrals.programs.tables import ServiceAccountRow
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import NO_PASSWORD
from referrals.staff.tables import InviteRow, PasskeyRow, SessionRow, UserRow
from referrals.storage.database import Database
from referrals.telegram.tables import TelegramClaimRow, TelegramInviteRow, TelegramUserRow
from referrals.tombstones.ending import end_again
from referrals.tombstones.journal import End, Era, Journal, Sent
from tests.conftest import FORENOON, World
from tests.locking import ROWS, WHOLE, locks_asked_for
from tests.referrals.playing import Play, kept, referral

LATER, SECOND = FORENOON + timedelta(hours=1), timedelta(seconds=1)
BY_MACHINE = "machine:command-line"
NURSE, ADVISER = "demo-nurse", "demo-adviser-0151"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "tombstones.jsonl")


def _end(database: Database, journal: Journal, *deeds: tuple[str, str]) -> dict[str, int]:
    with database.read() as session:
        begin = session.scalar(select(func.max(AuditRow.number))) or 0
    journal.append(
        [End(number, *deed) for number, deed in enumerate(deeds, start=begin + 1)],
    )
    done = end_again(database, journal, LATER)
    return {kind: count for kind, count in done.items() if count}


def _set(world: World, table: type[Any], number: object, **columns: object) -> None:
    with world.database.write() as session:
        row = session.get_one(table, number)
        for name, value in columns.items():
            setattr(row, name, value)


def _chat(world: World, user_id: int, suspended_at: datetime | None = None) -> None:
    with world.database.write() as session:
        session.add(
            TelegramUserRow(
                user_id=user_id, telegram_id=user_id, linked_at=FORENOON, suspended_at=suspended_at
            )
        )


def _system(world: World, name: str, revoked_at: datetime | None = None) -> None:
    with world.database.write() as session:
        session.add(
            ServiceAccountRow(
                name=name,
                municipality_code="0151",
                scopes=["read"],
                token_hash=name,
                made_by="demo-admin",
                made_at=FORENOON,
                revoked_at=revoked_at,
            )
        )


def _passkey(world: World, user_id: int) -> int:
    row = PasskeyRow(
        user_id=user_id, credential_id=b"1", public_key=b"", sign_count=0, name="", made_at=FORENOON
    )
    with world.database.write() as session:
        session.add(row)
        session.flush()
        return row.id


# Each of these had ended when the backup was made


def consent(world: World) -> str:
    reference = Play(world).file()
    world.queue().move(reference, Move.WITHDRAW, FORENOON)
    return f"withdraw_consent referral:{reference}"


def identity(world: World) -> str:
    reference = Play(world).file()
    _set(world, ReferralRow, referral(world, reference).id, purged_at=FORENOON)
    return f"purge referral:{reference}"


def undone_referral(world: World) -> str:
    play = Play(world)
    reference = play.file()
    play.undo()
    return f"undo_referral referral:{reference}"


def suspended_user(world: World) -> str:
    """The user has all else that could end."""
    user_id = world.staff(NURSE).id
    _set(world, UserRow, user_id, suspended_at=FORENOON, second_factor=b"sealed")
    _chat(world, user_id)
    return f"suspend user:{user_id}"


def password(world: World) -> str:
    user_id = world.staff(ADVISER).id
    _set(world, UserRow, user_id, password_hash=NO_PASSWORD)
    return f"change_password user:{user_id}"


def second_factor(world: World) -> str:
    user_id = world.staff(ADVISER).id
    _chat(world, user_id)
    return f"reset_second_factor user:{user_id}"


def passkey(world: World) -> str:
    return f"remove_passkey user:{world.staff(NURSE).id}:passkey:7"


def reach(world: World) -> str:
    user_id = world.staff(ADVISER).id
    _set(world, UserRow, user_id, suspended_at=FORENOON)
    return f"change_user_role user:{user_id}:role:adviser>nurse"


def no_place(world: World) -> str:
    return f"change_user_place user:{world.staff('demo-admin').id}:to:-"


def chat(world: World) -> str:
    user_id = world.staff(NURSE).id
    _chat(world, user_id, suspended_at=FORENOON)
    return f"telegram_suspend user:{user_id}"


def no_chat(world: World) -> str:
    return f"telegram_suspend user:{world.staff(NURSE).id}"


def system(world: World) -> str:
    _system(world, "closed", revoked_at=FORENOON)
    return "revoke_service_account service:closed"


OVER = [
    *(consent, identity, undone_referral, suspended_user, password, second_factor, passkey),
    *(reach, no_place, chat, no_chat, system),
]


@pytest.mark.parametrize("over", OVER, ids=lambda over: over.__name__)
def test_what_was_over_in_the_backup_is_not_ended_again(
    world: World, journal: Journal, over: Callable[[World], str]
) -> None:
    action, record = over(world).split(" ")
    tables = [ReferralRow, UserRow, PasskeyRow, TelegramUserRow, ServiceAccountRow]

    def everything() -> list[list[tuple[Any, ...]]]:
        with world.database.read_rows() as rows:
            return [
                [tuple(row) for row in rows.execute(select(table.__table__))]  # type: ignore[attr-defined]
                for table in tables
            ]

    before = everything()
    assert (_end(world.database, journal, (action, record)), everything()) == ({}, before)


@pytest.mark.parametrize("has", ["a code", "a passkey"])
def test_a_factor_of_either_kind_is_forgotten_where_it_was_reset_since(
    world: World, journal: Journal, has: str
) -> None:
    user_id = world.staff(NURSE).id
    if has == "a code":
        _set(world, UserRow, user_id, second_factor=b"sealed")
    else:
        _passkey(world, user_id)
    deed = ("reset_second_factor", f"user:{user_id}")
    assert _end(world.database, journal, deed) == {"factors": 1}


def test_of_each_user_the_last_place_counts_and_not_another_s(
    world: World, journal: Journal
) -> None:
    gone, back = (f"user:{world.staff(f'demo-adviser-{code}').id}" for code in ("0151", "0157"))
    done = _end(
        world.database,
        journal,
        ("change_user_place", f"{gone}:to:0163"),
        ("change_user_place", f"{back}:to:0163"),
        ("change_user_place", f"{back}:to:0157"),
    )
    assert done == {"moved": 1}
    suspended = kept(world, UserRow, UserRow.suspended_at.is_not(None))
    assert suspended.name == "demo-adviser-0151"


def _written(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        rows = select(AuditRow.actor, AuditRow.action, AuditRow.record).order_by(AuditRow.number)
        return [(actor, action, record) for actor, action, record in session.execute(rows)]


@pytest.mark.parametrize(
    ("deed", "written"),
    [
        ("suspend user:{}", "suspend user:{}"),
        ("change_password user:{}", "end_password user:{}"),
        ("reset_second_factor user:{}", "reset_second_factor user:{}"),
        ("change_user_role user:{}:role:adviser>nurse", "suspend user:{}"),
        ("telegram_suspend user:{}", "telegram_suspend user:{}"),
        ("revoke_service_account service:open", "revoke_service_account service:open"),
    ],
    ids=["suspended", "password", "factor", "moved", "chat", "system"],
)
def test_each_that_ends_is_in_the_audit_log_by_the_machine_and_the_restore_too(
    world: World, journal: Journal, deed: str, written: str
) -> None:
    user_id = world.staff(ADVISER).id
    _set(world, UserRow, user_id, second_factor=b"sealed")
    _chat(world, user_id)
    _system(world, "open")
    action, record = deed.format(user_id).split(" ")
    before = len(_written(world.database))
    _end(world.database, journal, (action, record))
    [what, era] = _written(world.database)[before:]
    assert (what[0], f"{what[1]} {what[2]}") == (BY_MACHINE, written.format(user_id))
    assert era[:2] == (BY_MACHINE, "restore")


def test_a_passkey_that_ends_is_in_the_audit_log(world: World, journal: Journal) -> None:
    user_id = world.staff(NURSE).id
    number = _passkey(world, user_id)
    record = f"user:{user_id}:passkey:{number}"
    _end(world.database, journal, ("remove_passkey", record))
    assert (BY_MACHINE, "remove_passkey", record) in _written(world.database)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_the_audit_log_is_locked_before_anything_ends(database: Database, journal: Journal) -> None:
    with locks_asked_for(database) as asked:
        end_again(database, journal, LATER)
    assert asked[:2] == [WHOLE, ROWS]


def test_a_system_reads_what_changed_from_the_start_again(world: World, journal: Journal) -> None:
    Play(world).file()
    feed = ChangeFeed(world.database, world.staff(ADVISER))
    cursor = feed.after(BEGINNING, FORENOON, 10).cursor
    end_again(world.database, journal, LATER)
    with pytest.raises(UnknownCursor):
        feed.after(cursor, LATER, 10)


# Log-ins and links


def _until(world: World, kind: str, expires_at: datetime) -> object:
    user_id, at = world.staff(NURSE).id, FORENOON
    name = f"{kind}-{expires_at.isoformat()}"
    common = {"secret_hash": name, "expires_at": expires_at}
    if kind == "sessions":
        return SessionRow(
            **common, user_id=user_id, kind="cookie", created_at=at, last_seen_at=at, proved_at=at
        )
    if kind == "invitations":
        return InviteRow(**common, role="nurse", created_at=at)
    if kind == "links":
        encounter = Play(world).id
        return ContactLinkRow(**common, encounter_id=encounter, user_id=user_id, created_at=at)
    invite = {"role": "nurse", "ward_id": "herlev-onk-1", "invited_by": user_id, "created_at": at}
    if kind == "telegram invitations":
        return TelegramInviteRow(**common, **invite)
    with world.database.write() as session:  # claims follow one that was used
        used = TelegramInviteRow(secret_hash=f"of-{name}", expires_at=at, used_at=at, **invite)
        session.add(used)
    return TelegramClaimRow(
        **common, invite_hash=f"of-{name}", telegram_id=1, account="", code_hash=""
    )


@pytest.mark.parametrize(
    "kind", ["sessions", "invitations", "telegram invitations", "claims", "links"]
)
def test_what_is_over_by_itself_in_this_second_is_not_counted_as_ended(
    world: World, journal: Journal, kind: str
) -> None:
    rows = [_until(world, kind, at) for at in (LATER - SECOND, LATER, LATER + SECOND)]
    with world.database.write() as session:
        session.add_all(rows)
    assert _end(world.database, journal) == {kind: 1}


# Letters


def _post(world: World, key: str | None) -> OutboxRow:
    with world.database.write() as session:
        post(session, Outgoing("email", "new_referral", "1", {}, once_key=key), FORENOON)
    with world.database.read() as session:
        return session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()


def _sent(world: World) -> list[datetime | None]:
    with world.database.read() as session:
        return list(session.scalars(select(OutboxRow.sent_at).order_by(OutboxRow.id)))


@pytest.mark.parametrize("keys", [(None, None), ("one", "other")], ids=["number", "key"])
def test_one_letter_that_was_sent_since_is_no_reason_to_keep_another(
    world: World, journal: Journal, keys: tuple[str | None, str | None]
) -> None:
    letter, _other = (_post(world, key) for key in keys)
    journal.append([Sent(letter.id, letter.created_at, letter.once_key)])
    assert _end(world.database, journal) == {"letters": 1}
    assert _sent(world) == [LATER, None]


def test_a_letter_that_the_backup_knew_as_sent_stays_sent_as_it_was(
    world: World, journal: Journal
) -> None:
    letter = _post(world, "one")
    _set(world, OutboxRow, letter.id, sent_at=FORENOON)
    journal.append([Sent(letter.id, letter.created_at, "one")])
    assert (_end(world.database, journal), _sent(world)) == ({}, [FORENOON])


def test_a_letter_without_a_key_that_is_not_in_the_backup_leaves_nothing(
    world: World, journal: Journal
) -> None:
    journal.append([Sent(99, FORENOON)])
    assert (_end(world.database, journal), _sent(world)) == ({}, [])


# The era


def test_an_era_has_an_id_of_its_own_and_tells_to_which_row_the_log_was_restored(
    database: Database, journal: Journal
) -> None:
    for _ in range(2):
        end_again(database, journal, LATER)
    first, second = (line for line in journal.lines() if isinstance(line, Era))
    assert (first.restored_to, second.restored_to) == (0, 1)
    assert (len(first.id), len(second.id), first.id != second.id) == (16, 16, True)


def test_what_a_backup_of_the_era_after_a_restore_knew_is_not_done_again(
    world: World, journal: Journal
) -> None:
    end_again(world.database, journal, LATER)
    reference = Play(world).file()
    with world.database.read() as session:
        known = session.scalar(select(func.max(AuditRow.number))) or 0
    journal.append([End(known, "withdraw_consent", f"referral:{reference}")])
    assert end_again(world.database, journal, LATER)["consents"] == 0
