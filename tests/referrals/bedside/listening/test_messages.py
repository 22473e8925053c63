"""Typed words at the bedside: noted and read back, asked about, taken back; nothing in silence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.advice.encounter import SKIPPED, Step
from referrals.bedside import answering, steering
from referrals.bedside.listening import messages, typed_details
from referrals.turns.saying import Say
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import seal
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import PHONE, Play, how_many, names


def noted(said: list[Say]) -> str:
    """Give what the reply says was noted."""
    assert said[0].response == "utter_noted", names(said)
    return said[0].values["noted"]


def type_in(play: Play, text: str, intent: str, **entities: str) -> list[Say]:
    return play.type(words(text, intent, entities))


def type_what_is_doubted(play: Play) -> list[Say]:
    return play.type(words("hun ryger dagligt", "out_of_scope", sure=True))


def test_the_reply_begins_with_what_was_noted(world: World) -> None:
    play = Play(world)
    said = type_in(play, "hun ryger 10 om dagen og vil gerne henvises", "smokes_daily")
    assert noted(said) == "ryger dagligt · vil henvises"
    assert play.step is Step.CONSENT_CONTACT


def test_all_that_is_told_beside_a_yes_is_noted(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    said = type_in(play, "ja, ring om aftenen, læg gerne besked, taler polsk, tolk ja", "affirm")
    assert noted(said) == (
        "vil henvises · ring om aftenen · taler polsk · må lægge besked · brug for tolk"
    )


def test_several_products_are_noted_and_shown(world: World) -> None:
    play = Play(world)
    said = type_in(play, "ryger dagligt og bruger snus", "smokes_daily")
    assert noted(said) == "ryger dagligt · bruger cigaretter, snus"
    assert play.row.product == "cigarettes+snus"
    shown = play.say(steering.show_summary)
    assert shown[0].values["use"] == "ryger dagligt, cigaretter, snus"


@pytest.mark.parametrize(
    ("text", "kept", "read_back"),
    [
        ("snus og cigaretter", "cigarettes+snus", "cigaretter, snus"),
        ("ryger og vaper", "cigarettes+ecigarette", "cigaretter, e-cigaret"),
    ],
)
@pytest.mark.parametrize("first", ["", "resume"])
def test_products_told_first_stand_once_the_button_tells_how_often(
    world: World, text: str, kept: str, read_back: str, first: str
) -> None:
    play = Play(world)
    assert names(type_in(play, text, "uses_other_product")) == ["utter_check"]
    assert play.encounter.answers == {}
    if first:
        press(play, steering.resume)
    said = press(play, lambda b: answering.press(b, play.pressed(Step.STATUS, "daily")))
    assert noted(said) == f"ryger dagligt · bruger {read_back}"
    assert play.encounter.get(Step.PRODUCT) == kept
    assert names(said)[-1] == "utter_ask_offer"


def test_products_told_first_fall_where_the_patient_uses_nothing(world: World) -> None:
    play = Play(world)
    type_in(play, "snus og cigaretter", "uses_other_product")
    press(play, lambda b: answering.press(b, play.pressed(Step.STATUS, "never")))
    assert play.encounter.get(Step.PRODUCT) is None


def test_products_told_first_are_not_asked_for_again(world: World) -> None:
    play = Play(world)
    type_in(play, "snus og cigaretter", "uses_other_product")
    said = press(play, lambda b: answering.press(b, play.pressed(Step.STATUS, "other_product")))
    assert play.encounter.get(Step.PRODUCT) == "cigarettes+snus"
    assert names(said)[-1] == "utter_ask_offer"


def press(play: Play, decide: messages.Decide) -> list[Say]:
    return play.say(lambda b: messages.press(b, decide))


@pytest.mark.parametrize("text", ["[[phone:000000000000]] 2750 taler dansk", "2750 dansk"])
def test_what_is_noted_is_not_told_as_not_used(world: World, text: str) -> None:
    play = Play(world)
    play.to_contact()
    told = words(text, "give_contact_details", {"spoken_language": "da", "postcode": "2750"})
    said = play.say(
        lambda b: messages.listen(b, told, lambda c: typed_details.take_details(c, told))
    )
    assert play.encounter.get(Step.SPOKEN_LANGUAGE) == "da"
    assert "utter_not_used" not in names(said)


@pytest.mark.parametrize(
    ("text", "entity", "step"),
    [
        ("2750 formiddagen sover han", {"time_of_day": "morning"}, Step.BEST_TIME),
        ("2750 kan lidt engelsk", {"spoken_language": "en"}, Step.SPOKEN_LANGUAGE),
    ],
)
def test_beside_contact_details_a_bad_time_or_a_poor_language_is_not_kept(
    world: World, text: str, entity: dict[str, str], step: Step
) -> None:
    play = Play(world)
    play.to_contact()
    told = words(text, "give_contact_details", {"postcode": "2750", **entity})
    play.say(lambda b: messages.listen(b, told, lambda c: typed_details.take_details(c, told)))
    assert play.encounter.get(Step.POSTCODE) == "2750"
    assert play.encounter.get(step) is None


@pytest.mark.parametrize(
    "text",
    ["kan lidt engelsk men forstår det ikke", "taler ikke engelsk", "speaks poor english"],
)
def test_how_well_the_patient_speaks_does_not_change_the_language_of_the_bot(
    world: World, text: str
) -> None:
    play = Play(world)
    play.to_contact()
    told = words(text, "change_wording_language", {"spoken_language": "en"}, sure=True)
    play.say(
        lambda b: messages.listen(b, told, lambda c: steering.change_wording_language(c, "en"))
    )
    assert play.row.language == "da"
    assert play.encounter.get(Step.SPOKEN_LANGUAGE) is None


@pytest.mark.parametrize(
    "text", ["skift til engelsk", "i don't understand danish, english please", "english please"]
)
def test_a_wish_for_another_wording_changes_it(world: World, text: str) -> None:
    play = Play(world)
    told = words(text, "change_wording_language", {"spoken_language": "en"}, sure=True)
    play.say(
        lambda b: messages.listen(b, told, lambda c: steering.change_wording_language(c, "en"))
    )
    assert play.row.language == "en"


def test_what_looked_like_a_fact_and_was_not_used_is_said(world: World) -> None:
    play = Play(world)
    said = type_in(play, "ryger dagligt, konen ryger også", "smokes_daily")
    assert names(said) == ["utter_noted", "utter_not_used", "utter_ask_offer"]
    assert said[1].values["words"] == "konen ryger også"


def test_a_detail_that_changes_is_said_old_and_new(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.press(Step.BEST_TIME, "morning")
    play.details(name="Zebulon Quistgaard", phone=PHONE, postcode="2750")
    play.press(Step.MUNICIPALITY, "0151")
    type_in(play, "ring om formiddagen", "give_best_time")
    said = type_in(play, "ring hellere om aftenen", "give_best_time", time_of_day="evening")
    assert noted(said) == "ring om aftenen (før: ring om formiddagen)"


def test_where_the_witnesses_differ_the_likeliest_are_buttons(world: World) -> None:
    play = Play(world)
    said = type_in(play, "han vil ikke holde op", "deny")
    assert names(said) == ["utter_check"]
    assert [button.title for button in said[0].buttons] == [
        "Ryger dagligt",
        "Ryger lejlighedsvist",
        "Noget andet",
    ]
    assert play.encounter.answers == {}


def test_a_typed_yes_answers_the_question_on_the_screen(world: World) -> None:
    play = Play(world)
    assert names(type_what_is_doubted(play)) == ["utter_check"]
    said = type_in(play, "ja", "affirm")
    assert noted(said) == "ryger dagligt"
    assert play.step is Step.OFFER


def test_a_typed_no_answers_the_question_on_the_screen_not_the_step_beneath(
    world: World,
) -> None:
    play = Play(world)
    type_what_is_doubted(play)
    assert names(type_in(play, "nej", "deny")) == ["utter_ask_status"]
    assert play.encounter.answers == {}


def test_a_typed_yes_to_two_is_told_to_press(world: World) -> None:
    play = Play(world)
    type_in(play, "han vil ikke holde op", "deny")
    assert names(type_in(play, "ja", "affirm")) == ["utter_press_a_button", "utter_check"]
    assert play.encounter.answers == {}


def test_one_word_takes_the_whole_reading_back(world: World) -> None:
    play = Play(world)
    type_in(play, "hun ryger 10 om dagen og vil gerne henvises", "smokes_daily")
    said = type_in(play, "fortryd", "undo_referral")
    assert names(said) == ["utter_taken_back", "utter_ask_status"]
    assert play.encounter.answers == {}


def test_a_no_takes_back_where_it_answers_nothing(world: World) -> None:
    play = Play(world)
    play.to_summary()
    type_in(play, "hun har hemmelig adresse", "out_of_scope")
    assert play.encounter.get(Step.PROTECTED_ADDRESS) == "yes"
    assert names(type_in(play, "nej", "deny"))[0] == "utter_taken_back"
    assert play.encounter.get(Step.PROTECTED_ADDRESS) is None


def test_a_no_at_the_offer_is_the_patients(world: World) -> None:
    play = Play(world)
    type_in(play, "ryger dagligt", "smokes_daily")
    type_in(play, "nej", "deny")
    assert play.encounter.get(Step.OFFER) == "no"


def test_only_the_words_just_noted_are_taken_back(world: World) -> None:
    play = Play(world)
    type_in(play, "ryger dagligt", "smokes_daily")
    play.say(steering.resume)
    play.say(lambda b: messages.listen(b, words("hvad koster det", "ask_price"), steering.resume))
    type_in(play, "fortryd", "undo_referral")
    assert play.encounter.get(Step.STATUS) == "daily"


@pytest.mark.parametrize("text", ["sønnen siger ja", "manden siger ja", "sæt kryds i ja"])
def test_nobody_accepts_on_the_patients_behalf(world: World, text: str) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    type_in(play, text, "affirm")
    assert play.encounter.get(Step.OFFER) is None


@pytest.mark.parametrize(
    "text", ["ok tjekker lige", "ja men navnet er galt", "ja efter stuegang", "tak"]
)
def test_nothing_with_another_word_in_it_sends(world: World, text: str) -> None:
    play = Play(world)
    play.to_summary()
    type_in(play, text, "affirm")
    assert play.step is Step.SUMMARY


def test_a_cancel_that_the_words_do_not_say_is_asked_about(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    said = type_in(play, "han er rar", "cancel")
    assert names(said) == ["utter_confirm_cancel"]


@pytest.mark.parametrize(
    ("text", "intent"), [("ja", "affirm"), ("send", "affirm"), ("jo", "affirm")]
)
@pytest.mark.parametrize("step", ["offer", "summary"])
def test_a_yes_to_whether_all_is_to_be_deleted_is_no_yes_to_the_step(
    world: World, step: str, text: str, intent: str
) -> None:
    play = Play(world)
    if step == "offer":
        play.press(Step.STATUS, "daily")
    else:
        play.to_summary()
    before = play.encounter
    assert names(type_in(play, "han er rar", "cancel")) == ["utter_confirm_cancel"]
    for _ in range(2):
        said = type_in(play, text, intent)
        assert names(said) == ["utter_press_a_button", "utter_confirm_cancel"]
        assert play.encounter == before


def test_an_older_send_waits_for_whether_all_is_to_be_deleted(world: World) -> None:
    play = Play(world)
    play.to_summary()
    type_in(play, "han er rar", "cancel")
    older = play.pressed(Step.SUMMARY, "send")
    said = play.say(lambda b: messages.press(b, lambda b: answering.press(b, older)))
    assert names(said) == ["utter_press_a_button", "utter_confirm_cancel"]
    assert play.encounter.ended is None


def test_a_no_to_whether_all_is_to_be_deleted_goes_on(world: World) -> None:
    play = Play(world)
    play.to_summary()
    type_in(play, "han er rar", "cancel")
    type_in(play, "nej", "deny")
    assert play.step is Step.SUMMARY
    play.press(Step.SUMMARY, "send")
    assert play.step is Step.FILED


def test_what_was_skipped_was_not_asked(world: World) -> None:
    play = Play(world)
    play.to_summary()
    assert play.encounter.get(Step.BEST_TIME) == SKIPPED
    shown = play.say(steering.resume)[0].values
    for detail in ("best_time", "leave_message", "spoken_language"):
        assert shown[detail] == "ikke spurgt"


def test_a_day_of_discharge_in_a_sentence_is_kept_sealed(world: World) -> None:
    play = Play(world)
    play.to_summary()
    said = type_in(play, "hun udskrives den 24/12", "out_of_scope")
    assert noted(said).startswith("udskrives [[word:")


def test_a_number_that_was_corrected_is_said_and_comes_back(world: World) -> None:
    play = Play(world)
    play.to_summary()
    old, new = play.encounter.get(Step.PHONE), seal("phone", "20 66 77 99")
    told = words(f"nummeret er {new.token}", "give_contact_details")
    said = play.say(
        lambda b: messages.listen(
            b, told, lambda c: answering.record_contact(c, {"phone": new.token})
        ),
        new,
    )
    assert noted(said).endswith(f"(før: telefon {old})")
    kept = play.encounter.get(Step.PHONE)
    said = type_in(play, "fortryd", "undo_referral")
    assert said[0].values["noted"] == f"telefon {kept} (nu igen: telefon {old})"
    assert play.encounter.get(Step.PHONE) == old
    type_in(play, "hov", "greet")
    assert how_many(world, VaultValueRow) == 2


PIECES = st.sampled_from(
    [
        "ja",
        "nej",
        "ryger dagligt",
        "men",
        "konen",
        "ring om aftenen",
        "tolk",
        "snus",
        "aldrig",
        "vil gerne",
        "ikke",
        "hun",
        "taler polsk",
        "er stoppet",
        "faldet i",
        "hvis",
        "hemmelig adresse",
    ]
)
INTENTS = [
    "affirm",
    "deny",
    "smokes_daily",
    "stopped_smoking",
    "never_smoked",
    "not_now",
    "uses_other_product",
    "doing_well",
    "give_best_time",
    "nlu_fallback",
    "relapsed",
]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    way=st.sampled_from([[], ["daily"], ["ex"], ["daily", "yes"]]),
    pieces=st.lists(PIECES, min_size=1, max_size=5),
    intent=st.sampled_from(INTENTS),
)
def test_whatever_is_typed_what_changed_was_said(
    world: World, way: list[str], pieces: list[str], intent: str
) -> None:
    play = Play(world)
    for step, value in zip((Step.STATUS, Step.OFFER), way, strict=False):
        play.press(step, value)
    before = play.encounter
    said = type_in(play, " ".join(pieces), intent)
    if play.encounter.answers != before.answers:
        assert noted(said)
    else:
        assert "utter_noted" not in names(said) or play.encounter.tried_before


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("hun udskrives fredag den 4. december", "2026-12-04"),
        ("udskrives fredag", "2026-11-27"),
        ("udskrives den 24. december", "2026-12-24"),
        ("udskrives fredag om 14 dage", None),
        ("udskrives mandag i uge 50", None),
        ("udskrives måske fredag", None),
        ("udskrives fredag eller lørdag", None),
        ("hun blev udskrevet fredag", None),
    ],
)
def test_a_day_of_discharge_is_kept_only_where_the_words_mean_one_day(
    world: World, text: str, kept: str | None
) -> None:
    play = Play(world)
    play.to_summary()
    type_in(play, text, "out_of_scope")
    token = play.encounter.get(Step.DISCHARGE_DATE)
    assert play.say(lambda b: [Say(b.unsealed(token) or "none")])[0].response == (kept or "none")


def test_a_time_that_will_not_do_is_not_the_best_time(world: World) -> None:
    play = Play(world)
    play.to_summary()
    said = type_in(play, "ring ikke om aftenen", "give_best_time", time_of_day="evening")
    assert play.encounter.get(Step.BEST_TIME) == SKIPPED
    assert "utter_noted" not in names(said)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        *(("annuller ikke", "utter_ask_summary"), ("slet hende ikke", "utter_ask_summary")),
        ("send den ikke endnu", "utter_press_a_button"),
    ],
)
def test_a_command_that_is_denied_or_put_off_is_not_carried_out(
    world: World, text: str, last: str
) -> None:
    play = Play(world)
    play.to_summary()
    said = play.say(lambda b: messages.listen(b, words(text, "cancel"), answering.cancel))
    assert names(said)[-1] == last
    assert play.encounter.ended is None


def test_thanks_confirms_nothing(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    type_in(play, "det tror jeg ikke", "deny")
    type_in(play, "tak", "thanks")
    assert play.encounter.get(Step.OFFER) is None


def test_a_refused_consent_leaves_nothing_of_how_to_reach_the_patient(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    type_in(play, "ja, ring om aftenen, taler polsk, udskrives fredag", "affirm")
    play.press(Step.CONSENT_CONTACT, "no")
    assert set(play.encounter.answers) == {Step.STATUS, Step.OFFER, Step.CONSENT_CONTACT}
    assert how_many(world, VaultValueRow) == 0


def test_what_a_step_back_takes_away_is_forgotten_with_the_next_message(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name="Zebulon Quistgaard")
    play.back()
    type_in(play, "hjælp", "help")
    assert how_many(world, VaultValueRow) == 0


def test_buttons_of_consent_are_never_named_where_they_fall(world: World) -> None:
    play = Play(world)
    play.to_contact()
    said = type_in(play, "tilbage", "go_back")
    assert "consent" not in str([each.values for each in said])


def cancels(play: Play, text: str) -> list[Say]:
    said = words(text, "cancel")
    return play.say(lambda b: messages.listen(b, said, answering.cancel))


@pytest.mark.parametrize(
    ("detail", "value"),
    [("second_contact", "Xanthippe Vråby"), ("discharge_date", "24/12"), ("best_time", "evening")],
)
@pytest.mark.parametrize("text", ["slet", "fjern", "slet det sidste", "remove it"])
def test_taking_out_while_a_detail_is_asked_for_means_the_detail(
    world: World, detail: str, value: str, text: str
) -> None:
    play = Play(world)
    play.to_summary()
    play.correct(detail)
    told = {"best_time": "time_of_day"}.get(detail, detail)
    play.details(**{told: value})
    play.correct(detail)
    said = cancels(play, text)
    assert names(said)[0] == "utter_noted"
    assert play.encounter.get(Step(detail)) in (None, SKIPPED)
    assert play.step is Step.SUMMARY


@pytest.mark.parametrize(
    "text", ["slet", "slet det sidste", "slet alt", "slet patienten", "annuller", "fjern hende"]
)
@pytest.mark.parametrize("detail", ["name", "second_contact"])
def test_typed_words_cancel_nobody_while_a_detail_is_asked_for(
    world: World, detail: str, text: str
) -> None:
    play = Play(world)
    play.to_summary()
    play.correct(detail)
    before = play.encounter
    assert names(cancels(play, text)) == ["utter_confirm_cancel"]
    assert play.encounter == before


def test_a_detail_that_was_taken_out_is_put_back_by_a_word(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.add_extras()
    play.correct("second_contact")
    before = play.encounter.get(Step.SECOND_CONTACT)
    cancels(play, "slet")
    type_in(play, "fortryd", "undo_referral")
    assert play.encounter.get(Step.SECOND_CONTACT) == before


LATER = [
    ("udskrives fredag, ring først efter udskrivelse", "ring først efter udskrivelse"),
    ("han vil først ringes efter udskrivelsen", "først ringes efter udskrivelsen"),
    ("ring først på torsdag", "ring først på torsdag"),
    ("vent med at ringe til hun er hjemme", "vent med at ringe til hun er hjemme"),
    ("call her only after discharge", "call her only after discharge"),
]


@pytest.mark.parametrize(("text", "phrase"), LATER)
@pytest.mark.parametrize("intent", ["give_best_time", "not_now", "nlu_fallback", "cancel"])
@pytest.mark.parametrize("at", ["best_time", "summary", "filed"])
def test_a_day_before_which_nobody_may_call_is_said_not_to_be_used(
    world: World, at: str, intent: str, text: str, phrase: str
) -> None:
    play = Play(world)
    play.to_summary()
    if at == "best_time":
        play.correct(at)
    if at == "filed":
        play.send()
    said = type_in(play, text, intent)
    assert phrase in " ".join(each.values.get("words", "") for each in said)


@pytest.mark.parametrize(("text", "code"), [("efterm.", "afternoon"), ("form.", "morning")])
def test_a_time_of_day_that_is_cut_short_is_read(world: World, text: str, code: str) -> None:
    play = Play(world)
    play.to_summary()
    play.correct("best_time")
    type_in(play, text, "give_best_time")
    assert play.encounter.get(Step.BEST_TIME) == code


@pytest.mark.parametrize(
    ("text", "named", "response"),
    [
        ("på torsdag", {"period": "paa torsdag"}, "utter_which_time_of_day"),
        ("engang", {}, "utter_not_understood"),
    ],
)
def test_a_weekday_is_spoken_of_only_where_one_was_said(
    world: World, text: str, named: dict[str, str], response: str
) -> None:
    play = Play(world)
    play.to_summary()
    play.correct("best_time")
    assert response in names(type_in(play, text, "give_best_time", **named))


def test_an_interpreter_beside_a_language_stands(world: World) -> None:
    play = Play(world)
    play.to_contact()
    said = words("2750, tyrkisk, tolk ja", "give_contact_details", {"spoken_language": "tr"})
    told = play.say(
        lambda b: messages.listen(b, said, lambda c: typed_details.take_details(c, said))
    )
    assert play.encounter.get(Step.SPOKEN_LANGUAGE) == "tr"
    assert play.encounter.get(Step.INTERPRETER) == "yes"
    assert "utter_not_used" not in names(told)
