"""Shares the files of the whole run out among processes: those that take longest go first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

LONGEST_FIRST = ("system", "browser", "nlu", "dialogue", "service")
"""Folders of ``tests/`` whose files take long; all others follow."""
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
    """Put the longest first, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    folder = path.relative_to(Path(__file__).parent).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)
