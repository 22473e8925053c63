"""Has the tests' own measuring print how well the engine understands, and what comes of it."""

import subprocess
import sys
from pathlib import Path

from service.engine.model import ensure_model
from service.errors import UserError
from service.processes.progress import Progress
from service.settings import ROOT, Settings

_MEASURING = "tests.nlu.report"
_TYPING = "tests.nlu.typed.report"


def report(settings: Settings, seeds: int, cases: Path | None = None) -> int:
    """Print the tables of the held-out phrases and of typed sentences; give 0, or 1 below a goal.

    With a folder of ``cases`` its sentences alone are typed. Trains first if files changed.
    Raises UserError where the phrases are not installed.
    """
    if not (ROOT / "tests" / "nlu").is_dir():
        raise UserError("the held-out phrases lie in tests/nlu, which this installation lacks")
    model = ensure_model(settings, Progress(total=1))
    typed = _run(_TYPING, str(model), *([str(cases.resolve())] if cases else []))
    if cases:
        return typed
    return max(_run(_MEASURING, str(settings.engine_python), str(model), str(seeds)), typed)


def _run(module: str, *arguments: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, check=False
    ).returncode
