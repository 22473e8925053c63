"""What a question about courses asks for, and what of it may be given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, time

from referrals.courses.course import Audience, Course, Format, TimeOfDay


@dataclass(frozen=True)
class Conditions:
    """What a question asks for; None or empty means that it does not matter.

    ``home`` is the patient's municipality (ranking and who may come), ``places`` the municipalities
    asked for, ``near`` a postcode to be close to. Dates are Danish calendar days, both inclusive;
    ``except_days`` are spans of them that will not do; so are ``except_formats`` and courses for
    ``except_audiences``. Clock times are Danish: somebody begins at
    ``from_clock`` or later, and before ``to_clock``.
    """

    home: str | None = None
    places: tuple[str, ...] = ()
    near: str | None = None
    weekdays: tuple[int, ...] = ()
    time_of_day: TimeOfDay | None = None
    from_day: date | None = None
    to_day: date | None = None
    format: Format | None = None
    language: str | None = None
    product: str | None = None
    audience: Audience | None = None
    free_seats: bool = False
    free_of_charge: bool = False
    from_clock: time | None = None
    to_clock: time | None = None
    except_days: tuple[tuple[date, date], ...] = ()
    except_formats: tuple[Format, ...] = ()
    except_audiences: tuple[Audience, ...] = ()

    def asked(self) -> tuple[str, ...]:
        """Name the conditions that were given, in the order in which they are loosened: last first.

        ``home`` is no condition.
        """
        return tuple(f.name for f in fields(self) if f.name != "home" and getattr(self, f.name))


LOOSENING = (
    "to_clock",
    "from_clock",
    "time_of_day",
    "weekdays",
    "to_day",
    "from_day",
    "except_days",
    "free_of_charge",
    "product",
    "near",
    "places",
    "except_formats",
    "except_audiences",
    "format",
    "audience",
    "free_seats",
    "language",
)
"""Which condition is given up first when nothing fits: the least binding one."""


@dataclass(frozen=True)
class Found:
    """The answer to a question: at most five courses, best first.

    ``loosened`` names the conditions that had to be given up, empty when all are met. ``total``
    counts all courses that fit, up to a bound. ``filling``
    is a course with empty seats that starts soon, None if it is among the courses already.
    """

    courses: Sequence[Course]
    loosened: tuple[str, ...] = ()
    filling: Course | None = None
    total: int = 0
    conditions: Conditions = field(default_factory=Conditions)


def loosenings(asked: Conditions) -> Iterator[tuple[str, ...]]:
    """Give what may be given up, in the order to try: nothing, one each, then more and more."""
    names = [name for name in LOOSENING if getattr(asked, name)]
    yield ()
    for name in names:
        yield (name,)
    for count in range(2, len(names) + 1):
        yield tuple(names[:count])


def without(asked: Conditions, names: Iterable[str]) -> Conditions:
    """Give the question without the conditions called ``names``."""
    nothing = Conditions()
    return replace(asked, **{name: getattr(nothing, name) for name in names})
