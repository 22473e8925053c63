"""What a spreadsheet is given: a mark, semicolons, and nothing that it would calculate."""

from __future__ import annotations

from referrals.words.spreadsheet import guarded, unguarded, written


def test_a_table_is_written_row_by_row_with_one_mark_before_all() -> None:
    rows = written([("navn", "antal"), ("Rødovre", 3), ("a;b", None)])
    assert list(rows) == ["\ufeffnavn;antal\r\n", "Rødovre;3\r\n", '"a;b";\r\n']


def test_text_that_would_be_a_formula_is_guarded_and_a_number_is_not() -> None:
    assert list(written([("=1+1", -2, "-2")])) == ["\ufeff'=1+1;-2;'-2\r\n"]


def test_what_was_guarded_comes_back_as_it_was() -> None:
    for cell in ("=1", "+1", "-1", "@a", "\ta", "\ra", "'a", "a", ""):
        assert unguarded(guarded(cell)) == cell
