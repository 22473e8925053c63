"""One encounter that waits at each step of the script."""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.encounter import Encounter, Outcome, Step

TOKEN = "[[name:0123456789ab]]"
PARTNERS = frozenset({"0151", "0163"})

TO_OFFER = {Step.STATUS: "daily"}
TO_CONSENT = TO_OFFER | {Step.OFFER: "yes"}
TO_OUTCOME = TO_CONSENT | {Step.CONSENT_CONTACT: "yes"}
TO_NAME = TO_OUTCOME | {Step.CONSENT_OUTCOME: "no"}
TO_PHONE = TO_NAME | {Step.NAME: TOKEN}
TO_POSTCODE = TO_PHONE | {Step.PHONE: "[[phone:0123456789ab]]"}
TO_MUNICIPALITY = TO_POSTCODE | {Step.POSTCODE: "2750"}
TO_BEST_TIME = TO_MUNICIPALITY | {Step.MUNICIPALITY: "0151"}
TO_MESSAGE = TO_BEST_TIME | {Step.BEST_TIME: "any"}
TO_LANGUAGE = TO_MESSAGE | {Step.LEAVE_MESSAGE: "no"}
TO_INTERPRETER = TO_LANGUAGE | {Step.SPOKEN_LANGUAGE: "ar"}
TO_SUMMARY = TO_INTERPRETER | {Step.INTERPRETER: "yes"}

BEFORE: dict[Step, Encounter] = {
    step: Encounter(answers, partner_codes=PARTNERS)
    for step, answers in {
        Step.STATUS: {},
        Step.PRODUCT: {Step.STATUS: "other_product"},
        Step.EVER_SMOKED: {Step.STATUS: "no_use"},
        Step.EX_SMOKER: {Step.STATUS: "ex"},
        Step.DEFER_REASON: {Step.STATUS: "unable"},
        Step.OFFER: TO_OFFER,
        Step.CONSENT_CONTACT: TO_CONSENT,
        Step.CONSENT_OUTCOME: TO_OUTCOME,
        Step.NAME: TO_NAME,
        Step.PHONE: TO_PHONE,
        Step.POSTCODE: TO_POSTCODE,
        Step.MUNICIPALITY: TO_MUNICIPALITY,
        Step.BEST_TIME: TO_BEST_TIME,
        Step.LEAVE_MESSAGE: TO_MESSAGE,
        Step.SPOKEN_LANGUAGE: TO_LANGUAGE,
        Step.INTERPRETER: TO_INTERPRETER,
        Step.SUMMARY: TO_SUMMARY,
    }.items()
} | {
    Step.CONSENT_SHARING: Encounter(
        TO_BEST_TIME, partner_codes=PARTNERS, sharing_codes=frozenset({"0151"})
    ),
    Step.DUPLICATE: Encounter(TO_SUMMARY, duplicate_open=True, partner_codes=PARTNERS),
    Step.SECOND_CONTACT: Encounter(TO_SUMMARY, Step.SECOND_CONTACT, partner_codes=PARTNERS),
    Step.DISCHARGE_DATE: Encounter(TO_SUMMARY, Step.DISCHARGE_DATE, partner_codes=PARTNERS),
    Step.PROTECTED_ADDRESS: Encounter(TO_SUMMARY, Step.PROTECTED_ADDRESS, partner_codes=PARTNERS),
    Step.FILED: Encounter(TO_SUMMARY, ended=Outcome.REFERRED, partner_codes=PARTNERS),
    Step.CLOSED: Encounter({Step.STATUS: "never"}, partner_codes=PARTNERS),
}
"""One encounter that waits at each step."""

BUTTONS_ONLY = (*script.BUTTON_ONLY, Step.DUPLICATE)
