"""Questions about courses at the bedside: what is said, and that the script stays where it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from referrals.advice.encounter import Step
from referrals.bedside import asking_courses
from referrals.courses.question import Told
from referrals.turns.saying import Say
from tests.conftest import World
from tests.referrals.courses.coursework import NOW, keep
from tests.referrals.playing import Play, names

BALLERUP, HERLEV = "0151", "0163"
LINES = ("utter_course_line", "utter_course_line_hold", "utter_course_gap", "utter_course_gap_hold")


@pytest.fixture
def play(world: World) -> Play:
    return Play(world)


def in_days(days: int) -> str:
    """Write a session so many days from now, as a manager does."""
    return f"{(NOW + timedelta(days=days)).date()} 10:00-12:00"


def ask(play: Play, **told: list[str]) -> list[Say]:
    return play.say(lambda b: asking_courses.ask_courses(b, told))


def refine(play: Play, **told: list[str]) -> list[Say]:
    return play.say(lambda b: asking_courses.refine_courses(b, told))


def show(play: Play, **told: list[str]) -> list[Say]:
    return play.say(lambda b: asking_courses.show_course(b, told))


def titles(said: list[Say]) -> list[str]:
    return [each.values["title"] for each in said if each.response in LINES]


def test_a_question_is_said_back_with_the_courses_that_fit(world: World, play: Play) -> None:
    keep(world, title="Aftenhold")
    keep(world, HERLEV, title="Et andet sted")
    said = ask(play, place=[BALLERUP])
    assert names(said) == ["utter_courses_one", "utter_course_line", "utter_courses_go_on"]
    assert said[0].values == {"total": "1", "question": "i Ballerup"}
    assert titles(said) == ["Aftenhold"]
    assert said[1].values["number"] == "1"


def test_at_most_five_are_shown_and_the_rest_comes_next(world: World, play: Play) -> None:
    for number in range(7):
        keep(world, title=f"Hold {number}", sessions=in_days(30 + number))
    first = ask(play)
    more = play.say(asking_courses.more_courses)
    assert titles(first) == [f"Hold {number}" for number in range(5)]
    assert "utter_courses_more" in names(first)
    assert titles(more) == ["Hold 5", "Hold 6"]
    assert "utter_courses_more" not in names(more)


def test_after_the_last_there_are_no_more(world: World, play: Play) -> None:
    keep(world)
    ask(play)
    assert names(play.say(asking_courses.more_courses))[0] == "utter_courses_no_more"


def test_more_of_nothing_shows_all_there_are(world: World, play: Play) -> None:
    keep(world)
    assert names(play.say(asking_courses.more_courses))[0] == "utter_courses_all"


def test_a_course_that_starts_soon_with_empty_seats_takes_the_last_line(
    world: World, play: Play
) -> None:
    for number in range(5):
        keep(world, title=f"Hold {number}", sessions=in_days(30 + number))
    keep(world, HERLEV, title="Snart", sessions=in_days(7))
    said = ask(play, place=[BALLERUP])
    assert titles(said) == ["Hold 0", "Hold 1", "Hold 2", "Hold 3", "Snart"]
    assert "utter_course_gap" in names(said)
    assert titles(play.say(asking_courses.more_courses)) == ["Hold 4"]


def test_nothing_fits_says_what_failed_what_is_closest_and_the_call(
    world: World, play: Play
) -> None:
    keep(world, title="Dansk hold")
    said = ask(play, place=[BALLERUP], spoken_language=["ar"])
    assert names(said)[0] == "utter_courses_closest"
    assert said[0].values == {"failed": "på arabisk", "kept": "i Ballerup"}
    assert titles(said) == ["Dansk hold"]
    assert "utter_courses_call" in names(said)


def test_nothing_fits_and_nothing_else_was_asked(world: World, play: Play) -> None:
    keep(world)
    said = ask(play, spoken_language=["ar"])
    assert names(said)[0] == "utter_courses_closest_any"


def test_without_any_course_none_is_made_up(play: Play) -> None:
    said = ask(play, place=[BALLERUP])
    assert names(said) == ["utter_courses_none", "utter_courses_call", "utter_courses_go_on"]


def test_with_consent_the_call_can_be_booked_where_nothing_fits(play: Play) -> None:
    play.to_contact()
    assert "utter_courses_call_book" in names(ask(play, place=[BALLERUP]))


def test_a_place_that_nobody_knows_is_not_passed_over(world: World, play: Play) -> None:
    keep(world)
    said = ask(play, unknown_place=["yes"], weekday=["1"])
    assert names(said) == ["utter_course_place_unknown", "utter_courses_go_on"]


def test_what_of_a_time_was_not_understood_is_said_before_the_courses(
    world: World, play: Play
) -> None:
    keep(world)
    said = ask(play, place=[BALLERUP], unread=["efter …"], period=["den 31. februar"])
    assert names(said)[:2] == ["utter_course_unread", "utter_courses_one"]
    assert said[0].values == {"words": "efter …, den 31. februar"}


def test_days_that_will_not_do_are_said_back(world: World, play: Play) -> None:
    keep(world, sessions="2027-02-09 17:00-19:00")
    keep(world, sessions="2027-01-12 17:00-19:00")
    said = ask(play, not_period=["i januar"])
    assert said[0].values["question"] == "uden for 1. jan. 2027 til 31. jan. 2027"
    assert len(titles(said)) == 1
    said = refine(play, not_period=["i februar"])
    assert names(said)[0] == "utter_courses_closest_any"


def test_a_town_in_two_municipalities_means_the_partner(world: World, play: Play) -> None:
    ask(play, place=["0201", "0230"])
    assert play.row.course_question is not None
    assert play.row.course_question["conditions"] == {"places": ["0230"]}


@pytest.mark.parametrize("told", [{"weekday": ["1"]}, {"free_seats": ["yes"]}], ids=str)
def test_a_question_without_a_place_keeps_the_last_one(
    world: World, play: Play, told: dict[str, list[str]]
) -> None:
    ask(play, place=[BALLERUP], time_of_day=["evening"])
    ask(play, course_noun=["yes"], **told)
    assert play.row.course_question is not None
    conditions = play.row.course_question["conditions"]
    assert conditions["places"] == [BALLERUP]
    assert "time_of_day" not in conditions


def test_a_question_without_a_place_or_a_word_for_courses_changes_the_last_one(
    world: World, play: Play
) -> None:
    ask(play, place=[BALLERUP], time_of_day=["evening"])
    ask(play, spoken_language=["pl"])
    assert play.row.course_question is not None
    assert play.row.course_question["conditions"] == {
        "places": [BALLERUP],
        "time_of_day": "evening",
        "language": "pl",
    }


def test_a_follow_up_keeps_everything_else(world: World, play: Play) -> None:
    ask(play, place=[BALLERUP], time_of_day=["evening"])
    refine(play, place=[HERLEV])
    assert play.row.course_question is not None
    assert play.row.course_question["conditions"] == {
        "places": [HERLEV],
        "time_of_day": "evening",
    }


def test_a_follow_up_of_nothing_is_a_question(world: World, play: Play) -> None:
    keep(world)
    assert names(refine(play, place=[BALLERUP]))[0] == "utter_courses_one"


def test_the_present_step_is_asked_again_and_not_moved(world: World, play: Play) -> None:
    play.press(Step.STATUS, "daily")
    said = ask(play, place=[BALLERUP])
    assert names(said)[-1] == "utter_ask_offer"
    assert play.step is Step.OFFER


@pytest.mark.parametrize(
    ("intent", "told"),
    [
        ("give_contact_details", {"place": [HERLEV], "municipality": [HERLEV]}),
        ("give_best_time", {"time_of_day": ["evening"]}),
        ("give_spoken_language", {"spoken_language": ["ar"]}),
        ("nlu_fallback", {"weekday": ["1"]}),
        ("ask_price", {"free_of_charge": ["yes"]}),
        ("ask_who_can_be_referred", {"audience": ["pregnant"]}),
        ("thanks", {"period": ["inden jul"]}),
        ("deny", {"free_seats": ["yes"]}),
    ],
)
def test_bare_words_right_after_a_question_change_it(
    world: World, play: Play, intent: str, told: Told
) -> None:
    ask(play, place=[BALLERUP])
    said = play.say(lambda b: asking_courses.follow_up(b, intent, told))
    assert names(said)[-1] == "utter_courses_go_on"


@pytest.mark.parametrize(
    ("intent", "told"),
    [
        ("give_best_time", {"time_of_day": ["evening"]}),
        ("smokes_daily", {"product": ["cigarettes"]}),
        ("ask_price", {"free_of_charge": ["yes"], "place": [BALLERUP]}),
        ("deny", {"product": ["snus"]}),
        ("nlu_fallback", {}),
    ],
)
def test_bare_words_without_a_question_ask_for_nothing(play: Play, intent: str, told: Told) -> None:
    assert play.say(lambda b: asking_courses.follow_up(b, intent, told)) == []


def test_words_that_name_somebody_never_change_a_question(play: Play) -> None:
    ask(play, place=[BALLERUP])
    told = {"place": [HERLEV], "name": ["[[name:0a1b2c3d4e5f]]"]}
    assert play.say(lambda b: asking_courses.follow_up(b, "give_contact_details", told)) == []


def test_an_answer_to_the_present_step_is_no_follow_up(play: Play) -> None:
    play.to_contact()
    play.details(name="Zebulon Quistgaard", phone="20 66 77 88", postcode="2750")
    play.press(Step.MUNICIPALITY, BALLERUP)
    ask(play, place=[BALLERUP])
    told = {"time_of_day": ["evening"]}
    assert play.say(lambda b: asking_courses.follow_up(b, "give_best_time", told)) == []


def test_a_place_with_a_condition_is_a_question_of_its_own(world: World, play: Play) -> None:
    keep(world)
    told = {"place": [BALLERUP], "time_of_day": ["morning"]}
    said = play.say(lambda b: asking_courses.follow_up(b, "give_best_time", told))
    assert "utter_course_line" in names(said)


def test_what_is_only_asked_of_a_course_is_no_status(world: World, play: Play) -> None:
    keep(world, postcode="2730")
    told = {"course_noun": ["yes"], "near": ["2730"]}
    said = play.say(lambda b: asking_courses.follow_up(b, "stopped_smoking", told))
    assert "utter_course_line" in names(said)
    assert (
        play.say(lambda b: asking_courses.follow_up(b, "smokes_daily", {**told, "near": []})) == []
    )


def test_a_no_right_after_a_question_stays_a_no(play: Play) -> None:
    ask(play, place=[BALLERUP])
    told = {"product": ["snus"]}
    assert play.say(lambda b: asking_courses.follow_up(b, "deny", told)) == []


def test_after_an_answer_the_topic_is_closed(play: Play) -> None:
    ask(play, place=[BALLERUP])
    play.press(Step.STATUS, "daily")
    told = {"time_of_day": ["evening"]}
    assert play.say(lambda b: asking_courses.follow_up(b, "give_best_time", told)) == []


def test_the_confirmed_municipality_comes_first(world: World, play: Play) -> None:
    keep(world, HERLEV, title="Fremmed", sessions=in_days(30), open_to="0151 0163")
    keep(world, BALLERUP, title="Egen", sessions=in_days(60))
    play.to_summary(code=BALLERUP)
    assert titles(ask(play)) == ["Egen", "Fremmed"]


def test_details_quote_the_record_by_button_and_by_word(world: World, play: Play) -> None:
    course = keep(world, title="Aftenhold", access="Elevator")
    ask(play, place=[BALLERUP])
    by_button, by_word = show(play, course=[str(course)]), show(play, position=["1"])
    assert names(by_button) == names(by_word)
    assert names(by_button)[:2] == ["utter_course_details", "utter_course_practical"]
    assert by_button[0].values["access"] == "Elevator"


@pytest.mark.parametrize("told", [{}, {"position": ["4"]}, {"course": ["999"]}], ids=str)
def test_a_course_that_was_not_shown_is_not_guessed(
    world: World, play: Play, told: dict[str, list[str]]
) -> None:
    keep(world, title="Hold A")
    keep(world, title="Hold B")
    ask(play, place=[BALLERUP])
    assert names(show(play, **told))[0] == "utter_course_which"


def test_the_only_one_and_the_last_one_are_understood(world: World, play: Play) -> None:
    keep(world, title="Det eneste")
    ask(play, place=[BALLERUP])
    assert show(play)[0].values["title"] == "Det eneste"
    assert show(play, position=["last"])[0].values["title"] == "Det eneste"


def test_a_record_that_nobody_verified_for_thirty_days_says_so(world: World) -> None:
    keep(world, title="Gammelt", sessions=in_days(60))
    world.clock.forward(days=31)
    keep(world, title="Nyt", sessions=in_days(90))
    said = ask(Play(world), place=[BALLERUP])
    notes = {each.values["title"]: each.values["notes"] for each in said if each.response in LINES}
    assert notes == {"Gammelt": " · ikke bekræftet i 30 dage", "Nyt": ""}


def test_the_price_of_medicine_is_quoted_from_the_courses(world: World, play: Play) -> None:
    keep(world, title="Hold A", medicine_subsidy="Gratis plastre")
    keep(world, title="Hold B", medicine_subsidy="Gratis plastre")
    said = play.say(lambda b: asking_courses.medicine_price(b, {"place": [BALLERUP]}))
    assert said[0].response == "utter_medicine_price"
    assert said[0].values == {"municipality": "Ballerup", "rules": "Gratis plastre"}


def test_what_no_record_says_of_medicine_is_not_made_up(world: World, play: Play) -> None:
    keep(world, medicine_subsidy="")
    said = play.say(lambda b: asking_courses.medicine_price(b, {"place": [BALLERUP]}))
    assert said[0].response == "utter_medicine_price_unknown"


def test_the_price_of_medicine_is_that_of_the_place_just_asked_for(
    world: World, play: Play
) -> None:
    keep(world, HERLEV, medicine_subsidy="Halv pris")
    ask(play, place=[HERLEV])
    said = play.say(lambda b: asking_courses.medicine_price(b, {}))
    assert said[0].values["rules"] == "Halv pris"


def test_the_price_of_medicine_nowhere_asks_where(play: Play) -> None:
    said = play.say(lambda b: asking_courses.medicine_price(b, {}))
    assert said[0].response == "utter_medicine_which_municipality"


def test_the_day_of_asking_is_the_danish_one(world: World, play: Play) -> None:
    world.clock.at = NOW.replace(day=30, hour=23, minute=30)
    late = Play(world)
    ask(late, period=["i morgen"])
    assert late.row.course_question is not None
    assert late.row.course_question["conditions"]["from_day"] == date(2026, 12, 2).isoformat()


def test_a_form_that_will_not_do_is_left_out_and_said_so(world: World, play: Play) -> None:
    keep(world, title="På hold")
    keep(world, title="På nettet", format="digital")
    said = ask(play, place=[BALLERUP], course_format=["not_digital"])
    assert titles(said) == ["På hold"]
    assert said[0].values["question"] == "i Ballerup, ikke digitalt"


def test_courses_for_others_are_left_out(world: World, play: Play) -> None:
    keep(world, title="For alle")
    keep(world, title="For gravide", audience="pregnant")
    said = ask(play, audience=["not_pregnant"])
    assert titles(said) == ["For alle"]
    assert said[0].values["question"] == "ikke for gravide"


def test_a_form_that_is_asked_for_takes_the_place_of_one_that_would_not_do(
    world: World, play: Play
) -> None:
    keep(world, title="På hold")
    keep(world, title="På nettet", format="digital")
    ask(play, course_format=["not_digital"])
    assert titles(refine(play, course_format=["digital"])) == ["På nettet"]
