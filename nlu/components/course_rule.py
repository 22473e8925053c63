"""Decides by rule whether a message asks for courses: a word for them, when, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from nlu.text.lookups import PhraseMatcher, read_values
from nlu.text.normalise import fold, normalise

_TIMES = frozenset(("period", "not_period", "clock", "weekday", "time_of_day", "unread"))
_CONDITIONS = _TIMES | {
    "place", "near", "lives_in", "lives_at", "municipality", "postcode", "course_format",
    "audience", "spoken_language", "course_noun", "free_of_charge", "position",
}  # fmt: skip
_NOUN = "course_noun"


class CourseRule:
    """Knows the words that may stand around what is asked of courses."""

    def __init__(self) -> None:
        words = read_values("course_asking")
        self._asking = PhraseMatcher({"asking": words["asking"]})
        self._around = frozenset(
            word
            for phrase in (*words["asking"], *words["around"])
            for word in normalise(phrase).split()
        )

    def asks(self, text: str, spans: Iterable[tuple[str, int, int]]) -> bool:
        """Tell whether a message names courses and a time, and holds nothing else but a place.

        ``spans`` are the entities found: name, start and end in the text. A time alone asks for
        nothing, and neither does a course without a time.
        """
        found = [one for one in spans if one[0] in _CONDITIONS and one[1] < one[2]]
        names = {name for name, _, _ in found}
        if not names & _TIMES or not (_NOUN in names or self._asking.occurs(fold(text))):
            return False
        left = text
        for _, start, end in found:
            left = left[:start] + " " * (end - start) + left[end:]
        words = normalise(left).replace("?", " ").split()
        return set(words) <= self._around
