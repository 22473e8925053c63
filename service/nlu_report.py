"""Has the tests' own measuring print how well the trained engine understands."""

import subprocess
import sys

from service.errors import UserError
from service.model import ensure_model
from service.progress import Progress
from service.settings import ROOT, Settings

_MEASURING = "tests.nlu.report"


def report(settings: Settings, seeds: int) -> int:
    """Print the table of the held-out phrases; give 0, or 1 when a figure falls short.

    Trains first if files changed. Raises UserError where the phrases are not installed.
    """
    if not (ROOT / "tests" / "nlu").is_dir():
        raise UserError("the held-out phrases lie in tests/nlu, which this installation lacks")
    model = ensure_model(settings, Progress(total=1))
    command = [sys.executable, "-m", _MEASURING, str(settings.engine_python), str(model)]
    return subprocess.run([*command, str(seeds)], cwd=ROOT, check=False).returncode
