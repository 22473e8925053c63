"""Writes notices in the reader's language, from ``notice_texts.yml``. Knows no patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from typing import Any

from referrals.dates import weekday_and_day
from referrals.notices import Kind
from referrals.yaml_files import read_yaml

CHOICES_PATH = "/konto/beskeder"


@dataclass(frozen=True)
class Written:
    """A notice in words: ``subject`` and ``body`` for e-mail, ``short`` for a phone."""

    subject: str
    body: str
    short: str
    link: str


class NoticeTexts:
    """The words of notices; links start with ``base_url``."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, Any]]:
        """All texts: kind, language, part."""
        loaded: dict[str, Any] = read_yaml(files("referrals").joinpath("notice_texts.yml"))
        return loaded

    def write(self, kind: str, language: str, payload: Mapping[str, Any]) -> Written:
        """Put a notice into words. Danish stands in for a language that is not known."""
        languages = self.texts[kind]
        parts = languages.get(language, languages["da"])
        link = self._base_url + _path(kind, payload)
        facts = {**_facts(kind, payload, language, parts), "link": link}
        footers = self.texts["footer"]
        footer = footers.get(language, footers["da"])
        choices = self._base_url + CHOICES_PATH
        return Written(
            subject=parts["subject"].format(**facts),
            body=f"{parts['body'].format(**facts)}\n{footer.format(choices=choices)}",
            short=parts["short"].format(**facts),
            link=link,
        )


def _path(kind: str, payload: Mapping[str, Any]) -> str:
    if "reference" in payload:
        return f"/koe/{payload['reference']}"
    return "/koe" if kind == Kind.DIGEST else "/tal"


def _facts(
    kind: str, payload: Mapping[str, Any], language: str, parts: Mapping[str, str]
) -> dict[str, Any]:
    facts = dict(payload)
    if "due_at" in payload:
        facts["due"] = weekday_and_day(datetime.fromisoformat(payload["due_at"]), language)
    if kind == Kind.WARD_CONTACTED:
        facts["many"] = parts["one" if payload["count"] == 1 else "several"].format(**payload)
        facts["when"] = parts[payload["when"]]
    return facts
