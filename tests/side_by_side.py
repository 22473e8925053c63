"""Shares the files of the whole run out among processes: those that take longest go first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

WHILE_TRAINING = ("service", "bot", "inbox")
"""Folders whose tests go on while the engine's model is still being trained."""
WITH_ENGINE = ("system", "browser", "nlu", "dialogue", "bot")
"""Folders with tests that need it, the longest first. All others follow, short as they are."""
TOGETHER = ("tests/nlu/test_course_questions.py", "tests/nlu/test_understanding.py")
"""They ask the engine the same once, so one process has both."""


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Gives a process whole files, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return TOGETHER[0] if file in TOGETHER else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Have the processes take files, not numbers of tests."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what waits for nothing, then the longest, so that none is left alone at the end."""
    waiting = {item.path for item in items if "trained_model" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: _rank(item.path, needs_engine=item.path in waiting))


def _rank(path: Path, *, needs_engine: bool) -> int:
    folder = path.relative_to(Path(__file__).parent).parts[0]
    if needs_engine:
        return len(WHILE_TRAINING) + WITH_ENGINE.index(folder)
    if folder in WHILE_TRAINING:
        return WHILE_TRAINING.index(folder)
    return len(WHILE_TRAINING) + len(WITH_ENGINE)
