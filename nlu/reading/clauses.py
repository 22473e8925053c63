"""Clauses: which words stand together, who is the subject, how sure they are, what is denied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

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
from nlu.reading.words import NUMBER, SEALED, SENTENCE_STOPS, Word

_CUTS = frozenset((",", ";"))
_QUOTES = frozenset(("»", "«", '"', "“", "”"))
_SUBJECTS = {
    "patient": PATIENT,
    "myself": PATIENT,
    "relative": RELATIVE,
    "speaker": STAFF,
    "either_of_two": UNKNOWN,
}
_VERBS = ("smokes", "uses", "smokes_daily", "smokes_some", "says", "agree", "refuse", "past", "ex")
_TOLD = (*(verb for verb in _VERBS if verb != "says"), "daily", "some", "product")
"""What stands before "siger hun" where that tells who says it."""
_SILENT = frozenset(("filler", "ordinary", "narrows", "numbers", "patient", "mostly", "little"))
"""Hits that begin no clause after "og": the word after them may."""
_NOT = ("ikke", "ej", "not")
"""How "skal ikke", "vil ikke" end, which deny what follows them."""
_MODAL = frozenset(("kan", "vil", "maa", "can", "will", "may", "wants"))
_BETWEEN = 2
"""Words between a denial and what it denies: "ikke helt holdt op"."""
_LISTED = frozenset(("product", "nrt", "tobacco_noun", "language", "municipality", "weekday"))
"""What "og" joins to one list."""
_SURE = (
    ("irony", IRONY),
    ("instruction", INSTRUCTION),
    ("wish", WISH),
    ("hedge", HEDGE),
)


@dataclass
class Clause:
    """One clause of a message: ``hits`` in order, ``words`` all of the message.

    ``certainty`` holds for whatever the clause says; ``conditional`` and ``past`` tell what makes
    an answer to an offer no answer. ``reported_by`` is who says it, where somebody does.
    ``retracted`` are the kinds of facts that a later word takes back, ``after`` is the next clause.
    """

    words: Sequence[Word]
    at: int
    end: int
    hits: list[Hit] = field(default_factory=list)
    whose: str = PATIENT
    certainty: str = STATED
    conditional: bool = False
    past: bool = False
    reported_by: str = PATIENT
    all_denied: bool = False
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    retracted: frozenset[str] = frozenset()
    after: Clause | None = None

    def first(self, *tags: str) -> Hit | None:
        """Give the first hit with any of these tags."""
        if self._tags.isdisjoint(tags):
            return None
        return next(hit for hit in self.hits if hit.has(*tags))

    def all(self, *tags: str) -> Iterator[Hit]:
        """Give every hit with any of these tags."""
        if self._tags.isdisjoint(tags):
            return iter(())
        return (hit for hit in self.hits if hit.has(*tags))

    @cached_property
    def _tags(self) -> frozenset[str]:
        """All tags here: most questions are about one that is not."""
        return frozenset(tag for hit in self.hits for tag in hit.tags)

    def denies(self, hit: Hit) -> bool:
        """Tell whether "ikke" or the like in this clause is about ``hit``, not about its manner."""
        if self.all_denied or self.is_answered_no(hit):
            return True
        return any(
            other.end <= hit.at or hit.end <= other.at
            for other in self.all("not", "never", "no_more")
            if not self._narrowed(other)
        )

    def is_answered_no(self, hit: Hit) -> bool:
        """Tell "snus: nej", as it is written in a form."""
        return hit.has("product") and any(no.at == hit.end for no in self.all("no_word"))

    def turns(self, hit: Hit, *, behind: bool = False) -> bool:
        """Tell whether a denial stands right before ``hit``, or right ``behind`` it.

        "er ikke holdt op", "sover ikke": no more than a few small words between.
        """
        for denial in self.all("not", "never", "no_more", "refuse"):
            said = [word.norm for word in self.words[denial.at : denial.end]]
            if denial is hit or said[0] == "no" or (denial.has("refuse") and said[-1] not in _NOT):
                continue  # "no" answers, or belongs to a noun
            first, last = (denial, hit) if denial.end <= hit.at else (hit, denial)
            near = 0 <= last.at - first.end <= _BETWEEN and (behind or last is hit)
            between = (other for other in self.hits if first.end <= other.at < last.at)
            unread = behind and last is denial and last.at > first.end
            if near and not unread and all(set(other.tags) <= _SILENT for other in between):
                return True
        return False

    def denies_twice(self, *about: str) -> bool:
        """Tell whether two words of denial stand with nothing of what is talked about between."""
        denials = list(self.all("not", "never", "no_smoker"))
        return any(
            second.at >= first.end
            and not any(first.end <= hit.at < second.at for hit in self.all(*about))
            for first, second in pairwise(denials)
        )

    def leftover(self) -> list[int]:
        """Give the words that no phrase knows."""
        known = {at for hit in self.hits for at in range(hit.at, hit.end)}
        return [
            at
            for at in range(self.at, self.end)
            if at not in known
            and self.words[at].norm not in (NUMBER, SEALED)
            and self.words[at].norm.isalpha()
        ]

    def is_plain(self) -> bool:
        """Tell whether each word is known, and all is stated, of the patient and by nobody else."""
        sure = self.certainty == STATED and not self.conditional and not self.past
        later = self.whose == STAFF and self.first("not_now")  # "vi tager det senere"
        own = (self.whose == PATIENT and not self.first("myself")) or later
        own = own and self.reported_by == PATIENT
        return bool(sure and own) and not self.leftover() and not self.seals_something()

    def is_plainly_of_another(self) -> bool:
        """Tell "men det gør hendes mand", "men konen pulser løs": none of it is about the patient.

        Who agrees or refuses is left out: that may be for the patient. A word that is not known
        may stand beside somebody else's smoking only.
        """
        stated = self.certainty == STATED and not self.conditional and not self.past
        own = self.whose == RELATIVE and self.reported_by == PATIENT
        answers = self.first("agree", "refuse", "yes_word", "no_word", "not_now", "says")
        known = self.first("smokes", "product") or not (self.leftover() or self.seals_something())
        return bool(stated and own and known) and not answers

    def begins_sealed(self) -> bool:
        """Tell whether a sealed word stands where who does it would: "[[word]] er storryger"."""
        verb = self.at + 1
        return self.words[self.at].norm == SEALED and any(
            hit.at == verb and hit.has("inverts", *_VERBS) for hit in self.hits
        )

    def seals_something(self) -> bool:
        """Tell whether a word stands here that was sealed, and may be anything."""
        return any(self.words[at].norm == SEALED for at in range(self.at, self.end))

    def is_object(self, hit: Hit) -> bool:
        """Tell whether a preposition stands before, alone, in a phrase, or before "hendes"."""
        before = [word.norm for word in self.words[self.at : hit.at]]
        while before and before[-1] in self.lists["owner"]:
            before.pop()
        return bool(before) and before[-1] in self.lists["preposition"]

    def span(self, *hits: Hit) -> tuple[int, int]:
        """Give where hits stand in the text."""
        return self.words[min(h.at for h in hits)].start, self.words[
            max(h.end for h in hits) - 1
        ].end

    def _narrowed(self, denial: Hit) -> bool:
        """Tell whether a manner or a place follows at once, or behind the verb that does."""
        said = [hit for hit in self.hits if not hit.has("filler") or hit.has("narrows")]
        behind = [hit for hit in said if hit.at >= denial.end][:2]
        if behind and behind[0].has("smokes"):
            behind = behind[1:]
        smoked = ("narrows", "best_time") if self.first("smokes") else ("narrows",)
        return denial.has("not") and bool(behind) and behind[0].has(*smoked)


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
    for start, stop in pieces:
        clause = Clause(words, start, stop, [hit for hit in hits if start <= hit.at < stop])
        clause.lists = lexicon.lists
        own = _subject(clause)
        if clause.first("says", "according", "hearsay"):
            teller = _teller(clause) or teller
        named_before = clause_before and clause_before.first("of_another", "relative")
        if not own and clause.begins_sealed():
            own = UNKNOWN
        if not own and named_before and words[start - 1].norm in lexicon.lists["which"]:
            own = RELATIVE
        before, subject, clause_before = clause_before, own or subject, clause
        clause.whose, clause.reported_by = subject, teller
        doubted = _is_doubted(words, start, before)
        clause.certainty = HEDGE if doubted and certainty == STATED else certainty
        clause.conditional, clause.past = conditional, past
        clause.all_denied = denied
        denied = denied or clause.first("neither") is not None
        yield clause


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
    joints = {hit.at: hit for hit in hits if hit.has("but", "and", "that")}
    only = {hit.at for hit in hits if hit.has("only")}
    for here in range(at, end):
        joint = joints.get(here)
        if here in only and any(hit.has("not") and start <= hit.at < here for hit in hits):
            yield start, here
            start = here
        cut = words[here].norm in _CUTS or (
            joint is not None and (joint.has("but") or _begins_clause(joint, hits))
        )
        if cut and here >= start:
            if here > start:
                yield start, here
            start = joint.end if joint else here + 1
    if start < end:
        yield start, end


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
            if not set(hit.tags) <= _SILENT:
                return True
            if hit.has("patient"):
                return True
    return False


def _subject(clause: Clause) -> str:
    said = clause.first("says", "according")
    told = next((h for h in clause.hits if said and h.at >= said.end and h.has("patient")), None)
    if told is not None:
        return PATIENT
    for hit in clause.hits:
        kind = next((_SUBJECTS[tag] for tag in hit.tags if tag in _SUBJECTS), None)
        if kind is None:
            continue
        owner = _before(clause, hit, "owner")
        if owner and kind == UNKNOWN:
            kind = RELATIVE
        if not clause.is_object(hit):
            return kind
    return ""


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
    told = any(hit.end <= said.at and hit.has(*_TOLD) for hit in clause.hits)
    behind = [hit for hit in clause.hits if hit.at >= said.end and not hit.has("owner", "filler")]
    last = len(behind) == 1 and behind[0].end == clause.end
    return (
        next((_SUBJECTS[t] for t in behind[0].tags if t in _SUBJECTS), "") if told and last else ""
    )


def _before(clause: Clause, hit: Hit, tag: str) -> Hit | None:
    return next((other for other in clause.all(tag) if other.end == hit.at), None)


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
