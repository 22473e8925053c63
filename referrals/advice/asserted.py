"""What the facts of a message answer at each step of the script. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from referrals.advice import script
from referrals.advice.encounter import Step


class Fact(NamedTuple):
    """One thing that a message asserts, as the engine's reading tells it."""

    kind: str
    value: str
    polarity: bool
    whose: str
    certainty: str
    start: int
    end: int

    @property
    def stands(self) -> bool:
        """Tell whether it is stated, and of the patient."""
        return self.whose == "patient" and self.certainty == "stated"

    @property
    def is_own_remark(self) -> bool:
        """Tell an answer beside which stands something that is not known: "ja en kvindelig"."""
        return self.whose == "patient" and self.certainty == "partial"


@dataclass(frozen=True)
class Words:
    """A typed message as both witnesses tell it; ``entities`` are the first value of each kind.

    ``every`` are all of them, in text order, where the caller tells more than the first.
    ``confidence`` is the classifier's; ``text`` is what was sealed, for words of a fact. ``days``
    tells where in it a day, a date or a week is named.
    """

    intent: str
    facts: tuple[Fact, ...] = ()
    entities: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 0.0
    text: str = field(default="", repr=False)
    every: Mapping[str, Sequence[str]] = field(default_factory=dict)
    days: tuple[tuple[int, int], ...] = ()

    @property
    def sure(self) -> bool:
        """Tell whether the classifier is."""
        return self.confidence >= SURE

    @property
    def certain(self) -> bool:
        """Tell whether the classifier has nearly no doubt."""
        return self.confidence >= CERTAIN

    @property
    def unclear(self) -> bool:
        """Tell whether the classifier knows no kind of message that it would stand for."""
        lost = self.intent == "out_of_scope" and self.confidence < HALF_SURE
        return (
            lost
            or self.intent == "nlu_fallback"
            or (self.intent != "out_of_scope" and not self.sure)
        )

    @property
    def is_heard_in_full(self) -> bool:
        """Tell whether nothing was left out of what was said before it was read."""
        return "left_out" not in self.every

    def own(self, *kinds: str) -> list[Fact]:
        """Give the facts of these kinds that stand."""
        return [fact for fact in self.facts if fact.kind in kinds and fact.stands]

    def own_or_part(self, *kinds: str) -> list[Fact]:
        """Give also the patient's that stand beside a word that is not known: "nej til hold"."""
        return [f for f in self.facts if f.kind in kinds and (f.stands or f.is_own_remark)]

    def facts_of_another(self, *kinds: str) -> list[Fact]:
        """Give the facts of these kinds that are told of somebody else, or perhaps are."""
        return [fact for fact in self.facts if fact.kind in kinds and fact.whose != "patient"]

    def says(self, kind: str, value: str | None = None, *, polarity: bool = True) -> bool:
        """Tell whether such a fact stands."""
        return any(
            fact.polarity is polarity and value in (None, fact.value) for fact in self.own(kind)
        )


CERTAIN, SURE, HALF_SURE, LEAST_SURE = 0.97, 0.9, 0.6, 0.35
"""From here on the classifier is certain, is sure, is not lost, may name a question."""
AS_LIKELY_AS_NOT = 0.5
_WITHOUT_USE: Mapping[str, tuple[str, ...]] = {
    "ex": ("ex",),
    "past": ("ex",),
    "has_smoked": ("ex", "daily", "occasional"),
    "never": ("never",),
    "never_bare": ("never",),
    "none": ("no_use",),
}
"""The status of whoever is said to use nothing; of several, the first that is said counts."""
_ENDS = ("ex", "past", "has_smoked")
_RELAPSES = ("daily", "occasional", "use", "other", "other_daily")
_USES = (*_RELAPSES, "nrt")

YES_OR_NO = {
    Step.LEAVE_MESSAGE: "leave_message",
    Step.INTERPRETER: "interpreter",
    Step.PROTECTED_ADDRESS: "protected_address",
}


def candidates(step: Step, words: Words) -> list[str]:
    """Give what the facts alone allow as answers to ``step``, the likeliest first."""
    if step in YES_OR_NO:
        return _yes_or_no(YES_OR_NO[step], words)
    reads = _READS.get(step)
    return reads(words) if reads else []


def products(words: Words) -> str:
    """Give all products that the patient is said to use, as one answer; empty for none."""
    codes = [fact.value for fact in words.own("product") if fact.polarity]
    smokes = any(f.value in ("daily", "occasional", "use") for f in words.own("smoking"))
    tobacco = smokes and codes and not {"cigarettes", "other"} & set(codes)
    return script.several(["cigarettes", *codes] if tobacco else codes)


def _status(words: Words) -> list[str]:
    values = [fact.value for fact in words.own("smoking") if fact.polarity]
    used = [value for value in values if value in _USES]
    ended = [value for value in values if value in _ENDS]
    relapsed = words.says("course", "relapsed")
    often = [value for value in used if value in ("daily", "occasional")]
    if often:
        return list(dict.fromkeys([*often, *(["ex"] if ended and not relapsed else [])]))
    if "use" in used or relapsed or (words.says("referral", "tried") and not ended):
        return ["daily", "occasional"]
    if set(used) == {"nrt"} and words.says("answer", "no"):
        return ["no_use", "other_product"]  # "nej, men bruger nikotintyggegummi": medicine
    if used and values != used:
        return ["other_product"]  # "vaper hver dag, røg før"
    if used:
        return ["other_product", "daily"] if "other_daily" in used else ["other_product"]
    if values:
        return next(list(told) for value, told in _WITHOUT_USE.items() if value in values)
    return _no_status(words)


def _no_status(words: Words) -> list[str]:
    for fact in words.own("unable"):
        return ["not_answered" if fact.value == "refused" else "unable"]
    wants = words.says("referral", "wants")  # "vil stoppe efter operationen" is one who uses it
    if words.says("referral", "not_now") and words.says("plain") and not wants:
        return ["unable"]
    if words.intent == "will_not_answer" and words.says("referral", "wants", polarity=False):
        return ["not_answered"]  # what is refused is the question
    told = ("smoking", "referral", "unable", "product", "course", "steering", "keeps")
    silent = not words.own(*told)
    silent = silent and all(fact.stands for fact in words.facts)
    if words.intent == "does_not_use" and words.own("denial") and silent:
        return ["no_use"]
    alone = not words.own("referral", "course", "best_time", "language")
    return ["no_use"] if words.says("answer", "no") and alone else []


def _ever_smoked(words: Words) -> list[str]:
    values = {fact.value for fact in words.own("smoking")}
    if values & {*_USES} or words.says("course", "relapsed"):
        return []  # who smokes now has not stopped: it is the status that was told
    if values & {*_ENDS}:
        return ["stopped"]
    if values & {"never", "never_bare", "none"}:
        return ["never"]
    if words.says("answer", "yes"):
        return ["stopped"]
    return ["never"] if words.says("answer", "no") else []


def _ex_smoker(words: Words) -> list[str]:
    uses = any(fact.value in _RELAPSES for fact in words.own("smoking"))
    if words.says("course", "relapsed") or uses:
        return [] if words.says("course", "well") else ["relapsed"]
    good, bad = words.says("course", "well"), words.says("course", "badly")
    return ["well"] if good and not (bad and _last_is_bad(words)) else []


def _last_is_bad(words: Words) -> bool:
    return words.own("course")[-1].value == "badly"


def _offer(words: Words) -> list[str]:
    found: list[str] = []
    for fact in words.own("referral", "unable"):
        if fact.kind == "unable":
            found.append("no" if fact.value == "refused" else "unable")
        elif fact.value == "wants":
            found.append("yes" if fact.polarity else "no")
        elif fact.polarity:
            found.append({"not_now": "not_now", "tried": "tried_before"}.get(fact.value, "no"))
    if not is_of_use(words):
        found += [fact.value for fact in words.own("answer")]
    if words.says("smoking", "never_bare"):
        found.append("no")
    if words.says("referral", "wants") or {"no", "not_now"} & set(_wished(words)):
        found = [value for value in found if value != "tried_before"]  # tried, and what now
    if found[:1] == ["unable"] and words.own("unable")[0].value != "other":
        found = [value for value in found if value != "not_now"]  # here is why, and so later
    return list(dict.fromkeys(found))


def is_of_use(words: Words) -> bool:
    """Tell the answer of "ja, hun ryger", which is no yes to the offer, from "ja, og hun ryger"."""
    told = [fact for fact in words.own("smoking") if fact.value != "never_bare"]
    first = next(iter(words.own("answer")), None)
    if not told or first is None:
        return bool(told)
    between = words.text[first.end : told[0].start]
    return not _ALSO.search(between.casefold())


_ALSO = re.compile(r"\b(?:og|and|samt)\b")


def _wished(words: Words) -> list[str]:
    """Give what is said of the offer itself, without a bare "nej"."""
    told = words.own("referral")
    return [
        "not_now" if fact.value == "not_now" else "no"
        for fact in told
        if fact.value == "not_now" or (fact.value == "wants" and not fact.polarity)
    ]


def _yes_or_no(kind: str, words: Words) -> list[str]:
    told = words.own(kind)
    if told:
        return ["yes" if told[-1].polarity else "no"]
    if kind == "leave_message" and words.own("text_message"):
        return []  # a yes to a text message is none to one on the phone
    told = [fact for fact in words.facts if fact.kind == "answer" and fact.is_own_remark]
    if told and (words.own("denial", "steering") or len(told) > 1):
        return []
    found = [fact.value for fact in told or words.own("answer")]
    found += [
        "yes" if fact.polarity else "no" for fact in words.own("referral") if fact.value == "wants"
    ]
    return list(dict.fromkeys(found))


def best_time(words: Words) -> list[str]:
    """Give when to call: as it was read; where nothing was, as the entities tell it."""
    told = [fact for fact in words.facts if fact.kind == "best_time"]
    if told or words.own("denial"):  # "ikke for tidligt" leaves no part that is meant
        return _meant(told)
    first = [words.entities["time_of_day"]] if "time_of_day" in words.entities else []
    found = list(dict.fromkeys(words.every.get("time_of_day", first)))
    return found or (["any"] if words.own("indifferent") else [])


def language(words: Words) -> list[str]:
    """Give the language that is spoken, also one named without more; both of "polsk eller …".

    Of several the first counts, one that is said to be spoken before one that is only named, and
    one said to be the best before all.
    """
    told = [fact for fact in words.facts if fact.kind == "language"]
    found = _meant([fact for fact in told if fact.stands]) or _meant(told)
    if len(found) < _SEVERAL:
        return found
    best = [fact.value for fact in told if _is_best(words.text, fact) and fact.value in found]
    between = words.text[told[0].end : told[-1].start].casefold().split()
    return best[:1] or (found if _OR & set(between) else found[:1])


_SEVERAL = 2
_OR = frozenset(("eller", "el", "or", "/"))
_BEST = frozenset(
    ("bedst", "mest", "helst", "primært", "hovedsageligt", "best", "mostly", "mainly", "rather")
)


def _is_best(text: str, fact: Fact) -> bool:
    around = (*text[: fact.start].split()[-1:], *text[fact.end :].split()[:1])
    return any(word.casefold().strip(".,;") in _BEST for word in around)


def _meant(told: Iterable[Fact]) -> list[str]:
    return list(
        dict.fromkeys(
            fact.value
            for fact in told
            if fact.polarity and fact.whose == "patient" and fact.certainty in ("stated", "partial")
        )
    )


def municipality(words: Words) -> list[str]:
    """Give where the patient lives: as it is said, or as it is named."""
    lives = [f.value for f in words.own("place_lives") if f.polarity]
    named = [f.value for f in words.own("place_named") if f.polarity]
    return list(dict.fromkeys(lives or named))


def _product(words: Words) -> list[str]:
    told = products(words)
    return [told] if told else []


def reason(words: Words) -> list[str]:
    """Give why the patient cannot answer, what says more first: "kan ikke svare, sover"."""
    told = [fact.value for fact in words.own("unable") if fact.value != "refused"]
    return sorted(told, key=lambda why: why == "other")


_READS = {
    Step.STATUS: _status,
    Step.EVER_SMOKED: _ever_smoked,
    Step.EX_SMOKER: _ex_smoker,
    Step.OFFER: _offer,
    Step.PRODUCT: _product,
    Step.DEFER_REASON: reason,
    Step.BEST_TIME: best_time,
    Step.SPOKEN_LANGUAGE: language,
    Step.MUNICIPALITY: municipality,
}
BY_WORD_ALONE = frozenset(
    {Step.PRODUCT, Step.DEFER_REASON, Step.BEST_TIME, Step.SPOKEN_LANGUAGE, Step.MUNICIPALITY}
)
"""Steps that ask for a word; the word is the answer whatever kind of message it stands in."""
