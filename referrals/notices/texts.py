"""Writes notices in the reader's language, from ``texts.yml``. Knows no patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referrals.denmark.dates import weekday_and_day
from referrals.notices.kinds import NoticeKind
from referrals.words.room_words import RoomWords

CHOICES_PATH = "/konto/beskeder"
TEXTS = RoomWords("referrals.notices", "texts.yml")


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

    def write(self, kind: str, language: str, payload: Mapping[str, Any]) -> Written:
        """Put a notice into words. Danish stands in for a language that is not known."""
        parts = TEXTS.spoken(language, kind)
        link = self._base_url + _path(kind, payload)
        facts = {**_facts(kind, payload, language, parts), "link": link}
        footer = TEXTS.word("footer", language)
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
    if kind == NoticeKind.PASSWORD_LINK:
        return f"/invitation/{payload['secret']}"
    if kind == NoticeKind.QUOTA_REACHED:
        return f"/admin/brugere/{payload['user']}"
    places = {
        NoticeKind.DIGEST: "/koe",
        NoticeKind.WARD_WAITING: "/chat",
        NoticeKind.CLOCK_JUMPED: "/admin/log",
        NoticeKind.ACCESS_ASKED: "/admin/godkendelser",
        NoticeKind.ACCESS_CHANGED: "/konto",
        NoticeKind.CONFIRM_EMAIL: CHOICES_PATH,
    }
    return places.get(NoticeKind(kind), "/tal")


def _facts(
    kind: str, payload: Mapping[str, Any], language: str, parts: Mapping[str, str]
) -> dict[str, Any]:
    facts = dict(payload)
    if "due_at" in payload:
        facts["due"] = weekday_and_day(datetime.fromisoformat(payload["due_at"]), language)
    if kind == NoticeKind.WARD_CONTACTED:
        facts["many"] = parts["one" if payload["count"] == 1 else "several"].format(**payload)
        facts["when"] = parts[payload["when"]]
    if kind == NoticeKind.QUOTA_REACHED:
        facts["many"] = parts[payload["what"]]
    if kind == NoticeKind.WARD_WAITING:
        facts["many"] = parts["one" if payload["count"] == 1 else "several"].format(**payload)
        facts["today"] = parts["last_day"].format(**payload) if payload["last_day"] else ""
    if kind == NoticeKind.ACCESS_CHANGED:
        facts["what"] = parts[payload["what"]].format(**payload)
    return facts
