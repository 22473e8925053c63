"""Whatever is typed at any step: what changed in the encounter was said in the reply."""

from __future__ import annotations

import itertools
from dataclasses import astuple
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from actions import ALL
from actions.bedside_action import Heard
from bot.engine.stand_in import load_actions
from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from nlu.entities.entities import EntityFinder
from nlu.reading.lexicon import LOOKUPS
from nlu.text.lookups import read_values
from referrals.advice.asserted import Fact
from referrals.advice.encounter import Encounter, Step
from referrals.bedside import noting
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from tests.conftest import World
from tests.nlu.reading.saying import reader
from tests.nlu.typed.cases import own_cases
from tests.nlu.typed.reaching import WAY, reach
from tests.referrals.playing import Play

ACTION_OF = load_actions(Path("nlu/rules.yml"))
BY_BUTTON = {"answer", "consent_partner", "new_patient"}
"""Kinds that are no typed words, or begin another encounter."""
KINDS = sorted(ACTION_OF.keys() - BY_BUTTON)
PHRASES = sorted(
    phrase.replace("_ ", "").replace("*", "")
    for name in LOOKUPS
    for phrases in read_values(name).values()
    for phrase in phrases
)
DETAILS = ["20 66 77 88", "2730", "Karin Qvortrup", "hun hedder Bo Lund", "nr 26112233", "Ballerup"]
PIECES = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(sorted({case.text for case in own_cases()})),
    st.sampled_from(DETAILS),
)
NUMBERS = itertools.count(100_000)


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary(Path("nlu"))


@cache
def finder() -> EntityFinder:
    return EntityFinder()


def understood(play: Play, sealed: str, intent: str, confidence: float) -> Heard:
    every: dict[str, list[str]] = {}
    for found in finder().find(sealed):
        every.setdefault(found.entity, []).append(found.value)
    facts = tuple(Fact(*astuple(fact)) for fact in reader().read(sealed).facts)
    first = {name: values[0] for name, values in every.items()}
    return Heard(
        play.id, "m", intent, first, every, text=sealed, facts=facts, confidence=confidence
    )


def changes(bedside: Bedside, before: Encounter) -> list[str]:
    """Give each change in words, whoever made it."""
    old, new = before.answers, bedside.encounter.answers
    came = [(step, value) for step, value in new.items() if old.get(step) != value]
    went = [(step, value) for step, value in old.items() if step not in new]
    consents = (Step.CONSENT_CONTACT, Step.CONSENT_OUTCOME, Step.DUPLICATE)
    told = [noting.in_words(bedside, s, v) for s, v in (*came, *went) if s not in consents]
    if bedside.encounter.tried_before and not before.tried_before:
        told.append(noting.in_words(bedside, Step.OFFER, "tried_before"))
    return told


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    step=st.sampled_from(sorted(WAY)),
    pieces=st.lists(PIECES, min_size=1, max_size=4),
    intent=st.sampled_from(KINDS),
    confidence=st.sampled_from([0.3, 0.95]),
)
def test_whatever_is_typed_at_any_step_what_changed_was_said(
    world: World, step: str, pieces: list[str], intent: str, confidence: float
) -> None:
    play = Play(world, id=reach(world, world.staff("demo-nurse"), step, "da", next(NUMBERS)))
    sealed = seal_text(", ".join(pieces), Step(step), vocabulary())
    assume(not sealed.text.startswith("/"))  # nothing but details: read by nobody
    heard = understood(play, sealed.text, intent, confidence)
    action = next(each for each in ALL if each.action_name == ACTION_OF[intent])
    changed: list[str] = []

    def answer(bedside: Bedside) -> list[Say]:
        before = bedside.encounter
        said = action(world.encounters).answer(bedside, heard)
        if not bedside.encounter.ended:
            changed.extend(changes(bedside, before))
        return said

    said = play.say(answer, *sealed.values)
    noted = " ".join(each.values.get("noted", "") for each in said)
    takes_back = any(each.response == "utter_taken_back" for each in said)
    silent = [] if takes_back else [words for words in changed if words not in noted]
    assert silent == [], (step, intent, heard.text, [each.response for each in said])
