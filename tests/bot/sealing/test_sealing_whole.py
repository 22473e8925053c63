"""A message as it is typed, and as it goes on: ``<…>`` is kept in the vault, ``…`` hidden."""

from __future__ import annotations

import json

import pytest

from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import load_vocabulary
from referrals.advice.encounter import Step
from referrals.vault.vault import TOKEN
from service.settings import ROOT

VOCABULARY = load_vocabulary(ROOT / "nlu")


def goes_on(step: Step, typed: str) -> str:
    sealed = seal_text(typed, step, VOCABULARY)
    text = sealed.text
    for value in sealed.values:
        text = text.replace(value.token, f"<{value.value}>")
    return TOKEN.sub("…", text)


@pytest.mark.parametrize(
    ("step", "typed", "read"),
    [
        (Step.OFFER, "hun } ryger { dagligt", "hun ryger dagligt"),
        (Step.OFFER, "//  ja", "ja"),
        (Step.OFFER, "/cancel", "cancel"),
        (Step.OFFER, '/answer{"x":1}', "?"),
        (Step.OFFER, "hun  ryger \t ikke\nja", "hun ryger ikke ja"),
        (Step.OFFER, "a  b \t c\nd", "… d"),  # letters one by one may spell a name
        (Step.OFFER, "ja [[name:123456789abc]]", "ja name: …"),
        (Step.OFFER, "zak siger nej", "… siger nej"),
        (Step.OFFER, "Zak. zak siger nej", "… . … siger nej"),
        (Step.OFFER, "har hun kol?", "har hun kol?"),
        (Step.OFFER, "hun har kol", "hun har …"),
        (Step.OFFER, "rygr", "ryger"),
        (Step.OFFER, "bor 3540 Lynge", "bor 3540 Lynge"),
        (Step.OFFER, "Lynge", "…"),
        (Step.OFFER, "rygr20cigaretter", "ryger 20 cigaretter"),
        (Step.OFFER, "H-2K34-A", "H-2K34-A"),
        (Step.OFFER, "h-2k34-a", "H-2K34-A"),
        (Step.OFFER, "h 2k34 a", "H-2K34-A"),
        (Step.OFFER, "H2K34A", "H-2K34-A"),
        (Step.OFFER, "hk234e", "H-K234-E"),
        (Step.OFFER, "H24687", "H …"),
        (Step.OFFER, "H2K34C", "H 2 K 34 C"),
        (Step.OFFER, "H-2K34-C", "H-2K34-C"),
    ],
)
def test_before_the_consent_known_words_go_on_and_nothing_is_kept(
    step: Step, typed: str, read: str
) -> None:
    assert goes_on(step, typed) == read


@pytest.mark.parametrize(
    ("step", "typed", "details"),
    [
        (Step.DISCHARGE_DATE, "i morgen", {"discharge_date": "<i morgen>"}),
        (Step.DISCHARGE_DATE, "12.12.", {"discharge_date": "<12.12>"}),
        (
            Step.DISCHARGE_DATE,
            "fredag, datter Lis 20102031",
            {"discharge_date": "<fredag>", "second_contact": "<Lis, datter, 20102031>"},
        ),
        (
            Step.DISCHARGE_DATE,
            "fredag ring 20667788",
            {"discharge_date": "<fredag>", "left_out": "…"},
        ),
        (Step.DISCHARGE_DATE, "fredag kl. 10", {"discharge_date": "<fredag>"}),
        (
            Step.DISCHARGE_DATE,
            "hun kommer hjem fredag, tolk ja",
            {"discharge_date": "<fredag>", "beside": "tolk ja"},
        ),
        (
            Step.DISCHARGE_DATE,
            "tolk ja, hun kommer hjem fredag",
            {"discharge_date": "<fredag>", "beside": "tolk ja"},
        ),
        (
            Step.DISCHARGE_DATE,
            "fredag, cpr 010190-1234",
            {"discharge_date": "<fredag>", "cpr": "…"},
        ),
        (
            Step.SECOND_CONTACT,
            "Lise 20667788, tlf 30405060",
            {"left_out": "rest", "second_contact": "<Lise, 20667788>"},
        ),
        (
            Step.SECOND_CONTACT,
            "datter Lis 20667788, 30405060",
            {"second_contact": "<Lis, datter, 20667788>", "left_out": "rest"},
        ),
        (Step.SECOND_CONTACT, "112", {"second_contact": "<112>"}),
        (Step.SECOND_CONTACT, "ring 1813", {"second_contact": "<112>"}),
        (Step.SECOND_CONTACT, "Lise", {"second_contact": "<Lise>"}),
        (Step.NAME, "Karin Holm 2750 2730", {"postcode": ["2750", "2730"], "name": "<Karin Holm>"}),
        (Step.NAME, "Karin Holm 2750 2750", {"postcode": "2750", "name": "<Karin Holm>"}),
        (Step.NAME, "Lise Krogh, Hansen, Jens", {"name": "<Lise Krogh>", "left_out": "…"}),
        (
            Step.NAME,
            "Karin Holm zqvist 20667788",
            {"phone": "<20667788>", "name": "<Karin Holm>", "left_out": "…"},
        ),
        (
            Step.NAME,
            "Karin Holm, 20667788, 2750 Ballerup",
            {"postcode": "2750", "phone": "<20667788>", "name": "<Karin Holm>"},
        ),
        (Step.PHONE, "20667788 30405060", {"phone": ["<20667788>", "<30405060>"]}),
        (
            Step.PHONE,
            "ring gerne til datteren Lise 20667788",
            {"second_contact": "<Lise, datter, 20667788>", "beside": "ring gerne til"},
        ),
        (Step.PHONE, "nej, datter Lis 20667788", {"second_contact": "<Lis, datter, 20667788>"}),
        (
            Step.LEAVE_MESSAGE,
            "nej, datter Lis 20667788",
            {"second_contact": "<Lis, datter, 20667788>", "beside": "nej"},
        ),
    ],
)
def test_a_message_of_details_is_told_as_details(
    step: Step, typed: str, details: dict[str, object]
) -> None:
    assert json.loads(goes_on(step, typed).removeprefix("/give_contact_details")) == details


@pytest.mark.parametrize(
    ("step", "typed", "read"),
    [
        (Step.PHONE, "20667788 er sekretærens", "<20667788> er andens"),
        (Step.PHONE, "sekretærens datter kommer", "sekretæren datter kommer"),
        (Step.PHONE, "20667788 er kollegaens", "<20667788> er kollegaens"),
        (Step.PHONE, "kollegaens datter kommer", "kollegaens datter kommer"),
        (Step.NAME, "Karin Holm 2750 Herlev", "<Karin Holm> 2750 Herlev"),
        (Step.SECOND_CONTACT, "nej tak", "nej tak"),
        (Step.SECOND_CONTACT, "ingen", "ingen"),
        (Step.DISCHARGE_DATE, "det ved vi ikke", "det ved vi ikke"),
    ],
)
def test_details_within_words_stand_where_they_were_typed(
    step: Step, typed: str, read: str
) -> None:
    assert goes_on(step, typed) == read


def test_who_must_not_be_called_is_told_whole_and_nothing_of_it_is_read() -> None:
    told = "ring ikke til datteren Lise 20667788"
    details = goes_on(Step.PHONE, told).removeprefix("/give_contact_details")
    assert json.loads(details) == {"left_out": [f"<{told}>"]}
