"""Throughput with several services and engines on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.driving.processes import a_henvis
from bench.driving.talking import HenvisBot, hold, rush
from bench.measuring import Bars, Benchmark, Result, Scale, Tell, percentile, spread
from service.engine.rasa import free_port

SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2))
NURSES = 10
POSTGRES = Path("/usr/lib/postgresql")


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Start each shape on a database of its own, and let nurses talk."""
    shapes = SHAPES[:: len(SHAPES) - 1] if scale.quick else SHAPES
    result = Result(
        f"Services and engines on PostgreSQL, {NURSES} nurses at once",
        ("services", "engines", "turns a second", "median, ms", "p95, ms"),
    )
    bars: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="henvis-bench-") as folder, _a_server() as server:
        for services, engines in shapes:
            tell(f"{services} services, {engines} engines")
            name = f"bench_{services}_{engines}"
            _create(server, name)
            env = {"HENVIS_DATABASE_URL": f"{server}/{name}"}
            env |= {"HENVIS_SERVICES": str(services), "HENVIS_ENGINES": str(engines)}
            with a_henvis(Path(folder) / name, env) as running:
                bot = HenvisBot(running.url, running.token)
                hold(bot, 5)
                found = [rush(bot, NURSES, scale.pick(3, 8)) for _ in range(scale.pick(1, 3))]
            if lost := sum(each.lost for each in found):
                raise SystemExit(f"{lost} messages got no answer from {services} services")
            times = [each * 1000 for one in found for each in one.times.every]
            rate = spread([each.turns_per_s for each in found])
            row = (str(services), str(engines), rate, spread(times), percentile(times, 0.95))
            result.rows.append(row)
            bars[f"{services} services, {engines} engines"] = rate.median
    result.bars.append(Bars("Turns a second on PostgreSQL", "turns/s", bars))
    return [result]


@contextmanager
def _a_server() -> Iterator[str]:
    """Run a PostgreSQL of our own in a temporary folder; give its address without a database."""
    programs = max(POSTGRES.glob("*/bin"), default=None)
    if programs is None:
        raise SystemExit("PostgreSQL is missing; on Debian: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="henvis-postgres-") as folder:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres")
        data, port = Path(folder) / "data", free_port()
        made = ("-D", data, "-U", "henvis", "--auth=trust", "-E", "UTF8")
        _as_postgres(programs / "initdb", *made)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=300"
        control = (programs / "pg_ctl", "-D", data)
        _as_postgres(*control, "-l", Path(folder) / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://henvis@127.0.0.1:{port}"
        finally:
            _as_postgres(*control, "-m", "immediate", "stop")


def _as_postgres(*command: object) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL)


def _create(server: str, name: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()


BENCHMARK = Benchmark("replicas", "several services and engines", run)
