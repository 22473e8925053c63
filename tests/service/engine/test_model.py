"""The trained model: when a new one is due, and what is said of files that give none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from service.engine.model import check_files, fingerprint
from service.errors import UserError
from service.settings import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the files that the model is trained from."""
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "nlu", tmp_path / "nlu")
    return tmp_path


def append(name: str) -> Callable[[Path], object]:
    def change(project: Path) -> object:
        path = project / name
        return path.write_text(path.read_text() + "\n# changed\n")

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(append("config.yml"), id="the configuration"),
        pytest.param(append("domain.yml"), id="the wording"),
        pytest.param(append("nlu/rules.yml"), id="a rule"),
        pytest.param(append("nlu/__init__.py"), id="the code of a component"),
        pytest.param(lambda p: (p / "nlu/new.yml").write_text("a: b"), id="a new file"),
        pytest.param(lambda p: (p / "nlu/rules.yml").rename(p / "nlu/r.yml"), id="a new name"),
    ],
)
def test_a_change_of_anything_the_model_reads_asks_for_training(
    project: Path, change: Callable[[Path], object]
) -> None:
    before = fingerprint(project)
    change(project)
    assert fingerprint(project) != before


def test_what_the_model_does_not_read_asks_for_nothing(project: Path) -> None:
    before = fingerprint(project)
    (project / "nlu" / "__pycache__").mkdir(exist_ok=True)
    (project / "nlu" / "__pycache__" / "left.pyc").write_bytes(b"x")
    (project / "nlu" / ".editor").write_text("x")
    (project / "README.md").write_text("x")
    assert fingerprint(project) == before


def test_our_own_files_pass(project: Path) -> None:
    check_files(project)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("domain.yml", "intents:\n  a: [\n- b\n", r"domain.yml line 3: .*expected"),
        ("domain.yml", "- a\n", r"domain.yml: it must hold named sections"),
        ("domain.yml", "", r"domain.yml: it must hold named sections"),
        ("config.yml", "pipeline: []\n", r"config.yml: the section 'policies' must be a list"),
        ("nlu/rules.yml", "rules: 'a\n", r"nlu/rules.yml line 2: found unexpected end"),
    ],
)
def test_a_broken_file_is_named_with_line_and_reason(
    project: Path, name: str, content: str, says: str
) -> None:
    (project / name).write_text(content)
    with pytest.raises(UserError, match=says):
        check_files(project)


def test_a_missing_file_is_named(project: Path) -> None:
    (project / "domain.yml").unlink()
    with pytest.raises(UserError, match=r"domain\.yml is missing"):
        fingerprint(project)
