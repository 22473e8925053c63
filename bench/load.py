"""A load test with Locust: whole encounters, and each referral proved to be there exactly once."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.driving.encounter import PLACES
from bench.driving.processes import Running, a_henvis
from bench.measuring import Bars, Benchmark, Result, Scale, Tell
from referrals.referral.tables import ReferralRow
from referrals.storage.database import Database
from service.commands.tokens import new_token
from service.errors import UserError
from service.settings import ROOT, Settings

NURSES = ("demo-nurse", "demo-nurse-2", "demo-nurse-gentofte")
LOCUST = ROOT / ".henvis" / "bench" / "bin" / "locust"


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Let nurses file referrals, then count."""
    if not LOCUST.exists():
        raise UserError("the load test is not installed; start it with: ./henvis bench load")
    users, seconds = scale.pick(10, 50), scale.pick(5, 60)
    with tempfile.TemporaryDirectory(prefix="henvis-bench-") as folder:
        data = Path(folder) / "data"
        tell("starting Henvis")
        with a_henvis(data) as running:
            before = _references(running)
            tell(f"{users} nurses for {seconds} s")
            stats, filed = _locust(running, users, seconds, Path(folder))
            _prove(_references(running) - before, filed)
    proved = (
        f"{len(filed)} encounters were held to their end; each has exactly one referral, open at "
        "its own municipality under the patient's name, and no other encounter has one."
    )
    result = Result(
        f"Whole encounters under Locust: {users} nurses without a pause, {seconds} s",
        ("request", "number", "failures", "median, ms", "p95, ms", "a second"),
        notes=[proved],
    )
    for each in stats:
        result.rows.append(
            (
                each["name"],
                str(each["num_requests"]),
                str(each["num_failures"]),
                _quantile(each["response_times"], 0.5),
                _quantile(each["response_times"], 0.95),
                each["num_requests"] / seconds,
            )
        )
    medians = {each["name"]: _quantile(each["response_times"], 0.5) for each in stats}
    result.bars.append(Bars("A request of whole encounters, median", "ms", medians))
    return [result]


def _locust(
    running: Running, users: int, seconds: int, folder: Path
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Run it; give its figures, and the reference that each conversation ended with."""
    filed = folder / "filed.txt"
    filed.touch()
    settings = Settings.load(data_dir=running.data)
    tokens: dict[str, Any] = {
        code: new_token(settings, f"demo-adviser-{code}") for _, _, code in PLACES
    }
    tokens["nurses"] = [new_token(settings, name) for name in NURSES]
    argv = [
        LOCUST,
        "-f",
        ROOT / "bench" / "driving" / "locustfile.py",
        "--headless",
        "--json",
        "--only-summary",
    ]
    argv += ["--host", running.url, "-u", users, "-r", users, "-t", f"{seconds}s"]
    done = subprocess.run(
        [str(word) for word in (*argv, "--stop-timeout", "30")],
        cwd=folder,
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, "BENCH_TOKENS": json.dumps(tokens), "BENCH_FILED": str(filed)},
    )
    if done.returncode:
        raise SystemExit(f"the load test failed:\n{done.stderr[-2000:]}")
    held = dict(line.split() for line in filed.read_text().splitlines())
    return json.loads(done.stdout[done.stdout.index("[") :]), held


def _references(running: Running) -> set[tuple[str, str]]:
    """Give each referral there is, with its encounter."""
    database = Database(Settings.load(data_dir=running.data).database)
    with database.read() as session:
        rows = session.execute(select(ReferralRow.encounter_id, ReferralRow.reference)).all()
    database.close()
    return {(encounter, reference) for encounter, reference in rows}


def _prove(standing: set[tuple[str, str]], filed: dict[str, str]) -> None:
    """Hold that each conversation has its one referral, and no other has. Raises SystemExit."""
    if standing != set(filed.items()) or not filed:
        raise SystemExit(f"{len(filed)} referrals were told, but {len(standing)} stand")


def _quantile(times: dict[str, int], share: float) -> float:
    """Read a quantile from Locust's counts of milliseconds."""
    left = share * sum(times.values())
    for milliseconds, number in sorted((int(ms), count) for ms, count in times.items()):
        left -= number
        if left <= 0:
            return float(milliseconds)
    return 0.0


BENCHMARK = Benchmark("load", "whole encounters under Locust", run)
