"""The rooms of the product, and the map of them in ``CONTRIBUTING.md``."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from service.settings import ROOT

PACKAGES = ("actions", "bench", "bot", "demo", "inbox", "nlu", "referrals", "service")
MOST_FILES = 15
NO_FLOOR = "·"
ANOTHER_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")


@dataclass
class Map:
    """What is drawn: rooms by path, such as ``referrals/queue``."""

    packages: list[str] = field(default_factory=list)
    floors: dict[str, int] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)
    """Of two packages drawn side by side, the last one's."""


def drawn() -> Map:
    """Read the map: a line that begins with packages, then a line for each room of theirs."""
    lines = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("```")[1].splitlines()[1:]
    found, beside = Map(), list[str]()
    for line in lines:
        if not line.startswith(" "):
            beside = [word.rstrip("/") for word in line.split() if word.endswith("/")]
            found.packages += beside
            continue
        *floors, room, sentence = line.split(maxsplit=len(beside) + 1)
        for package, floor in zip(beside, floors, strict=True):
            if floor != NO_FLOOR:
                found.floors[f"{package}/{room}"] = int(floor)
        found.sentences[f"{beside[-1]}/{room}"] = sentence
    return found


@cache
def rooms() -> dict[str, str]:
    """Give each room that there is, with what its ``__init__`` says of it."""
    inits = [file for package in PACKAGES for file in (ROOT / package).glob("*/**/__init__.py")]
    return {
        file.parent.relative_to(ROOT).as_posix(): ast.get_docstring(ast.parse(file.read_text()))
        or ""
        for file in inits
    }


def held_floors() -> dict[str, int]:
    """Give the floor of each room by the contracts, counted from the ground; files are no rooms."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    floors: dict[str, int] = {}
    for contract in contracts:
        for package in contract.get("containers", ()):
            layers = [re.split(r"\s*\|\s*", layer) for layer in reversed(contract["layers"])]
            named = [[f"{package}/{name}" for name in layer] for layer in layers]
            with_rooms = [layer for layer in named if set(layer) & set(rooms())]
            for floor, layer in enumerate(with_rooms, start=1):
                floors |= dict.fromkeys(set(layer) & set(rooms()), floor)
    return floors


def test_the_map_draws_every_package() -> None:
    assert sorted(drawn().packages) == sorted(PACKAGES)


def test_every_room_has_its_sentence_on_the_map_and_every_line_a_room() -> None:
    # The inbox is drawn beside the domain's rooms of the same names, by its floors alone.
    told = {room: says for room, says in rooms().items() if not room.startswith("inbox/")}
    assert drawn().sentences == told


def test_the_map_draws_the_floors_that_imports_are_held_to() -> None:
    assert drawn().floors == held_floors()


def test_every_room_of_the_inbox_has_a_room_of_its_name_in_the_domain() -> None:
    of_inbox = {room.removeprefix("inbox/") for room in rooms() if room.startswith("inbox/")}
    assert of_inbox <= {room.removeprefix("referrals/") for room in rooms()}


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_in_one_sentence_what_it_is(room: str) -> None:
    sentence = rooms()[room]
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not ANOTHER_SENTENCE.search(sentence)


def python_folders() -> list[Path]:
    return sorted({file.parent for name in PACKAGES for file in (ROOT / name).rglob("*.py")})


def test_every_folder_of_code_is_a_room() -> None:
    assert [folder for folder in python_folders() if not (folder / "__init__.py").is_file()] == []


def test_no_folder_holds_more_files_than_can_be_taken_in() -> None:
    counted = {str(folder): len(list(folder.glob("*.py"))) for folder in python_folders()}
    assert {folder: count for folder, count in counted.items() if count > MOST_FILES} == {}
