"""When a tap counts: not before its choice can have been seen, or the text that it agrees to read.

Pure; the numbers stand here and nowhere else. An answer comes in 30 ms, so the second of two
quick taps lands on what has just appeared. A tap that comes too soon leaves no trace. Typed words
are no taps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SEEN_AFTER = timedelta(milliseconds=600)
"""The taps of a double tap are at most half a second apart; seeing and choosing takes longer."""
FASTEST_WORDS_A_SECOND = 8
"""480 a minute: adults read 200 to 400 with understanding (Rayner et al. 2016, Psychological
Science in the Public Interest, doi:10.1177/1529100615623267), so nobody who did read has to wait.
Read aloud, as at the bedside, a text takes more than twice as long.
"""
_CHOICES = "choices"


def reading_time(*texts: str) -> timedelta:
    """Give the least time in which anybody can read texts, or hear them read aloud."""
    words = sum(len(text.split()) for text in texts)
    return timedelta(seconds=words / FASTEST_WORDS_A_SECOND)


@dataclass(frozen=True)
class TapGuard:
    """The rule as it is set: a ``seen_after`` of zero lets every tap count, at machine speed."""

    seen_after: timedelta = SEEN_AFTER

    def opening(
        self, before: Mapping[str, str] | None, texts: Mapping[str, str], now: datetime
    ) -> dict[str, str]:
        """Tell from when on what is shown at ``now`` takes a tap, for ``opens_at`` to read.

        ``texts`` are those that a yes is asked to, by hash. One that was shown ``before`` keeps its
        time: whoever has read it need not read it again.
        """
        if not self.seen_after:
            return {}
        shown = {each: (now + self.reading(text)).isoformat() for each, text in texts.items()}
        return {**shown, **(before or {}), _CHOICES: (now + self.seen_after).isoformat()}

    def is_double(self, changed_at: datetime, pressed_at: datetime) -> bool:
        """Tell a press that came with the change of its key from one that answers what it says.

        A key may be pressed before its sender knows that it is shown; that is too soon as well.
        """
        return bool(self.seen_after) and pressed_at < changed_at + self.seen_after

    def reading(self, *texts: str) -> timedelta:
        """Give how long a yes to texts waits once they are shown."""
        return max(self.seen_after, reading_time(*texts)) if self.seen_after else timedelta()


def opens_at(opens: Mapping[str, str] | None, agrees_to: str = "") -> datetime | None:
    """Give the time from which a choice takes a tap; None for one that always did.

    ``agrees_to`` is the hash of the text that it says yes to; empty for every other choice.
    """
    times = [opens[each] for each in (_CHOICES, agrees_to) if each in opens] if opens else []
    return max(map(datetime.fromisoformat, times), default=None)


def is_too_soon(opens: Mapping[str, str] | None, agrees_to: str, tapped_at: datetime) -> bool:
    """Tell a tap on what has just appeared from one that answers it."""
    opens_from = opens_at(opens, agrees_to)
    return opens_from is not None and tapped_at < opens_from
