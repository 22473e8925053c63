"""When a tap counts: the rule alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.advice.tapping import SEEN_AFTER, TapGuard, is_too_soon, opens_at, reading_time
from referrals.consent.texts import ConsentPart, load_consent_texts, partner_text

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
GUARD = TapGuard()
TEXTS = {"short": "Er det i orden?", "long": "ord " * 96}
ALOUD_WORDS_A_MINUTE = 183  # Brysbaert 2019: read aloud, on average


def test_nothing_was_shown_yet_so_nothing_can_be_tapped_unseen() -> None:
    assert opens_at(None) is None
    assert opens_at({}) is None
    assert not is_too_soon(None, "", NOW)


def test_the_second_of_two_quick_taps_is_no_answer_and_one_after_a_look_is() -> None:
    opens = GUARD.opening(None, {}, NOW)
    assert is_too_soon(opens, "", NOW + 30 * MS)
    assert is_too_soon(opens, "", NOW + 599 * MS)
    assert not is_too_soon(opens, "", NOW + 600 * MS)


def test_a_tap_from_before_it_was_shown_is_no_answer_to_it() -> None:
    assert is_too_soon(GUARD.opening(None, {}, NOW), "", NOW - 1000 * MS)


def test_a_yes_waits_until_its_text_can_have_been_read_and_every_other_tap_does_not() -> None:
    opens = GUARD.opening(None, TEXTS, NOW)
    assert is_too_soon(opens, "long", NOW + 11_999 * MS)
    assert not is_too_soon(opens, "long", NOW + 12_000 * MS)
    assert not is_too_soon(opens, "", NOW + 600 * MS)


def test_a_yes_to_a_few_words_waits_no_less_than_any_other_tap() -> None:
    opens = GUARD.opening(None, {"tiny": "Må jeg?"}, NOW)
    assert opens_at(opens, "tiny") == NOW + SEEN_AFTER


def test_a_text_that_is_shown_again_need_not_be_read_again() -> None:
    opens = GUARD.opening(None, TEXTS, NOW)
    later = NOW + timedelta(seconds=10)
    opens = GUARD.opening(opens, TEXTS, later)
    assert opens_at(opens, "long") == NOW + timedelta(seconds=12)
    assert is_too_soon(opens, "", later + 599 * MS)


def test_a_press_counts_once_its_key_has_stood_still_for_long_enough() -> None:
    assert GUARD.is_double(NOW, NOW + 599 * MS)
    assert not GUARD.is_double(NOW, NOW + 600 * MS)


def test_a_guard_of_no_time_lets_a_press_count_that_was_quicker_than_the_senders_note() -> None:
    assert GUARD.is_double(NOW, NOW - MS)
    assert not TapGuard(timedelta()).is_double(NOW, NOW - MS)


def test_a_guard_of_no_time_lets_every_tap_count() -> None:
    off = TapGuard(timedelta())
    assert off.opening(None, TEXTS, NOW) == {}
    assert off.reading(TEXTS["long"]) == timedelta()


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("part", list(ConsentPart))
def test_who_reads_a_consent_aloud_never_meets_the_guard(part: ConsentPart, language: str) -> None:
    text = partner_text(load_consent_texts()[(part, language)], "Lyngby-Taarbæk").text
    aloud = timedelta(minutes=len(text.split()) / ALOUD_WORDS_A_MINUTE)
    assert timedelta(seconds=2) < reading_time(text) < aloud / 2


Shown = st.lists(
    st.tuples(
        st.integers(0, 20_000),
        st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(list(TEXTS.values()))),
    ),
    min_size=1,
)


@given(Shown, st.integers(0, 30_000), st.sampled_from(["", "a", "b"]))
def test_a_tap_counts_once_the_newest_was_seen_and_its_text_read_since_it_first_stood_there(
    shown: list[tuple[int, dict[str, str]]], after: int, agrees_to: str
) -> None:
    opens: dict[str, str] | None = None
    at, first = NOW, {}
    for pause, texts in shown:
        at += pause * MS
        for each, text in texts.items():
            first.setdefault(each, at + GUARD.reading(text))
        opens = GUARD.opening(opens, texts, at)
    tapped = at + after * MS
    seen = tapped >= at + SEEN_AFTER
    read = tapped >= first.get(agrees_to, tapped)
    assert is_too_soon(opens, agrees_to, tapped) == (not (seen and read))
