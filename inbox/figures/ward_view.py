"""What a page and a sheet of paper show of the feedback: rows of words, and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inbox.charts import Bar, picture
from referrals.feedback import Detail, Measure, Stage
from referrals.feedback_words import FeedbackWords, message
from referrals.publication import TREND, ShownShare
from referrals.ward_feedback import Feedback, Kind, Place

FUNNEL: tuple[Measure, ...] = (
    Stage.ASKED,
    Stage.USERS,
    Stage.ADVISED,
    Stage.ACCEPTED,
    Stage.CONSENTED,
    Stage.FILED,
    Detail.ATTEMPTED_IN_TIME,
    Stage.REACHED,
    Stage.ENROLLED,
    Stage.STARTED,
    Stage.COMPLETED,
    Detail.END_SMOKE_FREE,
    Detail.SIX_MONTHS_SMOKE_FREE,
)


@dataclass(frozen=True)
class RateRow:
    """One quit rate in words."""

    label: str
    percent: str
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
        above = {Kind.WARD: [place.department, place.hospital], Kind.DEPARTMENT: [place.hospital]}
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
        if value is None or self.feedback.place.kind is not Kind.WARD:
            return ""
        return self.words.word("percent", percent=self.words.number(value))

    def funnel(self) -> list[tuple[str, str, str]]:
        """Give step, count and median of the wards for each stage."""
        rows = []
        for measure in FUNNEL:
            median = self.feedback.medians.get(measure)
            compared = self.feedback.place.kind is Kind.WARD and median is not None
            count = self.feedback.figures.counts[measure]
            rows.append(
                (
                    self.words.stage(measure.value),
                    self.words.number(count),
                    self.words.number(median) if compared else "",
                )
            )
        return rows

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
                self.words.number(figures.counts[Stage.ASKED]),
                self.words.number(figures.counts[Stage.FILED]),
                self.words.percent(figures.contact_in_time),
                self.words.number(figures.counts[Stage.STARTED]),
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
