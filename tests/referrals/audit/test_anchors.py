"""Anchors: made with the key of the log, kept in order, known again wherever they were kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from referrals.audit.anchors import FIRST, Anchor, AnchorFile, BadAnchor, read
from referrals.audit.chain import ChainKeys

NOW = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
KEYS = ChainKeys({"a1": b"a" * 32}, "a1")
NEWER = ChainKeys({"a1": b"a" * 32, "a2": b"b" * 32}, "a2")
OTHERS = ChainKeys({"a1": b"c" * 32}, "a1")
HASH = "ab" * 32


@pytest.fixture
def file(tmp_path: Path) -> AnchorFile:
    """Give a file of three anchors, a day apart."""
    made = AnchorFile(tmp_path / "on another" / "disk" / "anchors.jsonl")
    for day in range(3):
        made.add(10 * (day + 1), HASH, NOW + timedelta(days=day), KEYS)
    return made


def _lines(file: AnchorFile) -> list[str]:
    return file.path.read_text().splitlines()


def _rewrite(file: AnchorFile, *lines: str) -> None:
    file.path.write_text("".join(f"{line}\n" for line in lines))


def test_what_was_written_is_read(file: AnchorFile) -> None:
    anchors = file.anchors(KEYS)
    assert [(each.count, each.row, each.hash, each.key, each.day) for each in anchors] == [
        (1, 10, HASH, "a1", "2026-12-01"),
        (2, 20, HASH, "a1", "2026-12-02"),
        (3, 30, HASH, "a1", "2026-12-03"),
    ]


def test_each_names_the_one_before(file: AnchorFile) -> None:
    one, two, three = file.anchors(KEYS)
    assert [each.previous for each in (one, two, three)] == [FIRST, one.mark, two.mark]


def test_only_the_owner_can_read_the_file(file: AnchorFile) -> None:
    assert (file.path.stat().st_mode & 0o777, file.path.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert AnchorFile(tmp_path / "none").anchors(KEYS) == []


def test_a_moment_is_written_in_utc_to_the_second(tmp_path: Path) -> None:
    made = AnchorFile(tmp_path / "a").add(1, HASH, NOW.replace(microsecond=5), KEYS)
    assert made.at == "2026-12-01T23:30:00+00:00"


def test_a_key_that_was_exchanged_still_opens_older_ones(file: AnchorFile) -> None:
    file.add(40, HASH, NOW + timedelta(days=3), NEWER)
    assert [each.key for each in file.anchors(NEWER)] == ["a1", "a1", "a1", "a2"]


def test_a_key_that_is_missing_is_told(file: AnchorFile) -> None:
    file.add(40, HASH, NOW, NEWER)
    with pytest.raises(BadAnchor, match="line 4: its key is not given"):
        file.anchors(KEYS)


def test_one_made_with_another_key_is_refused(file: AnchorFile) -> None:
    with pytest.raises(BadAnchor, match="line 1: not made with the key of this log"):
        file.anchors(OTHERS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("count", 7),
        ("at", "2026-12-09T00:00:00+00:00"),
        ("row", 11),
        ("hash", "cd" * 32),
        ("previous", "0" * 64),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_one_that_was_changed_is_refused(file: AnchorFile, field: str, value: object) -> None:
    one, two, three = _lines(file)
    changed = json.dumps(json.loads(two) | {field: value})
    _rewrite(file, one, changed, three)
    with pytest.raises(BadAnchor, match="line 2: not made with"):
        file.anchors(KEYS)


@pytest.mark.parametrize("gone", [0, 1], ids=["first", "middle"])
def test_one_that_was_left_out_is_missed(file: AnchorFile, gone: int) -> None:
    lines = _lines(file)
    del lines[gone]
    _rewrite(file, *lines)
    with pytest.raises(BadAnchor, match=f"line {gone + 1}: one before it is missing"):
        file.anchors(KEYS)


def test_two_that_changed_places_are_noticed(file: AnchorFile) -> None:
    one, two, three = _lines(file)
    _rewrite(file, two, one, three)
    with pytest.raises(BadAnchor, match="line 1"):
        file.anchors(KEYS)


def test_a_second_beginning_is_noticed(file: AnchorFile, tmp_path: Path) -> None:
    another = AnchorFile(tmp_path / "another")
    another.add(10, HASH, NOW, KEYS)
    forged = replace(another.anchors(KEYS)[0], count=2, at=NOW.isoformat()).marked(KEYS)
    _rewrite(file, _lines(file)[0], forged.written())
    with pytest.raises(BadAnchor, match="line 2: one before it is missing"):
        file.anchors(KEYS)


@pytest.mark.parametrize(
    "line",
    ["", "hello", "{}", "[]", '{"row":1}', '"x"', "{", '{"henvis.audit.anchor":5}', "\ufffd{}"],
    ids=repr,
)
def test_a_file_of_anchors_holds_nothing_else(file: AnchorFile, line: str) -> None:
    _rewrite(file, *_lines(file), line)
    with pytest.raises(BadAnchor, match="line 4: no anchor"):
        file.anchors(KEYS)


@pytest.mark.parametrize("value", ["7", None, 1.5, True, [1]], ids=repr)
def test_a_number_is_a_number(file: AnchorFile, value: object) -> None:
    _rewrite(file, json.dumps(json.loads(_lines(file)[0]) | {"row": value}))
    with pytest.raises(BadAnchor, match="line 1: no anchor"):
        file.anchors(KEYS)


def test_bytes_that_are_no_text_are_told(file: AnchorFile) -> None:
    file.path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(BadAnchor, match="line 1: no anchor"):
        file.anchors(KEYS)


def test_nothing_is_added_to_a_file_that_was_changed(file: AnchorFile) -> None:
    _rewrite(file, *_lines(file)[1:])
    with pytest.raises(BadAnchor):
        file.add(40, HASH, NOW, KEYS)


def _event(anchor: str) -> str:
    return json.dumps({"@timestamp": "2026", "henvis.audit.anchor": anchor})


def test_anchors_kept_elsewhere_are_read_out_of_a_syslog(file: AnchorFile) -> None:
    one, _, three = _lines(file)
    kept = [
        f"<86>Dec  1 11:14:15 ward henvis: {_event(one)}",
        '<84>henvis: {"@timestamp":"2026","event.action":"refused"}',
        "something else",
        _event(three),
        one,
    ]
    assert [each.count for each in read(kept, KEYS)] == [1, 3, 1]


def test_an_anchor_elsewhere_that_was_made_up_is_refused(file: AnchorFile) -> None:
    made_up = file.anchors(KEYS)[0].marked(OTHERS)
    with pytest.raises(BadAnchor, match="line 2: not made"):
        list(read(["something else", _event(made_up.written())], KEYS))


def test_a_bad_anchor_says_where_and_why() -> None:
    error = BadAnchor(4, "no anchor")
    assert (error.line, error.why, str(error)) == (4, "no anchor", "line 4: no anchor")


def test_an_anchor_of_today_will_be_known_in_ten_years() -> None:
    anchor = Anchor(1, "2026-12-01T00:00:00+00:00", 1, HASH, "a1", FIRST)
    assert anchor.marked(KEYS).mark == (
        "dfe23933795998707d4a3d709e63adb0d4fb503289f946418a9b3c04798a9bbe"
    )
