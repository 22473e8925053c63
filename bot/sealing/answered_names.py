"""Finds the name in what was typed where a name was asked for. Pure.

What stands around it is no part of it: a label, a place before, a remark behind.
"""

from __future__ import annotations

import re

from bot.sealing.told_names import name_words
from bot.sealing.vocabulary import WORD, Vocabulary
from referrals.denmark.municipalities import is_town
from referrals.denmark.number_owners import is_at_work
from referrals.denmark.second_contact import relation_of
from referrals.denmark.sensitive_words import NUMBER_WORD

Span = tuple[int, int]
_SUBJECT = (
    r"(?:det|dette|it|this|that|hun|han|she|he|her|his|their|hendes|hans|deres|the|my|our|min|vores"
    r"|(?:the )?patient(?:en)?(?:'?s)?|pt\.?(?:s)?|fulde|full|navn(?:et)?|name)"
)
"""What a sentence begins with that only says whose name it is going to tell."""
_LABEL = re.compile(
    rf"^(?:(?:{_SUBJECT}\s+)*(?P<named>hedder|kaldes|er|is called|is named|is)"
    rf"|(?:{_SUBJECT}\s+)*(?:it|that|he|she|name)'s"
    r"|(?:navnet|navn|name|(?:for|efter)navn(?:et)?|(?:first|given|family|last) name)"
    r"|patienten|pt\.?|the patient)"
    r"\s*(?::\s*|\s)(?P<link>(?:er|is)\s+)?",
    re.IGNORECASE,
)
_FAMILY_FIRST = re.compile(
    r"(?:efternavn\w*|family name|last name|surname)\s*(?:er|is|:)?\s*(?P<last>[^\d,;]+?)"
    r"[\s,]+(?:og\s+|and\s+)?(?:fornavn\w*|first name|given name)\s*(?:er|is|:)?\s*"
    r"(?P<first>[^\d,;]+)$",
    re.IGNORECASE,
)
_FAMILY_ALONE = re.compile(
    r"(?<!\w)(?:efternavn(?:et)?|surname|(?:family|last) name)\s*(?:er|is|:)?\s+"
    r"(?P<last>[^\W\d_][\w'\u2019-]*(?: [^\W\d_a-zæøå][\w'\u2019-]*){0,2})",
)
_AS_FAMILY = re.compile(
    r"(?:hedder|kaldes|er|is called|is)\s+"
    r"(?P<last>[^\W\d_][\w'\u2019-]*(?: [^\W\d_][\w'\u2019-]*){0,2}?)"
    r"\s+(?:til|som|i|as|for a)\s+(?P<which>efternavn|fornavn|surname|last name|first name)\b",
    re.IGNORECASE,
)
_GIVEN_ALONE = re.compile(
    r"(?<!\w)(?:fornavn(?:et)?|(?:first|given) name)\s*(?:er|is|staves|:)?\s+"
    r"(?P<first>[^\W\d_][\w'\u2019-]*)(?=\s*(?:$|[,;.]|\b(?:ikke|not|med|uden|og|with)\b))",
    re.IGNORECASE,
)
_JOINTS = frozenset(("og", "and"))
_PUTS_RIGHT = "|".join(sorted(name_words()["opens"], key=len, reverse=True))
_OPENS_ANSWER = re.compile(rf"[\s.:-]*(?:(?:{_PUTS_RIGHT})\b[\s,.:-]+(?=\w))*", re.IGNORECASE)
"""What may stand before a name that puts another right: "nej vent Lise Krogh"."""
_PLACE = re.compile(
    r"[\s.:-]*(?:\d{1,3}\s)?(?:(?:postnr|postnummer(?:et)?|postcode)\b[\s.:]*(?:er\s+|is\s+)?)?(?:\d{4}\b)?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\d|[\[\]:!?()]|\s-|-\s")
"""What never stands inside a name."""
_MOST_GIVEN = 3


def answer(chunk: str, vocabulary: Vocabulary) -> Span | None:
    """Give where the name stands in what was typed where a name was asked for, or None.

    What follows a name ("… taler arabisk") is no part of it; a sentence or a command is no name.
    """
    if not WORD.search(chunk):
        return None
    place = _behind_place(chunk)
    opens = _OPENS_ANSWER.match(chunk, place)
    skipped = opens.end() if opens else place
    label = _LABEL.match(chunk[skipped:])
    forced = bool(label and label["named"] and label["named"].casefold() not in ("er", "is"))
    begin = label.end() + skipped if label else skipped
    called = _CALLED.search(chunk, begin)
    if called:
        begin, forced = called.end(), True
    words = [m for m in WORD.finditer(chunk) if m.start() >= begin]
    if not words or chunk.rstrip().endswith("?"):
        return None
    while len(words) > 1 and words[0][0].casefold() in name_words()["titles"]:
        words, forced = words[1:], True
    while len(words) > 1 and forced and _leads_on(words[0], vocabulary):
        words = words[1:]
    first = words[0][0]
    if _begins_no_name(first, vocabulary, forced=forced):
        return None
    if not forced and _is_no_name(words, chunk, vocabulary):
        return None
    named = _name_length(words, chunk, vocabulary)
    forced = forced and first.casefold() not in name_words()["no_name"]
    if not named or not (forced or _is_answer(words, named, vocabulary)):
        return None
    return words[0].start(), words[named - 1].end()


def _begins_no_name(first: str, vocabulary: Vocabulary, *, forced: bool) -> bool:
    """Tell a remark, a no, a doubt and a relative, whose name is not the patient's."""
    groups, named = name_words(), vocabulary.is_name(first)
    if (first in groups["remarks"] or (is_at_work(first) and not named)) and not forced:
        return True
    if first.casefold() in groups["denials"] or first in groups["doubts"]:
        return True
    return bool(relation_of(first)) and not named


_CALLED = re.compile(r"\b(?:ved navn|by the name of|named)\s+", re.IGNORECASE)
"""A name follows: "en kvinde ved navn Sofie Krogh"."""


def _is_no_name(words: list[re.Match[str]], chunk: str, vocabulary: Vocabulary) -> bool:
    """Tell "hans chef", "den forrige", "10 jan 90", "halvfems", "engvej tolv": not a name's first.

    Words like "hans" and "jan" are names, too: what stands beside tells.
    """
    groups, first = name_words(), words[0][0]
    low = first.casefold()
    behind = next((word[0] for word in words[1:2]), "")
    said = vocabulary.knows(behind) and behind.islower() and not vocabulary.is_name(behind)
    other = relation_of(behind) or is_at_work(behind) or said
    if low in groups["possessives"] and behind and other:
        return True
    if low in groups["other_patients"] or (low in groups["no_name"] and first.islower()):
        return not vocabulary.is_name(low)
    figures = _FIGURES.search(chunk[: words[0].start()]), _FIGURES.match(chunk, words[0].end())
    if low in groups["months"] and all(figures):
        return True
    if _is_number(low) and not vocabulary.is_name(low):
        return True
    return low.endswith(tuple(groups["roads"])) and _is_number(behind)


def _is_number(word: str) -> bool:
    return any(one.fullmatch(word) for one in NUMBER_WORD.values())


_FIGURES = re.compile(r"[\s.]*\d+[\s.]*$|[\s.]*\d")


def _leads_on(found: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Tell a word between "hedder" and a name: "hun hedder i øvrigt Anna"."""
    word = found[0]
    if _is_initial(found):
        return False
    speaks_against = word in name_words()["denials"] | name_words()["doubts"]
    said = word.islower() and vocabulary.knows(word) and not vocabulary.is_name(word)
    return said and not speaks_against and word not in name_words()["name_parts"]


def family_and_given(text: str, family: Span, vocabulary: Vocabulary) -> tuple[int, str] | None:
    """Read "Hansen, Jens" from the family name on: where it ends, and the name as it is written.

    A remark and a place are no given name; "Lise, Lise Krogh" is said twice.
    """
    told = text[slice(*family)]
    found = re.compile(r",[ ]*([^,;\n\d\[]+)").match(text, family[1])
    family_words = {word.casefold() for word in WORD.findall(told)} - name_words()["name_parts"]
    if not found or len(family_words) > 1:
        return None
    words = list(WORD.finditer(found[1]))
    if told.casefold() in [word[0].casefold() for word in words]:
        return None
    given = 0
    while given < len(words) and _may_be_given(words, given, told, found[1], vocabulary):
        given += 1
    if not 1 <= given <= _MOST_GIVEN:
        return None
    initial = found[1][words[given - 1].end() :][:1] if _is_initial(words[given - 1]) else ""
    end = found.start(1) + words[given - 1].end() + len(initial)
    return end, text[family[0] : end]


def _may_be_given(
    words: list[re.Match[str]], at: int, family: str, chunk: str, vocabulary: Vocabulary
) -> bool:
    """Tell whether a word behind a family name and a comma is a given name."""
    word = words[at][0]
    if word.casefold() in name_words()["remarks"] and not vocabulary.is_name(word):
        return False
    if not at and WORD.sub("", chunk[: words[0].start()]).strip():
        return False
    if at and (_ENDS.search(chunk[words[at - 1].end() : words[at].start()]) or is_at_work(word)):
        return False
    if vocabulary.is_name(word) or (at and _is_initial(words[at])):
        return True
    unknown = vocabulary.known_form(word, first=False) is None and not is_at_work(word)
    return unknown and word[0].isupper() and word.isupper() == family.isupper()


def family_name_first(chunk: str) -> tuple[int, int, str] | None:
    """Read "efternavn Jensen fornavn Bente": where it stands, and the name as one writes it."""
    found = _FAMILY_FIRST.search(chunk)
    if not found:
        return None
    return found.start(), found.end(), f"{found['first'].strip()} {found['last'].strip()}"


def given_name_alone(text: str) -> tuple[int, int, str] | None:
    """Read "fornavnet er Karen": where the name stands, and the name behind a comma."""
    found = _GIVEN_ALONE.search(text)
    if not found or found["first"].casefold() in name_words()["no_name"] | name_words()["remarks"]:
        return None
    return found.start("first"), found.end("first"), f", {found['first']}"


def family_name_alone(text: str) -> tuple[int, int, str] | None:
    """Read "efternavn Jensen": where the name stands, and the name as a register writes it.

    "Hun hedder Jensen til efternavn" says the same.
    """
    told = _AS_FAMILY.search(text)
    if told:
        given = told["which"].casefold() in ("fornavn", "first name")
        name = f", {told['last']}" if given else f"{told['last']},"
        return told.start("last"), told.end(), name
    found = _FAMILY_ALONE.search(text)
    if not found or found["last"].casefold() in name_words()["no_name"] | name_words()["remarks"]:
        return None
    return found.start("last"), found.end("last"), f"{found['last']},"


def _behind_place(chunk: str) -> int:
    """Give where "postnr 2730 Herlev" ends at the beginning of a chunk; 0 where there is none.

    No given name is a town's.
    """
    found = _PLACE.match(chunk)
    at = found.end() if found else 0
    for word in WORD.finditer(chunk, at):
        if chunk[at : word.start()].strip() or not is_town(word[0]):
            break
        at = word.end()
    return at


def _name_length(words: list[re.Match[str]], chunk: str, vocabulary: Vocabulary) -> int:
    """Tell how many words are the name; those behind are a remark."""
    return next(
        (at for at in range(1, len(words)) if _ends_before(words, at, chunk, vocabulary)),
        len(words),
    )


def _ends_before(words: list[re.Match[str]], at: int, chunk: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a name ends before the word at ``at``."""
    groups = name_words()
    word, low = words[at][0], words[at][0].casefold()
    if _ENDS.search(chunk[words[at - 1].end() : words[at].start()]) or low in groups["labels"]:
        return True
    behind = _next_to(words, at, chunk)
    written = _is_written(words[0][0])
    particle = low in groups["name_parts"] and (behind[:1].isupper() or not written)
    if particle or _is_initial(words[at]) or _is_initial(words[at - 1]):
        return False
    listed = vocabulary.is_name(low)
    known = vocabulary.knows(word) and not listed
    if low in _JOINTS and behind and not vocabulary.knows(behind):
        return False
    if low in groups["remarks"] and not (_is_written(word) and written):
        return True
    if is_at_work(low) and not listed:
        return True
    if known and at == 1 and behind and word.islower() and vocabulary.common.get(low):
        return True
    if all(each[0].isupper() for each in words[:at]):  # capitals everywhere tell nothing
        return (known and at > 1) or (word.islower() and not listed)
    if not word.islower():
        return at > 1 and word.isupper() and len(word) > 1 and not (listed or behind[:1].isupper())
    abbreviated = not listed and chunk[words[at].end() :].startswith(".")
    if at == 1:
        return written and (known or abbreviated)
    unlisted = written and _is_written(words[at - 1][0])
    return known or abbreviated or (unlisted and not listed)


def _next_to(words: list[re.Match[str]], at: int, chunk: str) -> str:
    """Give the word behind the one at ``at``, where nothing that ends a name stands between."""
    if at + 1 == len(words) or _ENDS.search(chunk[words[at].end() : words[at + 1].start()]):
        return ""
    return words[at + 1][0]


def _is_written(word: str) -> bool:
    """Tell a word with a capital, as a name is written: "Hansen", not "HANSEN" or "hansen"."""
    return word[0].isupper() and not word.isupper()


def _is_initial(word: re.Match[str]) -> bool:
    """Tell the "C." of "H. C. Andersen", however it is written."""
    return len(word[0]) == 1 and word.string[word.end() :][:1] == "."


def _is_answer(words: list[re.Match[str]], named: int, vocabulary: Vocabulary) -> bool:
    """Tell a name from a sentence: likeness alone lets nothing through where one is awaited."""
    told = [found[0] for found in words[:named]]
    everything = [found[0] for found in words]
    first = told[0].casefold()
    if _is_initial(words[0]) or all(len(word) == 1 for word in everything):
        return True
    exact = sum(vocabulary.knows(word) for word in everything)
    if exact * 2 <= len(everything):
        return True
    if any(vocabulary.known_form(word, first=True) is None for word in told):
        return True
    if any(vocabulary.is_name(word) for word in told):
        return first not in name_words()["no_name"] and vocabulary.is_name(first)
    return not all(vocabulary.lets_through(word, first=True) for word in everything)
