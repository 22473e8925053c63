"""One key after another while Henvis runs: all is readable and duplicates are found throughout."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text, update

from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.audit.tables import AuditRow
from referrals.installation.keys_check import fits, settle_keys
from referrals.outbox.tables import OutboxRow
from referrals.programs.tables import WebhookRow
from referrals.programs.webhooks import place_of as webhook_place
from referrals.referral import duplicates
from referrals.referral.tables import ReferralRow
from referrals.rekeying import places
from referrals.rekeying.places import PLACES
from referrals.rekeying.rotation import NothingDrawn, Rotation, StillBusy, standing
from referrals.staff.second_factor import place_of as factor_place
from referrals.staff.tables import UserRow
from referrals.telegram import inbox, replies
from referrals.telegram.tables import TelegramUpdateRow
from referrals.vault import in_force
from referrals.vault.keys import PURPOSES, with_one_more
from referrals.vault.sources import HeldKeys, KeyFile
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import Vault, index_key, key_of
from tests.conftest import FORENOON, World
from tests.referrals.playing import NAME, PHONE, Play, how_many

_WHO_DID_WHAT = select(AuditRow.actor, AuditRow.action, AuditRow.record).order_by(AuditRow.number)


OPEN_BY_NATURE = {"passkeys"}
"""Tables with bytes that no key of ours is over: public halves."""


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


def _running(world: World, file: KeyFile) -> World:
    """Give the same world as a process that holds the keys of a file, and looks at no watch."""
    vault = Vault(HeldKeys(file.load(), file, lambda: 0.0))
    return World(world.database, world.clock, replace(world.around, vault=vault), world.accounts)


@pytest.fixture
def running(world: World, file: KeyFile) -> World:
    """A process that started before any rotation, on a database that knows its keys."""
    running = _running(world, file)
    settle_keys(running.database, running.vault, FORENOON)
    return running


@pytest.fixture
def short_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "BATCH", 1)


def _rotation(world: World, file: KeyFile, purpose: str) -> Rotation:
    """Give a rotation as a command of its own does it, after one more key was drawn."""
    file.change(lambda keys: with_one_more(keys, purpose))
    return _again(world, file, purpose)


def _again(world: World, file: KeyFile, purpose: str) -> Rotation:
    return Rotation(world.database, Vault(file.load()), purpose, world.clock, lambda _s: None)


def _through(rotation: Rotation) -> list[str]:
    rotation.begin()
    for _ in rotation.carry_on():
        pass
    return rotation.finish()


def _filed(world: World, **details: str) -> str:
    """File a referral although the patient has one, and give its encounter."""
    play = Play(world)
    play.to_summary(**details)
    play.send()
    if play.row.closed_at is None and play.step is Step.DUPLICATE:
        play.press(Step.DUPLICATE, "add")
        play.send()
    return play.id


def _referral(world: World, encounter_id: str) -> ReferralRow:
    with world.database.read() as session:
        query = select(ReferralRow).where(ReferralRow.encounter_id == encounter_id)
        return session.scalars(query).one()


def _known_twice(world: World) -> bool:
    """Tell whether the bedside notices that this patient has an open referral."""
    play = Play(world)
    play.to_summary()
    with world.database.read() as session:
        return bool(session.get_one(EncounterRow, play.id).duplicate_open)


# What is under the vault's key


def test_values_are_put_under_the_new_key_and_stay_readable(running: World, file: KeyFile) -> None:
    _filed(running)
    assert _through(_rotation(running, file, "vault")) == ["k1"]
    with running.database.read() as session:
        rows = session.scalars(select(VaultValueRow)).all()
        assert {row.key_id for row in rows} == {"k2"}
        plain = {
            running.vault.unseal(session, row.encounter_id, f"[[{row.kind}:{row.id}]]")
            for row in rows
        }
    assert NAME in plain


def test_what_a_running_service_seals_from_then_on_is_under_the_new_key(
    running: World, file: KeyFile
) -> None:
    _rotation(running, file, "vault").begin()
    _filed(running)
    with running.database.read() as session:
        assert set(session.scalars(select(VaultValueRow.key_id))) == {"k2"}


def _lock_everything_away(world: World) -> None:
    """Write one of each that is locked with the vault's key but lies in another table."""
    vault, now = world.vault, FORENOON
    nurse = world.staff("demo-nurse").id
    with world.database.write() as session:
        user = session.get_one(UserRow, nurse)
        user.second_factor = vault.lock_away(session, factor_place(nurse), b"factor")
        secret = vault.lock_away(session, webhook_place("0151"), b"hook")
        session.add(
            WebhookRow(municipality_code="0151", url="", secret=secret, set_by="", set_at=now)
        )
        body = vault.lock_away(session, inbox.PLACE, b"update")
        times = {"received_at": now, "due_at": now}
        session.add(
            TelegramUpdateRow(chat_id=1, position=1, kind="update", body=body, attempts=0, **times)
        )
        letter = vault.lock_away(session, replies.PLACE, b"letter")
        payload = {"sealed": base64.b64encode(letter).decode()}
        session.add(
            OutboxRow(channel="telegram", kind="send", payload=payload, created_at=now, due_at=now)
        )


def _locked(world: World) -> dict[str, bytes]:
    with world.database.read() as session:
        nurse = session.get_one(UserRow, world.staff("demo-nurse").id)
        hook = session.scalars(select(WebhookRow)).one()
        update = session.scalars(select(TelegramUpdateRow)).one()
        letter = session.scalars(select(OutboxRow).where(OutboxRow.channel == "telegram")).one()
        return {
            "factor": world.vault.bring_back(factor_place(nurse.id), nurse.second_factor or b""),
            "hook": world.vault.bring_back(webhook_place("0151"), hook.secret),
            "update": world.vault.bring_back(inbox.PLACE, update.body or b""),
            "letter": world.vault.bring_back(
                replies.PLACE, base64.b64decode(letter.payload["sealed"])
            ),
        }


def test_what_is_locked_in_other_tables_is_locked_anew(running: World, file: KeyFile) -> None:
    _lock_everything_away(running)
    assert _through(_rotation(running, file, "vault")) == ["k1"]
    assert _locked(running) == {name: name.encode() for name in _locked(running)}
    with running.database.read() as session:
        assert key_of(session.scalars(select(WebhookRow.secret)).one()) == "k2"


def test_a_damaged_value_stays_and_keeps_the_old_key_in_force(
    running: World, file: KeyFile
) -> None:
    _filed(running)
    with running.database.write() as session:
        first = select(func.min(VaultValueRow.id)).scalar_subquery()
        damage = update(VaultValueRow).where(VaultValueRow.id == first)
        session.execute(damage.values(ciphertext=b"damaged"))
    rotation = _rotation(running, file, "vault")
    rotation.begin()
    told = list(rotation.carry_on())
    *batches, last = (each.failed for each in told if each.place.startswith("vault_values"))
    assert (set(batches), last, sum(each.failed for each in told)) == ({0}, 1, 1)
    assert rotation.finish() == []
    assert rotation.left("k2") == 1


def test_every_column_that_may_be_under_a_key_is_known_to_the_rotation() -> None:
    tables = {table.table.name for each in PLACES.values() for table in each}
    blobs = {
        table.name
        for table in VaultValueRow.metadata.tables.values()
        for column in table.columns
        if "BLOB" in str(column.type).upper() or column.name.endswith("_index")
    }
    assert blobs - tables == OPEN_BY_NATURE


# Fingerprints


@pytest.mark.usefixtures("short_batches")
def test_a_duplicate_is_found_before_and_after_each_step_of_a_rotation(
    running: World, file: KeyFile
) -> None:
    _filed(running)
    _filed(running, name="Ane Holm", phone="20 66 77 99")
    found = [_known_twice(running)]
    rotation = _rotation(running, file, "blind")
    found.append(_known_twice(running))
    rotation.begin()
    found.append(_known_twice(running))
    found += [_known_twice(running) for _ in rotation.carry_on()]
    assert rotation.finish() == ["b1"]
    found.append(_known_twice(running))
    assert found == [True] * len(found)
    assert len(found) > 5


def test_two_referrals_of_one_person_are_shown_together_though_their_keys_differ(
    running: World, file: KeyFile
) -> None:
    one = _filed(running)
    _rotation(running, file, "blind").begin()
    other = _filed(running)
    old, new = _referral(running, one), _referral(running, other)
    assert (index_key(str(old.phone_index)), index_key(str(new.phone_index))) == ("b1", "b2")
    with running.database.read() as session:
        for row, twin in ((old, new), (new, old)):
            assert [each.id for each in duplicates.of(session, running.vault, row)] == [twin.id]
            assert duplicates.is_same_person(session, running.vault, row, twin)


def test_people_with_neither_name_nor_number_in_common_stay_apart(
    running: World, file: KeyFile
) -> None:
    one = _filed(running)
    _rotation(running, file, "blind").begin()
    other = _filed(running, name="Ane Holm", phone="20 66 77 99")
    old, new = _referral(running, one), _referral(running, other)
    with running.database.read() as session:
        assert not duplicates.is_same_person(session, running.vault, old, new)
        assert duplicates.of(session, running.vault, new) == []


@pytest.mark.parametrize("typed", [NAME, PHONE], ids=["name", "phone"])
def test_whoever_calls_back_is_found_by_name_and_number_meanwhile(
    running: World, file: KeyFile, typed: str
) -> None:
    _filed(running)
    _rotation(running, file, "blind").begin()
    assert len(running.queue("0151").search(typed, running.clock())) == 1


def test_fingerprints_of_a_purged_referral_stay_away(running: World, file: KeyFile) -> None:
    filed = _filed(running)
    with running.database.write() as session:
        row = session.get_one(ReferralRow, _referral(running, filed).id)
        row.phone_index = row.name_index = None
    assert _through(_rotation(running, file, "blind")) == ["b1"]
    assert _referral(running, filed).phone_index is None


def test_a_referral_whose_name_cannot_be_read_is_still_found_by_its_old_fingerprint(
    running: World, file: KeyFile
) -> None:
    filed = _filed(running)
    with running.database.write() as session:
        session.execute(text("DELETE FROM vault_values WHERE kind = 'name'"))
    assert _through(_rotation(running, file, "blind")) == []
    assert index_key(str(_referral(running, filed).phone_index)) == "b1"
    assert _known_twice(running)


# Links and the audit log


def test_a_link_on_paper_opens_after_the_key_was_changed_and_a_new_one_too(
    running: World, file: KeyFile
) -> None:
    before = running.vault.link_secret("receipt", "H-1")
    _through(_rotation(running, file, "links"))
    elsewhere = Vault(file.load())
    after = elsewhere.link_secret("receipt", "H-1")
    assert before != after
    for shown in (before, after):
        assert running.vault.is_link("receipt", "H-1", shown)
        assert elsewhere.is_link("receipt", "H-1", shown)
    assert not running.vault.is_link("receipt", "H-2", after)


def test_a_message_sent_twice_around_the_change_is_the_same_message(
    running: World, file: KeyFile
) -> None:
    before = running.vault.lasting_secret("message", "m-1")
    _through(_rotation(running, file, "links"))
    assert Vault(file.load()).lasting_secret("message", "m-1") == before


def test_an_older_key_of_links_that_is_given_up_counts_no_more_and_that_is_written_down(
    running: World, file: KeyFile
) -> None:
    rotation = _rotation(running, file, "links")
    _through(rotation)
    with running.database.read() as session:
        new, old = in_force.ids(session, "links")
    rotation.give_up(old)
    with running.database.read() as session:
        assert list(in_force.ids(session, "links")) == [new]
        *_, last = session.execute(_WHO_DID_WHAT).all()
    assert tuple(last) == ("machine:command-line", "let_go_key", f"key:links:{old}")


@pytest.mark.parametrize("purpose", ["links", "audit"])
def test_what_lies_with_people_or_is_proof_keeps_its_older_keys(
    running: World, file: KeyFile, purpose: str
) -> None:
    assert _through(_rotation(running, file, purpose)) == []
    with running.database.read() as session:
        known = [each.current for each in standing(session) if each.purpose == purpose]
    assert known == [True, False]


# Interrupted, repeated, at the same time


@pytest.mark.parametrize("purpose", PURPOSES)
def test_without_a_key_that_was_drawn_nothing_begins(
    running: World, file: KeyFile, purpose: str
) -> None:
    with pytest.raises(NothingDrawn):
        _again(running, file, purpose).begin()


@pytest.mark.usefixtures("short_batches")
@pytest.mark.parametrize("purpose", ["vault", "blind"])
def test_what_was_interrupted_after_any_batch_is_gone_on_with(
    running: World, file: KeyFile, purpose: str
) -> None:
    for number in range(3):
        _filed(running, phone=f"20 66 77 8{number}")
    rotation = _rotation(running, file, purpose)
    newest = rotation.begin()
    while rotation.left(newest):
        rotation = _again(running, file, purpose)
        assert (rotation.waits, rotation.goes_on) == (False, True)
        next(rotation.carry_on())
    assert len(rotation.finish()) == 1
    assert not _again(running, file, purpose).goes_on


def test_a_key_that_was_drawn_and_never_put_in_force_is_the_next_one(
    running: World, file: KeyFile
) -> None:
    _rotation(running, file, "blind")
    assert _again(running, file, "blind").begin() == "b2"


def test_nothing_is_let_go_while_a_row_is_under_it(running: World, file: KeyFile) -> None:
    _filed(running)
    rotation = _rotation(running, file, "blind")
    rotation.begin()
    assert rotation.finish() == []
    assert rotation.goes_on


def test_each_change_of_keys_is_in_the_audit_log_by_its_id(running: World, file: KeyFile) -> None:
    _through(_rotation(running, file, "blind"))
    with running.database.read() as session:
        rows = session.execute(_WHO_DID_WHAT).all()
    assert [tuple(row) for row in rows] == [
        ("machine:command-line", "rotate_keys", "key:blind:b2"),
        ("machine:command-line", "let_go_key", "key:blind:b1"),
    ]


def test_a_process_without_the_key_in_force_is_not_let_in(running: World, file: KeyFile) -> None:
    old = file.load()
    _through(_rotation(running, file, "vault"))
    with running.database.read() as session:
        assert not fits(session, Vault(old))
        assert fits(session, Vault(file.load()))


def test_the_key_in_force_is_never_let_go(running: World, file: KeyFile) -> None:
    with running.database.write() as session:
        in_force.let_go(session, "blind", "b1")
    with running.database.read() as session:
        assert list(in_force.ids(session, "blind")) == ["b1"]


@pytest.fixture
def somebody_writes(running: World) -> Iterator[Callable[[], None]]:
    """A transaction that has looked which key is in force and is still open."""
    with running.database.engine.connect() as connection:
        _look(connection)
        yield connection.rollback


def _look(connection: Connection) -> None:
    assert list(in_force.ids(connection, "blind")) == ["b1"]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_no_key_changes_under_the_hands_of_who_writes(
    running: World, file: KeyFile, somebody_writes: Callable[[], None]
) -> None:
    rotation = _rotation(running, file, "blind")
    with pytest.raises(StillBusy):
        rotation.begin()
    assert rotation.in_force == "b1"
    somebody_writes()
    assert rotation.begin() == "b2"


def _busy(*_: object) -> None:
    raise in_force.Busy


def test_for_a_minute_it_waits_for_a_moment_when_nobody_writes(
    running: World, file: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.change(lambda keys: with_one_more(keys, "blind"))
    waited: list[float] = []
    rotation = Rotation(running.database, Vault(file.load()), "blind", running.clock, waited.append)
    monkeypatch.setattr(in_force, "put_in_force", _busy)
    with pytest.raises(StillBusy):
        rotation.begin()
    assert waited == [0.1] * 600


def test_in_the_first_such_moment_it_goes_on(
    running: World, file: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.change(lambda keys: with_one_more(keys, "blind"))
    monkeypatch.setattr(in_force, "put_in_force", _busy)
    rotation = Rotation(
        running.database, Vault(file.load()), "blind", running.clock, lambda _s: monkeypatch.undo()
    )
    assert (rotation.begin(), rotation.in_force) == ("b2", "b2")


def test_rows_that_nobody_touched_are_counted_once(running: World, file: KeyFile) -> None:
    _filed(running)
    rotation = _rotation(running, file, "vault")
    rotation.begin()
    done = sum(each.done for each in rotation.carry_on())
    assert done == how_many(running, VaultValueRow)
