"""How the memory of both processes behaves under thousands of conversations.

Starts a Henvis of its own on an empty data directory, holds many short conversations at once over
HTTP, and reads the resident memory of service and engine before, on the way and after.

    .henvis/modern/bin/python -m bench.memory --conversations 5000

Needs both environments (any `./henvis up` builds them). Writes JSON to bench/results/local/.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from service.engine_process import free_port

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "local"
SAMPLES = 10
AT_ONCE = 20
TIMEOUT_S = 60.0
TURNS = (
    {"text": "hun ryger hver dag"},
    {"payload": '/answer{"step":"offer","value":"not_now"}'},
)
"""One conversation: an answer that is typed and a polite no by button; nothing is filed."""


@dataclass(frozen=True)
class Sample:
    """Resident memory in MB, once so many conversations were held in so many seconds."""

    conversations: int
    seconds: float
    service_mb: float
    engine_mb: float


@dataclass(frozen=True)
class Running:
    """A Henvis to measure: its address, a nurse's token, and the process that supervises it."""

    url: str
    token: str
    supervisor: int


def main() -> None:
    """Measure, print a table, write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=5_000)
    wanted = parser.parse_args().conversations
    with a_henvis() as henvis:
        samples = asyncio.run(measure(henvis, wanted))
    print(table(samples))
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "turns_a_conversation": len(TURNS),
        "conversations_at_once": AT_ONCE,
        "samples": [asdict(sample) for sample in samples],
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "memory.json").write_text(json.dumps(result, indent=2) + "\n")


async def measure(henvis: Running, wanted: int) -> list[Sample]:
    """Hold conversations in equal portions and look at the memory between them."""
    headers = {"Authorization": f"Bearer {henvis.token}"}
    began, samples, held = time.monotonic(), [], 0
    async with httpx.AsyncClient(base_url=henvis.url, headers=headers, timeout=TIMEOUT_S) as client:
        await portion(client, AT_ONCE)  # what is loaded at first use is no growth
        samples.append(look(henvis, 0, began))
        while held < wanted:
            part = min(-(-wanted // SAMPLES), wanted - held)
            await portion(client, part)
            held += part
            samples.append(look(henvis, held, began))
    return samples


async def portion(client: httpx.AsyncClient, number: int) -> None:
    """Hold so many conversations, some of them at once."""
    left = iter(range(number))

    async def one_after_the_other() -> None:
        for _ in left:
            await hold(client)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def hold(client: httpx.AsyncClient) -> None:
    """Hold one conversation. Raises httpx.HTTPStatusError for any answer but a good one."""
    started = (await client.post("/api/conversations", json={})).raise_for_status()
    path = f"/api/conversations/{started.json()['id']}/messages"
    for number, turn in enumerate(TURNS):
        answer = await client.post(path, json={"message_id": str(number), **turn})
        answer.raise_for_status()


def look(henvis: Running, held: int, began: float) -> Sample:
    """Read the resident memory of both processes."""
    service, engine = (
        resident_mb(child_of(henvis.supervisor, word)) for word in ("serve", "nlu.engine")
    )
    sample = Sample(held, round(time.monotonic() - began, 1), service, engine)
    print(sample, file=sys.stderr, flush=True)
    return sample


def child_of(parent: int, word: str) -> int:
    """Find the child process whose command holds a word. Raises LookupError."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            ppid = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_text().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if ppid == parent and word in command:
            return int(stat.parent.name)
    raise LookupError(f"process {parent} has no child that is called with {word}")


def resident_mb(pid: int) -> float:
    """Give the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGESIZE") / 1e6, 1)


def table(samples: list[Sample]) -> str:
    """Write the samples as a table in Markdown."""
    lines = ["| conversations | seconds | service, MB | engine, MB |", "|---:|---:|---:|---:|"]
    lines += [
        f"| {s.conversations} | {s.seconds} | {s.service_mb} | {s.engine_mb} |" for s in samples
    ]
    return "\n".join(lines)


@contextmanager
def a_henvis() -> Iterator[Running]:
    """Run a Henvis with demo data in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        data = ["--data", folder]
        command = [sys.executable, "-P", "-m", "service"]
        argv = [*command, "up", "--port", str(free_port()), *data]
        with subprocess.Popen(argv, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:  # noqa: S603
            try:
                ready = process.stdout.readline().split() if process.stdout else []
                if not ready:
                    raise SystemExit("Henvis did not start")
                token = subprocess.run(  # noqa: S603
                    [*command, "token", "demo-nurse", *data],
                    cwd=ROOT,
                    text=True,
                    stdout=subprocess.PIPE,
                    check=True,
                ).stdout.strip()
                yield Running(ready[1], token, process.pid)
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
