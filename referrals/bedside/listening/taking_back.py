"""One word right after takes back all that was noted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Encounter, Step
from referrals.advice.witness import bare_answer
from referrals.bedside import answering
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_TAKES_NO = frozenset(
    {
        *script.CONSENT_STEPS,
        *(Step.STATUS, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER, Step.MUNICIPALITY),
        *(Step.LEAVE_MESSAGE, Step.INTERPRETER, Step.PROTECTED_ADDRESS, Step.DUPLICATE),
        *(Step.PHONE, Step.POSTCODE),  # there is none
    }
)
"""Questions that a bare no answers: there it takes nothing back."""


def take_back(bedside: Bedside, words: Words, aside: dict[str, Any]) -> list[Say]:
    """Take back all that was noted of the words before, where one word says so right after."""
    kept = aside.get("before")
    says_so = any(fact.kind == "take_back" for fact in words.facts)
    no = bare_answer(words) == "no" and "question" not in aside and bedside.step not in _TAKES_NO
    if not kept or bedside.encounter.ended or not (says_so or no):
        return []
    bedside.encounter = _restored(bedside, kept)
    return [Say("utter_taken_back"), *answering.proceed(bedside)]


def to_json(encounter: Encounter) -> dict[str, Any]:
    """Give the encounter as ``aside`` keeps it until the next message."""
    return {
        "answers": [[step.value, value] for step, value in encounter.answers.items()],
        "revisiting": encounter.revisiting.value if encounter.revisiting else None,
        "tried_before": encounter.tried_before,
    }


def _restored(bedside: Bedside, kept: dict[str, Any]) -> Encounter:
    """Give the encounter as it was; what was written into the vault since is forgotten."""
    now = bedside.encounter
    answers = {Step(step): value for step, value in kept["answers"]}
    for step in script.SEALED.keys() & now.answers.keys():
        if answers.get(step) != now.answers[step]:
            bedside.around.vault.forget(bedside.session, bedside.row.id, now.answers[step])
    revisiting = Step(kept["revisiting"]) if kept["revisiting"] else None
    return replace(now, answers=answers, revisiting=revisiting, tried_before=kept["tried_before"])


def forget_marked(bedside: Bedside, aside: dict[str, Any]) -> None:
    """Forget the sealed values that the message before took out and nothing took back."""
    for token in aside.get("forget", ()):
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)
