"""Walks and walks; ends with 1 if anybody was on no list, on two, or on the wrong one.

    python -m bench.walking [--steps 1000000] [--seed 1]

After each step every referral that is worked must have the next action that the rule gives for it,
and now and then the lists of all municipalities are read: each person stands on one, once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from bench.walking.checking import Lost
from bench.walking.walk import Walk
from service.composition import Store, build_store
from service.database import prepare
from service.settings import Settings


@contextmanager
def opened() -> Iterator[Store]:
    """Open a new installation with the demo staff and courses."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(data_dir=Path(folder), engine_url="")
        prepare(settings, demo=True)
        store = build_store(settings, durable=False)
        try:
            yield store
        finally:
            store.database.close()


def main() -> int:
    """Walk, count, print; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    numbers = Random(given.seed)  # noqa: S311 - made up, the same each time
    begun = time.monotonic()
    with opened() as store:
        walk = Walk(store.database, store.vault)
        for step in range(1, given.steps + 1):
            try:
                walk.step(numbers.getrandbits(48))
                if step % 1_000 == 0:
                    walk.check_lists()
            except Lost as lost:
                print(f"step {step}: {lost}", file=sys.stderr)
                return 1
            if step % 10_000 == 0:
                print(f"{step:,} steps, {time.monotonic() - begun:.0f} s", file=sys.stderr)
    print("| what | how often |\n|---|---:|")
    for what, count in sorted(walk.made.items()):
        print(f"| {what} | {count:,} |")
    print(
        f"\n{given.steps:,} steps in {time.monotonic() - begun:.0f} s: nobody lost, nobody twice."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
