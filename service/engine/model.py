"""The trained model, named after the files it was trained from, trained anew when they change."""

import hashlib
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import yaml

from referrals.words.yaml_files import read_yaml
from service.engine.rasa import engine_env, failure_reason, train_argv
from service.errors import UserError
from service.processes.file_lock import locked
from service.processes.progress import Progress
from service.processes.spawn import signal_group, spawn
from service.settings import ROOT, Settings

KEPT = 3
"""How many models stay, so that going back to an older version trains nothing."""
TRAINING_S = 90
SENTENCE_VECTORS = ROOT / ".henvis" / "sentence-vectors.npz"
"""What the training before made of its sentences, for all data directories: half of its time."""


def model_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file that a model depends on: understanding, rules, wording, components.

    Not how the engine is reached.
    """
    yield root / "config.yml"
    yield root / "domain.yml"
    for path in sorted((root / "nlu").rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in parts)
        if path.is_file() and not hidden and parts[:2] != ("nlu", "serving"):
            yield path


def fingerprint(root: Path = ROOT) -> str:
    """Name the present state of these files (16 hex digits); raises UserError if one is missing."""
    digest = hashlib.sha256()
    for path in model_files(root):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise UserError(f"{path.relative_to(root)} is missing") from None
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def find_model(settings: Settings) -> Path | None:
    """Return the model of the present files, if there is one already."""
    name = f"{fingerprint()}.tar.gz"
    if settings.model and settings.model.name == name and settings.model.is_file():
        return settings.model
    path = settings.models_dir / name
    return path if path.is_file() else None


def ensure_model(settings: Settings, progress: Progress) -> Path:
    """Return the model of the present files, training it if need be.

    Raises UserError, naming file and reason, if they cannot be trained from.
    """
    with locked(settings.models_dir / "lock", wait=True):
        model = find_model(settings)
        if model is None:
            check_files()
            model = _train(settings, progress)
            _forget_old_models(settings.models_dir)
        return model


def check_files(root: Path = ROOT) -> None:
    """Refuse files that Rasa would read wrongly, complain of at length, or fill in by itself."""
    for path in model_files(root):
        if path.suffix not in {".yml", ".yaml"}:
            continue
        name = path.relative_to(root)
        try:
            content = read_yaml(path)
        except yaml.MarkedYAMLError as error:
            where = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
            raise UserError(f"{name}{where}: {error.problem}") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise UserError(f"{name}: {' '.join(str(error).split())}") from None
        if path.parent == root and not isinstance(content, dict):
            raise UserError(f"{name}: it must hold named sections")
        for section in ("pipeline", "policies") if path.name == "config.yml" else ():
            if not isinstance(content.get(section), list):
                raise UserError(f"{name}: the section '{section}' must be a list")


def _train(settings: Settings, progress: Progress) -> Path:
    models = settings.models_dir
    for left_over in models.glob("training-*"):
        shutil.rmtree(left_over)
    name, spent = fingerprint(), _processor_s()
    log = settings.logs_dir / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        progress.step("training the model", TRAINING_S) as step,
        tempfile.TemporaryDirectory(prefix="training-", dir=models) as folder,
        log.open("wb") as output,
    ):
        config = Path(folder) / "config.yml"
        shutil.copyfile(ROOT / "config.yml", config)
        argv = train_argv(settings, config, Path(folder), name)
        env = engine_env(settings) | {"SENTENCE_VECTORS": str(SENTENCE_VECTORS)}
        process = spawn(argv, env=env, cwd=ROOT, output=output)
        try:
            while not _ended(process):
                step.tick()
        finally:
            signal_group(process, signal.SIGKILL)
            process.wait()
        trained = Path(folder) / f"{name}.tar.gz"
        if process.returncode or not trained.is_file():
            lines = log.read_text(errors="replace").splitlines()
            raise UserError(f"training failed: {failure_reason(lines)} (whole story: {log})")
        _cost_file(models / trained.name).write_text(f"{_processor_s() - spent:.1f}")
        return trained.replace(models / trained.name)


def training_cost_s(model: Path) -> float | None:
    """Give the processor seconds that it took to train a model; None if that was not noted."""
    with suppress(FileNotFoundError):
        return float(_cost_file(model).read_text())
    return None


def _cost_file(model: Path) -> Path:
    return model.with_name(f"{model.name}.seconds")


def _processor_s() -> float:
    """Give what all our children that ended have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return False
    return True


def _forget_old_models(models: Path) -> None:
    newest_first = sorted(models.glob("*.tar.gz"), key=lambda path: -path.stat().st_mtime_ns)
    for path in newest_first[KEPT:]:
        path.unlink()
        _cost_file(path).unlink(missing_ok=True)
