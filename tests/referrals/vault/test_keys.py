"""The keys outside the database: drawn once, never shown, never overwritten."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

import pytest

from referrals.vault.keys import KEY_BYTES, Keys, load_or_create_keys, new_keys


def test_a_fresh_set_is_made_where_there_is_none_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "secret" / "keys.json"
    assert load_or_create_keys(file) == load_or_create_keys(file)


def test_the_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    load_or_create_keys(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_folder_of_the_file_is_closed_to_others(tmp_path: Path) -> None:
    load_or_create_keys(tmp_path / "new" / "keys.json")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_no_draft_is_left_behind(tmp_path: Path) -> None:
    load_or_create_keys(tmp_path / "keys.json")
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_a_draft_that_a_crash_left_behind_does_not_stop_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "keys.json.1.new").write_text("{")
    assert load_or_create_keys(tmp_path / "keys.json").current == "k1"


def test_starts_at_the_same_time_end_with_the_same_keys(tmp_path: Path) -> None:
    gate, found = threading.Barrier(8), list[Keys]()

    def start() -> None:
        gate.wait()
        found.append(load_or_create_keys(tmp_path / "keys.json"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [found[0]] * 8


def test_a_broken_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text("not json")
    with pytest.raises(json.JSONDecodeError):
        load_or_create_keys(file)
    assert file.read_text() == "not json"


def test_two_sets_share_no_key() -> None:
    one, other = new_keys(), new_keys()
    mine = {one.blind, one.links, *one.vault.values()}
    assert not mine & {other.blind, other.links, *other.vault.values()}


def test_each_key_of_a_set_is_long_enough_and_different() -> None:
    keys = new_keys()
    every = [keys.blind, keys.links, *keys.vault.values()]
    assert {len(key) for key in every} == {KEY_BYTES}
    assert len(set(every)) == len(every)


def test_keys_are_not_shown() -> None:
    keys = new_keys()
    assert repr(keys) == "Keys(current='k1')"
