"""Writes ``docs/moves.md`` from the table of moves.

    python -m referrals.referral.moves_page > docs/moves.md

A test holds the page against the table, so that neither changes without the other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from referrals.referral.moves import (
    ANYBODY,
    MOVES,
    MUNICIPAL,
    OPEN_STATES,
    UNREACHED_STATES,
    Actor,
    Rule,
    State,
)
from referrals.words.labels import Labels

_HEAD = """# States and moves of a referral

Written from `MOVES` in `referrals/referral/moves.py`, by
`python -m referrals.referral.moves_page > docs/moves.md`; do not edit.

What is not in the table is refused. Every move writes one row to the history: what, from where to
where, who, when, the coded reason where there are reasons to choose from, and a free note, which is
encrypted and may be left out. Nothing in the history is changed or deleted: a mistake is put right
by a new row (`put_right`) that names the row it corrects and takes the referral to the state before
it, step by step. A seat that the step had freed comes back with it; where the course was called
off or filled since, the step stands. A booked call does not come back by itself, and what another
municipality did before it handed the referral over is not put right by the one that has it now."""


def lines(labels: Labels) -> Iterator[str]:
    """Write the page line by line, in English with the Danish words of the pages."""
    yield _HEAD
    yield "\n## States\n"
    yield "| state | on the pages | open | the one-week clock | |"
    yield "|---|---|---|---|---|"
    for state in State:
        yield _row(
            f"`{state}`",
            labels.word("state", state),
            "yes" if state in OPEN_STATES else "",
            "runs" if state in UNREACHED_STATES else "",
            labels.word("state", state, "en"),
        )
    yield "\n## Moves\n"
    yield "| event | on the pages | from | to | who | when | reasons | names |"
    yield "|---|---|---|---|---|---|---|---|"
    for rule in MOVES.values():
        yield _row(*_cells(rule, labels))
    yield "\n## Reasons\n"
    yield "| code | on the pages | in English |"
    yield "|---|---|---|"
    for reason in dict.fromkeys(reason for rule in MOVES.values() for reason in rule.reasons):
        danish, english = labels.word("reason", reason), labels.word("reason", reason, "en")
        yield _row(f"`{reason}`", danish, english)


def _cells(rule: Rule, labels: Labels) -> list[str]:
    return [
        f"`{rule.move}`",
        labels.word("move", rule.move),
        _states(rule.sources),
        f"`{rule.target}`" if rule.target else _stays(rule),
        _who(rule, labels),
        "; ".join(labels.word("condition", each, "en") for each in sorted(rule.only)),
        ", ".join(f"`{reason}`" for reason in rule.reasons),
        labels.word("about", rule.about, "en") if rule.about else "",
    ]


def _stays(rule: Rule) -> str:
    return "the state before" if rule.move == "put_right" else "stays"


def _states(states: frozenset[State]) -> str:
    """List the states, or, where that is shorter, those that are left out."""
    if len(states) > len(State) / 2:
        left_out = _in_order(set(State) - states)
        return f"all but {left_out}" if left_out else "all"
    if states == OPEN_STATES:
        return "all open ones"
    return _in_order(states)


def _in_order(states: Iterable[State]) -> str:
    chosen = set(states)
    return ", ".join(f"`{state}`" for state in State if state in chosen)


def _who(rule: Rule, labels: Labels) -> str:
    if not rule.actors:
        return f"nobody: follows from {rule.follows}"
    if rule.actors == ANYBODY:
        return "anybody who works with the referral, and the patient"
    if rule.actors == MUNICIPAL:
        sides = " or ".join(labels.word("side", side, "en") for side in sorted(rule.sides))
        return f"staff of {sides}"
    chosen = [actor for actor in Actor if actor in rule.actors]
    return ", ".join(labels.word("actor", actor, "en") for actor in chosen)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(Labels()))
