"""The story of a key that is changed while Henvis runs, and of a command that is killed over it."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from referrals.referral import duplicates
from referrals.referral.tables import ReferralRow
from referrals.vault.keys import parse
from referrals.vault.tables import VaultKeyRow, VaultValueRow
from referrals.vault.vault import seal
from service.composition import Store, open_store
from service.settings import Settings
from tests.service.test_command_line import run, start

MANY = 1_000
PHONE = "+4520667788"


@pytest.fixture
def settings(demo_data: Path, tmp_path: Path) -> Settings:
    return Settings.load(data_dir=shutil.copytree(demo_data, tmp_path / "data"))


@pytest.fixture
def running(settings: Settings) -> Iterator[Store]:
    """A process that was there before, with the keys of that time in its memory."""
    with open_store(settings) as store:
        yield store


def _keys(settings: Settings, *words: str) -> tuple[int, list[str], list[str]]:
    code, output, errors = run("keys", *words, "--data", str(settings.data_dir))
    return code, output.splitlines(), errors


def _fill(store: Store) -> str:
    """Keep so many values that sealing them anew takes several batches; give their encounter."""
    with store.database.write() as session:
        encounter_id = session.scalars(select(ReferralRow.encounter_id).limit(1)).one()
        for _ in range(MANY):
            store.vault.keep(session, encounter_id, seal("note", "en note"), store.around.now())
    return encounter_id


def _unreadable(store: Store) -> int:
    with store.database.read() as session:
        rows = session.scalars(select(VaultValueRow)).all()
        tokens = [(row.encounter_id, f"[[{row.kind}:{row.id}]]") for row in rows]
        return len(tokens) - len(store.vault.unseal_all(session, tokens))


def _pairs(store: Store) -> int:
    """Count the pairs of open referrals that this process takes for one patient's."""
    with store.database.read() as session:
        rows = session.scalars(select(ReferralRow).where(ReferralRow.open.is_(True))).all()
        return sum(len(duplicates.of(session, store.vault, row)) for row in rows)


def _let_a_minute_pass(store: Store) -> None:
    """Let every process have looked for the new key."""
    with store.database.write() as session:
        for row in session.scalars(select(VaultKeyRow)):
            row.since -= timedelta(minutes=1)


def _make_twins(store: Store) -> None:
    """Give two open referrals of one municipality the same phone number."""
    vault, now = store.vault, store.around.now()
    with store.database.write() as session:
        query = select(ReferralRow).where(ReferralRow.open.is_(True))
        for row in session.scalars(query.order_by(ReferralRow.id).limit(2)):
            token = vault.keep(session, row.encounter_id, seal("phone", PHONE), now)
            row.details = {**row.details, "phone": token}
            row.phone_index = vault.blind_index(session, "phone", PHONE)
            row.municipality_code = "0151"


def test_killed_over_it_and_called_again_it_goes_on_where_it_was(
    settings: Settings, running: Store
) -> None:
    _fill(running)
    command = start("keys", "rotate", "vault", "--data", str(settings.data_dir))
    assert command.stdout is not None
    assert "k2 is in force" in command.stdout.readline()
    assert "under the new key" in command.stdout.readline()
    command.send_signal(signal.SIGKILL)
    command.communicate()
    assert _unreadable(running) == 0
    code, [first, *_, last], _ = _keys(settings, "rotate", "vault")
    assert (code, first) == (0, "going on with k2")
    assert "nothing is under k1 any more" in last
    assert _unreadable(running) == 0
    with running.database.read() as session:
        assert set(session.scalars(select(VaultValueRow.key_id))) == {"k2"}


def test_a_process_that_was_there_before_notices_duplicates_all_the_time(
    settings: Settings, running: Store
) -> None:
    _make_twins(running)
    found = [_pairs(running)]
    command = start("keys", "rotate", "fingerprints", "--data", str(settings.data_dir))
    assert command.stdout is not None
    found += [_pairs(running) for _line in command.stdout]
    command.communicate()
    assert command.returncode == 0
    _let_a_minute_pass(running)
    assert _keys(settings, "retire", "fingerprints", "b1")[0] == 0
    found.append(_pairs(running))
    assert set(found) == {2}


def test_a_key_that_something_is_under_is_not_taken_away(settings: Settings) -> None:
    code, _, [line] = _keys(settings, "retire", "vault", "k1")
    assert code == 1
    assert "k1 is in force" in line


def test_a_key_is_not_taken_away_before_running_services_know_the_new_one(
    settings: Settings,
) -> None:
    assert _keys(settings, "rotate", "fingerprints")[0] == 0
    code, _, [line] = _keys(settings, "retire", "fingerprints", "b1")
    assert code == 1
    assert "running services may not know the new key yet; again in" in line


def test_links_on_paper_keep_their_key_until_no_consent_needs_them(settings: Settings) -> None:
    assert _keys(settings, "rotate", "links")[0] == 0
    code, _, [line] = _keys(settings, "retire", "links", "l1")
    assert code == 1
    assert "may still use the link on their receipt" in line
    with open_store(settings) as store:
        _let_a_minute_pass(store)
    assert _keys(settings, "retire", "links", "l1", "--now")[0] == 0
    with open_store(settings) as store:
        assert list(store.vault.keys.links) == ["l2"]


def test_the_audit_log_keeps_the_keys_that_prove_it(settings: Settings) -> None:
    assert _keys(settings, "rotate", "audit")[0] == 0
    code, _, [line] = _keys(settings, "retire", "audit", "a1")
    assert code == 1
    assert "so it stays" in line


def test_the_list_of_keys_shows_none_of_them(settings: Settings) -> None:
    _keys(settings, "rotate", "vault")
    code, lines, _ = _keys(settings, "list")
    assert code == 0
    assert [line.split()[:3] for line in lines if line.startswith("vault")] == [
        ["vault", "k2", "current"]
    ]
    keys = parse((settings.keys_dir / "keys.json").read_text())
    assert not [key for _, _, key in keys if key.hex() in "".join(lines)]


# Keys that lie elsewhere


def test_keys_from_a_variable_open_the_database(settings: Settings) -> None:
    file = settings.keys_dir / "keys.json"
    keys = file.read_text()
    file.unlink()
    data = ("--data", str(settings.data_dir))
    assert run("keys", "list", *data)[0] == 78
    assert run("keys", "list", *data, HENVIS_KEYS=keys)[0] == 0
    assert not file.exists()


def test_keys_from_a_command_open_the_database_and_are_changed_where_they_lie(
    settings: Settings, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "as-a-key-service-gives-them"
    (settings.keys_dir / "keys.json").rename(elsewhere)
    told = {"HENVIS_KEYS_COMMAND": f"cat {elsewhere}"}
    data = ("--data", str(settings.data_dir))
    code, _, [line] = run("keys", "rotate", "vault", *data, **told)
    assert code == 1
    assert "which Henvis cannot change" in line
    code, more, _ = run("keys", "draw", "vault", "--print", *data, **told)
    elsewhere.write_text(more)
    code, output, _ = run("keys", "rotate", "vault", *data, **told)
    assert code == 0
    assert output.startswith("k2 is in force")


@pytest.mark.parametrize("command", ["false", "echo {}", "no-such-command", "''"])
def test_a_command_that_gives_no_keys_is_told_in_one_line(settings: Settings, command: str) -> None:
    data = ("--data", str(settings.data_dir))
    code, output, [line] = run("keys", "list", *data, HENVIS_KEYS_COMMAND=command)
    assert (code, output) == (78, "")
    assert "no keys" in line


def test_a_damaged_file_of_keys_is_told_in_one_line_and_never_overwritten(
    settings: Settings,
) -> None:
    file = settings.keys_dir / "keys.json"
    file.write_text(json.dumps({"vault": {}}))
    code, _, [line] = run("token", "demo-nurse", "--data", str(settings.data_dir))
    assert code == 78
    assert "damaged" in line
    assert file.read_text() == json.dumps({"vault": {}})


def test_the_set_of_before_is_written_with_ids_when_the_next_key_is_drawn(
    settings: Settings, running: Store
) -> None:
    with running.database.write_rows() as rows:
        rows.exec_driver_sql("DELETE FROM vault_keys WHERE purpose = 'audit'")
    file = settings.keys_dir / "keys.json"
    new = json.loads(file.read_text())
    old = {"vault": new["vault"], "blind": new["blind"]["b1"], "links": new["links"]["l1"]}
    file.write_text(json.dumps(old | {"current": "k1"}))
    before = parse(file.read_text())
    assert _keys(settings, "draw", "fingerprints") == (0, ["b2"], [])
    after = parse(file.read_text())
    assert [each for each in after if each[1] != "b2"] == list(before)
    assert json.loads(file.read_text())["audit"] == {"a1": before.audit["a1"].hex()}
