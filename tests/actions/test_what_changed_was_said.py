"""Whatever is typed at any step: what changed was said, and no prompt comes twice in silence."""

from __future__ import annotations

import itertools
from dataclasses import astuple, dataclass
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
from referrals.bedside.asking import ask
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
WHO = ["", "", "hun", "pt", "hendes mand", "konen", "datteren", "jeg"]
HOW = ["", "", "", "ikke", "måske", "hvis", "siger at hun"]
FACTS = [
    *(
        "ryger 10 om dagen",
        "ryger ikke",
        "ryger kun til fest",
        "har aldrig røget",
        "snuser",
        "vaper",
    ),
    *("er stoppet", "er faldet i med snus", "det går godt", "sover", "er vågen nu", "er udskrevet"),
    *("vil gerne henvises", "vil ikke", "vil gerne stoppe", "har prøvet før", "senere", "siger ja"),
    *(
        "ring om aftenen",
        "ring kl 8-10 eller 14-16",
        "ikke tirsdag",
        "efter kl 17",
        "om formiddagen",
    ),
    *("taler polsk", "dansk", "tolk ja", "ingen tolk", "læg gerne besked", "ingen besked"),
    *("hemmelig adresse", "udskrives fredag", "udskrevet 20/11", "bor i Herlev", "2730"),
]
COMMANDS = [
    *("fortryd", "nej", "ja", "nej forkert", "hov", "tilbage", "slet det", "behold", "lad det stå"),
    *("send den", "send den efter kl 14", "hun siger send ikke", "annuller", "pause", "start igen"),
    *("hvad er noteret", "fortsæt", "noget andet", "ingen af dem", "måske", "ok", "spring over"),
]


def said_of(who: str, how: str, fact: str) -> str:
    return " ".join(filter(None, (who, how, fact)))


CLAUSES = st.builds(said_of, st.sampled_from(WHO), st.sampled_from(HOW), st.sampled_from(FACTS))
JOINTS = st.sampled_from([", ", " og ", " men ", " eller ", ". "])


@st.composite
def compositions(draw: st.DrawFn) -> str:
    """Draw a line of two to four facts, with a command before or behind it or none."""
    clauses = draw(st.lists(CLAUSES, min_size=2, max_size=4))
    line = clauses[0] + "".join(draw(JOINTS) + clause for clause in clauses[1:])
    command = draw(st.sampled_from(["", "", *COMMANDS]))
    return draw(st.sampled_from([f"{command}, {line}", f"{line}, {command}"])) if command else line


PIECES = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(sorted({case.text for case in own_cases()})),
    st.sampled_from(DETAILS),
)
LINES = st.one_of(
    st.lists(PIECES, min_size=1, max_size=4).map(", ".join),
    compositions(),
    st.sampled_from(COMMANDS),
)
TYPED = st.tuples(LINES, st.sampled_from(KINDS), st.sampled_from([0.3, 0.95]))
ASKS_FOR_IT = frozenset({"resume", "greet", "show_summary"})
"""Kinds of message after which the same prompt is what was asked for."""
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


@dataclass
class Typing:
    """One nurse who types line after line at one bedside."""

    world: World
    play: Play
    asked: Say

    def types(self, line: tuple[str, str, float]) -> tuple[list[Say], list[str], bool]:
        """Give what is said, each change in words, and whether anything changed."""
        text, intent, confidence = line
        sealed = seal_text(text, self.play.step, vocabulary())
        assume(not sealed.text.startswith("/"))  # nothing but details: read by nobody
        heard = understood(self.play, sealed.text, intent, confidence)
        action = next(each for each in ALL if each.action_name == ACTION_OF[intent])
        changed: list[str] = []
        moved: list[bool] = []

        def answer(bedside: Bedside) -> list[Say]:
            before = bedside.encounter
            said = action(self.world.encounters).answer(bedside, heard)
            if not bedside.encounter.ended:
                changed.extend(changes(bedside, before))
            moved.append(bedside.encounter != before)
            return said

        return self.play.say(answer, *sealed.values), changed, moved[0]


def at_step(world: World, step: str) -> Typing:
    play = Play(world, id=reach(world, world.staff("demo-nurse"), step, "da", next(NUMBERS)))
    return Typing(world, play, play.say(lambda b: [ask(b)])[0])


EACH_STEP = st.sampled_from(sorted(WAY))
NO_CLOCK = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@NO_CLOCK
@given(step=EACH_STEP, lines=st.lists(TYPED, min_size=1, max_size=3))
def test_whatever_is_typed_at_any_step_what_changed_was_said(
    world: World, step: str, lines: list[tuple[str, str, float]]
) -> None:
    typing = at_step(world, step)
    for line in lines:
        said, changed, _ = typing.types(line)
        noted = " ".join(each.values.get("noted", "") for each in said)
        silent = [words for words in changed if words not in noted]
        assert silent == [], (step, line, [each.response for each in said])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@NO_CLOCK
@given(step=EACH_STEP, lines=st.lists(TYPED, min_size=1, max_size=3))
def test_no_prompt_comes_twice_in_a_row_without_a_reason_said(
    world: World, step: str, lines: list[tuple[str, str, float]]
) -> None:
    typing = at_step(world, step)
    for line in lines:
        said, _, moved = typing.types(line)
        again = said == [typing.asked] and not moved and line[1] not in ASKS_FOR_IT
        assert not again, (step, line, typing.asked.response)
        typing.asked = said[-1] if said else typing.asked
