"""What ``/status`` shows: conversations to go on with, and the latest referrals. No identity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.telegram.showing import RESUME
from bot.telegram.words import words
from referrals import own_referrals
from referrals.dates import day, local
from referrals.encounters import Encounters
from referrals.staff import Staff
from referrals.telegram_replies import Key, Message

MOST_OPEN = 5


class Status:
    """Tells a nurse how her work stands."""

    def __init__(self, encounters: Encounters) -> None:
        self._encounters = encounters

    def messages(
        self, session: Session, nurse: Staff, language: str, _now: datetime
    ) -> tuple[Message, ...]:
        """Give one message, with a key for each conversation that can go on here.

        Practice goes on where each bubble can be marked: on the chat page.
        """
        say = words(language)
        open_ones = self._encounters.open_ones(nurse, MOST_OPEN)
        unfinished = [each for each in open_ones if not each.practice]
        sent = own_referrals.latest(session, nurse)
        if not unfinished and not sent:
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
        if sent:
            lines.append(say["status_referrals"])
        labels = self._encounters.around.labels
        lines += [
            say["status_line"].format(
                reference=each.reference,
                state=labels.word("state", each.state, language),
                filed=day(each.filed_at, language),
            )
            for each in sent
        ]
        return (Message("\n".join(lines), keys),)
