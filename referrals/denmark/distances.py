"""How far postcode areas lie apart: straight lines between town centres. Pure.

The coordinates in ``postcode_coordinates.csv`` were set down by hand for the 28 postcodes of
the nine municipalities, to a thousandth of a degree (WGS 84), and are good to about a kilometre.
They order courses and nothing else.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, hypot, radians

KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Distances:
    """The centre of each postcode area, as latitude and longitude in degrees."""

    centres: Mapping[str, tuple[float, float]]

    def km(self, one: str, other: str) -> float | None:
        """Give the kilometres between two postcode areas, None if one of them is unknown."""
        if one == other:
            return 0.0
        if one not in self.centres or other not in self.centres:
            return None
        (north, east), (north2, east2) = self.centres[one], self.centres[other]
        shrink = cos(radians((north + north2) / 2))
        return KM_PER_DEGREE * hypot(north - north2, (east - east2) * shrink)

    def within(self, km: float, of: str) -> tuple[str, ...]:
        """Give the postcodes at most ``km`` away, nearest first; that one itself always."""
        away = {code: self.km(of, code) for code in {*self.centres, of}}
        close = {code: d for code, d in away.items() if d is not None and d <= km}
        return tuple(sorted(close, key=lambda code: (close[code], code)))


@cache
def load_distances() -> Distances:
    """Read the table that ships with this package."""
    text = files("referrals.denmark").joinpath("postcode_coordinates.csv").read_text("utf-8")
    return Distances(
        {
            row["postcode"]: (float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(text.splitlines())
        }
    )
