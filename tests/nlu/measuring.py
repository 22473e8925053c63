"""The figures of understanding on the held-out phrases, and the goals that CI holds them to."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.sealing.vocabulary import load_vocabulary
from nlu.text.noise import with_typos
from tests.nlu import phrases
from tests.nlu.phrases import LANGUAGES, MIXED, OUT_OF_SCOPE, PROJECT, Phrase
from tests.nlu.understanding import Understood, sealed

TYPO_RATE = 0.1
_TYPO_SEED = 1
_TWO_LETTERS = {"æ": "ae", "ø": "oe", "å": "aa"}
_ONE_LETTER = {"æ": "a", "ø": "o", "å": "a"}
OF_COURSES = frozenset(
    ("place", "near", "lives_in", "lives_at", "unknown_place", "weekday", "period", "not_period",
     "clock", "unread",
     "course_format", "audience", "free_seats", "free_of_charge", "clears", "position",
     "course_noun")
)  # fmt: skip
"""Entities that are read by the questions about courses and have tests of their own."""


@dataclass(frozen=True)
class Goal:
    """A figure's name and the least it should be; the most, where less is better."""

    name: str
    bound: float
    at_most: bool = False

    def is_met(self, value: float) -> bool:
        """Tell whether a value meets the goal."""
        return value <= self.bound if self.at_most else value >= self.bound


GOALS = (
    Goal("accuracy, Danish", 0.95),
    Goal("accuracy, English", 0.95),
    Goal("macro-F1, Danish", 0.94),
    Goal("macro-F1, English", 0.94),
    Goal("entity F1", 0.95),
    Goal("far out of scope, recall", 0.95),
    Goal("near out of scope, recall", 0.80),
    Goal("in scope refused", 0.04, at_most=True),
    Goal("accuracy, typing errors", 0.88),
    Goal("accuracy, ae/oe/aa", 0.93),
    Goal("accuracy, a/o/a", 0.93),
    Goal("a no read as yes", 0, at_most=True),
)


@dataclass(frozen=True)
class Case:
    """One held-out phrase and the text that is sent of it: sealed, perhaps misspelt first."""

    phrase: Phrase
    sent: str


@dataclass(frozen=True)
class Exam:
    """Everything that is asked: cases by name, refusals and entity examples."""

    plain: list[Case]
    variants: dict[str, list[Case]]
    refusals: list[str]
    entities: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    def texts(self) -> set[str]:
        """Give every text that has to be read."""
        cases = [*self.plain, *(case for some in self.variants.values() for case in some)]
        return {case.sent for case in cases} | set(self.refusals) | {t for t, _ in self.entities}


def exam(tested: Sequence[Phrase] | None = None) -> Exam:
    """Make the exam of the phrases, held-out ones unless told; the same one each time."""
    vocabulary = load_vocabulary(PROJECT / "nlu")
    held_out = phrases.held_out_phrases() if tested is None else tested
    inside = [one for one in held_out if one.intent != OUT_OF_SCOPE]
    danish = [one for one in inside if set(one.text.lower()) & set(_TWO_LETTERS)]

    def cases(some: Sequence[Phrase], change: Callable[[str], str]) -> list[Case]:
        return [Case(one, sealed(_changed(one.text, change), vocabulary)) for one in some]

    rng = random.Random(_TYPO_SEED)
    return Exam(
        plain=cases(held_out, str),
        variants={
            "typing errors": cases(inside, lambda text: with_typos(text, rng, TYPO_RATE)),
            "ae/oe/aa": cases(danish, lambda text: _respelt(text, _TWO_LETTERS)),
            "a/o/a": cases(danish, lambda text: _respelt(text, _ONE_LETTER)),
        },
        refusals=[sealed(text, vocabulary) for text in phrases.refusals()],
        entities=phrases.entity_examples(),
    )


def figures(asked: Exam, read: Mapping[str, Understood]) -> dict[str, float]:
    """Return every figure of ``GOALS`` and accuracy on mixed phrases, 0 to 1; noes as a count."""
    inside = [case for case in asked.plain if case.phrase.intent != OUT_OF_SCOPE]
    result = {}
    for language, name in zip((*LANGUAGES, MIXED), ("Danish", "English", "mixed"), strict=True):
        of_language = [case for case in inside if case.phrase.language == language]
        result[f"accuracy, {name}"] = accuracy(of_language, read)
        if language != MIXED:
            f1s = [one.f1 for one in by_intent(of_language, read).values()]
            result[f"macro-F1, {name}"] = sum(f1s) / len(f1s)
    for kind in phrases.KINDS:
        outside = [case for case in asked.plain if case.phrase.kind == kind]
        result[f"{kind} out of scope, recall"] = share([read[c.sent].refused for c in outside])
    result["in scope refused"] = share([read[case.sent].refused for case in inside])
    for name, cases in asked.variants.items():
        result[f"accuracy, {name}"] = accuracy(cases, read)
    result["entity F1"] = entity_f1(asked.entities, read)
    result["a no read as yes"] = sum(read[text].intent == "affirm" for text in asked.refusals)
    return result


@dataclass(frozen=True)
class Score:
    """How one intent fares: phrases of it, found of them, and messages wrongly taken for it."""

    phrases: int
    found: int
    wrongly: int

    @property
    def precision(self) -> float:
        """Share of the messages read as this intent that are; 1 when there are none."""
        named = self.found + self.wrongly
        return self.found / named if named else 1.0

    @property
    def recall(self) -> float:
        """Share of the phrases that were read as this intent."""
        return self.found / self.phrases if self.phrases else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def by_intent(cases: Sequence[Case], read: Mapping[str, Understood]) -> dict[str, Score]:
    """Return the score of each intent that the cases hold."""
    wanted = Counter(case.phrase.intent for case in cases)
    pairs = Counter((case.phrase.intent, read[case.sent].intent) for case in cases)
    return {
        intent: Score(
            count,
            pairs[intent, intent],
            sum(n for (true, named), n in pairs.items() if named == intent != true),
        )
        for intent, count in sorted(wanted.items())
    }


def mistakes(cases: Sequence[Case], read: Mapping[str, Understood]) -> list[Case]:
    """Return the cases read wrongly, the surest first. Refusing what is outside is right."""

    def is_wrong(case: Case) -> bool:
        understood = read[case.sent]
        if case.phrase.intent == OUT_OF_SCOPE:
            return not understood.refused
        return understood.intent != case.phrase.intent

    return sorted(filter(is_wrong, cases), key=lambda case: -read[case.sent].confidence)


def confusions(cases: Sequence[Case], read: Mapping[str, Understood]) -> Counter[tuple[str, str]]:
    """Count the wrong readings: (intent, what it was read as)."""
    return Counter((c.phrase.intent, read[c.sent].intent) for c in mistakes(cases, read))


def accuracy(cases: Sequence[Case], read: Mapping[str, Understood]) -> float:
    """Return the share read rightly; a refused message counts as wrong."""
    return share([read[case.sent].intent == case.phrase.intent for case in cases])


def entity_f1(
    examples: Sequence[tuple[str, list[tuple[str, str]]]], read: Mapping[str, Understood]
) -> float:
    """Return micro-F1 of (name, value) pairs."""
    right = wrong = missed = 0
    for text, wanted in examples:
        found = Counter(pair for pair in read[text].entities if pair[0] not in OF_COURSES)
        due = Counter(wanted)
        right += (found & due).total()
        wrong += (found - due).total()
        missed += (due - found).total()
    return 2 * right / (2 * right + wrong + missed)


def share(answers: Sequence[bool]) -> float:
    """Return the share of true answers."""
    return sum(answers) / len(answers)


def _respelt(text: str, letters: Mapping[str, str]) -> str:
    return "".join(letters.get(character, character) for character in text.lower())


def _changed(text: str, change: Callable[[str], str]) -> str:
    return text if "[[" in text else change(text)
