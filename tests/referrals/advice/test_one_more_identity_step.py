"""Adding an identity step takes its name and one row: the rest follows by itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from service.settings import ROOT

PARTS = "actions bot demo inbox migrations nlu referrals service tests domain.yml pyproject.toml"


def test_a_step_added_by_name_and_kind_is_sealed_shown_and_purged(tmp_path: Path) -> None:
    for part in PARTS.split():
        if (ROOT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "browser", "system")
            shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, tmp_path)
    _add_behind(
        tmp_path / "referrals/advice/encounter.py",
        '    DISCHARGE_DATE = "discharge_date"\n',
        '    DISCHARGE_WARD = "discharge_ward"\n',
    )
    _add_behind(
        tmp_path / "referrals/advice/script.py",
        '    Step.DISCHARGE_DATE: "word",\n',
        '    Step.DISCHARGE_WARD: "word",\n',
    )
    tests = "tests/referrals/advice/one_more_identity_step.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not postgres"]
    done = subprocess.run([*command, tests], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def _add_behind(file: Path, line: str, added: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(line) == 1
    file.write_text(text.replace(line, line + added), "utf-8")
