"""When a piece of work is done again, and when it counts as late. Pure; all times in seconds."""

from __future__ import annotations

FIRST_S, LONGEST_S = 1.0, 30.0
UNNOTICED_S = 0.05
"""A batch that takes longer is followed by as long a pause: others wait to write meanwhile."""
LONGEST_BREATH_S = 1.0


def after_failure(failures: int) -> float:
    """Give how long to wait after so many failures in a row: a second, then twice as long each."""
    return min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 10))


def after_batch(took_s: float) -> float:
    """Give how long to wait before the next batch of what waits."""
    return min(took_s, LONGEST_BREATH_S) if took_s > UNNOTICED_S else 0.0


def is_told(failures: int) -> bool:
    """Tell whether this failure is worth a line: the first, second, fourth, eighth in a row."""
    return failures & (failures - 1) == 0


def late_after(every_s: float, longest_s: float) -> float:
    """Give how long nothing may have succeeded before it is told: three rounds and a minute."""
    return 3 * every_s + longest_s + 60.0
