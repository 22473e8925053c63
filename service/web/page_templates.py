"""The templates of all pages, with the few words and dates that they all write."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.templating import Jinja2Templates

from referrals.denmark.dates import calendar_day, day, moment, weekday_and_day, weekday_and_moment
from referrals.words.labels import Labels
from service.settings import ROOT

PACKAGES = ("service", "bot", "inbox")
"""Where pages stand: each room keeps its own templates, styles and scripts."""


def folders(name: str) -> list[Path]:
    """Give each room's folder called ``name``, such as ``templates``, the deepest first."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob(name)]
    return sorted(found, key=lambda path: (-len(path.parts), path))


def static_path(folder: Path) -> str:
    """Give the address below which a folder of styles and scripts is served."""
    return f"/static/{folder.parent.relative_to(ROOT).as_posix()}"


@cache
def page_templates() -> Jinja2Templates:
    """Load the templates of all packages, once; everything in them is escaped."""
    labels = Labels()
    templates = Jinja2Templates(directory=folders("templates"))
    templates.env.globals.update(
        word=labels.word,
        calendar_day=calendar_day,
        day=day,
        moment=moment,
        weekday_and_day=weekday_and_day,
        weekday_and_moment=weekday_and_moment,
    )
    return templates
