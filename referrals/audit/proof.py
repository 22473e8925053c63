"""What can be proven of the audit log, by its chain, its anchors and the database's triggers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import triggers
from referrals.audit.anchors import Anchor, AnchorFile, BadAnchor, read
from referrals.audit.chain import ChainKeys, Verdict, Why, keys_of, verify
from referrals.audit.tables import AuditRow
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.storage.database import Database


@dataclass(frozen=True)
class Proof:
    """What was found. ``anchors`` are all that were given and fit, in order of their rows.

    ``bad_anchor`` says which line of the file is none; ``triggers`` names those that are wrong.
    """

    verdict: Verdict
    anchors: list[Anchor]
    bad_anchor: BadAnchor | None
    triggers: list[str]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not (self.verdict.why or self.bad_anchor or self.triggers)

    @property
    def anchored_to(self) -> int:
        """Up to which row nothing can have been cut off or written anew, without it being seen."""
        return max((each.row for each in self.anchors), default=0)


def prove(session: Session, file: AnchorFile, elsewhere: Iterable[str] = ()) -> Proof:
    """Read the whole log and compare it with the anchors of the file and those kept elsewhere."""
    keys = _keys(session)
    anchors, bad = list[Anchor](), None
    try:
        anchors += read(elsewhere, keys)
        anchors += file.anchors(keys)
    except BadAnchor as error:
        bad = error
    seen = {each.row: each.hash for each in anchors}
    differing = [each.row for each in anchors if seen[each.row] != each.hash]
    verdict = verify(session, seen)
    if differing and verdict.why is None:  # two anchors of one row that tell of two logs
        verdict = Verdict(verdict.checked, min(differing), Why.REWRITTEN)
    ordered = sorted(anchors, key=lambda each: each.row)
    return Proof(verdict, ordered, bad, triggers.faults(session))


def anchor(database: Database, file: AnchorFile, now: datetime) -> int:
    """Anchor the log if today's anchor is missing; tell how many were made.

    What was written since the last one is looked at first: a log that does not hold is told of
    and not anchored. Raises OSError if the file cannot be written.
    """
    with database.read() as session:
        keys = _keys(session)
        try:
            before = file.anchors(keys)
        except BadAnchor:
            tell(Event.LOG_BROKEN, "bad_anchor")
            return 0
        if before and before[-1].day == now.astimezone(UTC).date().isoformat():
            return 0
        why = _fault_since(session, before[-1] if before else None)
        if why is not None:
            tell(Event.LOG_BROKEN, why)
            return 0
        last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    if last is None:
        return 0
    try:
        made = file.add(last.number, last.hash, now, keys)
    except OSError:
        tell(Event.LOG_BROKEN, "not_anchored")
        raise
    tell(Event.LOG_ANCHORED, row=made.row, anchor=made.written())
    return 1


def _fault_since(session: Session, last: Anchor | None) -> str | None:
    """Say what is wrong with what came after an anchor; with all of it where there is none."""
    if triggers.faults(session):
        return "triggers"
    if last is not None:
        row = session.get(AuditRow, last.row)
        if row is None or row.hash != last.hash:
            return Why.CUT_OFF if row is None else Why.REWRITTEN
    return verify(session, after=(last.row, last.hash) if last else None).why


def _keys(session: Session) -> ChainKeys:
    return keys_of(session) or ChainKeys({}, "")
