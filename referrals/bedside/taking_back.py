"""What the words just before noted is taken back as a whole, and said: one word does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from referrals.advice import script
from referrals.advice.encounter import Encounter, Step
from referrals.bedside import noting
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


def take_back(bedside: Bedside, kept: Mapping[str, Any]) -> list[Say]:
    """Take back all that was noted since ``kept``, and say what that was. Asks nothing."""
    undone = bedside.encounter
    bedside.encounter = _restored(bedside, kept)
    what = noting.taken_back(bedside, undone)
    return [Say("utter_taken_back", {"noted": what})]


def to_json(encounter: Encounter) -> dict[str, Any]:
    """Give the encounter as ``aside`` keeps it until the next message."""
    return {
        "answers": [[step.value, value] for step, value in encounter.answers.items()],
        "revisiting": encounter.revisiting.value if encounter.revisiting else None,
        "tried_before": encounter.tried_before,
    }


def _restored(bedside: Bedside, kept: Mapping[str, Any]) -> Encounter:
    """Give the encounter as it was; what was written into the vault since is forgotten later."""
    now = bedside.encounter
    answers = {Step(step): value for step, value in kept["answers"]}
    for step in script.SEALED.keys() & now.answers.keys():
        if answers.get(step) != now.answers[step]:
            bedside.forgets_later(now.answers[step])
    revisiting = Step(kept["revisiting"]) if kept["revisiting"] else None
    return replace(now, answers=answers, revisiting=revisiting, tried_before=kept["tried_before"])


def forget_marked(bedside: Bedside, aside: Mapping[str, Any]) -> None:
    """Forget the sealed values that the message before took out and nothing took back."""
    for token in set(aside.get("forget", ())).difference(bedside.encounter.answers.values()):
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)
