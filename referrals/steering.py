"""Steering at the bedside: back, pause, help, undo, next patient, language, referrals sent."""

from __future__ import annotations

import json

from referrals import filing, script
from referrals.answering import proceed
from referrals.asking import ask, summary_so_far
from referrals.bedside import Bedside
from referrals.consent import LANGUAGES
from referrals.encounter import Outcome, Step
from referrals.own_referrals import of_nurse
from referrals.referral import Actor, State
from referrals.saying import Button, Say
from referrals.withdrawal import withdraw


def go_back(bedside: Bedside) -> list[Say]:
    """Go one step back. A filed referral is undone instead; a cancelled encounter stays so."""
    if bedside.encounter.ended is Outcome.REFERRED:
        return [Say("utter_already_filed"), ask(bedside)]
    if bedside.encounter.ended:
        return [ask(bedside)]
    before = bedside.encounter
    bedside.encounter = script.go_back(before)
    if bedside.encounter == before:
        return [Say("utter_at_the_start"), ask(bedside)]
    return proceed(bedside)


def pause(bedside: Bedside) -> list[Say]:
    """Keep the encounter for later, longer than an idle one."""
    if script.outcome(bedside.encounter):
        return [ask(bedside)]
    bedside.row.paused = True
    return [Say("utter_paused")]


def resume(bedside: Bedside) -> list[Say]:
    """Show the present step again."""
    return proceed(bedside)


def show_help(bedside: Bedside) -> list[Say]:
    """Say what can be said, then ask again."""
    bedside.row.misses = 0
    return [Say("utter_help"), ask(bedside)]


def explain(bedside: Bedside, topic: str) -> list[Say]:
    """Answer a question of the nurse and come back to the same step."""
    bedside.row.misses = 0
    return [Say(f"utter_answer_{topic}"), ask(bedside)]


def undo_referral(bedside: Bedside) -> list[Say]:
    """Take the referral back within ten minutes."""
    return filing.undo(bedside)


def show_summary(bedside: Bedside) -> list[Say]:
    """Show what has been answered so far, and ask on."""
    if bedside.step in (Step.SUMMARY, Step.FILED, Step.CLOSED):
        return [ask(bedside)]
    return [summary_so_far(bedside), ask(bedside)]


def change_wording_language(bedside: Bedside, wanted: str | None) -> list[Say]:
    """Speak the language that was named, or the other one, from the next message on."""
    other = "en" if bedside.row.language == "da" else "da"
    bedside.row.language = wanted if wanted in LANGUAGES else other
    return [Say(f"utter_language_changed_{bedside.row.language}")]


def ask_withdrawal(bedside: Bedside, typed: str | None) -> list[Say]:
    """Ask the nurse to confirm a withdrawal by button, for a referral of the own ward."""
    referral = of_nurse(bedside, typed, ward_too=True)
    if referral is None:
        return [Say("utter_referral_not_found"), ask(bedside)]
    if referral.state == State.WITHDRAWN:
        return [Say("utter_already_withdrawn", {"reference": referral.reference}), ask(bedside)]
    payload = "/withdraw_consent" + json.dumps(
        {"reference": referral.reference, "value": "yes"}, separators=(",", ":")
    )
    button = Button(referral.reference, payload)
    return [Say("utter_confirm_withdrawal", {"reference": referral.reference}, (button,))]


def withdraw_consent(bedside: Bedside, typed: str | None) -> list[Say]:
    """Withdraw the consent behind a referral of the own ward."""
    referral = of_nurse(bedside, typed, ward_too=True)
    if referral is None:
        return [Say("utter_referral_not_found"), ask(bedside)]
    withdraw(
        bedside.session,
        bedside.around.vault,
        referral,
        by=Actor.NURSE,
        name=bedside.nurse.name,
        how="told_ward",
        now=bedside.now,
    )
    return [Say("utter_withdrawn", {"reference": referral.reference}), ask(bedside)]
