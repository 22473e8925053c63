"""Commands about backups, called within the process of a test."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from service.cli import app
from service.errors import UserError
from service.settings import Settings


def run_command(settings: Settings, *words: str, **more: str) -> tuple[int, list[str], list[str]]:
    """Call a command within this process; how a process ends is told elsewhere."""
    done = CliRunner().invoke(app, [*words, "--data", str(settings.data_dir)], env=more)
    if isinstance(done.exception, UserError):
        return done.exception.exit_code, done.stdout.splitlines(), [str(done.exception)]
    if done.exception is not None:
        raise done.exception
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def told_by(settings: Settings, *words: str) -> list[str]:
    code, output, errors = run_command(settings, *words)
    assert (code, errors) == (0, [])
    return output


def refused(settings: Settings, *words: str) -> str:
    code, output, errors = run_command(settings, *words)
    assert (code, output) == (1, [])
    [line] = errors
    return line


def verify(settings: Settings, file: Path, identity: Path, *more: str) -> list[str]:
    return told_by(settings, "verify-backup", str(file), "--identity", str(identity), *more)
