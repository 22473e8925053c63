"""What a wish is for: the offer, or something else."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne hjem", "han vil gerne ned", "hun vil gerne op", "hjem vil hun gerne"),
        *("han vil gerne et andet sted hen", "wants to go home", "hjem vil gerne han"),
        "ja tak han vil gerne hjem",
    ],
)
def test_a_wish_to_be_elsewhere_is_no_answer_to_the_offer(text: str) -> None:
    assert_in_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        *("hun vil gerne være hjemme", "vil gerne være inde", "vil gerne være på stuen"),
        *("she wants to be at home", "vil gerne blive her", "vil gerne bor hjemme"),
    ],
)
def test_a_wish_to_stay_somewhere_is_none(text: str) -> None:
    assert_in_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne ryge", "vil gerne kæderyge", "vil gerne festryge", "vil gerne damper"),
        *("vil gerne have snus", "vil gerne have tobak", "wants patches", "he'd like to smoke"),
        *("vil gerne sove", "vil gerne udskrives", "vil gerne bo her", "vil gerne arbejde"),
        *(
            "vil gerne på badeværelset",
            "vil gerne i bad",
            "vil gerne tage hjem",
            "vil gerne ryger ud",
        ),
        *("hun vil gerne have vand", "he would like some water", "vil gerne høre mere"),
        "vil gerne ryger ud",
    ],
)
def test_a_wish_for_what_somebody_does_or_has_is_none(text: str) -> None:
    assert_in_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne snakke med manden", "vil gerne ringe til sin datter", "he wants his mother"),
        *("vil gerne have manden", "vil gerne have en kontaktperson"),
    ],
)
def test_a_wish_to_see_somebody_is_none(text: str) -> None:
    assert_in_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne have tre dages ferie", "vil gerne have hende hjem", "wants me home"),
        *("vil gerne primært hjem", "vil gerne have lidt vand", "vil gerne inde i stuen sove"),
        *("vil gerne have 2 dages ferie", "vil gerne [[word:000000000000]] hjem"),
    ],
)
def test_small_words_between_hide_nothing(text: str) -> None:
    assert_in_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        *("vil ikke spise", "vil ikke have kaffe", "ønsker ikke kaffe", "vil ej have kaffe"),
        *("he does not want coffee", "she doesn't want coffee", "she won't have coffee"),
    ],
)
def test_what_is_not_wanted_may_be_something_else_as_well(text: str) -> None:
    assert_in_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne", "han vil gerne", "det vil han gerne", "vil gerne henvises"),
        *("hun vil gerne nu henvises", "hun vil gerne have hende henvist"),
        *("hun vil gerne have hjælp til det", "ønsker at blive kontaktet", "wants help"),
        *("she would like to be referred", "henvisning vil hun gerne have", "wants the course"),
        *("vil gerne på kursus", "jeg vil gerne mest på kursus", "han vil gerne lidt hjælp"),
        *("vil gerne være med til det", "vil gerne prøve igen", "vil gerne have plaster"),
        *("kaffe og vil gerne henvises", "vil gerne [[phone:000000000000]]", "det vil hun gerne"),
        *("hjemme må i gerne ringe", "he wants so much to be helped"),
    ],
)
def test_a_wish_for_the_offer_or_for_nothing_named_is_one(text: str) -> None:
    assert "referral=wants" in asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        *("vil ikke ringes op", "hun vil ikke høre om det", "doesn't want to talk about it"),
        *("nej tak hun er glad nok", "takker nej med et smil"),
        *("ikke interesseret i en brochure", "han afslår venligt brochuren"),
        "vil have fred her hjemme",
    ],
)
def test_a_refusal_of_the_offer_stays_one_whatever_is_said_beside(text: str) -> None:
    assert "referral=wants-" in asserted(text)


@pytest.mark.parametrize("text", ["lyder godt med sådan et brev", "okay hun er skrevet op"])
def test_an_agreement_that_wishes_nothing_is_for_the_offer(text: str) -> None:
    assert "referral=wants" in asserted(text)


def assert_in_doubt(text: str) -> None:
    """Hold that a wish is heard, and is not taken for an answer to the offer."""
    wishes = {one for one in asserted(text) if one.startswith("referral=wants")}
    assert wishes
    assert all(one.endswith("~hedge") for one in wishes), wishes
