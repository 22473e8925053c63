"""A municipality's figures as lines of a table, one figure a line, and what each of them means."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from referrals.course_exchange.csv_form import guarded
from referrals.labels import Labels
from referrals.municipal_figures import LONGEST_SHOWN, MunicipalYear

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
DICTIONARY_COLUMNS = ("name", "kind", "label", "meaning")


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


def lines(year: MunicipalYear, labels: Labels, language: str = "da") -> Iterator[Line]:
    """Give every figure of the page."""
    contact = year.contact
    due = contact.filed - contact.waiting
    yield Line("filed", value=contact.filed)
    yield Line("waiting", value=contact.waiting)
    yield _share("attempted_in_time", "", contact.attempted_in_time, contact.filed)
    yield _share("in_time", "", contact.in_time, due)
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
            guarded(each.group),
            each.value,
            each.numerator,
            each.denominator,
            each.target,
        )
        for each in lines(year, labels, language)
    )
    return _written(COLUMNS, rows)


def dictionary(labels: Labels, language: str = "da") -> list[tuple[str, str, str, str]]:
    """Give name, kind, label and meaning of every column and figure of the export."""
    columns = [
        (name, "column", name, labels.word("municipal_column", name, language)) for name in COLUMNS
    ]
    figures = [
        (
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
    return _written(DICTIONARY_COLUMNS, dictionary(labels, language))


def _share(figure: str, group: str, hits: int, of: int) -> Line:
    percent = round(100 * hits / of, 1) if of else None
    return Line(figure, group, percent, hits, of)


def _written(heads: tuple[str, ...], rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return "\ufeff" + out.getvalue()
