"""What an action server of the benchmarks knows of the domain."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

DOMAIN = "STOCK_DOMAIN"
"""Names the file with the domain."""


def action_names() -> list[str]:
    """Give the names of all its actions."""
    domain = yaml.safe_load(Path(os.environ[DOMAIN]).read_text("utf-8"))
    return [str(name) for name in domain["actions"]]
