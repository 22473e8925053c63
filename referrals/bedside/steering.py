"""Steering at the bedside: back, pause, help, undo, next patient, language, referrals sent."""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.encounter import Outcome, Step
from referrals.advice.forgetting import without_sealed
from referrals.bedside import filing
from referrals.bedside.answering import UNCLEAR, proceed
from referrals.bedside.asking import ask, summary_so_far
from referrals.bedside.finding import current_referral, of_nurse
from referrals.bedside.own_referrals import latest
from referrals.bedside.words import used
from referrals.consent.texts import LANGUAGES
from referrals.consent.withdrawal import withdraw
from referrals.referral.moves import Actor, State
from referrals.turns.saying import Button, Say, answer_payload
from referrals.turns.turn import Bedside, end

_LATEST = 3


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
    for step in script.SEALED.keys() & before.answers.keys() - bedside.encounter.answers.keys():
        bedside.forgets_later(before.answers[step])
    return proceed(bedside)


def ask_to_go_on(bedside: Bedside) -> list[Say]:
    """Ask whether the talk that is over goes on; where it cannot, say so."""
    if bedside.encounter.ended:
        return [Say("utter_over"), ask(bedside)]
    asked = Say("utter_ask_to_go_on")
    bedside.asks_aside("go_on", said=asked.to_json())
    return [asked]


def reopen(bedside: Bedside) -> list[Say]:
    """Go back to the question whose answer ended the talk, or put the patient off."""
    before = bedside.encounter
    while not bedside.encounter.ended and bedside.step in (Step.CLOSED, Step.DEFER_REASON):
        bedside.encounter = script.go_back(bedside.encounter)
    for step in script.SEALED.keys() & before.answers.keys() - bedside.encounter.answers.keys():
        bedside.forgets_later(before.answers[step])
    return proceed(bedside)


def pause(bedside: Bedside) -> list[Say]:
    """Keep the encounter for later, longer than an idle one."""
    if script.outcome(bedside.encounter):
        return [ask(bedside)]
    bedside.row.paused = True
    return [Say("utter_paused")]


def stop_for(bedside: Bedside, moment: str) -> list[Say]:
    """Stop with a human sentence: the patient ``died``, or the moment is ``hard``.

    Going on, ending it, or taking back what was sent: each is a button.
    """
    referral = current_referral(bedside) if bedside.step is Step.FILED else None
    if moment == "died" and referral is not None and referral.state != State.WITHDRAWN:
        return [Say("utter_died"), *ask_withdrawal(bedside, referral.reference)]
    if script.outcome(bedside.encounter):
        return [Say(f"utter_{moment}"), ask(bedside)]
    bedside.row.paused = True
    asked = Say(f"utter_paused_{moment}")
    bedside.asks_aside("moment", said=asked.to_json())
    return [asked]


def ask_to_put_off(bedside: Bedside, why: str) -> list[Say]:
    """Ask whether the patient is put off, where a consent cannot be given now and ``why``."""
    later = Button(bedside.word("put_off", "later"), answer_payload(Step.OFFER, "unable"))
    buttons = (later, Button(bedside.word("put_off", "go_on"), "/resume"))
    asked = Say("utter_ask_put_off", {}, buttons)
    bedside.asks_aside("put_off", why=why, said=asked.to_json())
    return [asked]


def resume(bedside: Bedside) -> list[Say]:
    """Show the present step again; whoever takes a patient up is first told what stands."""
    return [*_from_last_time(bedside), *proceed(bedside)]


def _from_last_time(bedside: Bedside) -> list[Say]:
    if not bedside.row.takes_up or bedside.step not in (Step.STATUS, Step.OFFER):
        return []
    if bedside.step is Step.STATUS:
        return [Say("utter_taken_up_afresh")]
    return [Say("utter_taken_up", {"use": used(bedside)})]


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
    if bedside.step is Step.SUMMARY:
        return [ask(bedside)]
    return [summary_so_far(bedside), ask(bedside)]


def change_wording_language(bedside: Bedside, wanted: str | None) -> list[Say]:
    """Speak the language that was named, or the other one, from the next message on."""
    other = "en" if bedside.row.language == "da" else "da"
    bedside.row.language = wanted if wanted in LANGUAGES else other
    return [Say(f"utter_language_changed_{bedside.row.language}")]


def ask_cancel(bedside: Bedside, *others: Button) -> list[Say]:
    """Ask whether all of it is to be deleted: what is typed next answers that, and no step.

    ``others`` are buttons for what else may be meant.
    """
    asked = Say("utter_confirm_cancel", {}, others)
    bedside.asks_aside("cancel", said=asked.to_json())
    return [asked]


def ask_backing_out(bedside: Bedside) -> list[Say]:
    """Ask whether a patient who agreed no longer wants it: then all of it is deleted."""
    asked = Say("utter_confirm_backing_out")
    bedside.asks_aside("cancel", said=asked.to_json())
    return [asked]


def ask_what_is_meant(bedside: Bedside) -> list[Say]:
    """Ask at the summary whether to correct, to cancel or to send: words do not send there now."""
    bedside.leaves_open(UNCLEAR, value=True)
    buttons = (
        Button(bedside.word("summary", "correct"), "/correct_detail"),
        Button(bedside.word("summary", "cancel"), "/cancel"),
        Button(bedside.word("summary", "send"), answer_payload(Step.SUMMARY, "send")),
    )
    return [Say("utter_press_a_button", {}, buttons)]


def ask_withdrawal(bedside: Bedside, typed: str | None) -> list[Say]:
    """Ask the nurse to confirm a withdrawal by button, for a referral of the own ward.

    Without a reference, the referral that this conversation sent is meant; before it is sent,
    cancelling is what there is to do.
    """
    if not typed:
        return _withdrawal_without_reference(bedside)
    referral = of_nurse(bedside, typed, ward_too=True)
    if referral is None:
        return [Say("utter_referral_not_found"), ask(bedside)]
    if referral.state == State.WITHDRAWN:
        return [Say("utter_already_withdrawn", {"reference": referral.reference}), ask(bedside)]
    asked = Say("utter_confirm_withdrawal", {"reference": referral.reference})
    bedside.asks_aside("withdraw", said=asked.to_json())
    return [asked]


def _withdrawal_without_reference(bedside: Bedside) -> list[Say]:
    sent = current_referral(bedside) if bedside.step is Step.FILED else None
    if sent is not None:
        return ask_withdrawal(bedside, sent.reference)
    if script.has_consent(bedside.encounter) and not script.outcome(bedside.encounter):
        return ask_cancel(bedside, *_feedback_alone(bedside))
    if bedside.encounter.answers and not script.outcome(bedside.encounter):
        return [Say("utter_withdraw_which"), ask(bedside)]  # no earlier patient's is offered now
    buttons = tuple(
        Button(
            bedside.word("withdrawal", "which").format(reference=own.reference),
            f'/withdraw_consent{{"reference":"{own.reference}"}}',
        )
        for own in latest(bedside.session, bedside.nurse, _LATEST)
        if own.state != State.WITHDRAWN
    )
    return [Say("utter_withdraw_which", {}, buttons), ask(bedside)]


def _feedback_alone(bedside: Bedside) -> tuple[Button, ...]:
    """Give the button to the other consent, where the patient gave both."""
    if bedside.encounter.get(Step.CONSENT_OUTCOME) != "yes":
        return ()
    title = bedside.word("withdrawal", "feedback")
    return (Button(title, f'/correct_detail{{"detail":"{Step.CONSENT_OUTCOME}"}}'),)


def withdraw_consent(bedside: Bedside, typed: str | None) -> list[Say]:
    """Withdraw the consent behind a referral of the own ward."""
    referral = of_nurse(bedside, typed, ward_too=True)
    if referral is None:
        return [Say("utter_referral_not_found"), ask(bedside)]
    withdraw(
        bedside.session,
        referral,
        by=Actor.NURSE,
        name=bedside.nurse.name,
        how="told_ward",
        now=bedside.now,
    )
    if referral.encounter_id == bedside.row.id:  # this turn holds a copy of what was just forgotten
        left = without_sealed(bedside.encounter.answers)
        bedside.encounter = bedside.encounter.with_answers(left)
        end(bedside, bedside.encounter.ended or Outcome.CANCELLED)
    return [Say("utter_withdrawn", {"reference": referral.reference}), ask(bedside)]
