"""Finds the phrases of ``nlu/lookups/reading_*.yml`` in a row of words: the longest one wins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from nlu.reading.words import NUMBER, ZERO, Word
from nlu.text.lookups import read_values
from nlu.text.normalise import fold
from nlu.text.spelling import SpellingRepair

LOOKUPS = (
    *("reading_people", "reading_smoking", "reading_offer", "reading_details"),
    *("reading_moments", "reading_steering"),
)
_VALUED = {
    "product": "products",
    "best_time": "times_of_day",
    "language": "spoken_languages",
    "municipality": "municipalities",
    "reason": "reasons",
    "detail": "details",
    "weekday": "weekdays",
}
"""Tags whose phrases have a value, and the lookups that the entities are found by as well."""
_IN_SEVERAL = "municipality"
"""A tag that has all values of its phrase: a town may lie in two."""
SEVERAL = "|"
_CLOSING = frozenset(("pro_yes", "pro_no"))
"""What is an answer only where nothing more follows."""
_AFTER_NO = ("patient", "never", "not", "no_word")
"""What may follow the answer "no": "no she …", "no never"."""
_LISTS = (
    *("sends", "takes_back", "undoes", "leaves_list", "abbreviated"),
    *("retracts", "longs", "offered", "named", "fits", "manner", "directions", "perhaps"),
    "perhaps_behind",
    *("around_offer", "leads_on", "beside_end", "tries_it", "men", "women", "he", "she"),
    *("orders", "after_all", "of_referral", "verb_first"),
    *("other_message", "leaves_it"),
)
"""Lists that are no tags."""
_WORDS = ("preposition", "owner", "which", "meanwhile", "about_where", "about_what")
"""Tags that are asked for by a word as well."""
_GAP = "_"
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
"""The letters of "joooo", which are one."""
_MOST_IN_A_GAP = 2
_SHORTEST_PREFIX = 3
_REMEMBERED = 20_000

Pattern = tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A phrase found: its tags with their values, and the words from ``at`` to before ``end``."""

    tags: Mapping[str, str]
    at: int
    end: int

    def has(self, *tags: str) -> bool:
        """Tell whether it has any of these tags."""
        return not self.tags.keys().isdisjoint(tags)


class Lexicon:
    """All phrases by their first word. Built once for a process."""

    def __init__(self) -> None:
        self._exact: dict[str, list[tuple[Pattern, str, str]]] = defaultdict(list)
        self._open: dict[str, list[tuple[Pattern, str, str]]] = defaultdict(list)
        self._known: set[str] = set()
        self._small: frozenset[str] = frozenset()
        self._same = {
            fold(way): fold(word)
            for word, ways in read_values("reading_variants").items()
            for way in ways
        }
        self.lists: dict[str, frozenset[str]] = {}
        """Whole messages by what they do, folded."""
        for name in LOOKUPS:
            self._read(read_values(name))
        for tag, name in _VALUED.items():
            for value, phrases in read_values(name).items():
                for phrase in phrases:
                    self._add(phrase, tag, value)
        words = " ".join(sorted(self._known))
        self._spelling = SpellingRepair.from_texts([words])
        self._remembered: dict[str, str] = {}

    def _read(self, tags: Mapping[str, list[str]]) -> None:
        for tag, phrases in tags.items():
            if tag in (*_LISTS, *_WORDS):
                self.lists[tag] = frozenset(map(fold, phrases))
            elif tag == "filler":
                self._small = frozenset(map(fold, phrases))
            for phrase in (
                phrases if tag not in (*_LISTS, "which", "about_where", "about_what") else ()
            ):
                self._add(phrase, tag, "")

    def _add(self, phrase: str, tag: str, value: str) -> None:
        phrase = phrase.lstrip("*")
        parts = [self._same.get(part, part) for part in _split(phrase)]
        slots = [part.split("/") if len(part) > 1 else [part] for part in parts]
        for pattern in product(*slots):
            first = pattern[0]
            into = self._open if first.endswith("*") else self._exact
            into[first.rstrip("*")].append((pattern, tag, value))
            self._known.update(part.strip("*") for part in pattern if part != _GAP)

    def repaired(self, word: str) -> str:
        """Give a folded word as the lexicon spells it; a known or an everyday word stays."""
        word = _DRAWN_OUT.sub(r"\1", word)
        word = self._same.get(word, word)
        known = self._remembered.get(word)
        if known is None:
            stays = word.endswith("n't") or any(self._starting(word))
            known = word if stays else self._spelling.repair(word)
            if len(self._remembered) < _REMEMBERED:
                self._remembered[word] = known
        return known

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """Give the hits in order; none overlaps another."""
        norms = [word.norm for word in words]
        hits: list[Hit] = []
        at = 0
        while at < len(norms):
            found = self._longest(norms, at)
            if found:
                hits.append(found)
            at = found.end if found else at + 1
        return hits

    def _longest(self, norms: Sequence[str], at: int) -> Hit | None:
        tags: dict[str, str] = {}
        longest = 0
        for pattern, tag, value in self._starting(norms[at]):
            end = self._matches(pattern, norms, at)
            if end < max(longest, 1) or (tag in _CLOSING and not self._closes(norms, end)):
                continue
            if end > longest:
                longest, tags = end, {}
            if tag == _IN_SEVERAL and value not in tags.get(tag, value).split(SEVERAL):
                tags[tag] += SEVERAL + value
            tags.setdefault(tag, value)
        if "no_word" in tags and norms[at:longest] == ["no"] and not self._refuses(norms, longest):
            return Hit({"not": ""}, at, longest)
        if not tags and norms[at].endswith("n't"):
            return Hit({"not": ""}, at, at + 1)
        return Hit(tags, at, longest) if tags else None

    def _closes(self, norms: Sequence[str], end: int) -> bool:
        """Tell whether nothing more is said there: "det gør hun ikke" but not "... mere"."""
        return end == len(norms) or not norms[end].isalpha() or self._joins(norms[end])

    def _joins(self, word: str) -> bool:
        return any(tag in ("but", "and") for _, tag, _ in self._exact.get(word, ()))

    def _refuses(self, norms: Sequence[str], end: int) -> bool:
        """Tell the answer "no" from the "no" of "no tobacco"."""
        goes_on = end < len(norms) and any(
            tag in _AFTER_NO for _, tag, _ in self._exact.get(norms[end], ())
        )
        return self._closes(norms, end) or goes_on

    def _starting(self, word: str) -> Iterator[tuple[Pattern, str, str]]:
        yield from self._exact.get(word, ())
        for length in range(len(word), _SHORTEST_PREFIX - 1, -1):
            yield from self._open.get(word[:length], ())

    def _matches(self, pattern: Pattern, norms: Sequence[str], at: int) -> int:
        """Give where the pattern ends that begins at ``at``, 0 where it does not match."""
        for number, part in enumerate(pattern):
            if part == _GAP:
                rest = pattern[number + 1 :]
                for gap in range(_MOST_IN_A_GAP + 1):
                    end = self._matches(rest, norms, at + gap)
                    if end:
                        return end
                    if at + gap >= len(norms) or not self._is_small(norms[at + gap]):
                        return 0
                return 0
            if at >= len(norms) or not fits(part, norms[at]):
                return 0
            at += 1
        return at

    def _is_small(self, word: str) -> bool:
        return word in self._small or any(
            tag == "patient" for _, tag, _ in self._exact.get(word, ())
        )


@cache
def lexicon() -> Lexicon:
    """Give the one lexicon of a process."""
    return Lexicon()


def _split(phrase: str) -> list[str]:
    if phrase.startswith("/"):
        return ["/", *_split(phrase[1:])]
    cleaned = fold(phrase).replace("-", " ").replace(".", " ")
    return [_figure(part) if part.isdigit() else part for part in cleaned.split()]


def _figure(part: str) -> str:
    """Tell a nought from what stands for any other number."""
    return NUMBER if int(part) else ZERO


def fits(part: str, word: str) -> bool:
    """Tell whether a part of a phrase is this word, or its beginning where it ends in ``*``."""
    return word.startswith(part[:-1]) if part.endswith("*") else part == word
