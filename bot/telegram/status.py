"""What ``/status`` shows: conversations to go on with, the ward's list, the latest referrals.

No identity: a deferred patient is known by when and why, and found by room on our own page.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.showing import WARDS_LIST
from bot.telegram.showing import RESUME, TAKE_UP
from bot.telegram.words import words
from referrals.bedside import own_referrals
from referrals.deferred import wards_list
from referrals.deferred.wards_list import Listed
from referrals.denmark.dates import day, local, short_start
from referrals.staff.roles import Staff
from referrals.telegram.replies import Key, Message
from referrals.turns.encounters import Encounters

MOST_OPEN = 5
MOST_LISTED = 5


class Status:
    """Tells a nurse how her work stands."""

    def __init__(self, encounters: Encounters, base_url: str) -> None:
        self._encounters = encounters
        self._base_url = base_url

    def messages(
        self, session: Session, nurse: Staff, language: str, now: datetime
    ) -> tuple[Message, ...]:
        """Give one message, with a key for each conversation that can go on here.

        Practice goes on where each bubble can be marked: on the chat page.
        """
        say = words(language)
        open_ones = self._encounters.open_ones(nurse, MOST_OPEN)
        unfinished = [each for each in open_ones if not each.practice]
        sent = own_referrals.latest(session, nurse)
        listed = [each for each in wards_list.listed(session, nurse, now) if not each.by]
        if not unfinished and not sent and not listed:
            return (Message(say["status_none"]),)
        lines = [say["status_open"].format(count=len(unfinished))]
        keys = tuple(
            Key(
                say["status_continue"].format(started=f"{local(each.started_at):%H.%M}"),
                payload=RESUME,
                encounter_id=each.id,
            )
            for each in unfinished
        )
        labels = self._encounters.around.labels
        if listed:
            lines.append(say["status_listed"].format(count=len(listed)))
            keys += tuple(self._take_up(each, language) for each in listed[:MOST_LISTED])
            keys += (Key(say["status_list"], url=f"{self._base_url}{WARDS_LIST}"),)
        if sent:
            lines.append(say["status_referrals"])
        lines += [
            say["status_line"].format(
                reference=each.reference,
                state=labels.word("state", each.state, language),
                filed=day(each.filed_at, language),
            )
            for each in sent
        ]
        return (Message("\n".join(lines), keys),)

    def _take_up(self, each: Listed, language: str) -> Key:
        since = short_start(each.deferred_at, language)
        why = self._encounters.around.labels.word("defer_reason", each.reason, language)
        title = words(language)["status_take_up"].format(since=since, why=why)
        return Key(title, payload=TAKE_UP, encounter_id=each.id)
