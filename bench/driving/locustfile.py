"""The load test: nurses who hold whole encounters; each referral is looked up where it must stand.

Runs under Locust, started by ``bench/load.py``, which hands over tokens in the environment.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from locust import FastHttpUser, constant, task

from bench.driving.encounter import Patient, Unexpected, messages

TOKENS = json.loads(os.environ["BENCH_TOKENS"])
"""Tokens of nurses under ``nurses``, of each municipality's adviser under its code."""
FILED = Path(os.environ["BENCH_FILED"])
_numbers = itertools.count(1)
_nurses = itertools.cycle(TOKENS["nurses"])


class Nurse(FastHttpUser):  # type: ignore[misc]
    """One nurse, one patient after the other, without a pause."""

    wait_time = constant(0)

    def on_start(self) -> None:
        """Sign in."""
        self.headers = {"Authorization": f"Bearer {next(_nurses)}"}

    @task  # type: ignore[untyped-decorator]
    def file_a_referral(self) -> None:
        """Hold one encounter, and find its referral in the queue of the right municipality."""
        patient = Patient(next(_numbers))
        conversation = self._post("/api/conversations", {}, "begin")["id"]
        encounter = messages(patient)
        message = next(encounter)
        for number in itertools.count():
            body = {"message_id": str(number), **message}
            path = f"/api/conversations/{conversation}/messages"
            kind = "typed" if "text" in message else "button"
            try:
                message = encounter.send(self._post(path, body, kind)["replies"])
            except StopIteration as done:
                self._find(done.value, patient)
                with FILED.open("a") as file:
                    file.write(f"{conversation} {done.value}\n")
                return

    def _post(self, path: str, body: dict[str, str], name: str) -> dict[str, Any]:
        with self.client.post(
            path, json=body, headers=self.headers, name=name, catch_response=True
        ) as answer:
            if not 200 <= answer.status_code < 300:
                answer.failure(f"HTTP {answer.status_code}")
                raise Unexpected(f"HTTP {answer.status_code}")
            said: dict[str, Any] = answer.json()
            return said

    def _find(self, reference: str, patient: Patient) -> None:
        headers = {"Authorization": f"Bearer {TOKENS[patient.municipality]}"}
        with self.client.get(
            f"/api/referrals/{reference}", headers=headers, name="look up", catch_response=True
        ) as answer:
            there = answer.status_code == 200 and answer.json()["state"] == "filed"
            if not there or patient.typed.split(",")[0] not in answer.text:
                answer.failure("the referral is not there as it was filed")
