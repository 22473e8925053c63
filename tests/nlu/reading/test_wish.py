"""What a wish is for: the offer, or something else."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne hjem", "hjem vil hun gerne", "wants to go home", "han vil gerne ned"),
        *("vil gerne ryge", "vil gerne kæderyge", "vil gerne festryge", "vil gerne damper"),
        *("vil gerne have snus", "vil gerne have tobak", "wants patches", "vil gerne sove"),
        *("vil gerne udskrives", "vil gerne bo her", "vil gerne arbejde", "ønsker ikke kaffe"),
        *("vil ikke have kaffe", "vil gerne snakke med manden", "vil gerne ringe til sin datter"),
        "han vil gerne et andet sted hen",
    ],
)
def test_a_wish_for_something_else_is_no_answer_to_the_offer(text: str) -> None:
    wishes = {one for one in asserted(text) if one.startswith("referral=wants")}
    assert wishes
    assert all(one.endswith("~hedge") for one in wishes), wishes


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne", "hun vil gerne nu henvises", "hun vil gerne have hende henvist"),
        *("henvisning vil hun gerne have", "wants the course", "vil gerne på kursus"),
        *("jeg vil gerne mest på kursus", "han vil gerne lidt hjælp"),
        *("vil gerne have plaster", "kaffe og vil gerne henvises"),
    ],
)
def test_a_wish_for_the_offer_or_for_nothing_named_is_one(text: str) -> None:
    assert "referral=wants" in asserted(text)
