"""What typed words answer: two witnesses that agree, or a question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.advice import script
from referrals.advice.asserted import Words, candidates
from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from referrals.advice.kinds import ANSWERING
from tests.nlu.reading.saying import words

INTENTS = sorted({*ANSWERING, "ask_courses", "refine_courses", "greet", "pause", "cancel"})


def answers(step: str, text: str, intent: str, **entities: str) -> dict[str, str]:
    heard = hear(Step(step), words(text, intent, entities))
    return {told.value: value for told, value in heard.answers}


def asks(step: str, text: str, intent: str) -> list[str]:
    heard = hear(Step(step), words(text, intent))
    assert not heard.answers
    return [value for _, value in heard.asks]


@pytest.mark.parametrize(
    ("step", "text", "intent", "expected"),
    [
        ("status", "hun ryger dagligt", "smokes_daily", {"status": "daily"}),
        ("status", "hun ryger", "smokes_daily", {"status": "daily"}),
        ("status", "nej", "deny", {"status": "no_use"}),
        ("status", "aldrig", "never_smoked", {"status": "never"}),
        ("status", "ryger dgl, nej tak til hjælp", "deny", {"status": "daily"}),
        (
            "status",
            "ryger 5 om dagen og vil gerne henvises",
            "smokes_daily",
            {"status": "daily", "offer": "yes"},
        ),
        (
            "status",
            "aldrig røget men bruger snus",
            "uses_other_product",
            {"status": "other_product", "product": "snus"},
        ),
        (
            "status",
            "ryger dagligt og vaper",
            "smokes_daily",
            {"status": "daily", "product": "cigarettes+ecigarette"},
        ),
        (
            "status",
            "pt er konfus",
            "cannot_answer_now",
            {"status": "unable", "defer_reason": "confused"},
        ),
        ("spoken_language", "polsk nej vent rumænsk", "not_now", {"spoken_language": "ro"}),
        ("best_time", "formiddag nej eftermiddag", "deny", {"best_time": "afternoon"}),
        ("product", "cigaretter nej snus", "uses_other_product", {"product": "snus"}),
        ("product", "snus nej nikotinposer", "uses_other_product", {"product": "pouches"}),
        ("status", "ryger nej vent er stoppet", "stopped_smoking", {"status": "ex"}),
        ("offer", "nej aldrig", "never_smoked", {"offer": "no"}),
        ("offer", "har prøvet før, ja tak", "tried_before", {"offer": "yes"}),
        ("offer", "har prøvet før, vil gerne tænke over det", "tried_before", {"offer": "not_now"}),
        ("offer", "det gør hun aldrig", "never_smoked", {"offer": "no"}),
        ("offer", "hun har ikke noget imod det", "does_not_use", {"offer": "yes"}),
        ("offer", "ja hun ryger men nej tak", "smokes_daily", {"offer": "no"}),
        ("offer", "nej, hun ryger ikke", "does_not_use", {"status": "no_use"}),
        ("ex_smoker", "savner det ikke", "doing_well", {"ex_smoker": "well"}),
        ("ex_smoker", "ja hun er faldet i", "affirm", {"ex_smoker": "relapsed"}),
        ("ever_smoked", "nej", "deny", {"ever_smoked": "never"}),
        ("ever_smoked", "ikke siden skolen", "stopped_smoking", {"ever_smoked": "stopped"}),
        ("leave_message", "helst ikke", "deny", {"leave_message": "no"}),
        ("municipality", "ikke herlev men gladsaxe", "refine_courses", {"municipality": "0159"}),
        ("summary", "ja, send den", "doing_well", {"summary": "send"}),
        ("spoken_language", "english", "change_wording_language", {"spoken_language": "en"}),
        ("spoken_language", "Engelsk.", "change_wording_language", {"spoken_language": "en"}),
        ("spoken_language", "dansk", "change_wording_language", {"spoken_language": "da"}),
        ("spoken_language", "switch to english", "change_wording_language", {}),
        ("spoken_language", "skift til engelsk", "change_wording_language", {}),
        ("offer", "english", "change_wording_language", {}),
    ],
)
def test_two_witnesses_that_agree_are_an_answer(
    step: str, text: str, intent: str, expected: dict[str, str]
) -> None:
    assert answers(step, text, intent) == expected


def test_all_that_is_told_beside_a_yes_is_kept() -> None:
    told = answers(
        "offer",
        "ja, ring om aftenen, læg gerne besked, taler polsk, tolk ja",
        "affirm",
        time_of_day="evening",
    )
    assert told == {
        "offer": "yes",
        "best_time": "evening",
        "leave_message": "yes",
        "interpreter": "yes",
        "spoken_language": "pl",
    }


@pytest.mark.parametrize(
    ("step", "text", "intent", "expected"),
    [
        ("status", "ryger ikke inde", "does_not_use", ["daily", "occasional"]),
        ("status", "han vil ikke holde op", "deny", ["daily", "occasional"]),
        ("status", "røg dgl før indlæggelsen", "smokes_daily", ["ex", "daily"]),
        ("offer", "nej hun vil gerne", "deny", ["yes", "no"]),
        ("offer", "nej tak til kursus men ja til opkald", "deny", ["no", "yes"]),
        ("offer", "nej tak til medicin, men vil gerne ringes op", "deny", ["yes", "no"]),
        ("offer", "no to the group but yes to a call", "not_now", ["not_now", "yes"]),
        ("offer", "nej hvor godt!", "deny", ["yes", "no"]),
        ("offer", "nej hvor irriterende", "deny", ["yes", "no"]),
        ("offer", "nej hvorfor dog ikke", "deny", ["yes", "no"]),
        ("offer", "han skal ikke have nej", "deny", ["yes", "no"]),
        ("offer", "ikke nej men heller ikke ja", "not_now", ["yes", "not_now"]),
        ("offer", "hverken ja eller nej", "not_now", ["yes", "not_now"]),
        ("offer", "hun vil ikke vente en uge", "not_now", ["yes", "not_now"]),
        ("offer", "she doesn't want to wait a week", "not_now", ["yes", "not_now"]),
        ("offer", "han ville ikke sige nej hvis de ringede", "deny", ["yes", "no"]),
        ("offer", "not that he'd refuse", "deny", ["yes", "no"]),
        ("offer", "no way she'd miss this", "deny", ["yes", "no"]),
        ("offer", "nej det kan jeg ikke se noget galt i", "deny", ["no", "yes"]),
        ("offer", "hun vil ikke have at jeg går før det er sendt", "deny", ["no", "yes"]),
        ("offer", "har andre sagt nej i dag", "not_now", ["no", "yes"]),
        ("offer", "yes but not before christmas", "not_now", ["not_now", "yes"]),
        ("status", "hun lyver, hun lugter af røg men siger nej", "deny", ["no_use", "daily"]),
        (
            "status",
            "hun siger hun ikke ryger men stinker af røg",
            "does_not_use",
            ["no_use", "daily"],
        ),
        ("ex_smoker", "det går godt men hun lugter af røg", "doing_well", ["relapsed", "well"]),
        ("offer", "ja men ikke nu", "stopped_smoking", ["not_now", "yes"]),
        ("offer", "det er ikke et nej", "deny", ["yes", "no"]),
        ("ex_smoker", "ikke så godt", "doing_well", ["relapsed", "well"]),
        ("ex_smoker", "nej", "deny", ["relapsed", "well"]),
        ("status", "han er ikke holdt op", "stopped_smoking", ["daily", "occasional"]),
        ("status", "he hasn't quit", "stopped_smoking", ["daily", "occasional"]),
        ("status", "han sover ikke", "cannot_answer_now", []),
        ("defer_reason", "he is not asleep", "cannot_answer_now", []),
        ("status", "konen siger at han ryger", "smokes_daily", ["daily", "occasional"]),
        ("status", "konen siger han ryger dagligt", "smokes_daily", ["daily"]),
        ("status", "ifølge datteren er hun stoppet", "stopped_smoking", ["ex"]),
        ("ex_smoker", "konen siger han er faldet i", "relapsed", ["relapsed"]),
        ("product", "his wife says he uses snus", "uses_other_product", ["snus"]),
        ("status", "ryger fisk", "smokes_daily", ["daily", "occasional"]),
        ("status", "ryger ikke 20 om dagen", "does_not_use", ["no_use", "daily"]),
        ("status", "he is not a heavy smoker", "smokes_daily", ["daily", "occasional"]),
        ("offer", "har ikke prøvet før", "tried_before", ["tried_before"]),
        ("product", "snus hedder hunden", "uses_other_product", []),
        ("offer", "han vil gerne hjem", "affirm", ["yes"]),
        ("offer", "she wants to go home", "affirm", ["yes"]),
        ("offer", "ja, han vil gerne hjem", "affirm", ["yes"]),
        ("offer", "hun vil gerne sove", "cannot_answer_now", ["unable", "yes"]),
        ("product", "snus: nej", "deny", []),
        ("offer", "han vil ikke spise", "deny", ["no", "yes"]),
        ("best_time", "formiddagen sover han", "give_best_time", []),
        ("best_time", "aften er dårligt", "give_best_time", []),
        ("spoken_language", "kan lidt engelsk men forstår det ikke", "give_spoken_language", []),
        ("offer", "han sagde ikke nej", "deny", ["yes", "no"]),
        ("offer", "she did not say no", "deny", ["yes", "no"]),
        ("summary", "ok og adressen", "affirm", ["send"]),
        ("summary", "det passer alt sammen", "doing_well", ["send"]),
        ("summary", "ja det er rigtigt", "affirm", ["send"]),
        ("summary", "det er rigtigt", "nlu_fallback", ["send"]),
        ("summary", "det er rigtigt send den i morgen", "affirm", ["send"]),
        ("summary", "jep", "affirm", ["send"]),
        ("summary", "that's correct", "doing_well", ["send"]),
        ("summary", "yes that is correct", "affirm", ["send"]),
        ("summary", "jo", "affirm", ["send"]),
        ("summary", "yup", "affirm", ["send"]),
    ],
)
def test_where_they_differ_the_likeliest_are_asked_for(
    step: str, text: str, intent: str, expected: list[str]
) -> None:
    assert asks(step, text, intent) == expected


@pytest.mark.parametrize(
    ("step", "text", "intent"),
    [
        ("status", "konen ryger", "smokes_daily"),
        ("status", "bor med en ryger", "smokes_daily"),
        ("offer", "sønnen siger ja", "affirm"),
        ("offer", "manden siger ja", "affirm"),
        ("offer", "sæt kryds i ja", "affirm"),
        ("consent_contact", "ja", "affirm"),
        ("consent_outcome", "nej", "deny"),
        ("duplicate", "ja", "affirm"),
    ],
)
def test_words_of_others_and_consent_are_neither_answer_nor_asked_for(
    step: str, text: str, intent: str
) -> None:
    assert asks(step, text, intent) == []


def test_what_was_not_used_is_told() -> None:
    heard = hear(Step.STATUS, words("ryger dagligt, konen ryger også", "smokes_daily"))
    assert [(fact.kind, fact.whose) for fact in heard.unused] == [("smoking", "relative")]


def test_what_was_taken_is_not_told_as_not_used() -> None:
    heard = hear(Step.SPOKEN_LANGUAGE, words("taler dansk, dansk", "give_spoken_language"))
    assert (heard.answers, heard.unused) == (((Step.SPOKEN_LANGUAGE, "da"),), ())


@pytest.mark.parametrize(
    ("text", "intent", "told"),
    [
        ("snus og cigaretter", "uses_other_product", "cigarettes+snus"),
        ("ryger og vaper", "nlu_fallback", "cigarettes+ecigarette"),
        ("smokes and vapes", "uses_other_product", "cigarettes+ecigarette"),
        ("smokes and vapes", "ask_courses", "cigarettes+ecigarette"),
        ("konen siger han ryger og vaper", "smokes_daily", ""),
    ],
)
def test_products_told_with_a_use_that_is_asked_for_wait_beside_it(
    text: str, intent: str, told: str
) -> None:
    heard = hear(Step.STATUS, words(text, intent))
    assert heard.answers == ()
    assert heard.beside == (((Step.PRODUCT, told),) if told else ())
    assert not told or not any(fact.kind == "product" for fact in heard.unused)


def test_a_no_before_the_offer_was_made_is_no_answer_to_it() -> None:
    heard = hear(Step.STATUS, words("ryger dgl ønsker ikke henv", "deny"))
    assert [step for step, _ in heard.answers] == [Step.STATUS]
    assert [fact.kind for fact in heard.unused] == ["referral"]


@pytest.mark.parametrize("intent", ["ask_courses", "more_courses", "go_back", "new_patient"])
def test_a_command_or_a_course_is_no_answer_but_a_question_where_a_fact_stands(intent: str) -> None:
    heard = hear(Step.STATUS, words("hun ryger dagligt", intent, sure=True))
    assert (heard.answers, heard.asks) == ((), ((Step.STATUS, "daily"),))
    assert not hear(Step.STATUS, words("er der flere", intent, sure=True))


@pytest.mark.parametrize(
    ("step", "text", "intent", "value"),
    [
        ("status", "hun ryger dagligt", "nlu_fallback", "daily"),
        ("status", "kun i weekenden", "refine_courses", "occasional"),
        ("offer", "ja, hun udskrives på fredag", "out_of_scope", "yes"),
    ],
)
def test_a_sentence_that_leaves_no_word_unread_speaks_for_itself(
    step: str, text: str, intent: str, value: str
) -> None:
    assert (Step(step), value) in hear(Step(step), words(text, intent)).answers
    sure = hear(Step(step), words(text, "out_of_scope", sure=True))
    assert sure.answers == () or sure.answers[0][0] is not Step(step)


@pytest.mark.parametrize(
    "text",
    ["jeg skal på ferie på fredag", "ja [[word:000000000000]]", "hun kan ikke sige ja", "måske"],
)
def test_what_holds_an_i_a_sealed_word_or_a_denial_does_not(text: str) -> None:
    for step in (Step.STATUS, Step.OFFER):
        heard = hear(step, words(text, "nlu_fallback"))
        assert not any(value in ("yes", "occasional", "daily") for _, value in heard.answers)


def test_a_sure_classifier_alone_has_what_it_says_asked_about() -> None:
    for text in ("han er en rigtig lokomotivfører", "får sig en snaps dagligt"):
        sure = hear(Step.STATUS, words(text, "smokes_daily", sure=True))
        assert (sure.answers, sure.asks) == ((), ((Step.STATUS, "daily"),))
    ends = words("han er en rigtig lokomotivfører", "never_smoked", sure=True)
    assert not hear(Step.STATUS, ends).answers


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(Step)),
    st.sampled_from(INTENTS),
    st.text(alphabet="abdeghijklmnorstvyæøå ,.?", max_size=60),
)
def test_hearing_is_total_and_gives_only_what_the_script_accepts(
    step: Step, intent: str, text: str
) -> None:
    heard = hear(step, words(text, intent))
    for told, value in (*heard.answers, *heard.asks):
        assert script.accepts(told, value)
        assert told not in script.CONSENT_STEPS


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(INTENTS), st.sampled_from(["", "måske", "?", "men vent", "sagde konen"]))
def test_at_the_summary_nothing_but_the_closed_list_sends(intent: str, more: str) -> None:
    heard = hear(Step.SUMMARY, words(f"ja send den {more}", intent))
    assert ((Step.SUMMARY, "send") in heard.answers) == (not more and intent in ANSWERING)


def test_no_facts_are_no_answer() -> None:
    for step in Step:
        assert not hear(step, Words("affirm")).answers


@pytest.mark.parametrize(
    ("step", "text", "intent"),
    [
        ("offer", "hun sagde vistnok ja til blomsten", "affirm"),
        ("offer", "nej det var en gardinstang", "deny"),
        ("status", "hun er stoppet med gardinstangen", "stopped_smoking"),
        ("ex_smoker", "det går godt med gardinstangen", "doing_well"),
    ],
)
def test_an_answer_that_accepts_or_ends_leaves_no_word_unread(
    step: str, text: str, intent: str
) -> None:
    assert hear(Step(step), words(text, intent, sure=True)).answers == ()


@pytest.mark.parametrize(
    ("step", "text", "intent", "value"),
    [
        ("best_time", "lige meget", "refine_courses", "any"),
        ("spoken_language", "tyrkisk", "ask_courses", "tr"),
    ],
)
def test_the_word_that_was_asked_for_is_no_command_that_is_only_guessed_at(
    step: str, text: str, intent: str, value: str
) -> None:
    heard = hear(Step(step), words(text, intent))
    assert (Step(step), value) in heard.answers


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("ikke i dag, hun har så mange smerter", True),
        ("ikke i dag, konen siger ja xyz", False),
    ],
)
def test_later_stands_beside_its_reason_but_not_beside_another_answer(
    text: str,
    answered: bool,  # noqa: FBT001
) -> None:
    heard = hear(Step.OFFER, words(text, "not_now"))
    assert ((Step.OFFER, "not_now") in heard.answers) is answered


def test_who_cannot_answer_is_put_off_though_the_reason_is_not_known() -> None:
    heard = hear(
        Step.OFFER, words("hun er [[word:0123456789ab]], kan ikke svare", "cannot_answer_now")
    )
    assert (Step.OFFER, "unable") in heard.answers


@pytest.mark.parametrize(
    ("step", "text", "intent"),
    [
        ("offer", "ja til plaster, nej til kommunen", "affirm"),
        ("offer", "ja, men senere", "not_now"),
        ("leave_message", "ja men ikke hos konen", "affirm"),
        ("status", "har røget i 40 år", "stopped_smoking"),
    ],
)
def test_what_is_said_on_both_sides_is_asked_about(step: str, text: str, intent: str) -> None:
    heard = hear(Step(step), words(text, intent, sure=True))
    assert not heard.answers
    assert heard.asks


def test_a_product_each_day_beside_smoking_that_ended_is_no_smoking() -> None:
    told = words("vaper hver dag, røg før i tiden", "smokes_daily", sure=True)
    assert candidates(Step.STATUS, told) == ["other_product"]
    assert not hear(Step.STATUS, told).answers


def test_a_no_before_another_number_refuses_the_number() -> None:
    told = words("nej nummeret er [[phone:0123456789ab]]", "deny", {"phone": "x"})
    assert not hear(Step.LEAVE_MESSAGE, told).answers


@pytest.mark.parametrize("text", ["adressen er hemmelig", "hun har hemmelig adresse"])
def test_a_detail_that_is_stated_is_kept_though_it_is_taken_for_a_question(text: str) -> None:
    heard = hear(Step.SUMMARY, words(text, "ask_privacy"))
    assert heard.answers == ((Step.PROTECTED_ADDRESS, "yes"),)


def test_a_time_that_is_only_perhaps_is_asked_for() -> None:
    heard = hear(Step.BEST_TIME, words("måske om aftenen", "not_now", sure=True))
    assert (heard.answers, heard.asks) == ((), ((Step.BEST_TIME, "evening"),))


def test_the_hours_that_a_denied_time_leaves_are_no_time_to_call() -> None:
    told = words("ja men ring ikke om morgenen", "affirm")
    left = replace(told, every={"clock": ["12:00-"]})
    assert not any(step is Step.BEST_TIME for step, _ in hear(Step.OFFER, left).answers)


def test_hours_in_several_parts_of_the_day_are_asked_about() -> None:
    told = replace(
        words("kl 8-10 eller 14-16", "give_best_time"), every={"unread": ["kl 8-10", "14-16"]}
    )
    asked = ((Step.BEST_TIME, "morning"), (Step.BEST_TIME, "afternoon"))
    assert hear(Step.BEST_TIME, told).asks == asked


@pytest.mark.parametrize(
    ("step", "text", "intent", "expected"),
    [
        ("name", "adressen er hemmelig", "ask_privacy", {"protected_address": "yes"}),
        ("phone", "adressen er hemmelig", "ask_cost", {"protected_address": "yes"}),
        ("name", "er adressen hemmelig?", "ask_privacy", {}),
        ("name", "adressen er hemmelig", "greet", {}),
        ("summary", "adressen er hemmelig", "pause", {}),
    ],
)
def test_at_a_page_s_step_what_looks_like_a_question_is_kept_where_it_is_stated_only(
    step: str, text: str, intent: str, expected: dict[str, str]
) -> None:
    assert answers(step, text, intent) == expected
    assert not hear(Step(step), words(text, intent)).asks


@pytest.mark.parametrize(
    ("step", "text", "intent", "expected"),
    [
        ("offer", "ja, taler polsk, polsk", "affirm", {"offer": "yes", "spoken_language": "pl"}),
        (
            "offer",
            "ja, taler polsk og rumænsk",
            "affirm",
            {"offer": "yes", "spoken_language": "pl"},
        ),
        ("best_time", "polsk", "give_spoken_language", {"spoken_language": "pl"}),
        (
            "best_time",
            "om aftenen, taler dansk, ikke polsk",
            "give_best_time",
            {"best_time": "evening", "spoken_language": "da"},
        ),
        (
            "best_time",
            "om aftenen, ingen besked, ingen tolk",
            "give_best_time",
            {"best_time": "evening", "leave_message": "no", "interpreter": "no"},
        ),
        (
            "interpreter",
            "nej, læg ikke besked",
            "deny",
            {"interpreter": "no", "leave_message": "no"},
        ),
        (
            "leave_message",
            "nej, taler polsk",
            "deny",
            {"leave_message": "no", "spoken_language": "pl"},
        ),
        (
            "offer",
            "ja, udskrives på fredag og taler polsk",
            "affirm",
            {"offer": "yes", "spoken_language": "pl", "discharge_date": "fredag"},
        ),
        ("summary", "ja send den, taler polsk", "affirm", {"spoken_language": "pl"}),
        ("summary", "læg besked", "affirm", {"leave_message": "yes"}),
        ("offer", "om aftenen", "affirm", {"best_time": "evening"}),
        ("offer", "ring om aftenen eller om morgenen", "affirm", {}),
        ("status", "ryger dagligt, om aftenen", "smokes_daily", {"status": "daily"}),
        ("leave_message", "ja, om aftenen", "affirm", {"leave_message": "yes"}),
        ("leave_message", "ja, bor i gladsaxe", "greet", {}),
        (
            "offer",
            "ja, udskrives fredag, udskrives lørdag",
            "affirm",
            {"offer": "yes", "discharge_date": "fredag"},
        ),
        (
            "offer",
            "yes, discharged on friday but speaks polish",
            "affirm",
            {"offer": "yes", "spoken_language": "pl", "discharge_date": "on friday"},
        ),
    ],
)
def test_each_detail_beside_an_answer_is_kept_once_and_as_it_was_meant(
    step: str, text: str, intent: str, expected: dict[str, str]
) -> None:
    assert answers(step, text, intent) == expected


@pytest.mark.parametrize(
    ("step", "text", "intent", "expected"),
    [
        ("status", "er stoppet, det går godt", "stopped_smoking", {"ex_smoker": "well"}),
        ("status", "er stoppet, det går ikke så godt", "stopped_smoking", {}),
        ("status", "ryger dagligt, har prøvet før", "smokes_daily", {"offer": "tried_before"}),
        ("status", "ryger dagligt, vil gerne men ikke nu", "smokes_daily", {}),
        ("ex_smoker", "er faldet i, bruger snus", "relapsed", {"product": "snus"}),
        ("ever_smoked", "aldrig, ring om aftenen", "never_smoked", {"best_time": "evening"}),
    ],
)
def test_what_follows_from_a_status_is_told_with_it(
    step: str, text: str, intent: str, expected: dict[str, str]
) -> None:
    told = answers(step, text, intent)
    assert told.pop(step)
    assert told == expected


@pytest.mark.parametrize("intent", ["new_patient", "cancel", "withdraw_consent"])
def test_a_command_that_leaves_the_patient_never_settles_a_doubt(intent: str) -> None:
    assert asks("status", "hun ryger dagligt", intent) == ["daily"]


def test_who_struggles_is_asked_about_whatever_kind_of_message_it_is() -> None:
    assert asks("ex_smoker", "det går ikke godt", "ask_cost") == ["relapsed", "well"]


@pytest.mark.parametrize(
    ("step", "text", "intent"),
    [
        ("best_time", "måske om aftenen", "not_now"),
        ("offer", "ja send den", "affirm"),
        ("leave_message", "ja send den", "affirm"),
    ],
)
def test_what_is_asked_about_or_goes_without_saying_is_not_told_as_unused(
    step: str, text: str, intent: str
) -> None:
    assert hear(Step(step), words(text, intent)).unused == ()


def test_a_condition_is_asked_about_at_the_offer_alone() -> None:
    assert asks("status", "hvis hun ryger", "ask_courses") == []
