"""The templates of all pages, with the few words and dates that they all write."""

from __future__ import annotations

from starlette.templating import Jinja2Templates

from referrals.dates import calendar_day, day, moment, weekday_and_day, weekday_and_moment
from referrals.labels import Labels
from service.settings import ROOT

FOLDERS = ("service/templates", "bot/templates", "inbox/templates")


def page_templates(labels: Labels) -> Jinja2Templates:
    """Load the templates of all packages; everything in them is escaped."""
    templates = Jinja2Templates(directory=[ROOT / folder for folder in FOLDERS])
    templates.env.globals.update(
        word=labels.word,
        calendar_day=calendar_day,
        day=day,
        moment=moment,
        weekday_and_day=weekday_and_day,
        weekday_and_moment=weekday_and_moment,
    )
    return templates
