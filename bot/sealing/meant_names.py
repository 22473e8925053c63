"""Tells a name that is meant from one that is denied, doubted, taken back or somebody else's. Pure.

Says where a name stands that must not be the patient's; what becomes of it is decided by
``sealing``. Where it is not sure whose a name is, it is nobody's, and the nurse is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.sealing.answered_names import answer
from bot.sealing.told_names import is_told_by_another, mentions, name_words
from bot.sealing.vocabulary import WORD, Vocabulary
from referrals.denmark.identifiers import RUN
from referrals.denmark.number_owners import is_at_work, is_of_staff
from referrals.denmark.second_contact import relation_of
from referrals.vault.vault import TOKEN

Span = tuple[int, int]
_CHUNK = re.compile(r"[^,;\n]+")
_SENTENCE = re.compile(r"[.!?;\n]\s")
_LONGEST_NAME, _LONGEST_SENTENCE = 80, 300
"""Signs: what is further away says nothing of a name, and a long message takes no longer."""
_DOUBTED_WITHIN = 5
"""Words from the beginning of a chunk, among which a doubt is about the name behind."""


def _any_of(*groups: str) -> str:
    words = {word for group in groups for word in name_words()[group]}
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_DENIES = re.compile(rf"(?<!\w)(?:{_any_of('denials')})\s+(?P<name>[^,;\n]{{1,80}})", re.IGNORECASE)
_JOINT = re.compile(rf"\s(?:{_any_of('joints')})(?!\w)", re.IGNORECASE)
_TAKES_BACK = re.compile(
    rf"(?<!\w)(?:(?:{_any_of('takes_back')})(?!\w)[\s,.:!-]*)+"
    r"|(?<=[,.-] )no(?!\w)[\s,.:-]*",
    re.IGNORECASE,
)


def unmeant(text: str, vocabulary: Vocabulary) -> list[Span]:
    """Give where names stand that were said and not meant; none overlaps another."""
    found = (
        *_denied(text, vocabulary),
        *_taken_back(text, vocabulary),
        *_doubted(text, vocabulary),
    )
    spans: list[Span] = []
    for start, end in sorted(found):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _denied(text: str, vocabulary: Vocabulary) -> Iterator[Span]:
    """Give the name of "ikke Torben, men …"."""
    for denial in _DENIES.finditer(text):
        said = _JOINT.split(denial["name"])[0]
        yield from _named(said, denial.start("name"), vocabulary)


def _taken_back(text: str, vocabulary: Vocabulary) -> Iterator[Span]:
    """Give the names before the last one of "Lis Krogh - nej vent Lise Krogh"."""
    last = 0
    for marker in _TAKES_BACK.finditer(text):
        behind = _CHUNK.match(text, marker.end(), marker.end() + _LONGEST_NAME)
        if behind and answer(behind[0], vocabulary):
            begin = max(last, marker.start() - _LONGEST_NAME)
            for chunk in _CHUNK.finditer(text, begin, marker.start()):
                for start, end in _named(chunk[0], chunk.start(), vocabulary):
                    slip = chunk.end() == marker.start() and not RUN.search(
                        text, end, marker.start()
                    )
                    yield start, len(text[: marker.start()].rstrip()) if slip else end
            last = marker.end()


def put_right(text: str, end: int, vocabulary: Vocabulary) -> Span | None:
    """Give the name that follows one which ends at ``end`` and takes it back."""
    gap = _GAP.match(text, end)
    marker = _TAKES_BACK.match(text, gap.end() if gap else end)
    behind = _CHUNK.match(text, marker.end(), marker.end() + _LONGEST_NAME) if marker else None
    span = answer(behind[0], vocabulary) if behind else None
    return (behind.start() + span[0], behind.start() + span[1]) if behind and span else None


_GAP = re.compile(r"[\s,.-]*")


def _doubted(text: str, vocabulary: Vocabulary) -> Iterator[Span]:
    """Give the name of "måske Jens" and of "Jens tror jeg", and the first of "Jens eller Jonas"."""
    for chunk in _CHUNK.finditer(text):
        words = list(WORD.finditer(chunk[0]))
        for at, word in enumerate(words[:_DOUBTED_WITHIN]):
            if _is_doubt(word[0]) and _says_nothing(words[:at], vocabulary):
                begin = _behind_links(words[at + 1 :], len(chunk[0]))
                yield from _named(chunk[0][begin:], chunk.start() + begin, vocabulary)
                break
        else:
            yield from _doubted_behind(chunk, vocabulary)


def _doubted_behind(chunk: re.Match[str], vocabulary: Vocabulary) -> Iterator[Span]:
    span = answer(chunk[0], vocabulary)
    if span and is_doubted(chunk[0], *span, vocabulary):
        yield chunk.start() + span[0], chunk.start() + span[1]


def is_doubted(text: str, start: int, end: int, vocabulary: Vocabulary) -> bool:
    """Tell whether the name from ``start`` to ``end`` is not told for certain."""
    told = [word[0] for word in WORD.finditer(text, start, end)]
    rest = _CHUNK.match(text, end, end + _LONGEST_NAME)
    behind = [word[0] for word in WORD.finditer(rest[0] if rest else "")][:3]
    return (
        any(map(_is_doubt, (*told, *behind[:1])))
        or (behind[:1] in (["I"], ["jeg"]) and any(map(_is_doubt, behind[1:2])))
        or behind == ["et", "eller", "andet"]
        or (behind[:1] in (["eller"], ["or"]) and _may_be_named(behind[1:2], vocabulary))
    )


def _is_doubt(word: str) -> bool:
    """Tell a doubt from a name that is written like one: "Nok Suwan"."""
    doubts = name_words()["doubts"]
    return word in doubts or (len(word) > _LONGEST_ALIKE and word.casefold() in doubts)


_LONGEST_ALIKE = 4


def _may_be_named(words: list[str], vocabulary: Vocabulary) -> bool:
    """Tell whether the next word may be a name, and not "hans" of "hans kone"."""
    no_names = name_words()["pronouns"]
    return any(
        not relation_of(word)
        and (word[0].isupper() or (vocabulary.is_name(word) and word not in no_names))
        for word in words
    )


def _says_nothing(words: list[re.Match[str]], vocabulary: Vocabulary) -> bool:
    """Tell whether no name stands before a doubt."""
    return all(vocabulary.knows(w[0]) and not vocabulary.is_name(w[0]) for w in words)


def _behind_links(words: list[re.Match[str]], end: int) -> int:
    links = name_words()["doubted_as"] | name_words()["doubts"]
    return next((word.start() for word in words if word[0].casefold() not in links), end)


def _named(said: str, start: int, vocabulary: Vocabulary) -> Iterator[Span]:
    span = answer(said, vocabulary)
    if span:
        yield start + span[0], start + span[1]


def is_anothers(text: str, at: int) -> bool:
    """Tell whether the name that "hedder" or "navn" at ``at`` introduces is not the patient's.

    It is a relative's, of the staff or of whoever types, if such a one is named before it in the
    sentence, and no patient nearer. "Jeg" is only taken for it right before.
    """
    groups = name_words()
    if _is_former(text, at) or _is_told_behind(text, at):
        return True
    begin = max(at - _LONGEST_SENTENCE, 0)
    begin = max((end.end() for end in _SENTENCE.finditer(text, begin, at)), default=begin)
    told = _BRACKETS.sub(lambda found: " " * len(found[0]), text[begin:at])
    before = [
        word[0].casefold()
        for word in WORD.finditer(told)
        if not is_told_by_another(text, begin + word.end())
    ]
    if before and before[-1] in groups["writes"] | groups["other_patients"]:
        return True
    for place, word in reversed(list(enumerate(before))):
        if word in groups["patients"]:
            return bool(groups["other_patients"] & {*before[:place]})
        if relation_of(_bare(word)) or is_at_work(word):
            return True
    return False


def is_of_a_bed(text: str) -> bool:
    """Tell "patienten i seng 2 hedder …", who may be another than the one talked to."""
    groups = name_words()
    said = [word[0].casefold() for word in WORD.finditer(TOKEN.sub(" ", text[:_LONGEST_SENTENCE]))]
    named = next((at for at, word in enumerate(said) if word in groups["named"]), 0)
    whom = (
        groups["patients"] | groups["pronouns"] | {"ham", "hende", "him", "dame", "damen", "mand"}
    )
    beds = [at for at, word in enumerate(said[:named]) if word in groups["beds"]]
    return any(at > 1 and said[at - 2] in whom | {"manden", "lady", "man"} for at in beds)


_BRACKETS = re.compile(r"\([^()]*\)")
"""Whose the number before them is: "33 33 33 33 (sønnens) navn Ib Kur"."""


def is_of_another(text: str, start: int, end: int) -> bool:
    """Tell whether what stands between ``start`` and ``end`` names staff, or not the patient."""
    introduces = name_words()["named"] | name_words()["name_is"]
    words = list(WORD.finditer(text, start, end))
    if words and is_of_staff(words[0][0]):
        return True
    told = next((word for word in words if word[0].casefold() in introduces), None)
    if told is not None and is_anothers(text, told.start()):
        return True
    return _is_somebodys(words) or _is_of_other_patient(words)


def _is_somebodys(words: list[re.Match[str]]) -> bool:
    """Tell "Kim Larsen er hans nabo": whose the name before is."""
    low = [word[0].casefold() for word in words]
    verb = next((at for at, word in enumerate(low) if at and word in _IS), None)
    if verb is None:
        return False
    behind = [word for word in low[verb + 1 :] if word not in name_words()["possessives"]]
    if not behind or behind[0] in name_words()["patients"]:
        return False
    return bool(relation_of(_bare(behind[0]))) or is_at_work(behind[0])


def _is_of_other_patient(words: list[re.Match[str]]) -> bool:
    """Tell "den forrige hed …", "næste patient hedder …", "the previous patient was …"."""
    groups, low = name_words(), [word[0].casefold() for word in words]
    said = low[1:] if low[:1] and low[0] in groups["no_name"] else low
    introduces = groups["named"] | groups["name_is"] | groups["patients"] | _IS | {"har", "has"}
    return len(said) > 1 and said[0] in groups["other_patients"] and said[1] in introduces


_IS = frozenset(("er", "is", "var", "was"))


def _is_former(text: str, at: int) -> bool:
    """Tell "hun hed Karin før", "hendes pigenavn var Petersen": a name of earlier."""
    chunk = next(c for c in _CHUNK.finditer(text) if c.start() <= at <= c.end())
    low = {word[0].casefold() for word in WORD.finditer(chunk[0])}
    return "hed" in low and bool(low & name_words()["once"])


def _is_told_behind(text: str, at: int) -> bool:
    """Tell "Karen hedder hendes søster", "navnet er Mette på sygeplejersken": whose it is."""
    chunk = next(c for c in _CHUNK.finditer(text) if c.start() <= at <= c.end())
    words = [word[0] for word in WORD.finditer(text, at, chunk.end())][1:]
    low = [word.casefold() for word in words]
    while low[:1] and low[0] in name_words()["possessives"] | _IS:
        low = low[1:]
    if low[:1] and (relation_of(_bare(low[0])) or is_of_staff(low[0])):
        return True
    return any(
        word in _OF and (relation_of(_bare(behind)) or is_of_staff(behind))
        for word, behind in pairwise(low)
    )


_OF = frozenset(("på", "paa", "til", "hos", "of"))


def named_after(text: str, end: int, vocabulary: Vocabulary) -> Span | None:
    """Give the name of "…, han hedder Kaj" behind one who is spoken of until ``end``."""
    groups = name_words()
    for name in mentions(text, vocabulary):
        if name.begin >= end and name.introduced_by in ("named", "name_is"):
            said = {word.casefold() for word in WORD.findall(text[end : name.begin])}
            links = groups["pronouns"] | groups["between"] | groups["labels"] | {"og", "and"}
            pronoun = said & groups["pronouns"]
            return (name.start, name.end) if pronoun and said <= links else None
    return None


def _bare(word: str) -> str:
    return re.sub(r"['\u2019]s$", "", word)
