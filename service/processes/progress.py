"""Tells what takes long: what, which of how many, and for how long already.

On standard error, since standard output belongs to what a command answers.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

REPORT_EVERY_S = 5.0
REDRAW_EVERY_S = 0.5


@dataclass
class SlowStep:
    """One slow step; whoever waits for it calls `tick` often."""

    label: str
    expected: int
    started: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started

    def tick(self) -> None:
        """Tell how far it is, if the last time is long enough ago."""
        terminal = sys.stderr.isatty()
        if time.monotonic() - self.told >= (REDRAW_EVERY_S if terminal else REPORT_EVERY_S):
            self.told = time.monotonic()
            say(f"{self.label}: {self.elapsed:.0f} s of about {self.expected} s", redraw=True)


@dataclass
class Progress:
    """The slow steps of one command, counted."""

    total: int
    done: int = 0

    @contextmanager
    def step(self, what: str, expected: int) -> Iterator[SlowStep]:
        """Tell that a step begins and, unless it raises, that it ended; `expected` in seconds."""
        self.done += 1
        step = SlowStep(f"start {self.done}/{self.total}: {what}", expected)
        say(step.label)
        yield step
        say(f"{step.label}: done in {step.elapsed:.0f} s")


def say(line: str, *, redraw: bool = False) -> None:
    """Tell a line on standard error; on a terminal, `redraw` lets the next one replace it."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="" if redraw else "\n", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)
