"""The words that pages, paper and notices share about the feedback: numbers, months, a message."""

from __future__ import annotations

from babel.dates import get_month_names
from babel.numbers import format_decimal

from referrals.figures.measures import Measure, Stage
from referrals.figures.publication import Figures, ShownShare
from referrals.figures.ward_feedback import Feedback
from referrals.words.labels import Labels


class FeedbackWords:
    """Writes figures in one language. What may not be shown is told to be too few, or hidden."""

    def __init__(self, labels: Labels, language: str) -> None:
        self._labels = labels
        self.language = language

    def word(self, code: str, **values: str) -> str:
        """Give one of the words about feedback, with its gaps filled."""
        return self._labels.word("feedback", code, self.language).format(**values)

    def stage(self, code: str) -> str:
        """Give the word for a stage of the funnel."""
        return self._labels.word("stage", code, self.language)

    def rate(self, code: str) -> str:
        """Give the label of a quit rate."""
        return self._labels.word("quit_rate", code, self.language)

    def number(self, count: float | None) -> str:
        """Write a count with the separators of the language."""
        if count is None:
            return self.word("too_few")
        return format_decimal(count, locale=self.language)

    def count(self, figures: Figures, measure: Measure) -> str:
        """Write a count of a place, or why it is not shown."""
        count = figures.counts[measure]
        if count is None and measure not in figures.too_few:
            return self.word("hidden")
        return self.number(count)

    def percent(self, share: ShownShare) -> str:
        """Write the percent of a share; said to be rounded where it is."""
        if share.percent is None:
            return self.word("too_few")
        return self.word("about" if share.about else "percent", percent=str(share.percent))

    def months(self, span: range) -> str:
        """Write "jan" or "jan–mar" for months that are numbered from 0."""
        names = get_month_names("abbreviated", context="stand-alone", locale=self.language)
        first, last = (names[number + 1].strip(".") for number in (span.start, span.stop - 1))
        return first if first == last else f"{first}–{last}"

    def years(self, feedback: Feedback) -> str:
        """Write "2026" or "2025–2026"."""
        first, last = feedback.since.year, feedback.until.year
        return str(first) if first == last else f"{first}–{last}"


def message(feedback: Feedback, words: FeedbackWords) -> str:
    """Sum up the feedback in a few sentences, for a notice. Holds only what may be shown."""
    counts = feedback.figures.counts
    gaps = {"place": feedback.place.name, "year": words.years(feedback)}
    if counts[Stage.ASKED] is None or counts[Stage.FILED] is None:
        return words.word("message_too_few", **gaps)
    numbers = {each.value: words.number(counts[each]) for each in (Stage.ASKED, Stage.FILED)}
    said = [words.word("message", **gaps, **numbers)]
    in_time = feedback.figures.contact_in_time
    if in_time.percent is not None:
        said.append(words.word("message_in_time", percent=words.percent(in_time)))
    if counts[Stage.STARTED]:
        said.append(words.word("message_started", started=words.number(counts[Stage.STARTED])))
    return " ".join(said)
