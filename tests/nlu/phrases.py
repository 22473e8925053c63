"""Reads the phrases of training, validation and held-out files for the tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.text.normalise import normalise

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
INTENT_FILES = PROJECT / "nlu" / "intents"
VALIDATION = HERE / "validation"
BLIND = VALIDATION / "blind"
"""Written by an author who had seen neither training nor test phrases, only the domain."""
REVIEWED_FILES = PROJECT / "nlu" / "reviewed"
COURSE_QUESTIONS = HERE / "courses"
LANGUAGES = ("da", "en")
MIXED = "mixed"
OUT_OF_SCOPE = "out_of_scope"
KINDS = ("far", "near")
"""Out of scope: nothing of the ward's advice at all, or another health topic."""


@dataclass(frozen=True)
class Phrase:
    """One utterance, the intent it should be read as and the language it is in.

    ``language`` is da, en or mixed; ``kind`` is far or near for what is out of scope.
    """

    text: str
    intent: str
    language: str = ""
    kind: str = ""


def read(path: Path) -> Any:
    """Return the content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def training_files() -> list[Path]:
    """Return the files that are trained on: one an intent, and those from the review page."""
    return [*sorted(INTENT_FILES.glob("*.yml")), *sorted(REVIEWED_FILES.glob("*.yml"))]


def training_phrases() -> list[Phrase]:
    """Return every training example."""
    return [
        Phrase(line.removeprefix("- ").strip(), block["intent"], block["metadata"]["language"])
        for path in training_files()
        for block in read(path)["nlu"]
        for line in block["examples"].splitlines()
    ]


def held_out_phrases() -> list[Phrase]:
    """Return the phrases that are never trained or tuned on."""
    return _phrases(HERE)


def validation_phrases() -> list[Phrase]:
    """Return the phrases that thresholds are fitted on, the blind batch among them."""
    return [*_phrases(VALIDATION), *blind_phrases()]


def blind_phrases() -> list[Phrase]:
    """Return the part of validation whose author knew only the domain."""
    return _phrases(BLIND)


def refusals() -> list[str]:
    """Return utterances that all mean no or not now."""
    content = read(HERE / "refusals.yml")
    return [str(text) for language in LANGUAGES for text in content[language]]


def entity_examples() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return utterances with the entities (name, value) to be found in them."""
    return [
        (one["text"], sorted((name, value) for name, value in one["entities"]))
        for one in read(HERE / "entities.yml")
    ]


def course_question_texts() -> list[str]:
    """Return the texts of all held-out questions about courses, each once."""
    files = sorted(COURSE_QUESTIONS.glob("*.yml"))
    return sorted({str(text) for path in files for one in read(path) for text in one["asks"]})


def too_like(
    tested: Iterable[str], trained: Iterable[str], likest_allowed: float
) -> list[tuple[str, str]]:
    """Return pairs (tested, trained) of texts that share more than ``likest_allowed``.

    What is that like lacks few of the pieces, so it holds one of the few that are rarest.
    """
    known = [(text, pieces(text)) for text in trained]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, (_, theirs) in enumerate(known):
        for piece in theirs:
            holders[piece].append(number)
    found = []
    for text in tested:
        mine = pieces(text)
        lacked_at_most = len(mine) - int(likest_allowed * len(mine)) - 1
        rarest = sorted(mine, key=lambda piece: len(holders[piece]))[: lacked_at_most + 1]
        found += [
            (text, known[number][0])
            for number in {number for piece in rarest for number in holders[piece]}
            if len(mine & known[number][1]) > likest_allowed * len(mine | known[number][1])
        ]
    return found


def pieces(text: str) -> frozenset[str]:
    """Return the three-letter pieces of a normalised text."""
    padded = f" {normalise(text)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _phrases(directory: Path) -> list[Phrase]:
    contents = [read(path) for path in sorted(directory.glob("*.yml"))]
    return [
        Phrase(str(text), content["intent"], language, kind)
        for content in contents
        if isinstance(content, dict) and "intent" in content
        for kind, group in _groups(content)
        for language in (*LANGUAGES, MIXED)
        for text in group.get(language, [])
    ]


def _groups(content: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if content["intent"] == OUT_OF_SCOPE:
        return [(kind, content[kind]) for kind in KINDS]
    return [("", content)]
