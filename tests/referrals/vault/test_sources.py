"""Where keys come from, and how a process that runs follows them."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from referrals.vault.keys import PURPOSES, BadKeys, Keys, dump, new_keys, with_one_more, without
from referrals.vault.sources import (
    COMMAND_S,
    LOOK_AGAIN_S,
    HeldKeys,
    KeyCommand,
    KeyFile,
    KeyText,
    follows,
)


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    file = KeyFile(tmp_path / "keys.json")
    file.load()
    return file


def _one_more(keys: Keys) -> Keys:
    return with_one_more(keys, "vault")


class Watch:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.at_s = 1_000.0

    def __call__(self) -> float:
        return self.at_s


def test_a_file_is_there_once_it_was_loaded(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    before = file.exists(), file.stamp()
    file.load()
    assert before == (False, None)
    assert file.exists()
    assert file.stamp() is not None


def test_a_changed_file_holds_the_change_is_private_and_leaves_no_draft(file: KeyFile) -> None:
    changed = file.change(_one_more)
    assert list(file.load()) == list(changed)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [each.name for each in file.path.parent.iterdir()] == ["keys.json"]


def test_a_change_that_fails_leaves_the_file_as_it_was(file: KeyFile) -> None:
    before = file.path.read_text()
    with pytest.raises(BadKeys):
        file.change(lambda keys: without(keys, "vault", "k1"))
    assert file.path.read_text() == before


@pytest.mark.parametrize("make", [True, False], ids=["put there", "drawn"])
def test_a_file_is_made_in_a_folder_that_is_not_there_and_closed_to_others(
    tmp_path: Path, *, make: bool
) -> None:
    file = KeyFile(tmp_path / "deep" / "down" / "keys.json")
    keys = new_keys()
    file.make(keys) if make else file.load()
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert (list(file.load()) == list(keys)) is make


def test_a_set_is_put_into_a_folder_that_is_there_and_over_no_other(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    keys = new_keys()
    file.make(keys)
    with pytest.raises(FileExistsError):
        file.make(new_keys())
    assert list(file.load()) == list(keys)
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_a_command_that_says_that_it_failed_is_not_believed(file: KeyFile) -> None:
    with pytest.raises(BadKeys):
        KeyCommand(f"sh -c 'cat {file.path}; exit 1'").load()


def test_how_long_a_command_may_take_and_how_often_each_is_asked_is_as_the_policy_says() -> None:
    often = [source.again_s for source in (KeyFile, KeyText, KeyCommand)]
    assert (COMMAND_S, LOOK_AGAIN_S, often) == (30, 5, [1, 60, 60])


def test_a_text_gives_what_it_is() -> None:
    keys = new_keys()
    source = KeyText(dump(keys), "a variable")
    assert source.exists()
    assert list(source.load()) == list(keys)
    assert source.stamp() == source.stamp()


def test_a_command_gives_what_it_prints(file: KeyFile) -> None:
    source = KeyCommand(f"cat '{file.path}'")
    assert source.exists()
    assert list(source.load()) == list(file.load())
    assert source.stamp() == source.stamp()


@pytest.mark.parametrize(
    "command", ["", "''", "no-such-command", "false", "printf '\\377'", "echo secret", "cat 'open"]
)
def test_a_command_that_gives_no_keys_is_told_without_its_output(command: str) -> None:
    with pytest.raises(BadKeys) as told:
        KeyCommand(command).load()
    assert "gave no keys" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_source_is_named_without_what_may_be_secret(file: KeyFile) -> None:
    assert KeyCommand("aws kms decrypt --secret x").name == "the command 'aws'"
    assert file.name == str(file.path)


# A process that runs


def test_a_changed_file_is_noticed_after_some_seconds_and_not_looked_at_before(
    file: KeyFile,
) -> None:
    watch = Watch()
    held = HeldKeys(file.load(), file, watch)
    file.change(_one_more)
    watch.at_s += LOOK_AGAIN_S - 0.125
    assert "k2" not in held.now().vault
    watch.at_s += 0.125
    assert "k2" in held.now().vault


def test_a_key_that_is_lacking_is_asked_for_at_once(file: KeyFile) -> None:
    held = HeldKeys(file.load(), file, Watch())
    file.change(_one_more)
    assert "k2" in held.having("vault", "k2").vault


def test_a_key_that_nobody_has_is_an_error(file: KeyFile) -> None:
    with pytest.raises(KeyError):
        HeldKeys(file.load(), file, Watch()).having("vault", "k9")


class Counted:
    """A source that counts how often it was asked; nobody knows whether it has changed."""

    name, again_s = "counted", 60.0

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.asked = 0

    def exists(self) -> bool:
        return True

    def load(self) -> Keys:
        self.asked += 1
        return self.keys

    def stamp(self) -> object:
        return None


def test_a_key_service_is_not_asked_again_within_a_minute_whatever_is_lacking() -> None:
    watch, source = Watch(), Counted(new_keys())
    held = HeldKeys(source.keys, source, watch)
    for watch.at_s in (1_000, 1_001, 1_059.9, 1_060, 1_061, 1_119.9, 1_120):
        with pytest.raises(KeyError):
            held.having("vault", "k9")
    assert source.asked == 2


def test_keys_that_are_given_as_they_are_follow_nothing() -> None:
    keys = new_keys()
    held = HeldKeys(keys)
    assert held.now() is held.again() is keys


def test_a_file_that_went_or_is_damaged_leaves_the_keys_in_memory(file: KeyFile) -> None:
    watch, keys = Watch(), file.load()
    held = HeldKeys(keys, file, watch)
    file.path.write_text("damaged")
    assert held.again() is keys
    file.path.unlink()
    watch.at_s += 100
    assert held.now() is keys
    assert not file.exists()


def test_another_database_s_keys_in_the_file_s_place_are_not_believed(file: KeyFile) -> None:
    keys = file.load()
    held = HeldKeys(keys, file, Watch())
    file.path.write_text(dump(new_keys()))
    assert held.again() is keys


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_set_follows_another_by_one_more_and_by_one_less(purpose: str) -> None:
    one = new_keys()
    two = with_one_more(one, purpose)
    assert follows(two, one)
    assert follows(one, two)
    assert follows(without(two, purpose, one.of(purpose).newest), two)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_set_with_nothing_in_common_or_another_key_of_the_same_id_does_not_follow(
    purpose: str,
) -> None:
    one = new_keys()
    first = one.of(purpose).newest
    assert not follows(replace(one, **{purpose: new_keys().of(purpose)}), one)
    assert not follows(without(with_one_more(one, purpose), purpose, first), one)
