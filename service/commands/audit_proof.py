"""Says on the command line what can be proven of the audit log, and what cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from referrals.audit.chain import Stretch, Why
from referrals.audit.proof import Proof
from referrals.audit.proof import prove as prove_log
from service.composition import open_store
from service.errors import UserError
from service.settings import Settings

_BROKEN = {
    Why.CHANGED: "row {row} does not fit the one before",
    Why.KEYLESS: "row {row} has no key though there were keys by then",
    Why.NO_SUCH_KEY: "row {row} names a key that is not in keys.json",
    Why.REWRITTEN: "row {row} is another than the anchor saw",
    Why.CUT_OFF: "row {row} is missing, though an anchor saw it or one after it",
}
_KEEP = "keep the database as it is and tell whoever answers for data protection"


def prove(settings: Settings, elsewhere: Path | None = None) -> Iterator[str]:
    """Say from when to when the log holds, by which anchors, and what they leave open.

    ``elsewhere`` is a file with anchors that were kept elsewhere. Raises UserError naming the first
    thing that does not fit.
    """
    try:
        lines = elsewhere.read_text("utf-8", errors="replace").splitlines() if elsewhere else []
    except OSError as error:
        raise UserError(f"{elsewhere} cannot be read: {error.strerror}") from None
    with open_store(settings) as store, store.database.read() as session:
        proof = prove_log(session, store.anchors, lines)
    _refuse(proof, elsewhere or settings.anchors_file)
    return _told(proof, settings.anchors_file)


def _refuse(proof: Proof, file: Path) -> None:
    verdict = proof.verdict
    if verdict.why is not None:
        what = _BROKEN[verdict.why].format(row=verdict.broken_at)
        raise UserError(f"the audit log was changed: {what}; {_KEEP}")
    if proof.bad_anchor:
        raise UserError(f"the anchors in {file} were changed: {proof.bad_anchor}; {_KEEP}")
    if proof.triggers:
        raise UserError(
            f"the database lets the audit log be changed: {', '.join(proof.triggers)} is missing "
            f"or not as it was made; {_KEEP}"
        )


def _told(proof: Proof, file: Path) -> Iterator[str]:
    verdict, anchored = proof.verdict, proof.anchored_to
    yield f"audit log intact: {verdict.checked} rows fit each other"
    if verdict.keyless:
        holds = "" if anchored else ": whoever owned the database could have written them anew"
        yield f"without a key: {_rows(verdict.keyless)}{holds}"
    if verdict.keyed:
        yield f"under a key outside the database: {_rows(verdict.keyed)}"
    if proof.anchors:
        first, last, count = proof.anchors[0], proof.anchors[-1], len(proof.anchors)
        by = f"{count} anchors of {first.day} to {last.day}" if count > 1 else f"that of {last.day}"
        yield f"anchored: rows 1 to {anchored}, by {by} ({file})"
    else:
        yield f"anchored: nothing; there is no anchor in {file}"
    if verdict.checked > anchored:
        yield f"not proven: that nothing after row {anchored} was cut off"
    yield "triggers: the database refuses changes, as it was made to"


def _rows(stretch: Stretch) -> str:
    return (
        f"rows {stretch.first} to {stretch.last}, "
        f"{stretch.since:%Y-%m-%d %H:%M} to {stretch.until:%Y-%m-%d %H:%M} UTC"
    )
