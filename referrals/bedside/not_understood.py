"""What staff typed and the engine did not understand: collected, reviewed, made training data.

Only the text as the engine saw it is kept: every name, number, address and unknown word is a
sealed token already. Here even the tokens' ids, figures and references are blurred, so that a
text leads to no vault value, no encounter and nobody who typed it. A text that is not typed
again is forgotten after ninety days.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import yaml
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.bedside.tables import NotUnderstoodRow
from referrals.denmark.sensitive_words import NUMBER_WORD, names_an_illness
from referrals.staff.roles import Staff, administrators_only
from referrals.storage.database import Database
from referrals.storage.paging import PAGE
from referrals.vault.vault import TOKEN

KEPT_FOR = timedelta(days=90)
LONGEST = 300
MOST_KEPT = 5_000
"""So that nobody can fill the table; what comes later is not kept until some is gone."""

_REFERENCE = re.compile(r"\bH-[0-9A-Z]{4}-[0-9A-Z]\b")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_NO_WORD = f" [[word:{'0' * 12}]] "
_BATCH = 500
_HIDDEN = "•••"


@dataclass(frozen=True)
class Reviewed:
    """One text as the page shows it."""

    id: int
    text: str
    language: str
    times: int
    last_at: datetime
    intent: str | None

    @property
    def shown(self) -> str:
        """The text for a reader, with dots for what is hidden."""
        return TOKEN.sub(_HIDDEN, self.text)


def blurred(sealed: str, language: str = "da") -> str | None:
    """Give what may be kept of a sealed text, or None where nothing is left to learn from.

    Tokens keep their kind only, references and numbers their form only, in figures or in words:
    ``kl. 17`` becomes ``kl. 0``. An illness is hidden. None for a button's payload, a text of
    tokens alone and one of over 300 characters.
    """
    if sealed.startswith("/") or len(sealed) > LONGEST:
        return None
    parts, last = [], 0
    for token in TOKEN.finditer(sealed):
        kind = token[0][2:].partition(":")[0]
        parts += [_blur(sealed[last : token.start()], language), f"[[{kind}:{'0' * 12}]]"]
        last = token.end()
    parts.append(_blur(sealed[last:], language))
    words = TOKEN.sub("", "".join(parts))
    text = " ".join("".join(parts).lower().split())
    return text if any(character.isalpha() for character in words) else None


def note(session: Session, sealed: str, language: str, now: datetime) -> None:
    """Count one text that was not understood, in the caller's transaction."""
    text = blurred(sealed, language)
    if text is None or _is_full(session):
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"text": text, "language": language, "times": 1, "last_at": now}
    insert = dialect.insert(NotUnderstoodRow).values(**values, expires_at=now + KEPT_FOR)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["text", "language"],
            set_={
                "times": NotUnderstoodRow.times + 1,
                "last_at": now,
                "expires_at": now + KEPT_FOR,
            },
        )
    )


def forget_old(database: Database, now: datetime) -> int:
    """Delete one batch of texts whose time is up; give how many."""
    with database.write() as session:
        gone = select(NotUnderstoodRow.id).where(NotUnderstoodRow.expires_at <= now).limit(_BATCH)
        ids = session.scalars(gone).all()
        session.execute(delete(NotUnderstoodRow).where(NotUnderstoodRow.id.in_(ids)))
        return len(ids)


class Review:
    """The texts for an administrator. Raises NotAllowed for anybody else."""

    def __init__(self, database: Database, staff: Staff) -> None:
        administrators_only(staff)
        self._database = database
        self._staff = staff

    def waiting(self) -> tuple[Sequence[Reviewed], int]:
        """Give the fifty most frequent texts without an intent, and how many there are in all."""
        with self._database.read() as session:
            without = NotUnderstoodRow.intent.is_(None)
            rows = session.scalars(
                select(NotUnderstoodRow)
                .where(without)
                .order_by(NotUnderstoodRow.times.desc(), NotUnderstoodRow.id)
                .limit(PAGE)
            )
            shown = [_shown(row) for row in rows]
            total = session.scalar(
                select(func.count()).select_from(NotUnderstoodRow).where(without)
            )
            return shown, total or 0

    def given(self) -> Sequence[Reviewed]:
        """Give the texts that have an intent, by intent."""
        with self._database.read() as session:
            rows = session.scalars(
                select(NotUnderstoodRow)
                .where(NotUnderstoodRow.intent.is_not(None))
                .order_by(NotUnderstoodRow.intent, NotUnderstoodRow.id)
            )
            return [_shown(row) for row in rows]

    def give_intent(self, text_id: int, intent: str | None, now: datetime) -> bool:
        """Say what a text means, or with None that this is open again. False: no such text."""
        with self._database.write() as session:
            changed = session.execute(
                update(NotUnderstoodRow)
                .where(NotUnderstoodRow.id == text_id)
                .values(intent=intent)
                .returning(NotUnderstoodRow.id)
            ).first()
            if changed:
                self._log(session, now, f"read_as_{intent}" if intent else "reopen", text_id)
            return changed is not None

    def forget(self, text_id: int, now: datetime) -> bool:
        """Delete a text that teaches nothing. False: no such text."""
        with self._database.write() as session:
            gone = session.execute(
                delete(NotUnderstoodRow)
                .where(NotUnderstoodRow.id == text_id)
                .returning(NotUnderstoodRow.id)
            ).first()
            if gone:
                self._log(session, now, "forget", text_id)
            return gone is not None

    def training_file(self) -> str:
        """Give the texts that have an intent as a file for ``nlu/reviewed/``, as Rasa reads it."""
        examples: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in self.given():
            examples[one.intent or "", one.language].append(one.text)
        blocks = [
            {
                "intent": intent,
                "metadata": {"language": language},
                "examples": _Block("".join(f"- {text}\n" for text in texts)),
            }
            for (intent, language), texts in examples.items()
        ]
        content = {"version": "3.1", "nlu": blocks}
        return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)

    def _log(self, session: Session, now: datetime, action: str, text_id: int) -> None:
        chain.append(session, now, self._staff.name, action, f"not_understood:{text_id}")


class _Block(str):
    """A text that YAML writes line by line."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes blocks as blocks."""


_Dumper.add_representer(
    _Block,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|"),
)


def _blur(text: str, language: str) -> str:
    without = _REFERENCE.sub("H-0000-0", text)
    without = _DIGITS.sub(lambda match: "0000" if len(match[0]) == 4 else "0", without)
    if language in NUMBER_WORD:
        without = NUMBER_WORD[language].sub("0", without)
    return _WORD.sub(lambda word: _NO_WORD if names_an_illness(word[0]) else word[0], without)


def _is_full(session: Session) -> bool:
    newest = select(func.max(NotUnderstoodRow.id) - func.min(NotUnderstoodRow.id))
    if (session.scalar(newest) or 0) < MOST_KEPT:
        return False
    return (session.scalar(select(func.count(NotUnderstoodRow.id))) or 0) >= MOST_KEPT


def _shown(row: NotUnderstoodRow) -> Reviewed:
    return Reviewed(row.id, row.text, row.language, row.times, row.last_at, row.intent)
