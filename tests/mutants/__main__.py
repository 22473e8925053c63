"""Tells how many wrong versions of a module its own tests notice, and which they do not.

    ./henvis mutants                                  # all rules; takes hours
    ./henvis mutants referrals/advice/script.py       # one module
    ./henvis mutants --sample 50 bot.sealing.sealing  # fifty of its mutants, the same each time

A mutant is the module with one thing wrong: a number off by one, an ``or`` for an ``and``, an
element less in a table. Where all tests of the module pass all the same, it survived: a rule that
could change without anybody noticing. Table and named equivalents: docs/testing.md.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from tests.mutants.making import mutants_of
from tests.mutants.modules import ROOT, file_of, tests_of
from tests.mutants.rows import Rows
from tests.mutants.running import SLOWER, WITHOUT_POSTGRES, cheapest, passes, warm_up

RULES = (
    "referrals.advice.script",
    "referrals.referral.reference",
    "referrals.referral.clock",
    "referrals.referral.moves",
    "referrals.denmark.contact_details",
    "referrals.denmark.dates",
    "referrals.figures.measures",
    "referrals.figures.publication",
    "referrals.figures.suppression",
    "referrals.courses.ranking",
    "referrals.courses.when",
    "referrals.courses.when_days",
    "referrals.outcomes.rules",
    "referrals.consent.texts",
    "referrals.advice.hearing",
    "referrals.advice.agreement",
    "referrals.advice.asserted",
    "referrals.advice.witness",
    "referrals.advice.closed_lists",
    "nlu.reading.clauses",
    "nlu.reading.sentences",
    "nlu.reading.smoking",
    "nlu.reading.referral",
    "nlu.reading.details",
    "nlu.reading.wish",
    "bot.sealing.sealing",
    "nlu.components.decision",
    "referrals.vault.keys",
    "referrals.tombstones.journal",
    "referrals.tombstones.ending",
    "referrals.rekeying.rotation",
    "referrals.consent.expiring",
    "referrals.consent.withdrawal",
    "referrals.consent.receipt",
    "referrals.advice.forgetting",
    "referrals.turns.expiring",
    "referrals.housekeeping",
    "referrals.installation.watched_clock",
    "referrals.staff.roles",
    "referrals.staff.sessions",
    "referrals.staff.house_rules",
    "inbox.access",
    "bot.access",
)


def main() -> None:
    """Try the modules one after the other."""
    parser = argparse.ArgumentParser(
        prog="henvis mutants", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help="referrals.advice.script or its path"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="so many mutants of each at most")
    parser.add_argument(
        "--within", type=float, metavar="SECONDS", default=600, help="leave slower tests out"
    )
    parser.add_argument(
        "--rows", action="store_true", help="call the tests' rows alone, without pytest: fast"
    )
    parser.add_argument(
        "--sqlite", action="store_true", help="run the tests on SQLite alone: twice as fast"
    )
    parser.add_argument("--list", action="store_true", help="only show the mutants")
    arguments = parser.parse_args()
    files = [file_of(module) for module in arguments.modules or RULES]
    tests = {file: tests_of(file) for file in files}
    if not arguments.list:
        warm_up([test for own in tests.values() for test in own])
    for file in files:
        if arguments.list:
            for each in mutants_of((ROOT / file).read_text("utf-8")):
                print(f"{file}:{each.change}  [{each.operator}]")
        else:
            _try(file, tests[file], arguments)


def _try(file: Path, tests: list[Path], arguments: argparse.Namespace) -> None:
    source = (ROOT / file).read_text("utf-8")
    mutants = mutants_of(source)
    chosen = mutants
    if arguments.sample is not None and arguments.sample < len(mutants):
        chosen = random.Random(1).sample(mutants, arguments.sample)
    if arguments.rows:
        pass_with = Rows(file, tests, source, arguments.within).pass_with
    else:
        pytest_arguments, took = cheapest(
            tests, file, source, arguments.within, WITHOUT_POSTGRES if arguments.sqlite else ()
        )

        def pass_with(source: str) -> bool:
            return passes(pytest_arguments, file, source, 5 + SLOWER * took)

    survived = []
    for number, each in enumerate(chosen, start=1):
        if sys.stderr.isatty():
            print(f"\r{file}: {number} of {len(chosen)}", end="", file=sys.stderr, flush=True)
        if pass_with(each.source):
            survived.append(each)
            print(f"{file}:{each.change}  [{each.operator}]", flush=True)
    killed = len(chosen) - len(survived)
    print(
        f"{file}: {killed} of {len(chosen)} noticed, {100 * killed / max(len(chosen), 1):.0f} %"
        f" (of {len(mutants)} mutants)",
        flush=True,
    )


if __name__ == "__main__":
    main()
