"""Each fact that a start is judged by, true and false, found in a real environment."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from referrals.installation import own_facts
from referrals.installation.watched_clock import WatchedClock
from referrals.referral.clock import now_utc
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.storage.schema import Standing
from referrals.vault.keys import dump, new_keys
from service import database as preparing
from service.commands.doctor import facts_of
from service.composition import closing_store
from service.engine import fence, own_user
from service.engine.own_user import may_become_others
from service.settings import Settings
from service.start_check import DatabaseFacts, EngineUserFacts, Facts

NOBODY = 65534


@pytest.fixture
def demo(demo_data: Path, tmp_path: Path) -> Settings:
    return Settings.load(data_dir=shutil.copytree(demo_data, tmp_path / "demo"))


@pytest.fixture(scope="module")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation without demo data, with one nurse."""
    folder = tmp_path_factory.mktemp("real") / "data"
    settings = Settings.load(data_dir=folder, demo=False)
    preparing.prepare(settings, demo=False)
    with closing_store(settings) as store, store.database.write() as session:
        session.add(UserRow(name="anna", display_name="Anna", role="nurse", password_hash="x"))
    return folder


@pytest.fixture
def real(real_data: Path, tmp_path: Path) -> Settings:
    return Settings.load(data_dir=shutil.copytree(real_data, tmp_path / "real"), demo=False)


def change(settings: Settings, statement: str) -> None:
    with closing(Database(settings.database)) as database, database.write() as session:
        session.execute(text(statement))


def in_database(settings: Settings) -> DatabaseFacts:
    found = facts_of(settings).database
    assert found is not None
    return found


# What was asked for


@pytest.mark.parametrize(
    ("asked", "fact", "found"),
    [
        ({}, "host", "127.0.0.1"),
        ({"host": "0.0.0.0"}, "host", "0.0.0.0"),
        ({}, "public_url", ""),
        ({"public_url": "https://henvis.example.dk"}, "public_url", "https://henvis.example.dk"),
        ({}, "demo_wanted", True),
        ({"demo": False}, "demo_wanted", False),
        ({}, "debug", False),
        ({"debug": True}, "debug", True),
        ({}, "proxies_named", False),
        ({"proxies": ["10.20.0.5/32"]}, "proxies_named", True),
        ({}, "embedded", True),
        ({"database_url": "postgresql+psycopg://henvis@127.0.0.1:9/henvis"}, "embedded", False),
    ],
    ids=str,
)
def test_what_was_asked_for_is_told(
    tmp_path: Path, asked: dict[str, object], fact: str, found: object
) -> None:
    facts = facts_of(Settings.load(data_dir=tmp_path, **asked))
    assert getattr(facts, fact) == found
    assert facts.data == str(tmp_path)


# The machine


def _is_root_as(user: int, settings: Settings) -> bool:
    """Look as another user, in a process of its own."""
    child = os.fork()
    if child == 0:
        code = 2
        try:
            os.setuid(user)
            code = int(facts_of(settings).root)
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 1)
    return bool(code)


def test_root_is_known_and_anybody_else_is_not_root() -> None:
    nowhere = Settings.load(data_dir="/nowhere-of-henvis")
    assert facts_of(nowhere).root is (os.geteuid() == 0)
    assert not _is_root_as(NOBODY if os.geteuid() == 0 else os.geteuid(), nowhere)


def test_what_the_kernel_can_is_asked_of_the_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(data_dir=tmp_path)
    assert facts_of(settings).fence == fence.version()
    monkeypatch.setattr(fence, "_call", lambda *_: -1)  # as a kernel without Landlock answers
    assert facts_of(settings).fence == 0


# The engine's own user


def _engine_as(tmp_path: Path, name: str) -> EngineUserFacts:
    found = facts_of(Settings.load(data_dir=tmp_path, engine_user=name)).engine_user
    assert found is not None
    return found


def test_without_one_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert facts_of(Settings.load(data_dir=tmp_path)).engine_user is None


def test_one_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    assert not _engine_as(tmp_path, "nobody-of-that-name").known


def test_root_and_who_runs_henvis_are_no_others(tmp_path: Path) -> None:
    for uid in (0, os.geteuid()):
        assert not _engine_as(tmp_path, pwd.getpwuid(uid).pw_name).other


def test_who_may_not_become_another_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _engine_as(tmp_path, "nobody").may_become is may_become_others()
    monkeypatch.setattr(own_user, "RIGHTS", {"one that no kernel has": 63})
    assert not _engine_as(tmp_path, "nobody").may_become


def test_what_the_engine_s_user_can_open_of_ours_and_cannot_of_code_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where nobody may become another, nothing is tried, and the start is refused for that."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # as /srv is
        data = folder / "data"
        told = []
        monkeypatch.setattr(own_user, "needed_by_engine", lambda _: [Path("/usr"), folder / "no"])
        for mode in (0o700, 0o710, 0o701, 0o704):
            data.mkdir(exist_ok=True)
            data.chmod(mode)
            found = _engine_as(data, "nobody")
            told.append(found.opens)
            assert found.lacks == (str(folder / "no") if may_become_others() else "")
    assert told == (["", "", str(data), str(data)] if may_become_others() else [""] * 4)


def test_an_anchor_or_journal_elsewhere_is_closed_as_well(tmp_path: Path) -> None:
    elsewhere = {"keys_file": "k", "tombstones_file": "t", "anchors": "a"}
    settings = Settings.load(
        data_dir=tmp_path, **{name: tmp_path / file for name, file in elsewhere.items()}
    )
    assert {path.name for path in own_user.closed_to_engine(settings)} >= set("kta")


# The keys


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604], ids=oct)
def test_who_can_read_the_keys_is_told_by_the_file(demo: Settings, mode: int) -> None:
    file = demo.keys_dir / "keys.json"
    file.chmod(mode)
    facts = facts_of(demo)
    assert facts.keys_mode == mode
    assert facts.keys_source == str(file)


def test_keys_that_are_in_no_file_have_no_mode(demo: Settings) -> None:
    keys = SecretStr((demo.keys_dir / "keys.json").read_text())
    facts = facts_of(demo.model_copy(update={"keys": keys}))
    assert facts.keys_mode is None
    assert facts.keys_source == "the variable HENVIS_KEYS"


def _leave(_: Path) -> None:
    pass


def _put_others(file: Path) -> None:
    file.write_text(dump(new_keys()))


def _spoil(file: Path) -> None:
    file.write_text("{")


@pytest.mark.parametrize(
    ("do", "found"),
    [(_leave, "fit"), (Path.unlink, "missing"), (_put_others, "others"), (_spoil, "unreadable")],
    ids=["fit", "missing", "others", "unreadable"],
)
def test_whose_the_keys_are_is_tried(
    demo: Settings, do: Callable[[Path], None], found: str
) -> None:
    do(demo.keys_dir / "keys.json")
    assert in_database(demo).keys == found


# The database


def test_where_nothing_was_begun_there_is_no_database(tmp_path: Path) -> None:
    facts = facts_of(Settings.load(data_dir=tmp_path / "none"))
    assert (facts.database, facts.unreachable) == (None, "")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_cannot_be_read(demo: Settings) -> None:
    demo.database_file.write_bytes(b"no database at all" * 1000)
    facts = facts_of(demo)
    assert facts.database is None
    assert "not a database" in facts.unreachable


def test_a_server_that_is_away_cannot_be_read(tmp_path: Path) -> None:
    url = "postgresql+psycopg://henvis@127.0.0.1:9/henvis"
    facts = facts_of(Settings.load(data_dir=tmp_path, database_url=url))
    assert facts.database is None
    assert "refused" in facts.unreachable


def test_a_database_of_today_and_one_of_tomorrow_are_told_apart(demo: Settings) -> None:
    before = in_database(demo).standing
    change(demo, "UPDATE alembic_version SET version_num = '9999'")
    assert (before, in_database(demo).standing) == (Standing.CURRENT, Standing.UNKNOWN)


def test_a_demo_and_real_data_are_told_apart(demo: Settings, real: Settings) -> None:
    assert (in_database(demo).demo, in_database(real).demo) == (True, False)


def test_demo_users_make_a_demo_though_nothing_says_so(demo: Settings) -> None:
    change(demo, "DELETE FROM installation WHERE name = 'demo'")
    assert in_database(demo).demo


def test_a_database_is_in_use_once_somebody_was_let_in(real: Settings) -> None:
    before = in_database(real).in_use
    change(real, "DELETE FROM users")
    assert (before, in_database(real).in_use) == (True, False)


def test_whether_a_second_factor_is_asked_for_is_told(demo: Settings, real: Settings) -> None:
    assert (in_database(demo).second_factor, in_database(real).second_factor) == (False, True)


def test_a_backup_is_told_with_its_time_and_whether_it_can_be_read(real: Settings) -> None:
    assert in_database(real).backed_up_at is None
    now = now_utc()
    for encrypted in (True, False):
        with closing(Database(real.database)) as database, database.write() as session:
            own_facts.note(session, own_facts.BACKUP, {"encrypted": encrypted}, now)
        found = in_database(real)
        assert (found.backed_up_at, found.backup_encrypted) == (now, encrypted)


def test_a_clock_that_jumped_is_not_believed_for_a_day(real: Settings) -> None:
    waits = []
    for at in (now_utc(), now_utc() + timedelta(days=400)):
        with closing_store(real) as store:
            WatchedClock(store.database, lambda: 0.0).look(at)
        waits.append(in_database(real).clock_waits_s)
    assert waits == [0, 86_400]


def test_looking_changes_nothing(real: Settings) -> None:
    def files() -> dict[Path, bytes]:
        return {each: each.read_bytes() for each in real.data_dir.rglob("*") if each.is_file()}

    facts_of(real)  # SQLite makes its files beside the database at the first look
    before = files()
    told = [facts_of(real) for _ in range(2)]
    assert files() == before
    assert all(isinstance(each, Facts) for each in told)
