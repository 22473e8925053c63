"""What a page and a sheet of paper show of the feedback: rows of words, and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inbox.figures.charts import Bar, picture
from referrals.figures.measures import Detail, Measure, Stage
from referrals.figures.publication import TREND, ShownShare
from referrals.figures.ward_feedback import Feedback, FeedbackLevel, Place
from referrals.figures.words import FeedbackWords, message

FUNNEL: tuple[Measure, ...] = (
    Stage.ASKED,
    Stage.USERS,
    Stage.ADVISED,
    Stage.ACCEPTED,
    Stage.CONSENTED,
    Stage.FILED,
    Stage.ATTEMPTED,
    Stage.REACHED,
    Stage.ENROLLED,
    Stage.STARTED,
    Stage.COMPLETED,
    Detail.END_SMOKE_FREE,
)
"""Each a part of the one before. Who is smoke-free after six months may have stopped coming: that
stands among the quit rates, each beside its denominator."""
RATE_COLUMNS = ("rate", "of", "not_yet_due", "lost")
PART_COLUMNS = ("asked", "filed", "in_time", "started")


@dataclass(frozen=True)
class RateRow:
    """One quit rate in words."""

    label: str
    rate: str
    of: str
    not_yet_due: str
    lost: str


@dataclass(frozen=True)
class PartRow:
    """A place below, with the address of its page."""

    place: Place
    asked: str
    filed: str
    in_time: str
    started: str


class FeedbackView:
    """The feedback in words, for a template or for paper."""

    def __init__(self, feedback: Feedback, words: FeedbackWords) -> None:
        self.feedback = feedback
        self.words = words
        self.message = message(feedback, words)
        self.years = words.years(feedback)

    @property
    def above(self) -> str:
        """Name what the place belongs to."""
        place = self.feedback.place
        above = {
            FeedbackLevel.WARD: [place.department, place.hospital],
            FeedbackLevel.DEPARTMENT: [place.hospital],
        }
        return ", ".join(above.get(place.kind, []))

    @property
    def in_time(self) -> str:
        """Write the share that was reached in time."""
        return self.words.percent(self.feedback.figures.contact_in_time)

    @property
    def in_time_of(self) -> str:
        """Write its denominator, if it is shown."""
        of = self.feedback.figures.contact_in_time.of
        return "" if of is None else self.words.number(of)

    @property
    def in_time_median(self) -> str:
        """Write the median percent of the hospital's wards; empty without one, and above wards."""
        value = self.feedback.median_contact_in_time
        if value is None or self.feedback.place.kind is not FeedbackLevel.WARD:
            return ""
        return self.words.word("percent", percent=self.words.number(value))

    @property
    def has_medians(self) -> bool:
        """Tell whether anything stands in the column of medians."""
        return any(median for _, _, median in self.funnel())

    def funnel(self) -> list[tuple[str, str, str]]:
        """Give step, count and median of the wards for each stage."""
        rows = []
        for measure in FUNNEL:
            median = self.feedback.medians.get(measure)
            compared = self.feedback.place.kind is FeedbackLevel.WARD and median is not None
            rows.append(
                (
                    self.words.stage(measure.value),
                    self.words.count(self.feedback.figures, measure),
                    self.words.number(median) if compared else "",
                )
            )
        return rows

    def deferred(self) -> str:
        """Write how many were deferred, and how many of them were asked since."""
        counts = self.feedback.figures.counts
        numbers = {
            each.value: self.words.number(counts[each])
            for each in (Detail.DEFERRED, Detail.DEFERRED_ASKED)
        }
        return self.words.word("deferred", **numbers)

    def not_real(self) -> str:
        """Write how many a municipality said are no referrals; nothing where there is none."""
        count = self.feedback.figures.counts[Detail.NOT_REAL]
        told = self.words.number(count)
        return "" if count == 0 else self.words.word("not_real", not_real=told)

    def funnel_bars(self) -> list[Bar]:
        """Give the bars of the stages that may be shown."""
        counts = self.feedback.figures.counts
        return [
            Bar(self.words.stage(measure.value), count, self.words.number(count))
            for measure in FUNNEL
            if (count := counts[measure]) is not None
        ]

    def rates(self) -> list[RateRow]:
        """Give the four quit rates."""
        return [
            self._rate_row(rate.value, share)
            for rate, share in self.feedback.figures.quit_rates.items()
        ]

    def rate_columns(self) -> list[str]:
        """Name the columns of the quit rates in which something stands."""
        shares = self.feedback.figures.quit_rates.values()
        told = [name for name in RATE_COLUMNS[1:] if any(getattr(s, name) for s in shares)]
        return ["rate", *told]

    def part_columns(self) -> list[str]:
        """Name the columns of the places below in which something is shown of some place."""
        shown = [
            (*(figures.counts[each] for each in (Stage.ASKED, Stage.FILED)),
             figures.contact_in_time.percent, figures.counts[Stage.STARTED])
            for _, figures in self.feedback.parts
        ]  # fmt: skip
        return [
            name
            for name, column in zip(PART_COLUMNS, zip(*shown, strict=True), strict=True)
            if any(value is not None for value in column)
        ]

    def part_head(self, column: str) -> str:
        """Name a column of the places below."""
        if column == "in_time":
            return self.words.word("contact_in_time")
        return self.words.stage(column)

    def trend_measures(self) -> list[Measure]:
        """Give the measures that have a trend: more than one span, and not all of them empty."""
        trend = self.feedback.figures.trend
        return [
            measure
            for measure in TREND
            if len(spans := trend.get(measure, ())) > 1 and any(span.count for span in spans)
        ]

    def trend_rows(self) -> list[list[str]]:
        """Give the months and the counts of each measure that has a trend."""
        trend = self.feedback.figures.trend
        measures = self.trend_measures()
        if not measures:
            return []
        spans = trend[measures[0]]
        return [
            [
                self.words.months(span.months),
                *(self.words.number(trend[measure][number].count) for measure in measures),
            ]
            for number, span in enumerate(spans)
        ]

    def trend_bars(self, measure: Measure) -> list[Bar]:
        """Give the bars of a measure's trend."""
        return [
            Bar(self.words.months(span.months), span.count, self.words.number(span.count))
            for span in self.feedback.figures.trend[measure]
        ]

    def parts(self) -> list[PartRow]:
        """Give the places below."""
        return [
            PartRow(
                place,
                self.words.count(figures, Stage.ASKED),
                self.words.count(figures, Stage.FILED),
                self.words.percent(figures.contact_in_time),
                self.words.count(figures, Stage.STARTED),
            )
            for place, figures in self.feedback.parts
        ]

    def pictures(self) -> dict[str, Any]:
        """Draw the charts of a page."""
        funnel = self.funnel_bars()
        trend: Sequence[tuple[str, Any]] = [
            (self.words.stage(measure.value), picture(self.trend_bars(measure)))
            for measure in self.trend_measures()
        ]
        return {"funnel": picture(funnel, across=True) if funnel else None, "trend": trend}

    def _rate_row(self, rate: str, share: ShownShare) -> RateRow:
        def count(value: int | None) -> str:
            return "–" if value is None else self.words.number(value)

        return RateRow(
            self.words.rate(rate),
            self.words.percent(share),
            count(share.of),
            count(share.not_yet_due),
            count(share.lost),
        )
