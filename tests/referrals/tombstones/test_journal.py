"""The journal of what ended: appended, read back, and on from the right place after any restore."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from referrals.tombstones.journal import End, Era, Journal, Line, Sent
from tests.conftest import FORENOON

ONE, TWO, THREE = (End(n, "withdraw_consent", f"referral:H-{n}") for n in (1, 2, 3))
LETTER = Sent(7, FORENOON, "key")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "elsewhere" / "tombstones.jsonl")


@pytest.mark.parametrize(
    "line", [ONE, LETTER, Sent(8, FORENOON), Era("abc", 12)], ids=lambda line: type(line).__name__
)
def test_a_line_is_read_as_it_was_written(journal: Journal, line: Line) -> None:
    assert journal.append([line]) == 1
    assert list(journal.lines()) == [line]


def test_no_file_has_no_lines_and_nothing_to_write_makes_none(journal: Journal) -> None:
    assert journal.append([]) == 0
    assert (list(journal.lines()), journal.position()) == ([], 0)
    assert not journal.path.exists()


def test_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "deep" / "down" / "tombstones.jsonl")
    journal.append([ONE])
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_each_line_is_a_line_and_none_is_empty(journal: Journal) -> None:
    for line in (ONE, LETTER, TWO):
        journal.append([line])
    assert journal.path.read_text().count("\n") == 3
    assert "\n\n" not in journal.path.read_text()


def test_a_line_that_a_crash_cut_off_is_left_out_and_spoils_no_other(journal: Journal) -> None:
    journal.append([ONE])
    with journal.path.open("a") as file:
        file.write('{"number":2,"act')
    journal.append([THREE])
    assert list(journal.lines()) == [ONE, THREE]


@pytest.mark.parametrize("text", ["nonsense", "[]", "3", '{"letter":1}', '{"number":"x"}', ""])
def test_what_is_no_line_is_left_out(journal: Journal, text: str) -> None:
    journal.append([ONE])
    with journal.path.open("a") as file:
        file.write(f"{text}\n")
    assert list(journal.lines()) == [ONE]


def test_it_goes_on_after_the_last_deed_or_where_a_restore_went_back_to(journal: Journal) -> None:
    journal.append([ONE, THREE, LETTER])
    assert journal.position() == 3
    journal.append([Era("abc", 1)])
    assert journal.position() == 1
    journal.append([TWO])
    assert journal.position() == 2


# After a restore


def test_what_ended_after_the_backup_counts_and_what_it_knew_does_not(journal: Journal) -> None:
    journal.append([ONE, LETTER, TWO, THREE])
    assert journal.since("", 1) == [LETTER, TWO, THREE]


def test_a_backup_of_a_later_era_is_not_told_the_deeds_of_one_before(journal: Journal) -> None:
    journal.append([ONE, THREE, Era("abc", 1), TWO, THREE])
    assert journal.since("abc", 2) == [THREE]


def test_a_backup_of_an_older_era_is_told_all_that_followed(journal: Journal) -> None:
    journal.append([ONE, TWO, Era("abc", 1), ONE, Era("def", 1), THREE])
    assert journal.since("", 1) == [TWO, ONE, THREE]


def test_a_backup_of_an_era_that_is_not_here_is_told_nothing(journal: Journal) -> None:
    journal.append([ONE, Era("abc", 1), TWO])
    assert journal.since("lost", 0) == []
