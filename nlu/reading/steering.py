"""What a clause wants done with what was written: taken back, ended, held, put right, or left.

``keeps`` is a command that is denied: "den skal ikke trækkes tilbage", "fortryd ikke". Whoever
reads it knows that nothing is to be done. ``backs_out``: the patient no longer wants what was
agreed to. ``another``: it is about the patient in the next bed. ``sent``: somebody asks whether,
where or under which number the referral was sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from nlu.reading.clauses import SILENT, Clause
from nlu.reading.fact import QUESTION, STATED, Fact
from nlu.reading.lexicon import Hit, fits
from nlu.reading.smoking import fact
from nlu.reading.words import NUMBER

_NO = frozenset(("ikke", "ej", "not", "ingen", "no", "aldrig", "never"))
_BETWEEN = 3
"""Words between a denial and the command that it denies: "vil ikke have det skal slettes"."""
_OF_A_DETAIL = (
    *("not_refused", "not_now", "best_time", "weekday", "day", "product", "language", "works"),
    *("interpreter", "no_interpreter", "leave_message", "relative", "lives"),
)
"""Beside these it is a detail that is refused: "vil ikke ringes op om aftenen"."""
_WILL = frozenset(("vil", "oensker", "gider", "skal", "ville", "skulle"))
"""What asks for the infinitive: before an order it is about something else."""


def facts_of(clause: Clause) -> Iterator[Fact]:
    """Give what the clause wants done, or left."""
    yield from _taken_back(clause)
    yield from _ended(clause)
    holding = clause.first("hold")
    if holding:
        yield fact(clause, "steering", "hold", holding)
    out = _backs_out(clause)
    if out:
        yield fact(clause, "backs_out", "", *out)
    another = clause.first("another_patient")
    if another:
        yield fact(clause, "another", "", another)
    asked = _asks_sent(clause)
    if asked:
        yield fact(clause, "sent", "", asked)


def forbids(clause: Clause) -> bool:
    """Tell whether a command stands in the clause that is denied."""
    return _is_kept(clause, "withdraws") or _is_kept(clause, "cancels")


def _taken_back(clause: Clause) -> Iterator[Fact]:
    consent, withdraws = clause.first("consent"), clause.first("withdraws")
    if withdraws and _is_kept(clause, "withdraws"):
        yield fact(clause, "keeps", "withdrawn" if consent else "take_back", withdraws)
    elif consent and withdraws:
        yield fact(clause, "consent", "withdrawn", consent, withdraws)
    elif consent and clause.first("gives"):
        yield fact(clause, "consent", "given", consent, polarity=not clause.denies(consent))
    elif withdraws:
        yield fact(clause, "steering", "take_back", withdraws)


def _ended(clause: Clause) -> Iterator[Fact]:
    cancels, detail, wrong = clause.first("cancels"), clause.first("detail"), clause.first("wrong")
    if cancels and _is_kept(clause, "cancels"):
        yield fact(clause, "keeps", "cancel", cancels)
    elif cancels and detail:
        wrong = wrong or cancels
    elif cancels:
        yield fact(clause, "steering", "cancel", cancels)
    if wrong:
        hits = [wrong, *([detail] if detail else [])]
        yield fact(clause, "correction", detail.tags["detail"] if detail else "", *hits)


def _is_kept(clause: Clause, tag: str) -> bool:
    """Tell whether one of the words for a command is denied: before it, or right behind it."""
    return any(
        denial is not hit and _denies(clause, denial, hit)
        for hit in clause.all(tag)
        for denial in clause.all("not", "never", "refuse")
    )


def _denies(clause: Clause, denial: Hit, hit: Hit) -> bool:
    said = [word.norm for word in clause.words[denial.at : denial.end]]
    if denial.has("refuse") and not any(word in _NO or word.endswith("n't") for word in said):
        return False
    behind = denial.at >= hit.end
    first, last = (hit, denial) if behind else (denial, hit)
    if behind and denial.has("refuse"):
        return False  # "fortryd den skal ikke sendes"
    ordered = clause.words[hit.at].norm in clause.lists["orders"]
    if not behind and ordered and not _WILL.isdisjoint(said):
        return False
    return 0 <= last.at - first.end <= _BETWEEN and _is_small(clause, first.end, last.at)


def _is_small(clause: Clause, start: int, end: int) -> bool:
    """Tell whether nothing between says what is denied."""
    between = [hit for hit in clause.hits if start <= hit.at < end]
    unread = any(start <= at < end for at in (*clause.leftover(), *clause.sealed()))
    return not unread and all(
        set(hit.tags) <= SILENT or hit.has("filler", "narrows", "withdraws", "cancels", "consent")
        for hit in between
    )


def _backs_out(clause: Clause) -> list[Hit]:
    """Give the words by which the patient no longer wants it: "vil alligevel ikke", "fortryder"."""
    if clause.certainty != STATED or forbids(clause):
        return []
    regrets = clause.first("regrets")
    if regrets and not clause.denies(regrets):
        return [regrets]
    refused = clause.first("refuse")
    if refused is None or clause.turns(refused) or clause.first(*_OF_A_DETAIL):
        return []
    if clause.leftover() or any(
        word.norm == NUMBER for word in clause.words[clause.at : clause.end]
    ):
        return []
    after_all = clause.lists["after_all"] | clause.lists["of_referral"]
    named = any(
        fits(part, word.norm) for word in clause.words[clause.at : clause.end] for part in after_all
    )
    return [refused] if named else []


def _asks_sent(clause: Clause) -> Hit | None:
    """Give the words that ask whether it was sent; what was sent before today is another one."""
    if clause.past:
        return None
    asks = clause.first("asks_sent")
    if asks and _is_small(clause, clause.at, asks.at):
        return asks
    sent = clause.first("sent")
    if sent is None or any(hit.at == clause.at + 1 for hit in clause.all("patient", "relative")):
        return None  # "blev hun sendt hjem"
    verb = clause.words[clause.at].norm in clause.lists["verb_first"]
    return sent if verb or clause.certainty == QUESTION else None
