"""Stock Rasa: our training data and domain, Rasa's default pipeline, policies, stores and server.

Nothing of ours is in it but the examples, the rules and the wording; its actions only say a
response (``bench/stock/actions.py``). Its packages are what an untouched Rasa installs today, also
where the engine has an older one because that is faster (``bench/stock/requirements.in``).
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.driving.processes import a_process, wait_until_it_answers, whole_memory_mb
from bench.stock.domain import DOMAIN
from service.engine.rasa import free_port
from service.settings import ROOT

DEFAULT_EPOCHS = 100
PYTHON = ROOT / ".henvis" / "stock" / "bin" / "python"


def config(epochs: int) -> dict[str, object]:
    """Give what Rasa 3.6 writes into a configuration that names no pipeline and no policies."""
    return {
        "recipe": "default.v1",
        "assistant_id": "stock",
        "language": "da",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {
                "name": "CountVectorsFeaturizer",
                "analyzer": "char_wb",
                "min_ngram": 1,
                "max_ngram": 4,
            },
            {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
            {"name": "EntitySynonymMapper"},
            {"name": "ResponseSelector", "epochs": epochs, "constrain_similarities": True},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
        "policies": [
            {"name": "MemoizationPolicy"},
            {"name": "RulePolicy"},
            {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": epochs},
            {
                "name": "TEDPolicy",
                "max_history": 5,
                "epochs": epochs,
                "constrain_similarities": True,
            },
        ],
    }


@dataclass(frozen=True)
class Stock:
    """A stock bot to measure: its address and how to read its memory."""

    url: str
    pids: tuple[int, ...]
    started_in_s: float

    def memory_mb(self) -> float:
        """Give the resident memory of server and action server."""
        return sum(whole_memory_mb(pid) for pid in self.pids)


@dataclass(frozen=True)
class StockProject:
    """A folder with a stock bot's files, and its model once it is trained."""

    folder: Path

    @property
    def model(self) -> Path:
        """Where its model lies."""
        return self.folder / "model.tar.gz"

    def write(self, epochs: int) -> None:
        """Write configuration and endpoints."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.yml").write_text(yaml.safe_dump(config(epochs)))

    def train(self) -> float:
        """Train and give the seconds it took."""
        began = time.monotonic()
        argv: list[str | Path] = [
            PYTHON,
            "-m",
            "rasa",
            "train",
            "--config",
            self.folder / "config.yml",
        ]
        argv += ["--domain", ROOT / "domain.yml", "--data", ROOT / "nlu", "--out", self.folder]
        with (self.folder / "train.log").open("wb") as log:
            subprocess.run(
                [*map(str, argv), "--fixed-model-name", "model"],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=True,
                env={**os.environ, **self._env()},
            )
        return time.monotonic() - began

    @contextmanager
    def run(self) -> Iterator[Stock]:
        """Run server and action server until the end of the block."""
        port = free_port()
        log, endpoints = self.folder / "server.log", self.folder / "endpoints.yml"
        store = {"type": "SQL", "dialect": "sqlite", "db": str(self.folder / "tracker.db")}
        server: list[str | Path] = [
            PYTHON,
            "-m",
            "rasa",
            "run",
            "--model",
            self.model,
            "--endpoints",
            endpoints,
        ]
        server += ["--credentials", ROOT / "credentials.yml", "--interface", "127.0.0.1"]
        began = time.monotonic()
        with action_server("bench.stock.actions", self.folder) as actions:
            action = {"url": actions.url}
            told = {"tracker_store": store, "action_endpoint": action}
            endpoints.write_text(yaml.safe_dump(told))
            with a_process([*server, "--port", str(port)], log, self._env()) as process:
                wait_until_it_answers(f"http://127.0.0.1:{port}", process, log)
                pids = (process.pid, actions.pid)
                yield Stock(f"http://127.0.0.1:{port}", pids, time.monotonic() - began)

    def _env(self) -> dict[str, str]:
        return {
            "RASA_TELEMETRY_ENABLED": "false",
            "RASA_CACHE_DIRECTORY": str(self.folder / "cache"),
            "RASA_MAX_CACHE_SIZE": "0",
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        }


@dataclass(frozen=True)
class Actions:
    """An action server: where it is called, and its process."""

    url: str
    pid: int


@contextmanager
def action_server(
    module: str, folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[Actions]:
    """Run Rasa's action server with the actions of a module. It does not wait until it answers."""
    port, log = free_port(), folder / "actions.log"
    argv: list[str | Path] = [PYTHON, "-m", "rasa_sdk", "--actions", module, "--port", str(port)]
    known = {DOMAIN: str(ROOT / "domain.yml"), "PYTHONWARNINGS": "ignore"}
    with a_process(argv, log, {**known, **(env or {})}) as process:
        yield Actions(f"http://127.0.0.1:{port}/webhook", process.pid)
