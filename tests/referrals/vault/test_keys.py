"""The keys outside the database: drawn once, never shown, never overwritten."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from referrals.vault.keys import (
    KEY_BYTES,
    PURPOSES,
    BadKeys,
    KeyPurpose,
    Keys,
    Ring,
    dump,
    new_keys,
    parse,
    with_one_more,
    without,
)
from referrals.vault.sources import load_or_create_keys


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
    assert list(load_or_create_keys(tmp_path / "keys.json").vault) == ["k1"]


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
    with pytest.raises(BadKeys):
        load_or_create_keys(file)
    assert file.read_text() == "not json"


def test_every_key_has_256_bits() -> None:
    assert {8 * len(key) for _, _, key in new_keys()} == {256}


def test_an_operator_s_word_for_a_purpose_names_its_ring() -> None:
    rings = {purpose.value: purpose.ring for purpose in KeyPurpose}
    assert rings == {"vault": "vault", "fingerprints": "blind", "links": "links", "audit": "audit"}


def test_a_ring_tells_which_keys_are_in_it() -> None:
    ring = new_keys().vault
    assert ("k1" in ring, "k2" in ring) == (True, False)


def test_beside_keys_that_were_named_by_hand_the_first_drawn_one_has_number_one() -> None:
    by_hand = replace(new_keys(), vault=Ring({"main": bytes(KEY_BYTES)}))
    assert list(with_one_more(by_hand, "vault").vault) == ["main", "k1"]


@pytest.mark.parametrize("key_id", ["x", "k2026112"])
def test_an_id_has_one_to_eight_signs(key_id: str) -> None:
    keys = replace(new_keys(), vault=Ring({key_id: bytes(KEY_BYTES)}))
    assert list(parse(dump(keys)).vault) == [key_id]


def test_two_sets_share_no_key() -> None:
    mine, others = ({key for _, _, key in new_keys()} for _ in range(2))
    assert not mine & others


def test_each_key_of_a_set_is_long_enough_and_different() -> None:
    every = [key for _, _, key in new_keys()]
    assert {len(key) for key in every} == {KEY_BYTES}
    assert len(set(every)) == len(every) == len(PURPOSES)


def test_each_purpose_has_a_key_with_an_id_of_its_own() -> None:
    ids = [(purpose, key_id) for purpose, key_id, _ in new_keys()]
    assert ids == [("vault", "k1"), ("blind", "b1"), ("links", "l1"), ("audit", "a1")]


def test_keys_are_not_shown() -> None:
    keys = new_keys()
    assert not [key for _, _, key in keys if key.hex() in repr(keys) or str(key) in repr(keys)]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_one_more_key_is_the_newest_and_the_others_stay(purpose: str) -> None:
    before = new_keys()
    after = with_one_more(before, purpose)
    assert after.of(purpose).newest == f"{before.of(purpose).newest[0]}2"
    assert [each for each in after if each[1] != after.of(purpose).newest] == list(before)


def test_an_id_that_went_is_not_given_again_while_a_later_one_is_there() -> None:
    keys = without(with_one_more(with_one_more(new_keys(), "blind"), "blind"), "blind", "b2")
    assert list(with_one_more(keys, "blind").blind) == ["b1", "b3", "b4"]


def test_the_last_key_of_a_purpose_never_goes() -> None:
    with pytest.raises(BadKeys):
        without(new_keys(), "links", "l1")


def test_a_set_is_read_as_it_was_written_in_the_same_order() -> None:
    keys = with_one_more(with_one_more(new_keys(), "vault"), "links")
    assert list(parse(dump(keys))) == list(keys)


def test_a_set_of_before_is_read_and_has_a_key_for_the_audit_log_as_on_every_machine() -> None:
    keys = new_keys()
    old = {
        "vault": {"k1": keys.vault["k1"].hex()},
        "current": "k1",
        "blind": keys.blind["b1"].hex(),
        "links": keys.links["l1"].hex(),
    }
    one, again = parse(json.dumps(old)), parse(json.dumps(old))
    assert list(one) == list(again)
    assert [each for each in one if each in list(keys)] == list(keys)[:3]
    assert one.audit["a1"] not in {key for _, _, key in keys}
    assert len(one.audit["a1"]) == KEY_BYTES


GOOD = "ab" * KEY_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '"k1"',
        json.dumps({"vault": {}, "blind": {"b1": GOOD}, "links": {"l1": GOOD}}),
        json.dumps({"vault": {"k1": GOOD[2:]}, "blind": {"b1": GOOD}, "links": {"l1": GOOD}}),
        json.dumps({"vault": {"k1": GOOD}, "blind": {"b.1": GOOD}, "links": {"l1": GOOD}}),
        json.dumps({"vault": {"k1": GOOD}, "blind": {"": GOOD}, "links": {"l1": GOOD}}),
        json.dumps({"vault": {"k1": GOOD}, "blind": {"b" * 9: GOOD}, "links": {"l1": GOOD}}),
        json.dumps({"vault": {"k1": GOOD}, "blind": {"b1": "no hex"}, "links": {"l1": GOOD}}),
        json.dumps({"vault": {"k1": GOOD}, "blind": {"b1": GOOD}}),
    ],
    ids=[
        "nothing",
        "list",
        "empty",
        "word",
        "none",
        "short",
        "dot",
        "no id",
        "long id",
        "hex",
        "less",
    ],
)
def test_what_is_no_set_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(BadKeys) as refused:
        parse(text)
    assert GOOD[:10] not in str(refused.value)


def test_only_the_same_key_signs_alike() -> None:
    one, other = new_keys().audit, new_keys().audit
    assert one.sign("a1", b"row") == one.sign("a1", b"row") != other.sign("a1", b"row")
    assert one.sign("a1", b"row") != one.sign("a1", b"rows")
