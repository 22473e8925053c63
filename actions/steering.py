"""Steering: back, pause, help, undo, next patient, questions, referrals already sent."""

from __future__ import annotations

from actions.bedside_action import BedsideAction, Heard
from referrals.advice.closed_lists import names_next, says_again
from referrals.advice.witness import names_use
from referrals.bedside import (
    answering,
    asking_courses,
    not_understood,
    own_referrals,
    steering,
)
from referrals.bedside.listening.typed_answers import left_aside, overhear
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


class GoBackAction(BedsideAction):
    """Goes one step back."""

    action_name = "action_go_back"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Take back the last answer; by the button that asks to go on, what ended the talk."""
        if heard.entities.get("value") == "yes":
            return steering.reopen(bedside)
        return steering.go_back(bedside)


class CancelAction(BedsideAction):
    """Ends the encounter and forgets who it was about."""

    action_name = "action_cancel"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Cancel."""
        return answering.cancel(bedside)


class PauseAction(BedsideAction):
    """Keeps the encounter for later."""

    action_name = "action_pause"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Pause."""
        return steering.pause(bedside)


class ResumeAction(BedsideAction):
    """Shows the present step."""

    action_name = "action_resume"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Ask again."""
        return steering.resume(bedside)


class HelpAction(BedsideAction):
    """Says what can be said."""

    action_name = "action_help"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Help, and come back."""
        return steering.show_help(bedside)


class NewPatientAction(BedsideAction):
    """Begins the next patient's encounter."""

    action_name = "action_new_patient"

    def apply(self, heard: Heard) -> list[Say]:
        """Begin a new encounter instead of changing this one, unless the words tell of use.

        Words that do not say which patient begins are asked about.
        """
        if heard.typed and (
            names_use(heard.words) or says_again(heard.words) or not names_next(heard.words)
        ):
            return super().apply(heard)
        return self._encounters.next_patient(
            heard.encounter_id,
            heard.message_id,
            lambda bedside: self.decide(bedside, heard),
            by_page=heard.by_page,
        )

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Ask the first question of the new encounter."""
        return [Say("utter_new_patient"), *steering.resume(bedside)]


class UndoReferralAction(BedsideAction):
    """Takes a referral back within ten minutes."""

    action_name = "action_undo_referral"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Undo."""
        return steering.undo_referral(bedside)


class ShowSummaryAction(BedsideAction):
    """Shows what has been answered so far."""

    action_name = "action_show_summary"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Sum up, and come back."""
        return steering.show_summary(bedside)


class ChangeWordingLanguageAction(BedsideAction):
    """Speaks the other language."""

    action_name = "action_change_wording_language"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Change to the language that was named, or to the other one."""
        return steering.change_wording_language(bedside, heard.entities.get("spoken_language"))


class ExplainAction(BedsideAction):
    """Answers a question and comes back to the same step."""

    action_name = "action_explain"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Explain what the intent names: ``ask_price`` is answered by ``utter_answer_price``."""
        changed = asking_courses.follow_up(bedside, heard.intent, heard.every)
        return changed or steering.explain(bedside, heard.intent.removeprefix("ask_"))


class ShowReferralAction(BedsideAction):
    """Tells what became of the nurse's own referrals, or of one of them."""

    action_name = "action_show_referral"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Look it up by its reference, or list them."""
        return own_referrals.show_referral(bedside, heard.entities.get("reference"))


class WithdrawConsentAction(BedsideAction):
    """Withdraws a consent by reference, after a button to confirm."""

    action_name = "action_withdraw_consent"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Typed: ask to confirm. The button: withdraw."""
        reference = heard.entities.get("reference")
        if heard.entities.get("value") == "yes":
            return steering.withdraw_consent(bedside, reference)
        return steering.ask_withdrawal(bedside, reference)


class NotUnderstoodAction(BedsideAction):
    """Says that a message was not understood, notes it for review and shows the present step."""

    action_name = "action_not_understood"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Tell out-of-scope and unclear messages apart. Never moves the script."""
        out_of_scope = heard.intent == "out_of_scope"
        changed = asking_courses.follow_up(bedside, heard.intent, heard.every)
        told = (
            changed
            or overhear(bedside, heard.words)
            or ([] if out_of_scope else left_aside(bedside, heard.words))
        )
        if told:
            return told
        not_understood.note(bedside.session, heard.text, bedside.language, bedside.now)
        return answering.not_understood(bedside, out_of_scope=out_of_scope)
