"""What of a turn its nurse sees, and what of it a foreign cloud may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.showing import HIDDEN, Reply, Showing
from referrals.advice.encounter import Step
from referrals.bedside.asking import CONTACT_PAGE
from referrals.turns.encounters import Turn
from referrals.turns.saying import PUT_APART

NAME, PHONE, DAY = "[[name:0123456789ab]]", "[[phone:0123456789ab]]", "[[word:0123456789ab]]"
RECEIPT = "[[receipt:H-7KF3-Q]]"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SEEN = timedelta(milliseconds=600)


@dataclass
class FakeEncounters:
    """Encounters whose values, referrals and turns are set by the test."""

    values: dict[str, str] = field(default_factory=dict)
    filed_ones: tuple[str, ...] = ()
    turns: list[Turn] = field(default_factory=list)

    def unseal(self, conversation_id: str, tokens: Collection[str]) -> dict[str, str]:
        return {token: self.values[token] for token in tokens if token in self.values}

    def filed(self, conversation_id: str, reference: str) -> bool:
        return reference in self.filed_ones

    def transcript(self, nurse: object, conversation_id: str) -> list[Turn]:
        return self.turns

    @property
    def around(self) -> Any:
        return SimpleNamespace(
            vault=SimpleNamespace(link_secret=lambda kind, name: f"{kind}-{name}-secret"),
            taps=SimpleNamespace(seen_after=SEEN),
            now=lambda: NOW,
        )


def turn(
    *replies: dict[str, Any],
    said: str = "ja",
    language: str = "da",
    goes_to: str | None = None,
    practice: bool = False,
    opens: dict[str, str] | None = None,
) -> Turn:
    return Turn(said, language, Step.SUMMARY, list(replies), goes_to, practice, opens)


def reply(text: str, *buttons: tuple[str, str], copy: bool = False) -> dict[str, Any]:
    shown = [{"title": title, "payload": payload} for title, payload in buttons]
    return {"text": text, "buttons": shown, "copy": copy}


def shown(
    text: str,
    values: dict[str, str] | None = None,
    filed: tuple[str, ...] = (),
    language: str = "da",
    *,
    by_page: bool = False,
) -> str:
    showing = Showing(FakeEncounters(values or {}, filed), "http://henvis")  # type: ignore[arg-type]
    told = showing.replies("c-1", turn(reply(text), language=language), by_page=by_page)
    return told.replies[0].text


def test_a_value_stands_in_the_place_of_its_token() -> None:
    assert shown(f"Navn: {NAME}.", {NAME: "Hanne Prøvesen"}) == "Navn: Hanne Prøvesen."


def test_a_value_that_is_gone_is_dots() -> None:
    assert shown(f"Navn: {NAME}") == f"Navn: {HIDDEN}"


@pytest.mark.parametrize(
    ("kept", "read"),
    [("20667788", "20 66 77 88"), ("+4520667788", "20 66 77 88"), ("0000 000", "0000 000")],
)
def test_a_number_is_read_in_pairs_and_what_is_none_keeps_its_form(kept: str, read: str) -> None:
    assert shown(PHONE, {PHONE: kept}) == read


@pytest.mark.parametrize(
    ("language", "kept", "read"),
    [
        ("da", "2026-12-04", "fredag 4. december"),
        ("en", "2026-12-04", "Friday 4 December"),
        ("", "2026-12-04", "2026-12-04"),
        ("da", "2026-12-04 ca.", "2026-12-04 ca."),
    ],
)
def test_a_day_is_said_by_its_name(language: str, kept: str, read: str) -> None:
    assert shown(DAY, {DAY: kept}, language=language) == read


def test_the_receipt_of_this_encounter_is_a_link_and_another_one_is_not() -> None:
    link = "http://henvis/kvittering/H-7KF3-Q/receipt-H-7KF3-Q-secret"
    assert shown(f"Kvittering: {RECEIPT}", filed=("H-7KF3-Q",)) == f"Kvittering: {link}"
    assert shown(RECEIPT, filed=("H-0000-0",)) == HIDDEN


def test_the_wards_list_is_a_link_and_what_was_put_apart_is_mere_text() -> None:
    assert shown("[[wards_list]]") == "http://henvis/chat#afsnittets-liste"
    assert shown(f"{PUT_APART}[receipt:H-7KF3-Q]]", filed=("H-7KF3-Q",)) == RECEIPT


def test_what_takes_the_place_of_a_mark_is_not_read_again() -> None:
    assert shown(NAME, {NAME: RECEIPT}, filed=("H-7KF3-Q",)) == RECEIPT


def test_a_foreign_cloud_sees_neither_name_nor_receipt_and_two_figures_of_a_number() -> None:
    values = {NAME: "Hanne Prøvesen", PHONE: "20667788"}
    text = f"{NAME} {PHONE} {RECEIPT}"
    hidden = shown(text, values, ("H-7KF3-Q",), by_page=True)
    assert hidden == f"{HIDDEN} •• •• •• 88 http://henvis/chat/c-1"


def test_the_titles_of_buttons_hold_values_too() -> None:
    showing = Showing(FakeEncounters({PHONE: "20667788"}), "")  # type: ignore[arg-type]
    [told] = showing.replies("c-1", turn(reply("?", (PHONE, "/answer")))).replies
    assert [(b.title, b.payload) for b in told.buttons] == [("20 66 77 88", "/answer")]


def test_the_page_for_contact_details_is_offered_where_the_chat_may_not_know_them() -> None:
    showing = Showing(FakeEncounters(), "")  # type: ignore[arg-type]
    one = turn(reply("?", ("Skriv her", CONTACT_PAGE), ("Ja", "/answer")))
    offered = {
        by_page: [b.title for b in showing.replies("c-1", one, by_page=by_page).replies[0].buttons]
        for by_page in (True, False)
    }
    assert offered == {True: ["Skriv her", "Ja"], False: ["Ja"]}


def test_a_reply_tells_what_it_awaits_and_whether_it_is_to_be_copied() -> None:
    showing = Showing(FakeEncounters(), "")  # type: ignore[arg-type]
    told = showing.replies("c-1", turn(reply("a", copy=True), reply("b")))
    assert told.replies == (Reply("a", (), "summary", copy=True), Reply("b", (), "summary"))
    assert not told.replies[1].copy


@pytest.mark.parametrize(("goes_to", "at"), [("c-2", "c-2"), (None, "c-1")])
def test_the_conversation_that_goes_on_is_told(goes_to: str | None, at: str) -> None:
    showing = Showing(FakeEncounters(), "")  # type: ignore[arg-type]
    told = showing.replies("c-1", turn(reply("a"), goes_to=goes_to, practice=True))
    assert (told.conversation_id, told.practice) == (at, True)
    assert not showing.replies("c-1", turn(reply("a"))).practice


YES = '/answer{"value":"yes","text_hash":"abc"}'


@pytest.mark.parametrize(
    ("payload", "after_ms"), [("/resume", 1000), (YES, 4000), (YES.replace("abc", "x"), 1000)]
)
def test_a_button_opens_when_its_text_can_have_been_read(payload: str, after_ms: int) -> None:
    opens = {
        "choices": (NOW + timedelta(seconds=1)).isoformat(),
        "abc": (NOW + timedelta(seconds=4)).isoformat(),
    }
    showing = Showing(FakeEncounters(), "")  # type: ignore[arg-type]
    [told] = showing.replies("c-1", turn(reply("?", ("Ja", payload)), opens=opens)).replies
    assert told.buttons[0].after_ms == after_ms


@pytest.mark.parametrize("opens", [None, {"choices": (NOW - timedelta(hours=1)).isoformat()}])
def test_a_button_that_opened_long_ago_waits_to_be_seen_all_the_same(
    opens: dict[str, str] | None,
) -> None:
    showing = Showing(FakeEncounters(), "")  # type: ignore[arg-type]
    [told] = showing.replies("c-1", turn(reply("?", ("Ja", "/resume")), opens=opens)).replies
    assert told.buttons[0].after_ms == 600


def said_in(*turns: Turn, values: dict[str, str] | None = None) -> list[str]:
    encounters = FakeEncounters(values or {}, turns=list(turns))
    showing = Showing(encounters, "http://henvis")  # type: ignore[arg-type]
    nurse: Any = object()
    return [exchange.said for exchange in showing.transcript(nurse, "c-1")]


def test_a_transcript_tells_what_was_typed_with_its_values() -> None:
    typed = turn(reply("ok"), said=f"hun hedder {NAME}, udskrives {DAY}")
    values = {NAME: "Hanne", DAY: "2026-12-04"}
    assert said_in(typed, values=values) == ["hun hedder Hanne, udskrives 2026-12-04"]


def test_a_transcript_tells_details_without_what_carried_them() -> None:
    details = f'/give_contact_details{{"name":"{NAME}","phone":"{PHONE}"}}'
    typed = turn(reply("ok"), said=details)
    assert said_in(typed, values={NAME: "Hanne", PHONE: "20667788"}) == ["Hanne, 20 66 77 88"]


def test_a_transcript_tells_a_button_by_its_title_in_any_language_and_no_command() -> None:
    first = turn(reply("?", ("Ja tak", '/answer{"value":"yes"}')), said="/resume")
    pressed = turn(
        reply("?", ("Nej", "/cancel")), said='/answer{"value":"yes","wording_language":"en"}'
    )
    other = turn(reply("?"), said='/answer{"value":"yes"}')
    assert said_in(first, pressed, other) == ["", "Ja tak", ""]


def test_words_that_were_typed_stay_words_though_a_button_says_the_same() -> None:
    first = turn(reply("?", ("ja", "/answer"), ("Nej", "/cancel")), said="hej")
    assert said_in(first, turn(reply("?"), said="Ja")) == ["hej", "Ja"]


def test_a_turn_that_was_not_answered_has_no_replies() -> None:
    waits = Turn("hej", "da", Step.STATUS, None, None, practice=False)
    showing = Showing(FakeEncounters(turns=[waits]), "")  # type: ignore[arg-type]
    nurse: Any = object()
    [exchange] = showing.transcript(nurse, "c-1")
    assert (exchange.said, exchange.replies) == ("hej", ())
