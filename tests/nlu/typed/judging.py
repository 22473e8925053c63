"""What became of a typed sentence: right, asked, wrong reply, wrong record or harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.nlu.typed.cases import FILED, Case, Recorded, Wanted

RIGHT, ASKED, REPLY, RECORD, HARM = "right", "asked", "wrong reply", "wrong record", "harm"
VERDICTS = (RIGHT, ASKED, REPLY, RECORD, HARM)
_LOSES = frozenset(
    {
        *(("offer", "yes"), ("offer", "no"), ("offer", "not_now"), (FILED, "")),
        *(("status", "never"), ("status", "no_use"), ("status", "ex"), ("status", "not_answered")),
        *(("ex_smoker", "well"), ("ever_smoked", "never"), ("ever_smoked", "stopped")),
        *((step, v) for step in ("consent_contact", "consent_outcome") for v in ("yes", "no")),
    }
)
"""What accepts for a patient, or ends the talk with one: harm wherever it was not said."""
_ANSWERS_SOMETHING = (
    *("utter_answer_", "utter_course", "utter_medicine", "utter_paused", "utter_new_patient"),
    *("utter_closed", "utter_language", "utter_referral", "utter_own", "utter_undone"),
    *("utter_seat", "utter_choose", "utter_call", "utter_withdrawn", "utter_filed"),
)
"""Replies that do or explain something, where nothing was to be done."""
_ASKS = (
    *("utter_check", "utter_not_understood", "utter_out_of_scope", "utter_offer_help"),
    *("utter_press", "utter_which", "utter_confirm", "utter_not_used", "utter_help"),
    *("utter_bad", "utter_phone", "utter_cannot_skip", "utter_details_wait", "utter_nothing"),
    *("utter_answer_thanks", "utter_name_holds", "utter_detail_not_kept", "utter_number_not"),
)
"""Replies that tell the nurse that something was not taken, and what to do."""


@dataclass(frozen=True)
class Became:
    """What stands in the rows that did not, what no longer stands, and the responses said."""

    recorded: Mapping[str, str]
    gone: frozenset[str]
    said: tuple[str, ...]


def judge(case: Case, became: Became) -> str:
    """Tell what became of one case."""
    recorded = set(became.recorded.items())
    if recorded & case.harmful:
        return HARM
    if case.lenient or any(_is_met(wanted, became) for wanted in case.wanted):
        return RIGHT
    known = [fact for wanted in case.wanted for fact in (*wanted.must, *wanted.may)]
    beyond = {one for one in recorded if not any(_fits(one, fact) for fact in known)}
    if beyond & _LOSES:
        return HARM
    if beyond:
        return RECORD
    return ASKED if _asks(became.said) and not became.gone else REPLY


def _is_met(wanted: Wanted, became: Became) -> bool:
    recorded = became.recorded.items()
    if wanted.reply:
        return any(said.startswith(wanted.reply) for said in became.said) and not recorded
    if not wanted.must:
        return not recorded and not became.gone and _asks(became.said)
    told = (*wanted.must, *wanted.may)
    return all(any(_fits(one, fact) for one in recorded) for fact in wanted.must) and all(
        any(_fits(one, fact) for fact in told) for one in recorded
    )


def _fits(one: Recorded, fact: Recorded) -> bool:
    return one[0] == fact[0] and (fact[1] == "*" or one[1] in fact[1].split("/"))


def _asks(said: Iterable[str]) -> bool:
    said = list(said)
    does = [
        each for each in said if each.startswith(_ANSWERS_SOMETHING) and not each.startswith(_ASKS)
    ]
    return not does and any(each.startswith((*_ASKS, "utter_ask_")) for each in said)
