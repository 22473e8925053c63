"""What is to be done with what was written: a command, a denied one, a patient backing out."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted

ORDERS = ("steering=take_back", "steering=cancel", "consent=withdrawn")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "han fortryder ikke",
            "vil ikke fortryde",
            "den skal ikke trækkes tilbage",
            "fortryd ikke",
        ),
        *(
            "hun trækker det ikke tilbage",
            "annuller den ikke",
            "slet den ikke",
            "den må ikke slettes",
        ),
        *("hun har ikke fortrudt", "nej den skal ikke fortrydes", "hun fortryder ikke sit ja"),
        *("samtykket skal ikke trækkes tilbage", "glem ikke at ringe", "do not cancel it"),
        *("don't undo it", "please don't withdraw it", "no need to cancel", "never delete it"),
        "she does not want to withdraw",
    ],
)
def test_a_command_that_is_denied_is_none(text: str) -> None:
    told = asserted(text)
    assert any(fact.startswith("keeps=") for fact in told)
    assert told.isdisjoint({*ORDERS, "referral=wants-"})


@pytest.mark.parametrize(
    "text",
    [
        *(
            "fortryd",
            "træk den tilbage",
            "fortryd den skal ikke sendes",
            "slet det hele",
            "cancel it",
        ),
        *("jeg vil ikke have den sendt, fortryd", "hun trækker sit samtykke tilbage", "undo it"),
        "det var ikke meningen",
    ],
)
def test_a_command_stands_beside_a_no_that_is_about_something_else(text: str) -> None:
    told = asserted(text)
    assert not told.isdisjoint(ORDERS)
    assert not any(fact.startswith("keeps=") for fact in told)


@pytest.mark.parametrize(
    "text",
    ["det skal ikke trække ud", "bare det ikke trækker ud", "hun vil ikke have det skal trække ud"],
)
def test_what_drags_on_takes_nothing_back(text: str) -> None:
    told = asserted(text)
    assert told.isdisjoint({*ORDERS, "referral=wants-"})


@pytest.mark.parametrize(
    "text",
    [
        *("hun vil alligevel ikke", "hun vil ikke alligevel", "hun fortryder", "han trækker sig"),
        *("hun vil slet ikke ringes op alligevel", "han har ombestemt sig", "hun har fortrudt"),
        *("han vil ikke henvises", "she changed her mind", "she backs out", "he regrets it"),
        "he doesn't want to be referred after all",
    ],
)
def test_a_patient_who_no_longer_wants_it_backs_out(text: str) -> None:
    assert "backs_out=" in asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        *("hun vil ikke ringes op om aftenen", "hun vil ikke ringes op før kl 17", "nej tak"),
        *("hun vil ikke have tolk", "han fortryder ikke", "fortryder hun?", "hun vil ikke nu"),
        *("hun vil ikke", "manden vil ikke kontaktes", "vil ikke have besked fra kommunen"),
    ],
)
def test_who_refuses_a_detail_does_not_back_out(text: str) -> None:
    assert "backs_out=" not in asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "er den sendt?",
            "er det sendt",
            "har du sendt den",
            "fik du sendt den?",
            "er den afsted",
        ),
        *("er den sendt eller skal jeg trykke", "blev henvisningen sendt", "skal jeg sende nu?"),
        *("hvem har den nu", "hvad var nummeret på henvisningen", "mangler der noget?"),
        *("is it sent", "did it go through?", "has it been sent?", "who has it now"),
    ],
)
def test_asking_whether_it_was_sent_is_told_from_sending(text: str) -> None:
    told = asserted(text)
    assert any(fact.startswith("sent=") for fact in told)
    assert "send=" not in told


@pytest.mark.parametrize(
    "text",
    [
        *(
            "send den",
            "ja send",
            "den er ikke sendt",
            "hvad skal jeg trykke på",
            "hun blev sendt hjem",
            "blev hun sendt hjem?",
            "er hun igennem operationen",
            "is he sent home",
        ),
        *("blev den fra i går sendt?", "send it", "send den afsted", "ja afsted med den"),
    ],
)
def test_other_words_do_not_ask_whether_it_was_sent(text: str) -> None:
    assert not any(fact.startswith("sent=") for fact in asserted(text))


@pytest.mark.parametrize(
    "text",
    [
        *("den anden på stuen ryger også", "nr 2 på stuen vil også", "sidemanden vil også"),
        "the guy in the next bed smokes too",
    ],
)
def test_the_patient_in_the_next_bed_is_another_one(text: str) -> None:
    assert any(fact.startswith("another=") for fact in asserted(text))
