"""What a turn costs without the way: the model in process, and the same rows, each alone."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from pathlib import Path

from actions.answers import AnswerAction
from actions.bedside_action import Heard
from bench.driving.talking import BUTTON, TEXT
from service.composition import build_store
from service.database import prepare
from service.engine.rasa import engine_env
from service.settings import ROOT, Settings

KINDS = ("text", "button")
Seconds = dict[str, list[float]]
"""Seconds of each turn, by kind."""
REPLY = [{"text": "Svar", "buttons": [{"title": "Ja", "payload": "/affirm"}] * 4, "copy": False}]
HEARD: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("text", "smokes_daily", {}),
    ("button", "answer", {"step": "offer", "value": "not_now"}),
)


def understanding(model: Path, repeats: int) -> Seconds:
    """Read both messages with the model, in a process of the engine's environment."""
    argv = [Settings.load().engine_python, "-W", "ignore", "-m", "bench.floor.floor_nlu", model]
    done = subprocess.run(
        [str(word) for word in (*argv, repeats, TEXT, BUTTON)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        env=engine_env(Settings.load()),
    )
    return dict(zip(KINDS, json.loads(done.stdout.splitlines()[-1]), strict=True))


def writing(folder: Path, repeats: int) -> Seconds:
    """Receive, apply and finish both messages of new encounters, as the service does."""
    settings = Settings.load(data_dir=folder)
    prepare(settings, demo=True)
    store = build_store(settings)
    action = AnswerAction(store.encounters)
    seconds: Seconds = {kind: [] for kind in KINDS}
    token = store.accounts.issue_token("demo-nurse", store.around.now())
    known = store.accounts.recognise(token or "", store.around.now())
    if known is None:
        raise SystemExit("the demo data lacks demo-nurse")
    for _ in range(repeats):
        encounter = store.encounters.start(known.staff)
        for kind, intent, told in HEARD:
            message = uuid.uuid4().hex
            began = time.perf_counter()
            store.encounters.receive(known.staff, encounter, message, TEXT, ())
            action.apply(Heard(encounter, message, intent, told, {}))
            store.encounters.finish(encounter, message, REPLY)
            seconds[kind].append(time.perf_counter() - began)
    store.database.close()
    return seconds
