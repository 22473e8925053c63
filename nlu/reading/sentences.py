"""A message is divided into clauses; each is told its subject, who says it, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from nlu.reading.clauses import SILENT, VERBS, Clause
from nlu.reading.fact import (
    HEDGE,
    INSTRUCTION,
    IRONY,
    PATIENT,
    QUESTION,
    RELATIVE,
    STAFF,
    STATED,
    UNKNOWN,
    WISH,
)
from nlu.reading.lexicon import Hit, Lexicon
from nlu.reading.retraction import Retraction, retractions
from nlu.reading.wish import only_names
from nlu.reading.words import SEALED, SENTENCE_STOPS, Word

_CUTS = frozenset((",", ";"))
_QUOTES = frozenset(("»", "«", '"', "“", "”"))
_SUBJECTS = {
    "patient": PATIENT,
    "myself": PATIENT,
    "relative": RELATIVE,
    "speaker": STAFF,
    "either_of_two": UNKNOWN,
}
_MODAL = frozenset(("kan", "vil", "maa", "can", "will", "may", "wants"))
_IS = frozenset(("er", "var", "is", "was", "that's", "it's"))
_LISTED = frozenset(("product", "nrt", "tobacco_noun", "language", "municipality", "weekday"))
"""What "og" joins to one list."""
_MATTERS = (
    *("agree", "refuse", "not_refused", "yes_word", "no_word", "not_now", "tried", "product"),
    *("relapsed", "never", "no_more", "private", "relative", "either_of_two"),
)
"""What is never said by the way only."""
_SURE = (
    ("irony", IRONY),
    ("instruction", INSTRUCTION),
    ("wish", WISH),
    ("hedge", HEDGE),
)


def clauses_of(words: Sequence[Word], lexicon: Lexicon) -> list[Clause]:
    """Divide a message into clauses."""
    hits = lexicon.find(words)
    found: list[Clause] = []
    taken_back = retractions(words, hits, lexicon.lists["retracts"])
    for at, end, asked in _sentences(words):
        inside = [hit for hit in hits if at <= hit.at < end]
        found += _of_sentence(words, at, end, inside, taken_back, asked=asked, lexicon=lexicon)
    for before, after in pairwise(found):
        before.after = after
    for number, clause in enumerate(found):
        if _points_back(clause):
            for before in found[:number]:  # "ryger 20, nej det er konen"
                before.whose = RELATIVE
    for clause in found:
        clause.retracted = frozenset(
            kind
            for back in taken_back
            for hit in (back.first, *((back.second,) if back.either else ()))
            if clause.at <= hit.at < clause.end
            for kind in back.kinds
        )
    return found


def _sentences(words: Sequence[Word]) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for end, word in enumerate(words):
        if word.norm in SENTENCE_STOPS:
            if end > at:
                yield at, end, word.norm == "?"
            at = end + 1
    if at < len(words):
        yield at, len(words), False


def _of_sentence(
    words: Sequence[Word],
    at: int,
    end: int,
    hits: list[Hit],
    taken_back: Sequence[Retraction],
    *,
    asked: bool,
    lexicon: Lexicon,
) -> Iterator[Clause]:
    certainty = _certainty(words, at, end, hits, asked=asked)
    pieces = [
        piece
        for start, stop in _pieces(words, at, end, hits)
        for piece in _without_markers(start, stop, taken_back)
    ]
    conditional = any(_has_condition(words, hits, *piece) for piece in pieces)
    past = any(hit.has("past_yes") for hit in hits)
    subject, teller, denied = PATIENT, PATIENT, False
    clause_before: Clause | None = None
    begins_with_condition = any(hit.has("if") and hit.at == at for hit in hits)
    for start, stop in pieces:
        clause = Clause(words, start, stop, [hit for hit in hits if start <= hit.at < stop])
        clause.lists = lexicon.lists
        clause.aside = _is_aside(clause)
        own = _subject(clause)
        if clause.first("says", "according", "hearsay"):
            teller = _teller(clause) or teller
        named_before = clause_before and clause_before.first("of_another", "relative")
        if not own and clause.begins_sealed():
            own = UNKNOWN
        if not own and named_before and words[start - 1].norm in lexicon.lists["which"]:
            own = RELATIVE
        if not own and clause_before and _is_of_the_other_sex(clause, clause_before):
            own = PATIENT
        before, subject, clause_before = clause_before, own or subject, clause
        clause.whose, clause.reported_by = subject, teller
        doubted = _is_doubted(words, start, before)
        clause.certainty = HEDGE if doubted and certainty == STATED else certainty
        clause.conditional, clause.past = conditional, past
        clause.all_denied = denied
        clause.supposed = begins_with_condition and start > at
        denied = denied or clause.first("neither") is not None
        yield clause


def _points_back(clause: Clause) -> bool:
    """Tell "det er konen", "that was the patient before": whom all before it was about."""
    said = {word.norm for word in clause.words[clause.at : clause.end]}
    told = not said.isdisjoint(_IS) and clause.first("pointer") is not None
    return told and only_names(clause, "relative")


def _is_aside(clause: Clause) -> bool:
    """Tell a clause behind "mens" that holds no word for anything asked about."""
    begins = clause.at > 0 and clause.words[clause.at - 1].norm in clause.lists["meanwhile"]
    return begins and clause.first(*VERBS, *_MATTERS) is None


def _has_condition(words: Sequence[Word], hits: Sequence[Hit], at: int, end: int) -> bool:
    """Tell a condition from one that only tells when a message may be left: "hvis hun er ude".

    "hvis hun kan" and "hvis hun vil" are about all that is said.
    """
    inside = [hit for hit in hits if at <= hit.at < end]
    able = any(words[h.at].norm in _MODAL for h in _behind_condition(inside))
    of_detail = not able and any(hit.has("leave_message") for hit in inside)
    answers = any(hit.has("yes_word", "agree", "pro_yes") for hit in inside)
    return any(hit.has("if") for hit in inside) and (answers or not of_detail)


def _behind_condition(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Give the verb of a condition, where it stands right behind whose it is."""
    for condition, who, verb in zip(hits, hits[1:], hits[2:], strict=False):
        if condition.has("if") and who.has("patient"):
            yield verb


def _is_doubted(words: Sequence[Word], start: int, before: Clause | None) -> bool:
    """Tell whether a clause is what a denial is about: "det er løgn at hun ikke ryger"."""
    that = start > 0 and words[start - 1].norm in ("at", "that")
    return that and before is not None and before.first("not", "hedge") is not None


def _pieces(
    words: Sequence[Word], at: int, end: int, hits: Sequence[Hit]
) -> Iterator[tuple[int, int]]:
    """Cut a sentence at commas, at "men", at "kun" after "ikke", at "og" where no list goes on."""
    start = at
    joints = {hit.at: hit for hit in hits if hit.has("but", "and", "that", "meanwhile")}
    only = {hit.at for hit in hits if hit.has("only")}
    for here in range(at, end):
        joint = joints.get(here)
        if here in only and any(hit.has("not") and start <= hit.at < here for hit in hits):
            yield start, here
            start = here
        cut = (words[here].norm in _CUTS and not _joins_most(hits, here)) or (
            joint is not None and (joint.has("but", "meanwhile") or _begins_clause(joint, hits))
        )
        if cut and here >= start:
            if here > start:
                yield start, here
            start = joint.end if joint else here + 1
    if start < end:
        yield start, end


def _joins_most(hits: Sequence[Hit], comma: int) -> bool:
    """Tell the comma of "3-4 om dagen, ikke mere", which says how many at most."""
    before = any(hit.end == comma and hit.has("daily", "some") for hit in hits)
    return before and any(hit.at == comma + 1 and hit.has("no_more") for hit in hits)


def _without_markers(
    at: int, end: int, taken_back: Sequence[Retraction]
) -> Iterator[tuple[int, int]]:
    """Cut a piece where its first word for something is taken back; "nej vent" is in neither."""
    for back in taken_back:
        if at < back.end and back.at < end:
            if back.at > at:
                yield at, back.at
            at = max(at, back.end)
    if at < end:
        yield at, end


def _begins_clause(joint: Hit, hits: Sequence[Hit]) -> bool:
    if joint.has("that"):
        return any(hit.at == joint.end and hit.has(*_SUBJECTS) for hit in hits)
    for hit in hits:
        if hit.at >= joint.end:
            if hit.has(*_LISTED) and not hit.has("uses"):
                return False
            if not set(hit.tags) <= SILENT:
                return True
            if hit.has("patient"):
                return True
    return False


def _subject(clause: Clause) -> str:
    said = clause.first("says", "according")
    told = next((h for h in clause.hits if said and h.at >= said.end and h.has("patient")), None)
    if told is not None:
        return PATIENT
    teller = next((h for h in clause.hits if said and h.end <= said.at and h.has("patient")), None)
    behind = [h for h in clause.hits if said and teller and h.at > said.end]
    for hit in (*behind, *clause.hits):
        kind = next((_SUBJECTS[tag] for tag in hit.tags if tag in _SUBJECTS), None)
        if kind is None:
            continue
        if not clause.is_object(hit):
            return kind
    return ""


def _is_of_the_other_sex(clause: Clause, before: Clause) -> bool:
    """Tell "manden ryger, det gør hun ikke": no word but "hun" tells that it is the patient."""
    meant = clause.first("pro_yes", "pro_no")
    said = {word.norm for word in clause.words[meant.at : meant.end]} if meant else set()
    named = {word.norm for word in before.words[before.at : before.end]}
    lists = clause.lists
    return any(
        not said.isdisjoint(lists[one]) and not named.isdisjoint(lists[other])
        for one, other in (("she", "men"), ("he", "women"))
    )


def _teller(clause: Clause) -> str:
    """Give who says it: the first one named, or somebody unknown whose name stands at the verb."""
    said = clause.first("says", "according")
    if clause.first("hearsay"):
        return UNKNOWN
    if said is not None and (by := _teller_at_the_end(clause, said)):
        return by
    if said is not None:
        at = said.end if said.has("according") else said.at - 1
        named = clause.at <= at < clause.end and (
            at in clause.leftover() or clause.words[at].norm == SEALED
        )
        if named:
            return UNKNOWN
    return next((_SUBJECTS[t] for h in clause.hits for t in h.tags if t in _SUBJECTS), "")


def _teller_at_the_end(clause: Clause, said: Hit) -> str:
    """Give who says it in "ryger ikke siger konen": behind what is told, and nothing follows."""
    behind = [hit for hit in clause.hits if hit.at >= said.end and not hit.has("owner", "filler")]
    if [hit.end for hit in behind] != [clause.end]:
        return ""
    return next((_SUBJECTS[tag] for hit in behind for tag in hit.tags if tag in _SUBJECTS), "")


def _certainty(
    words: Sequence[Word], at: int, end: int, hits: Sequence[Hit], *, asked: bool
) -> str:
    if asked or _inverted(hits, at) or any(_asks(hit, hits) for hit in hits):
        return QUESTION
    for tag, certainty in _SURE:
        if any(hit.has(tag) for hit in hits):
            return certainty
    if any(words[here].norm in _QUOTES for here in range(at, end)):
        return STATED if _tells_own(hits) else INSTRUCTION
    return STATED


def _tells_own(hits: Sequence[Hit]) -> bool:
    """Tell whether the patient is the one who says what is quoted: »ja tak« siger hun."""
    says = any(hit.has("says") for hit in hits)
    return says and any(hit.has("patient") for hit in hits) and not _others(hits)


def _others(hits: Sequence[Hit]) -> bool:
    return any(hit.has("relative", "speaker", "either_of_two") for hit in hits)


def _asks(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a word that asks at the beginning, or behind a yes: "ja tak hvad koster det"."""
    if not hit.has("asks"):
        return False
    before = [other for other in hits if other.end <= hit.at]
    return all(other.has("agree", "yes_word", "no_word", "filler", "and") for other in before)


def _inverted(hits: Sequence[Hit], at: int) -> bool:
    """Tell "kan hun …": a verb, then who, at the very beginning."""
    if len(hits) < 2 or hits[0].at != at or hits[1].at != hits[0].end:
        return False
    if not hits[0].has("inverts"):
        return False
    return hits[1].has("patient", "myself", "speaker", "relative") or _points(hits[1])


def _points(hit: Hit) -> bool:
    return hit.has("filler") and hit.has("pointer")
