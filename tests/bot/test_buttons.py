"""Payloads of buttons: what a button of ours can carry goes on, everything else is refused."""

from __future__ import annotations

import json

import pytest

from bot.buttons import INTENTS, BadPayload, engine_payload, read_beside, with_language

HASH = "0123456789abcdef" * 4


def entities(payload: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(payload[payload.index("{") :])
    return found


WITH_BUTTONS = {
    *("answer", "skip", "go_back", "cancel", "pause", "resume", "help", "new_patient"),
    *("undo_referral", "show_summary", "correct_detail", "withdraw_consent", "hold_seat"),
    *("change_wording_language", "ask_courses", "refine_courses", "more_courses", "show_course"),
    *("ask_medicine_price", "consent_partner", "book_call"),
}
"""Written out a second time: an intent that is missing is a button that does nothing."""


def test_no_other_intent_has_a_button() -> None:
    assert INTENTS == WITH_BUTTONS


@pytest.mark.parametrize("intent", sorted(WITH_BUTTONS))
def test_every_button_without_values_goes_on(intent: str) -> None:
    assert engine_payload(f"/{intent}", "da") == f'/{intent}{{"wording_language":"da"}}'


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_language_of_the_wording_is_added(language: str) -> None:
    sent = engine_payload('/answer{"step":"offer","value":"yes"}', language)
    assert entities(sent) == {"step": "offer", "value": "yes", "wording_language": language}


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param('/answer{"step":"status","value":"daily"}', id="choice"),
        pytest.param(
            f'/answer{{"step":"consent_contact","value":"yes","text_hash":"{HASH}"}}', id="consent"
        ),
        pytest.param('/answer{"step":"municipality","value":"0151"}', id="municipality"),
        pytest.param('/answer{"step":"municipality","value":"other"}', id="other municipality"),
        pytest.param('/answer{"step":"spoken_language","value":"ar"}', id="language"),
        pytest.param('/answer{"step":"spoken_language","value":"fil"}', id="long language"),
        pytest.param('/answer{"step":"spoken_language","value":"other"}', id="other language"),
        pytest.param('/answer{"step":"product","value":"snus"}', id="product"),
        pytest.param('/answer{"step":"product","value":"cigarettes+snus"}', id="products"),
        pytest.param('/answer{"step":"phone","value":"2"}', id="which number"),
        pytest.param('/answer{"step":"phone","value":"second_contact"}', id="whose number"),
        pytest.param('/answer{"step":"second_contact","value":"9"}', id="which contact"),
        pytest.param('/skip{"value":"rest"}', id="skip the rest"),
        pytest.param('/correct_detail{"detail":"phone"}', id="detail"),
        pytest.param('/correct_detail{"detail":"consent"}', id="consent as a detail"),
        pytest.param('/withdraw_consent{"reference":"H-2K4M-7","value":"yes"}', id="reference"),
        pytest.param('/hold_seat{"course":"12"}', id="course"),
        pytest.param('/ask_medicine_price{"place":"0151"}', id="place"),
        pytest.param('/book_call{"slot":"3-1795600800"}', id="slot"),
        pytest.param('/refine_courses{"free_seats":"yes"}', id="free seats"),
        pytest.param('/refine_courses{"time_of_day":"evening"}', id="time of day"),
        pytest.param('/refine_courses{"course_format":"digital"}', id="form"),
    ],
)
def test_a_code_that_a_button_carries_goes_on_unchanged(payload: str) -> None:
    assert entities(engine_payload(payload, "da")) == {
        **entities(payload),
        "wording_language": "da",
    }


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("", id="nothing"),
        pytest.param("answer", id="no slash"),
        pytest.param("/", id="slash only"),
        pytest.param("//answer", id="two slashes"),
        pytest.param("/Answer", id="capital"),
        pytest.param(" /answer", id="blank before"),
        pytest.param("/answer ", id="blank after"),
        pytest.param("/cancel\n", id="line end after"),
        pytest.param("/cancel;/resume", id="two intents"),
        pytest.param("/restart", id="command of the engine"),
        pytest.param("/session_start", id="session start"),
        pytest.param("/affirm", id="an intent that is typed only"),
        pytest.param("/smokes_daily", id="an answer that is typed only"),
        pytest.param("/give_contact_details", id="details without values"),
        pytest.param('/give_contact_details{"name":"[[name:3f9a2c1b7d60]]"}', id="details"),
    ],
)
def test_an_intent_without_a_button_is_refused(payload: str) -> None:
    refuses(payload)


@pytest.mark.parametrize(
    "key",
    [
        "name",
        "phone",
        "cpr",
        "email",
        "word",
        "wording_language",
        "Step",
        "",
        "__proto__",
        "x" * 99,
    ],
)
def test_a_key_that_no_button_has_is_refused(key: str) -> None:
    refuses("/answer" + json.dumps({key: "yes"}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("step", "Zebulon", id="name as step"),
        pytest.param("step", "status|product", id="two steps"),
        pytest.param("value", "Zebulon Quistgaard", id="name as value"),
        pytest.param("value", "20667788", id="phone as value"),
        pytest.param("value", "yes\n", id="line end behind a code"),
        pytest.param("value", "YES", id="capitals"),
        pytest.param("value", "", id="empty"),
        pytest.param("value", "yes" * 300, id="long value"),
        pytest.param("text_hash", HASH[:-1], id="short hash"),
        pytest.param("text_hash", HASH.upper(), id="hash in capitals"),
        pytest.param("text_hash", HASH * 2, id="long hash"),
        pytest.param("detail", "address", id="no such detail"),
        pytest.param("reference", "010190-1234", id="CPR as reference"),
        pytest.param("reference", "H-ZEBULON-Q", id="name as reference"),
        pytest.param("course", "1" * 19, id="long course"),
        pytest.param("course", "١٢", id="digits of another script"),
        pytest.param("course", "-1", id="negative course"),
        pytest.param("place", "27500", id="long place"),
        pytest.param("slot", "1", id="half a slot"),
        pytest.param("slot", "20667788-20667788", id="phone as slot"),
    ],
)
def test_a_value_that_is_no_code_is_refused(key: str, value: str) -> None:
    refuses("/answer" + json.dumps({key: value}))


@pytest.mark.parametrize("step", ["status", "name", "nowhere", ""])
def test_the_code_of_a_list_is_taken_at_its_own_step_only(step: str) -> None:
    refuses("/answer" + json.dumps({"step": step, "value": "0151"}))


@pytest.mark.parametrize(
    ("step", "value"),
    [
        ("product", "cigarettes+"),
        ("product", "cigarettes snus"),
        ("product", "yes"),
        ("phone", "0"),
        ("phone", "12"),
        ("phone", "20667788"),
        ("second_contact", "second_contact"),
        ("spoken_language", "d"),
        ("municipality", "015"),
    ],
)
def test_what_is_no_code_of_an_open_step_is_refused(step: str, value: str) -> None:
    refuses("/answer" + json.dumps({"step": step, "value": value}))


@pytest.mark.parametrize("value", ["2", "1"])
def test_which_number_is_meant_is_asked_at_no_other_step(value: str) -> None:
    refuses("/answer" + json.dumps({"step": "status", "value": value}))
    refuses("/answer" + json.dumps({"value": value}))


def test_an_open_step_takes_no_words() -> None:
    refuses('/answer{"step":"municipality","value":"Ballerup"}')
    refuses('/answer{"step":"spoken_language","value":"zebulon"}')


@pytest.mark.parametrize("value", ["1", "1.5", "true", "null", '["yes"]', '{"yes":"yes"}', "NaN"])
@pytest.mark.parametrize("key", ["step", "value"])
def test_a_value_that_is_no_text_is_refused(key: str, value: str) -> None:
    refuses(f'/answer{{"{key}":{value}}}')


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{", id="open"),
        pytest.param("}", id="close"),
        pytest.param("{}}", id="one close too many"),
        pytest.param("{step:offer}", id="no quotes"),
        pytest.param("{'step':'offer'}", id="wrong quotes"),
        pytest.param('{"step"}', id="key only"),
        pytest.param('{"step":"offer",}', id="comma at the end"),
        pytest.param('{"step":"offer"} {"value":"yes"}', id="two objects"),
        pytest.param('{"step":\n"offer"}', id="two lines"),
        pytest.param("[]", id="list"),
        pytest.param('["step","offer"]', id="filled list"),
        pytest.param('[{"step":"offer"}]', id="object in a list"),
        pytest.param('"offer"', id="text"),
        pytest.param("1", id="number"),
        pytest.param("null", id="null"),
        pytest.param('{"step":' + "[" * 10_000 + "}", id="lists without end"),
        pytest.param(
            '{"step":' + "[" * 100_000 + "]" * 100_000 + "}", id="lists in lists, too deep to read"
        ),
        pytest.param('{"course":' + "9" * 5_000 + "}", id="number too long to read"),
    ],
)
def test_what_is_no_json_object_is_refused(written: str) -> None:
    refuses(f"/answer{written}")


def test_what_was_refused_does_not_stand_in_the_error() -> None:
    with pytest.raises(BadPayload) as refused:
        engine_payload('/answer{"value":"Zebulon"}', "da")
    assert refused.value.args == ()
    assert refused.value.__cause__ is None


def test_a_repeated_key_cannot_smuggle_a_value_through() -> None:
    sent = engine_payload('/answer{"value":"Zebulon","value":"yes"}', "da")
    assert "Zebulon" not in sent


def test_a_payload_of_ours_takes_another_language() -> None:
    assert with_language('/resume{"wording_language":"da"}', "en") == with_language("/resume", "en")


def test_a_payload_without_values_takes_a_language() -> None:
    assert with_language("/resume", "en") == '/resume{"wording_language":"en"}'
    assert entities(with_language('/answer{"step":"offer"}', "da")) == {
        "step": "offer",
        "wording_language": "da",
    }


@pytest.mark.parametrize(
    ("sealed", "read", "details"),
    [
        ("hun ryger dagligt", "hun ryger dagligt", ""),
        ("/answer{}", "/answer{}", ""),
        ("/give_contact_details", "/give_contact_details", ""),
        ('/give_contact_details{"phone":"[[x]]"}', '/give_contact_details{"phone":"[[x]]"}', ""),
        (
            '/give_contact_details{"second_contact":"[[x]]","beside":"hemmelig adresse"}',
            "hemmelig adresse",
            '{"second_contact": "[[x]]"}',
        ),
    ],
)
def test_words_beside_details_are_read_in_the_place_of_what_carries_them(
    sealed: str, read: str, details: str
) -> None:
    assert read_beside(sealed) == (read, details)


def refuses(payload: str) -> None:
    with pytest.raises(BadPayload):
        engine_payload(payload, "da")
