"""A municipality's figures as lines of a table, one figure a line, and what each of them means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from itertools import chain

from referrals.figures.municipal_figures import LONGEST_SHOWN, MunicipalYear
from referrals.words.labels import Labels
from referrals.words.spreadsheet import written

COLUMNS = (
    "municipality",
    "since",
    "until",
    "figure",
    "group",
    "value",
    "numerator",
    "denominator",
    "target",
)


@dataclass(frozen=True)
class Line:
    """One figure. ``group`` says of whom or of what, where it is not of all.

    A share has ``numerator`` and ``denominator``, its ``value`` and ``target`` are percent.
    """

    figure: str
    group: str = ""
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    target: int | None = None


@dataclass(frozen=True)
class Meaning:
    """What a figure or a column of the export is called and means."""

    name: str
    kind: str
    label: str
    meaning: str


def lines(year: MunicipalYear, labels: Labels, language: str = "da") -> Iterator[Line]:
    """Give every figure of the page."""
    contact = year.contact
    yield Line("filed", value=contact.filed)
    yield Line("waiting", value=contact.waiting)
    yield _share("attempted_in_time", "", contact.attempted_in_time, contact.due)
    yield _share("in_time", "", contact.in_time, contact.due)
    yield Line("median_days_to_attempt", value=contact.median_to_attempt)
    yield Line("median_days_to_reach", value=contact.median_to_reach)
    for days, count in enumerate(contact.days):
        more = "+" if days == LONGEST_SHOWN else ""
        yield Line("reached_after_days", f"{days}{more}", count)
    for load in year.loads:
        name = load.name or labels.word("municipal", "nobody", language)
        yield Line("open_of_adviser", name, load.open)
        yield Line("overdue_of_adviser", name, load.overdue)
        yield Line("calls_of_adviser", name, load.calls)
    for ward, counts in year.wards:
        filed = next(iter(counts.values()))
        for measure, count in counts.items():
            yield _share(f"ward_{measure.value}", ward, count, filed)
    for reason, count in year.drop_outs.items():
        yield Line("dropped_out", labels.word("reason", reason, language), count)
    for each in year.indicators:
        percent = None if each.percent is None else round(each.percent, 1)
        yield Line(f"stopbasen_{each.code}", "", percent, each.hits, each.of, each.target)
    yield Line("seats", value=year.seats)
    for name, count in year.seats_of:
        yield Line("seats_of_others", name, count)


def as_csv(year: MunicipalYear, labels: Labels, language: str = "da") -> str:
    """Write the figures as a table that a spreadsheet opens: semicolons, decimal point, UTF-8."""
    fixed = [year.code, year.since.isoformat(), year.until.isoformat()]
    rows = (
        (
            *fixed,
            each.figure,
            each.group,
            each.value,
            each.numerator,
            each.denominator,
            each.target,
        )
        for each in lines(year, labels, language)
    )
    return "".join(written(chain([COLUMNS], rows)))


def dictionary(labels: Labels, language: str = "da") -> list[Meaning]:
    """Say what every column and figure of the export means."""
    columns = [
        Meaning(name, "column", name, labels.word("municipal_column", name, language))
        for name in COLUMNS
    ]
    figures = [
        Meaning(
            name,
            "figure",
            labels.word("municipal_figure", name, language),
            labels.word("municipal_meaning", name, language),
        )
        for name in labels.groups["municipal_figure"]
    ]
    return columns + figures


def dictionary_csv(labels: Labels, language: str = "da") -> str:
    """Write the data dictionary as a table."""
    heads = tuple(each.name for each in fields(Meaning))
    return "".join(written(chain([heads], map(astuple, dictionary(labels, language)))))


def _share(figure: str, group: str, hits: int, of: int) -> Line:
    percent = round(100 * hits / of, 1) if of else None
    return Line(figure, group, percent, hits, of)
