"""The two classifiers in a row, tried in the engine's environment on a dozen examples."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def seen(engine_python: Path) -> dict[str, Any]:
    """Give what the trial saw; it trains for a second."""
    script = Path(__file__).with_name("cascade_parts.py")
    finished = subprocess.run([engine_python, script], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    result: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return result


def test_a_message_that_the_first_is_sure_of_never_reaches_the_second(seen: dict[str, Any]) -> None:
    assert seen["when_sure"] == 0


def test_the_second_is_asked_where_the_first_wavers_or_says_out_of_scope(
    seen: dict[str, Any],
) -> None:
    assert (seen["when_wavering"], seen["when_out_of_scope"]) == (1, 1)


def test_the_second_reads_meaning_that_shares_no_word_with_an_example(
    seen: dict[str, Any],
) -> None:
    assert seen["meaning"] == "ask_price"
    assert seen["sum_by_words"] == pytest.approx(1, abs=1e-5)
    assert seen["sum_by_meaning"] == pytest.approx(1, abs=1e-5)


def test_of_a_long_message_the_beginning_is_read_for_its_meaning(seen: dict[str, Any]) -> None:
    assert seen["end_alike"]


def test_the_name_of_a_label_tells_the_second_what_it_means(seen: dict[str, Any]) -> None:
    assert seen["meaning_of_names"] == "price"


def test_both_together_are_no_surer_of_a_label_than_their_mean(seen: dict[str, Any]) -> None:
    assert seen["between"]


def test_without_a_second_the_first_decides_alone(seen: dict[str, Any]) -> None:
    assert seen["alone_alike"]


def test_a_text_weighs_as_it_did_among_those_that_were_learned_from(seen: dict[str, Any]) -> None:
    assert seen["weighs_alike"]


def test_what_was_saved_answers_as_before(seen: dict[str, Any]) -> None:
    assert seen["loaded_alike"]


def test_a_way_of_fewer_views_that_was_saved_decides_as_before(seen: dict[str, Any]) -> None:
    assert seen["way_alike"]


def test_so_many_of_each_are_embedded_and_the_same_for_the_same_seed(seen: dict[str, Any]) -> None:
    assert seen["chosen"] == ["ask_price", *["out_of_scope"] * 3, "smokes_daily"]
    assert seen["chosen_again"]
