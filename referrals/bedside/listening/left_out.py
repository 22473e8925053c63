"""What looked like a fact and was not used: said, never dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from referrals.advice.asserted import Fact, Words
from referrals.advice.encounter import Step
from referrals.advice.places import not_home
from referrals.denmark.number_owners import is_label, is_owner
from referrals.denmark.second_contact import contact_words
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN

_SEALED = "…"


def places_left_out(words: Words) -> list[Say]:
    """Say which places were not taken for where the patient lives."""
    return _told_not_used((fact for fact in not_home(words) if fact.kind != "place_in_name"), words)


def told_left_out(bedside: Bedside, words: Words) -> list[Say]:
    """Say what was left out of a message before it was read; a value is forgotten after that.

    Of what stood beside a second contact it is quoted where it may be, else said that there was
    more.
    """
    told = words.every.get("left_out", ())
    for token in told:
        if TOKEN.fullmatch(token):
            bedside.forgets_later(token)
    return [
        Say("utter_rest_not_read" if rest == "rest" else "utter_not_used", {"words": rest})
        for rest in told
    ]


def is_all_left_out(words: Words) -> bool:
    """Tell whether nothing else was said."""
    told = words.entities.keys() - {"wording_language"}
    return told == {"left_out"} and words.text.startswith("/")


KINDS = {
    Step.BEST_TIME: ("best_time",),
    Step.LEAVE_MESSAGE: ("leave_message",),
    Step.SPOKEN_LANGUAGE: ("language",),
    Step.INTERPRETER: ("interpreter",),
    Step.PROTECTED_ADDRESS: ("protected_address",),
    Step.DISCHARGE_DATE: ("discharge",),
    Step.MUNICIPALITY: ("place_lives", "place_named"),
}


OF_THE_SCRIPT = {"smoking", "product", *(kind for kinds in KINDS.values() for kind in kinds)}
"""Facts that a step takes: a yes or a no to a side question leaves them, and says so."""


def not_used(bedside: Bedside, facts: Iterable[Fact], words: Words) -> list[Say]:
    """Say which words looked like a fact and do not stand."""
    return _told_not_used((fact for fact in facts if not _now_stands(bedside, fact)), words)


def _told_not_used(facts: Iterable[Fact], words: Words) -> list[Say]:
    """Say which words looked like a fact; what is sealed for good is not shown."""
    spans = {_with_denial(fact, words.text) for fact in facts}
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    told = [words.text[start:end].strip() for start, end in joined]
    told = [each for each in told if "[[word:" not in each]
    return [Say("utter_not_used", {"words": ", ".join(told)})] if any(told) else []


_DENIAL = re.compile(
    r"\b(?:ikke|ik|ej|aldrig|not|never|don['’]t|undtagen|except|(?:alt )?andet end|other than"
    r"|anything but)"
    r"(?:\s+(?:om|p(?:å|aa)|i|on|in|the|at|til|som|udskriv\w*|discharged?))*\s+$",
    re.IGNORECASE,
)
_DISCHARGED = re.compile(
    r"\b(?:(?:skal|bliver|is|will be|to be|ikke|not|tidligst|f(?:ø|oe)rst)\s+)*"
    r"(?:udskriv\w*|udskrev\w*|discharge\w*|(?:tager|kommer|goes|going)?\s*(?:hjem|home))"
    r"(?:\s+(?:ikke|not|p(?:å|aa)|om|i|d\.?|den|on|the|tidligst|f(?:ø|oe)rst))*\s+$",
    re.IGNORECASE,
)
_TOLD_TOGETHER = re.compile(r"(?:(?!\s(?:men|og|but|and)\s)[^,;.!?\n\]])+", re.IGNORECASE)


def _with_denial(fact: Fact, text: str) -> tuple[int, int]:
    """Give where a fact stands; one that is denied with the words that say so.

    "Ikke" stands before it: "ikke om aftenen"; without one, all that is told of a time says it:
    "om formiddagen sover hun".
    """
    if fact.kind == "discharge":
        verb = _DISCHARGED.search(text, 0, fact.start)
        return (verb.start() if verb else fact.start, fact.end)
    if fact.polarity:
        return (fact.start, fact.end)
    denial = _DENIAL.search(text, 0, fact.start)
    if denial or fact.kind != "best_time":
        return (denial.start() if denial else fact.start, fact.end)
    told = (one.span() for one in _TOLD_TOGETHER.finditer(text))
    return next((one for one in told if one[0] <= fact.start < one[1]), (fact.start, fact.end))


def messages_not_used(words: Words, said: Iterable[Say]) -> list[Say]:
    """Say which message was spoken of and is none to leave on the phone, if nothing said so yet."""
    told = " ".join(each.values.get("words", "") for each in said)
    found = [fact for fact in words.facts if _is_another_message(fact)]
    return _told_not_used((f for f in found if words.text[f.start : f.end] not in told), words)


def _is_another_message(fact: Fact) -> bool:
    hedged = (fact.kind, fact.certainty) == ("leave_message", "hedge")
    return fact.whose == "patient" and (hedged or fact.kind == "text_message")


def beside_details(words: Words, said: Iterable[Say]) -> list[Say]:
    """Say what stood beside a name or a number and was read as nothing, unless it is said already.

    What is sealed for good is shown as that there was something. What was taken back was not
    meant: "ikke Torben, men Jens".
    """
    groups = contact_words()
    day_kept = "discharge_date" in words.entities or any(
        fact.kind == "discharge" and fact.stands and fact.polarity for fact in words.facts
    )
    told = " ".join(each.values.get("words", "") for each in said)
    left: list[str] = []
    for clause in _CLAUSE.finditer(_shown(words)):
        if {w.casefold() for w in _WORD.findall(clause[0])} & groups["puts_right"]:
            continue
        unread = list(clause[0])
        for fact in (fact for fact in words.facts if fact.kind != "remark"):
            start, end = (at - clause.start() for at in (fact.start, fact.end))
            unread[max(start, 0) : max(end, 0)] = "\n" * (min(end, len(unread)) - max(start, 0))
        said_of_day = _DISCHARGE.sub("", "".join(unread)) if day_kept else "".join(unread)
        left += filter(None, map(_trimmed, _PIECE.split(said_of_day)))
    left = [piece for piece in dict.fromkeys(left) if piece not in told]
    return [Say("utter_not_used", {"words": ", ".join(left)})] if left else []


_DISCHARGE = re.compile(r"\b(?:udskriv\w*|udskrev\w*|discharge[ds]?)\b", re.IGNORECASE)


def remarks_beside(words: Words, said: Iterable[Say]) -> list[Say]:
    """Say what was told beside an answer and answers nothing: "nej, konen har", "stue 12"."""
    told = " ".join(each.values.get("words", "") for each in said)
    left: list[str] = []
    for fact in words.facts:
        if fact.kind == "remark":
            piece = " ".join(TOKEN.sub(_SEALED, words.text[fact.start : fact.end]).split())
            left += [piece] if any(map(str.isalpha, piece)) and piece not in told else []
    return [Say("utter_not_used", {"words": ", ".join(dict.fromkeys(left))})] if left else []


def _shown(words: Words) -> str:
    """Give the words in their places, without what is sealed."""
    return TOKEN.sub(lambda t: (_SEALED if t[1] == "word" else "").ljust(len(t[0])), words.text)


_CLAUSE = re.compile(r"[^,;\n]+")
_PIECE = re.compile(r"[\n()]|\s{3,}|\.\s|\d{4,}")
_WORD = re.compile(rf"[^\W_]+|{_SEALED}")


_SMALL = frozenset(
    (
        *("skal", "have", "to", "op", "kun", "vil", "kommer", "er", "bliver", "skulle", "ville"),
        *("kunne", "også", "samt", "hos", "ved", "for", "at", "en", "et", "needs", "only", "wants"),
        *("will", "be", "do", "does", "it", "there"),
    )
)
"""Words that say nothing where all around them was read."""


def _trimmed(piece: str) -> str:
    """Give the words of a piece from the first to the last that say anything."""
    around = contact_words()["around"] | contact_words()["between"] | _SMALL
    saying = [
        word
        for word in _WORD.finditer(piece)
        if word[0].casefold() not in around and not is_owner(word[0]) and not is_label(word[0])
    ]
    letters = any(word[0] == _SEALED or word[0].isalpha() for word in saying)
    return " ".join(piece[saying[0].start() : saying[-1].end()].split()) if letters else ""


def quoted(words: Words) -> str:
    """Give a line as it may be shown again: cut where it is long, of what is sealed only a dot."""
    told = TOKEN.sub(_SEALED, words.text).strip()
    return f"{told[:_LONGEST_LINE]}{_SEALED}" if len(told) > _LONGEST_LINE else told


def whole_line_not_used(words: Words) -> list[Say]:
    """Say that nothing of a line was used; of what is sealed only that there was something."""
    told = quoted(words)
    said = any(map(str.isalpha, told)) and not told.startswith("/")
    return [Say("utter_not_used", {"words": told})] if said else []


_LONGEST_LINE = 120


def _now_stands(bedside: Bedside, fact: Fact) -> bool:
    """Tell whether what a fact says is what is noted, by these words or before."""
    steps = [step for step, kinds in KINDS.items() if fact.kind in kinds]
    steps += [Step.STATUS] if fact.kind == "smoking" else []
    own = fact.polarity and fact.whose == "patient" and fact.value
    return bool(own) and any(bedside.encounter.get(step) == fact.value for step in steps)
