"""Which message may be left, how little is smoked, which language counts; what is told beside."""

from __future__ import annotations

import pytest

from referrals.advice.asserted import language
from tests.nlu.reading.saying import asserted, remarks, words


@pytest.mark.parametrize(
    "text",
    [
        *("har fået besked om lungekræft", "tag gerne en besked med til lægen", "giv hende besked"),
        *("besked fra lægen", "fik en dårlig besked i morges", "han vil gerne have besked"),
        *(
            "læg besked hos konen",
            "leave a message with her husband",
            "got a message from the ward",
        ),
    ],
)
def test_a_message_of_another_kind_is_in_doubt(text: str) -> None:
    assert "leave_message=~hedge" in asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        *("læg gerne besked", "besked er ok", "ja, gerne besked", "gerne besked om aftenen"),
        *("der må gerne lægges besked", "besked må gerne lægges", "på svarer ja", "message ok"),
        *("gerne besked hvis hun er ude", "a message is fine", "besked på mobilen"),
    ],
)
def test_a_message_on_the_phone_may_be_left(text: str) -> None:
    assert "leave_message=" in asserted(text)


@pytest.mark.parametrize(
    "text", ["læg ikke besked", "ingen besked", "besked nej", "no message please"]
)
def test_a_message_that_may_not_be_left_is_denied(text: str) -> None:
    assert "leave_message=-" in asserted(text)


@pytest.mark.parametrize("text", ["sms først", "gerne sms", "text message only", "send en sms"])
def test_a_text_message_is_none_on_the_phone(text: str) -> None:
    told = asserted(text)
    assert "text_message=" in told
    assert not any(fact.startswith(("leave_message", "referral=wants")) for fact in told)


@pytest.mark.parametrize(
    "text",
    ["ryger stadig lidt", "ryger en smule", "smokes a little", "ryger kun lidt", "smokes a bit"],
)
def test_how_often_is_not_said_by_how_little(text: str) -> None:
    assert "smoking=use~hedge" in asserted(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ryger lidt hver dag", "smoking=daily"),
        ("cerutter", "smoking=use"),
        ("cigarer til fest", "smoking=occasional"),
        ("prøver at stoppe", "smoking=use"),
        ("he is trying to quit", "smoking=use"),
    ],
)
def test_what_is_smoked_and_how_often(text: str, told: str) -> None:
    assert told in asserted(text)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("polsk, engelsk går an", ["pl"]),
        ("taler polsk og rumænsk", ["pl"]),
        ("punjabi og urdu", ["pa"]),
        ("forstår godt dansk men taler polsk", ["pl"]),
        ("dansk og arabisk, mest arabisk", ["ar"]),
        ("taler polsk, forstår lidt engelsk", ["pl"]),
        ("understands Danish but speaks Polish", ["pl"]),
        ("Polish and Romanian", ["pl"]),
        ("ukrainsk el russisk", ["uk", "ru"]),
        ("dansk tolk ikke nødvendig", ["da"]),
    ],
)
def test_one_language_counts_unless_it_is_left_open(text: str, spoken: list[str]) -> None:
    assert language(words(text, "give_spoken_language")) == spoken


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("Urdu, needs a female interpreter", ["female"]),
        ("arabisk - kvindelig tolk", ["kvindelig"]),
        ("dansk, men lidt døv", ["lidt døv"]),
        ("ja hos datteren", ["hos datteren"]),
        ("ja, hos hendes mor", ["hos hendes mor"]),
        ("nej tak, konen har", ["konen har"]),
        ("stue 12 seng 2, ryger 20 dgl", ["stue 12 seng 2"]),
        ("ja tak", []),
        ("taler polsk, tolk ja", []),
        ("ryger 20 om dagen og vil gerne henvises", []),
    ],
)
def test_what_answers_nothing_is_found(text: str, beside: list[str]) -> None:
    assert remarks(text) == beside
