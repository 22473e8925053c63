"""A clause: words that stand together, who is its subject, how sure it is, what it denies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from nlu.reading.fact import (
    PATIENT,
    RELATIVE,
    STAFF,
    STATED,
)
from nlu.reading.lexicon import Hit
from nlu.reading.words import NUMBER, SEALED, Word

VERBS = ("smokes", "uses", "smokes_daily", "smokes_some", "says", "agree", "refuse", "past", "ex")
SILENT = frozenset(
    ("filler", "ordinary", "narrows", "numbers", "patient", "mostly", "little", "smokes_little")
)
"""Hits that begin no clause after "og": the word after them may."""
_NOT = ("ikke", "ej", "not")
"""How "skal ikke", "vil ikke" end, which deny what follows them."""
_BETWEEN = 2
"""Words between a denial and what it denies: "ikke helt holdt op"."""


@dataclass
class Clause:
    """One clause of a message: ``hits`` in order, ``words`` all of the message.

    ``certainty`` holds for whatever the clause says; ``conditional`` and ``past`` tell what makes
    an answer to an offer no answer. ``reported_by`` is who says it, where somebody does.
    ``supposed`` tells that it only follows from a condition before: "hvis han ryger, så til fest".
    ``aside`` tells what is told of the moment only: "mens vi skiftede forbinding".
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
    supposed: bool = False
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    aside: bool = False
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
            small = (set(each.tags) <= SILENT or each.has("filler", "narrows") for each in between)
            if near and not unread and all(small):
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

    def is_plain(self, but_for: Sequence[int] = ()) -> bool:
        """Tell whether each word is known, and all is stated, of the patient and by nobody else.

        Words at the places ``but_for`` need not be known.
        """
        sure = self.certainty == STATED and not self.conditional and not self.past
        later = self.whose == STAFF and self.first("not_now")  # "vi tager det senere"
        own = (self.whose == PATIENT and not self.first("myself")) or later
        own = own and self.reported_by == PATIENT
        unknown = {*self.leftover(), *self.sealed()}.difference(but_for)
        return bool(sure and own) and not unknown

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
            hit.at == verb and hit.has("inverts", *VERBS) for hit in self.hits
        )

    def seals_something(self) -> bool:
        """Tell whether a word stands here that was sealed, and may be anything."""
        return bool(self.sealed())

    def sealed(self) -> list[int]:
        """Give the words that were sealed."""
        return [at for at in range(self.at, self.end) if self.words[at].norm == SEALED]

    def is_object_unread(self, at: int) -> bool:
        """Tell a word that is not known where what it is about would stand: "stoppet med …"."""
        return at > self.at and self.words[at - 1].norm in self.lists["about_what"]

    def is_about_where(self, at: int) -> bool:
        """Tell a sealed word that only tells when, where or why: "siden hun var i [[word]]"."""
        return at > self.at and self.words[at - 1].norm in self.lists["about_where"]

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
        behind = [hit for hit in said if hit.at >= denial.end]
        if behind and behind[0].has("smokes"):
            behind = behind[1:]
        smoked = ("narrows", "best_time") if self.first("smokes") else ("narrows",)
        return denial.has("not") and bool(behind) and behind[0].has(*smoked)
