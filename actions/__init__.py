"""What the engine's rules call: read the tracker, make one call into ``referrals``, say responses.

No action decides anything: ``referrals.advice.script`` does. No action sees personal data, only
tokens.
"""

from __future__ import annotations

from rasa_sdk import Action

from actions.answers import AnswerAction, CorrectAction, RecordContactAction
from actions.bedside_action import BedsideAction
from actions.courses import (
    AskCoursesAction,
    AskMedicinePriceAction,
    BookCallAction,
    ConsentPartnerAction,
    HoldSeatAction,
    MoreCoursesAction,
    RefineCoursesAction,
    ShowCourseAction,
)
from actions.steering import (
    CancelAction,
    ChangeWordingLanguageAction,
    ExplainAction,
    GoBackAction,
    HelpAction,
    NewPatientAction,
    NotUnderstoodAction,
    PauseAction,
    ResumeAction,
    ShowReferralAction,
    ShowSummaryAction,
    UndoReferralAction,
    WithdrawConsentAction,
)
from referrals.turns.encounters import Encounters

ALL: tuple[type[BedsideAction], ...] = (
    AnswerAction,
    RecordContactAction,
    CorrectAction,
    GoBackAction,
    CancelAction,
    PauseAction,
    ResumeAction,
    HelpAction,
    NewPatientAction,
    UndoReferralAction,
    ShowSummaryAction,
    ChangeWordingLanguageAction,
    ExplainAction,
    ShowReferralAction,
    WithdrawConsentAction,
    AskCoursesAction,
    RefineCoursesAction,
    MoreCoursesAction,
    ShowCourseAction,
    AskMedicinePriceAction,
    HoldSeatAction,
    ConsentPartnerAction,
    BookCallAction,
    NotUnderstoodAction,
)


def all_actions(encounters: Encounters) -> list[Action]:
    """Give one of each action of ``domain.yml``."""
    return [action(encounters) for action in ALL]
