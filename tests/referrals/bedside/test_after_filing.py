"""Words typed once a referral was sent mean that one; what they ask is done by a button."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.bedside import after_filing, noting, steering
from referrals.bedside.listening import messages
from referrals.outbox.tables import OutboxRow
from referrals.referral.tables import ReferralEventRow
from referrals.turns.saying import Say
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import Sealed, seal
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import PHONE, Play, how_many, names, referral

NEW_PHONE = "20 66 77 99"


@pytest.fixture
def play(world: World) -> Play:
    """Give an encounter whose referral was just sent."""
    play = Play(world)
    play.file()
    return play


def type_in(play: Play, text: str, intent: str, *sealed: Sealed, **entities: str) -> list[Say]:
    """Type words whose kind of message does nothing by itself."""
    said = words(text, intent, entities)
    return play.say(lambda b: messages.listen(b, said, lambda _: [Say("utter_decided")]), *sealed)


def press_change(play: Play) -> list[Say]:
    return play.say(lambda b: messages.press(b, after_filing.change))


def correct_number(play: Play, number: str = NEW_PHONE) -> list[Say]:
    new = seal("phone", number)
    text = f"nummeret er {new.token}"
    return type_in(play, text, "give_contact_details", new, phone=new.token)


def history(world: World, reference: str) -> list[tuple[str, str | None, str]]:
    with world.database.read() as session:
        rows = session.scalars(
            select(ReferralEventRow)
            .where(ReferralEventRow.referral_id == referral(world, reference).id)
            .order_by(ReferralEventRow.number)
        )
        return [(row.move, row.about, row.actor) for row in rows]


def sent(play: Play) -> str:
    [entry] = play.world.queue().page(play.world.clock()).entries
    return entry.reference


UNDO = [
    ("fortryd", "undo_referral"),
    ("annullér", "cancel"),
    ("stop henvisningen", "cancel"),
    ("det var en fejl", "undo_referral"),
    ("jeg kom til at sende den", "undo_referral"),
    ("undo", "undo_referral"),
    ("cancel it", "cancel"),
]
WITHDRAW = [
    ("hun fortryder sit samtykke", "withdraw_consent"),
    ("hun vil ikke alligevel", "deny"),
    ("hun vil ikke ringes op", "deny"),
    ("nej tak", "deny"),
    ("ikke nu", "not_now"),
    ("she wants to withdraw consent", "withdraw_consent"),
    ("han trækker sit samtykke tilbage", "undo_referral"),
]


@pytest.mark.parametrize(("text", "intent"), UNDO)
def test_what_was_sent_is_undone_by_a_button(play: Play, text: str, intent: str) -> None:
    said = type_in(play, text, intent)
    assert names(said) == ["utter_confirm_undo"]
    assert play.step is Step.FILED


@pytest.mark.parametrize(("text", "intent"), WITHDRAW)
def test_a_consent_is_withdrawn_by_a_button(play: Play, text: str, intent: str) -> None:
    said = type_in(play, text, intent)
    assert names(said) == ["utter_confirm_withdrawal"]
    assert play.step is Step.FILED


@pytest.mark.parametrize("text", ["fortryd henvisningen", "Fortryd henvisningen!", "undo referral"])
def test_the_words_of_the_button_do_what_it_does(play: Play, text: str) -> None:
    assert names(type_in(play, text, "undo_referral"))[0] == "utter_undone"
    assert play.step is Step.SUMMARY


def test_after_ten_minutes_only_the_consent_can_be_withdrawn(world: World, play: Play) -> None:
    world.clock.forward(minutes=6)
    play.say(steering.resume)
    world.clock.forward(minutes=6)
    said = type_in(play, "fortryd", "undo_referral")
    assert names(said) == ["utter_too_late_to_undo", "utter_confirm_withdrawal"]


@pytest.mark.parametrize(("text", "intent"), [UNDO[0], WITHDRAW[0]])
def test_a_typed_yes_to_it_is_told_to_press(play: Play, text: str, intent: str) -> None:
    asked = type_in(play, text, intent)
    again = type_in(play, "ja det er hun sikker på", "affirm")
    assert names(again) == ["utter_press_a_button", *names(asked)]
    assert play.step is Step.FILED


@pytest.mark.parametrize(("text", "intent"), [UNDO[0], WITHDRAW[0]])
def test_a_typed_no_keeps_the_referral(play: Play, text: str, intent: str) -> None:
    type_in(play, text, intent)
    assert names(type_in(play, "nej", "deny")) == ["utter_left_as_it_is", "utter_ask_filed"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("hvad koster det", "ask_price"), ("tak", "thanks"), ("næste patient", "new_patient")],
)
def test_what_wants_nothing_of_the_referral_is_done_as_ever(
    play: Play, text: str, intent: str
) -> None:
    assert names(type_in(play, text, intent)) == ["utter_decided"]


def test_a_reference_means_the_one_that_it_names(play: Play) -> None:
    said = type_in(play, "fortryd H-7KF3-Q", "withdraw_consent", reference="H-7KF3-Q")
    assert names(said) == ["utter_decided"]


def test_a_number_is_put_right_at_the_municipality_by_a_button(world: World, play: Play) -> None:
    reference = sent(play)
    asked = correct_number(play)
    assert names(asked) == ["utter_confirm_change"]
    assert opened(world, reference)["phone"] == "+4520667788"
    changed = press_change(play)
    assert names(changed) == ["utter_detail_changed", "utter_ask_filed"]
    assert "før: telefon" in changed[0].values["what"]
    assert opened(world, reference)["phone"] == "+4520667799"
    assert ("change_detail", "phone", "nurse:demo-nurse") in history(world, reference)


def opened(world: World, reference: str) -> dict[str, str]:
    return dict(world.queue().open(reference, world.clock()).details)


def test_the_municipality_is_told_of_it_without_identity(world: World, play: Play) -> None:
    correct_number(play)
    press_change(play)
    with world.database.read() as session:
        kinds = [(row.kind, str(row.payload)) for row in session.scalars(select(OutboxRow))]
    assert [kind for kind, _ in kinds].count("referral_changed") == 1
    assert "667799" not in str(kinds)


def test_the_same_person_is_found_by_the_new_number(world: World, play: Play) -> None:
    correct_number(play)
    press_change(play)
    for number, found in ((NEW_PHONE, True), (PHONE, False)):
        another = Play(world)
        another.to_summary(phone=number)
        assert (another.step is Step.DUPLICATE) is found


def test_a_number_that_is_not_confirmed_changes_nothing_and_is_forgotten(
    world: World, play: Play
) -> None:
    before = how_many(world, VaultValueRow)
    correct_number(play)
    type_in(play, "nej", "deny")
    type_in(play, "tak", "thanks")
    assert how_many(world, VaultValueRow) == before
    assert names(press_change(play))[0] == "utter_stale_button"


def test_a_button_that_changes_works_once(world: World, play: Play) -> None:
    correct_number(play)
    press_change(play)
    assert names(press_change(play))[0] == "utter_stale_button"


def test_a_bad_number_says_why_and_is_forgotten(world: World, play: Play) -> None:
    before = how_many(world, VaultValueRow)
    assert names(correct_number(play, "20 66"))[0] == "utter_phone_too_short"
    assert how_many(world, VaultValueRow) == before


@pytest.mark.parametrize("text", ["navnet er forkert", "telefonen er forkert", "the name is wrong"])
def test_a_wrong_detail_asks_for_the_right_one(play: Play, text: str) -> None:
    assert names(type_in(play, text, "correct_detail"))[0] == "utter_write_the_right_one"


def test_a_name_is_put_right_too(world: World, play: Play) -> None:
    reference, new = sent(play), seal("name", "Zacharias Quistgaard")
    type_in(play, f"navnet er {new.token}", "give_contact_details", new, name=new.token)
    press_change(play)
    assert opened(world, reference)["name"] == "Zacharias Quistgaard"


def test_a_time_to_call_is_put_right_too(world: World, play: Play) -> None:
    reference = sent(play)
    type_in(play, "ring om aftenen", "give_best_time", time_of_day="evening")
    press_change(play)
    assert opened(world, reference)["best_time"] == "evening"


def sent_with_interpreter(world: World) -> Play:
    """Send somebody who speaks Turkish and needs an interpreter."""
    play = Play(world)
    play.to_summary()
    play.details(spoken_language="tr")
    play.correct("interpreter")
    play.press(Step.INTERPRETER, "yes")
    play.send()
    assert play.step is Step.FILED
    return play


CHANGES = [
    ("han taler dansk ikke tyrkisk", "give_spoken_language", {"spoken_language": "da"}),
    ("han taler arabisk", "give_spoken_language", {"spoken_language": "ar"}),
    ("hun har faktisk hemmelig adresse", "out_of_scope", {}),
    ("hun har ikke hemmelig adresse", "nlu_fallback", {}),
    ("ingen tolk alligevel", "nlu_fallback", {}),
    ("læg ikke besked på svareren", "nlu_fallback", {}),
    ("ring om aftenen", "give_best_time", {"time_of_day": "evening"}),
]
"""What may be told of somebody who was sent, with the kind of message and its entities."""


@pytest.mark.parametrize(("text", "intent", "named"), CHANGES)
def test_what_is_said_to_be_changed_is_changed_in_the_row(
    world: World, text: str, intent: str, named: dict[str, str]
) -> None:
    play = sent_with_interpreter(world)
    reference, before = sent(play), play.encounter
    assert names(type_in(play, text, intent, **named)) == ["utter_confirm_change"]
    said = press_change(play)
    row, now = referral(world, reference), play.encounter
    assert names(said) == ["utter_detail_changed", "utter_ask_filed"]
    for step in script.PAGE_STEPS:
        assert row.details.get(step.value) == now.get(step)
    assert row.needs_interpreter is (now.get(Step.INTERPRETER) == "yes")
    assert row.spoken_language == now.get(Step.SPOKEN_LANGUAGE)
    told = [about for move, about, _ in history(world, reference) if move == "change_detail"]
    other = [s for s in script.PAGE_STEPS if before.get(s) != now.get(s)]
    assert sorted(str(about) for about in told) == sorted(step.value for step in other)
    what = said[0].values["what"]
    came = [(step, value) for step in other if (value := now.get(step))]
    fell = [(step, value) for step in other if (value := before.get(step))]
    assert all(in_words(play, step, value) in what for step, value in (*came, *fell))


def in_words(play: Play, step: Step, value: str) -> str:
    return play.say(lambda b: [Say(noting.in_words(b, step, value))])[0].response


def test_another_foreign_language_needs_its_interpreter_too(world: World) -> None:
    play = sent_with_interpreter(world)
    reference = sent(play)
    type_in(play, "han taler arabisk", "give_spoken_language", spoken_language="ar")
    press_change(play)
    assert referral(world, reference).needs_interpreter


def test_a_protected_address_reaches_the_municipality_by_a_button(world: World, play: Play) -> None:
    reference = sent(play)
    type_in(play, "hun har faktisk hemmelig adresse", "out_of_scope")
    assert "protected_address" not in opened(world, reference)
    press_change(play)
    assert opened(world, reference)["protected_address"] == "yes"


def test_a_change_that_changes_nothing_is_told_as_that(world: World, play: Play) -> None:
    correct_number(play, PHONE)
    assert names(press_change(play)) == ["utter_nothing_new", "utter_ask_filed"]


@pytest.mark.parametrize("text", ["har hun hemmelig adresse?", "hendes mand har hemmelig adresse"])
def test_a_question_or_somebody_elses_address_asks_for_no_change(play: Play, text: str) -> None:
    assert "utter_confirm_change" not in names(type_in(play, text, "out_of_scope"))


def test_another_municipality_means_undoing_as_long_as_that_goes(play: Play) -> None:
    said = type_in(play, "send den til gentofte i stedet", "correct_detail")
    assert names(said) == ["utter_change_by_undo", "utter_ask_filed"]


def test_later_the_municipality_is_written_to(world: World, play: Play) -> None:
    reference = sent(play)
    world.clock.forward(minutes=9)
    play.say(steering.resume)
    world.clock.forward(minutes=9)
    said = type_in(play, "send den til gentofte i stedet", "correct_detail")
    assert names(said) == ["utter_confirm_home"]
    assert said[0].values == {"home": "Gentofte", "now": "Ballerup"}
    assert names(press_change(play))[0] == "utter_home_told"
    assert ("name_other_home", "0157", "nurse:demo-nurse") in history(world, reference)


def test_what_cannot_be_put_right_here_says_whom_to_call(world: World, play: Play) -> None:
    world.clock.forward(minutes=9)
    play.say(steering.resume)
    world.clock.forward(minutes=9)
    said = type_in(play, "postnummeret er forkert", "correct_detail")
    assert names(said) == ["utter_change_by_call", "utter_ask_filed_final"]
    assert said[0].values["phone"]


def test_a_chat_that_may_not_know_the_patient_keeps_no_number(world: World, play: Play) -> None:
    before, new = how_many(world, VaultValueRow), seal("phone", NEW_PHONE)
    told = words(f"nummeret er {new.token}", "give_contact_details", {"phone": new.token})
    play.receive("m-page", new)
    said = world.encounters.apply(
        play.id, "m-page", lambda b: messages.listen(b, told, lambda _: []), by_page=True
    )
    assert names(said) == ["utter_details_by_page", "utter_change_by_undo", "utter_ask_filed"]
    assert how_many(world, VaultValueRow) == before


PIECES = st.sampled_from(
    [
        *(
            "fortryd",
            "ikke",
            "ja",
            "nej",
            "send",
            "den",
            "til gentofte",
            "forkert",
            "navnet",
            "hun",
        ),
        *("hun", "vil", "samtykke", "tilbage", "er død", "græder", "annuller", "i stedet"),
    ]
)
INTENTS = (
    *("affirm", "deny", "cancel", "undo_referral", "withdraw_consent", "correct_detail"),
    *("nlu_fallback", "not_now"),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    typed=st.lists(
        st.tuples(st.lists(PIECES, min_size=1, max_size=5), st.sampled_from(INTENTS)),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_typed_the_referral_stands_until_a_button(
    world: World, typed: list[tuple[list[str], str]]
) -> None:
    play = Play(world)
    play.to_summary()
    play.press(Step.DUPLICATE, "add")
    play.send()
    before = play.encounter
    for pieces, intent in typed:
        type_in(play, " ".join(pieces), intent)
    assert play.encounter == before


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("patienten er død", "utter_paused_died"),
        ("pt. er afgået ved døden", "utter_paused_died"),
        ("she passed away", "utter_paused_died"),
        ("hun græder", "utter_paused_hard"),
        ("han bryder sammen", "utter_paused_hard"),
        ("she is crying", "utter_paused_hard"),
    ],
)
def test_a_patient_who_died_or_weeps_stops_the_talk(world: World, text: str, response: str) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    assert names(type_in(play, text, "cannot_answer_now")) == [response]
    assert play.row.paused
    assert names(type_in(play, "ja", "affirm")) == ["utter_press_a_button", response]
    assert names(type_in(play, "nej", "deny")) == ["utter_press_a_button", response]
    assert play.encounter.get(Step.OFFER) is None


@pytest.mark.parametrize("text", ["hendes mand er død", "hun er dødtræt", "datteren græder"])
def test_what_befell_somebody_else_does_not_stop_it(world: World, text: str) -> None:
    play = Play(world)
    assert names(type_in(play, text, "nlu_fallback")) == ["utter_decided"]


def test_a_death_after_sending_leads_to_withdrawing(play: Play) -> None:
    said = type_in(play, "patienten er død", "nlu_fallback")
    assert names(said) == ["utter_died", "utter_confirm_withdrawal"]


def test_withdrawing_without_a_referral_offers_the_latest_ones(world: World) -> None:
    Play(world).file()
    play = Play(world)
    said = play.say(lambda b: steering.ask_withdrawal(b, None))
    assert names(said)[0] == "utter_withdraw_which"
    assert said[0].buttons[0].title.startswith("Træk H-")


def test_withdrawing_before_it_was_sent_means_cancelling(world: World) -> None:
    play = Play(world)
    play.to_contact()
    said = play.say(lambda b: steering.ask_withdrawal(b, None))
    assert names(said) == ["utter_confirm_cancel"]


def test_the_same_question_does_not_come_twice_in_silence(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.send()
    line = "ryger 10 om dagen, vil ikke"
    assert names(type_in(play, line, "go_back")) == ["utter_confirm_withdrawal"]
    again = names(type_in(play, line, "go_back"))
    assert again == ["utter_nothing_new", "utter_confirm_withdrawal"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("han fortryder ikke", "deny"), ("do not cancel it", "cancel")),
        *(("den skal ikke trækkes tilbage", "undo_referral"), ("fortryd ikke", "go_back")),
    ],
)
def test_a_command_that_is_denied_leaves_the_referral(play: Play, text: str, intent: str) -> None:
    assert names(type_in(play, text, intent)) == ["utter_left_as_it_is", "utter_ask_filed"]


@pytest.mark.parametrize("text", ["den anden på stuen ryger også", "nr 2 på stuen vil også"])
def test_the_patient_in_the_next_bed_is_another_one(play: Play, text: str) -> None:
    said = type_in(play, text, "smokes_daily")
    assert names(said) == ["utter_another_patient", "utter_ask_filed"]


def test_a_relative_s_number_is_not_offered_as_the_patient_s(play: Play) -> None:
    new = seal("phone", NEW_PHONE)
    text = f"ring til datteren i stedet {new.token}"
    said = type_in(play, text, "give_contact_details", new, phone=new.token)
    assert names(said) == ["utter_write_the_contact", "utter_ask_filed"]


@pytest.mark.parametrize("text", ["ret det", "ret det hos kommunen"])
def test_the_words_of_the_button_put_it_right(play: Play, text: str) -> None:
    correct_number(play)
    assert names(type_in(play, text, "correct_detail"))[0] == "utter_detail_changed"
