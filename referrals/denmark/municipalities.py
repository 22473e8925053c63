"""Postcodes and municipalities: a postcode proposes, the nurse confirms.

The table covers the postcodes of the nine partner municipalities (PostNord's public list). Any
other Danish postcode is valid but proposes nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

OTHER_MUNICIPALITY = "other"
"""The code of "another municipality": outside the nine."""

_POSTCODE = re.compile(r"[1-9][0-9]{3}")


@dataclass(frozen=True)
class Municipality:
    """A Danish municipality: four-digit dk-core code, name, and whether it is one of the nine."""

    code: str
    name: str
    partner: bool


@dataclass(frozen=True)
class MunicipalityMap:
    """Which municipalities a postcode touches."""

    by_code: Mapping[str, Municipality]
    by_postcode: Mapping[str, tuple[str, ...]]
    town_of: Mapping[str, str]

    @property
    def partner_codes(self) -> frozenset[str]:
        """The codes of the nine."""
        return frozenset(code for code, m in self.by_code.items() if m.partner)

    @cached_property
    def near(self) -> frozenset[str]:
        """The postcodes that one of the nine has a part of."""
        return frozenset(
            postcode
            for postcode, codes in self.by_postcode.items()
            if any(self.by_code[code].partner for code in codes)
        )

    def partners(self) -> list[Municipality]:
        """Give the nine, by name."""
        return sorted((m for m in self.by_code.values() if m.partner), key=lambda m: m.name)

    def proposed(self, postcode: str) -> list[Municipality]:
        """Give the municipalities that ``postcode`` touches, partners first; empty if unknown."""
        found = [self.by_code[code] for code in self.by_postcode.get(postcode, ())]
        return sorted(found, key=lambda m: (not m.partner, m.name))

    def name_of(self, code: str | None) -> str:
        """Give the name of a municipality, or an empty string for one that is not in the table."""
        found = self.by_code.get(code or "")
        return found.name if found else ""


def is_postcode(text: str) -> bool:
    """Tell whether ``text`` is a Danish postcode: four digits, not starting with 0."""
    return bool(_POSTCODE.fullmatch(text))


@lru_cache
def _area() -> frozenset[str]:
    return frozenset(load_municipalities().by_postcode)


def is_area_postcode(text: str) -> bool:
    """Tell whether ``text`` is a postcode of the area around the hospitals."""
    return text in _area()


@lru_cache
def _places() -> MunicipalityMap:
    return load_municipalities()


def _words(name: str) -> set[str]:
    return set(re.split(r"[\s-]+", name.casefold()))


def is_town_of(postcode: str, name: str) -> bool:
    """Tell whether people call the town of a postcode so: "Lyngby" is 2800 Kongens Lyngby."""
    return bool(_words(name) & _words(_places().town_of.get(postcode, "")))


@lru_cache
def _town_words() -> frozenset[str]:
    return frozenset(word for town in _places().town_of.values() for word in _words(town))


def is_town(name: str) -> bool:
    """Tell whether a word names a town of the area, or is a part of such a name."""
    return name.casefold() in _town_words()


def is_place_elsewhere(postcode: str, name: str) -> bool:
    """Tell whether a word names a town or municipality that a postcode has no part of."""
    known, word = _places(), name.casefold()
    here = [known.town_of.get(postcode, ""), *(m.name for m in known.proposed(postcode))]
    if postcode not in known.by_postcode or any(word in _words(each) for each in here):
        return False
    everywhere = [*known.town_of.values(), *(m.name for m in known.by_code.values())]
    return any(word in _words(each) for each in everywhere)


def load_municipalities() -> MunicipalityMap:
    """Read the table that ships with this package."""
    by_code: dict[str, Municipality] = {}
    by_postcode: dict[str, list[str]] = {}
    town_of: dict[str, str] = {}
    source = files("referrals.denmark").joinpath("postcode_municipality.csv")
    for row in csv.DictReader(source.read_text("utf-8").splitlines()):
        code = row["municipality_code"]
        # The public list writes Copenhagen in the genitive.
        name = row["municipality"].removesuffix("s") if code == "0101" else row["municipality"]
        by_code[code] = Municipality(code, name, row["partner"] == "1")
        by_postcode.setdefault(row["postcode"], []).append(code)
        town_of[row["postcode"]] = row["town"]
    return MunicipalityMap(by_code, {k: tuple(v) for k, v in by_postcode.items()}, town_of)
