"""Two witnesses: what typed words answer, by the kind of message and by what they assert. Pure.

The classifier says what kind of message it is (``intent``), the reading what is asserted
(``facts``). An answer is heard only where both say the same and the patient is meant; otherwise
the likeliest one or two are asked for. Consent is never heard here, and nothing but one of a closed
list of messages sends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from referrals.advice import script
from referrals.advice.agreement import OF_USE, agreed, said_by_kind, smells, speaks_for_itself
from referrals.advice.asserted import (
    BY_WORD_ALONE,
    YES_OR_NO,
    Fact,
    Words,
    best_time,
    candidates,
    language,
    products,
    reason,
)
from referrals.advice.closed_lists import sends
from referrals.advice.encounter import Step
from referrals.advice.kinds import ANSWERING, OF_COURSES, meant

Answer = tuple[Step, str]


@dataclass(frozen=True)
class Heard:
    """What a message answers, what is to be asked, and the facts that were not used.

    ``asks`` is empty where nothing in the message points at an answer; ``beside`` is what was told
    with it and stands once one of them is the answer.
    """

    answers: tuple[Answer, ...] = ()
    asks: tuple[Answer, ...] = ()
    unused: tuple[Fact, ...] = ()
    beside: tuple[Answer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.answers or self.asks or self.unused)


def hear(step: Step, words: Words) -> Heard:
    """Give what the words answer while ``step`` is on the screen."""
    place = step is Step.MUNICIPALITY and words.own("place_lives", "place_named")
    named = step is Step.SPOKEN_LANGUAGE and _is_a_language(words)
    if words.intent not in ANSWERING and not (place or named or is_the_word(step, words)):
        return _doubted(step, words)
    if step is Step.SUMMARY:
        return _at_summary(words)
    likely = candidates(step, words)
    said = said_by_kind(step, words)
    chosen = agreed(step, likely, said, words)
    if chosen is None and step in _STATUS_CAN_CHANGE and not likely:
        told = said_by_kind(Step.STATUS, words)
        changed = agreed(Step.STATUS, candidates(Step.STATUS, words), told, words)
        if changed in told and _names_smoking(words):
            return _with_the_answer(step, _with_details(Step.STATUS, changed, words), words)
    if chosen is not None:
        return _with_details(step, chosen, words)
    details = _details(step, words)
    asks = _smokes_after_all(step, words)
    asks = asks or tuple((step, value) for value in _to_ask(step, likely, said, words))
    beside = _products_beside(asks, words)
    if step is Step.OFFER and likely and asks:
        told = said_by_kind(Step.STATUS, words)
        status = agreed(Step.STATUS, candidates(Step.STATUS, words), told, words)
        details = (*(_also_smokes(words) if status in told else ()), *details)
    unused = _unused(words, (*details, *asks, *beside))
    return Heard(details, asks, tuple(f for f in unused if not _is_asked(f, asks)), beside)


def _smokes_after_all(step: Step, words: Words) -> tuple[Answer, ...]:
    """Ask for the status of who was said to use nothing, and now smokes: "begyndt igen"."""
    told = {fact.value for fact in words.own("smoking")}
    smokes = words.says("course", "relapsed") or told & {"use", "daily", "occasional"}
    if step is not Step.EVER_SMOKED or not smokes:
        return ()
    often = [value for value in ("daily", "occasional") if value in told]
    return tuple((Step.STATUS, value) for value in often or ("daily", "occasional"))


def _with_the_answer(step: Step, heard: Heard, words: Words) -> Heard:
    """Ask about the yes of "ja, ryger 20 om dagen" at the offer: it may be to that, too."""
    said = [(step, fact.value) for fact in words.own("answer")]
    return replace(heard, asks=tuple(said[:1])) if step is Step.OFFER and said else heard


def _is_a_language(words: Words) -> bool:
    """Tell "english" from "switch to english": nothing but the language that was asked for."""
    return any(
        fact.kind == "language" and words.text[fact.start : fact.end] == words.text.strip(" .!")
        for fact in words.facts
    )


def is_the_word(step: Step, words: Words) -> bool:
    """Tell the word that was asked for from a command that the classifier only guesses at."""
    ordered = words.own("steering", "correction")
    asked = step in BY_WORD_ALONE and words.unclear and words.says("plain") and not ordered
    return asked and bool(candidates(step, words) or words.own(*_KIND_OF.get(step, ())))


_KIND_OF = {Step.BEST_TIME: ("best_time",), Step.SPOKEN_LANGUAGE: ("language",)}
"""Facts that are about what was asked even where they deny: "ikke om formiddagen"."""


_STATUS_CAN_CHANGE = (Step.PRODUCT, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER)


def _to_ask(step: Step, likely: list[str], said: list[str], words: Words) -> list[str]:
    """Give the likeliest one or two; none where all that was said is about somebody else."""
    if step in script.BUTTON_ONLY or not (step in script.CHOICES or step in _KIND_OF):
        return []
    doubted = [fact for fact in words.facts if not fact.stands]
    if not likely and any(_means_nobody_here(step, fact) for fact in doubted):
        return []
    likely = likely or _half_said(step, words)
    smoke = smells(words)
    if step is Step.EX_SMOKER and (smoke or words.says("course", "badly")):
        return ["relapsed", "well"]
    if step is Step.OFFER and any(f.value == "wants" and f.polarity for f in doubted):
        likely = [*likely, "yes"]
    perhaps = smoke or (not likely and any(_is_perhaps_use(fact) for fact in doubted))
    if step is Step.STATUS and perhaps:
        return list(dict.fromkeys([*(likely or said)[:1], "daily", "occasional"]))[:2]
    asked = list(dict.fromkeys([*likely, *said]))
    if asked == ["not_now"] and any(f.value == "not_now" and f.whose == "patient" for f in doubted):
        asked = ["not_now", "yes"]
    if not asked and step is Step.OFFER and any(f.kind in ("referral", "answer") for f in doubted):
        asked = ["not_now", "yes"]
    if not asked and step is Step.EX_SMOKER and words.own("course", "answer", "referral"):
        asked = ["relapsed", "well"]
    able = any(f.kind == "unable" and not f.polarity for f in doubted)
    denied = {"unable", *meant(step, "cannot_answer_now")} if able else set()
    asked = [value for value in asked if value not in denied or value in likely]
    return _both_ways(step, [value for value in asked if script.accepts(step, value)])


def _both_ways(step: Step, asked: list[str]) -> list[str]:
    """Give two at most; beside what ends the talk with a patient stands what does not."""
    if set(asked) <= _ENDS_IT.get(step, frozenset()):
        asked = [*asked[:1], *_GOES_ON[step]] if asked else []
    return asked[:2]


_ENDS_IT = {
    Step.OFFER: frozenset({"no", "not_now"}),
    Step.EX_SMOKER: frozenset({"well"}),
    Step.EVER_SMOKED: frozenset({"never"}),
}
_GOES_ON = {Step.OFFER: ["yes"], Step.EX_SMOKER: ["relapsed"], Step.EVER_SMOKED: ["stopped"]}


def _half_said(step: Step, words: Words) -> list[str]:
    """Give what is perhaps meant: "måske om aftenen", "lidt dansk", "er ligeglad", a yes to use."""
    if step is Step.STATUS and words.says("answer", "yes") and not words.own("smoking"):
        return ["daily", "occasional"]  # "ja desværre": yes, but how often?
    if step is Step.LEAVE_MESSAGE and words.own("indifferent"):
        return ["yes"]
    if step is Step.SPOKEN_LANGUAGE and words.own("denial"):
        return []  # "kan lidt engelsk, men forstår det ikke"
    asked = _KIND_OF.get(step, ())
    own = [fact for fact in words.facts if fact.kind in asked and fact.whose == "patient"]
    return [fact.value for fact in own if fact.polarity and fact.certainty == "hedge"]


def _is_asked(fact: Fact, asks: tuple[Answer, ...]) -> bool:
    """Tell a "måske" of the patient's that is what is asked about: it is not called unused."""
    kinds = {kind for step, _ in asks for kind in _USES_UP.get(step, ())}
    return fact.kind in kinds and (fact.whose, fact.certainty) == ("patient", "hedge")


def _is_perhaps_use(fact: Fact) -> bool:
    use, sure = (fact.kind, fact.value) == ("smoking", "use"), fact.certainty
    return use and (fact.whose, sure) == ("patient", "hedge")


def _means_nobody_here(step: Step, fact: Fact) -> bool:
    if fact.whose == "unknown":
        return step is Step.OFFER
    return (
        fact.whose != "patient"
        or fact.certainty == "irony"
        or (fact.certainty == "instruction" and step not in OF_USE)
    )


def _names_smoking(words: Words) -> bool:
    return any(fact.value not in ("never_bare", "nrt") for fact in words.own("smoking"))


def _with_details(step: Step, value: str, words: Words) -> Heard:
    answers: list[Answer] = [(step, value)]
    if step is Step.STATUS:
        answers += _beside_status(value, words)
    if step is Step.OFFER:
        answers = [*_also_smokes(words), *answers]
    if (step, value) == (Step.EX_SMOKER, "relapsed") and (told := products(words)):
        answers.append((Step.PRODUCT, told))
    if value == "unable":
        answers += [(Step.DEFER_REASON, why) for why in reason(words)[:1]]
    goes_on = value not in ("no", "not_now", "unable", "tried_before") or step is not Step.OFFER
    if goes_on:
        answers += _details(step, words)
    return Heard(tuple(answers), (), _unused(words, answers))


def _also_smokes(words: Words) -> Iterable[Answer]:
    """Give the status that is told beside an answer to the offer: "ja, og hun ryger til fest"."""
    told = {fact.value for fact in words.own("smoking")} & {"daily", "occasional"}
    if len(told) == 1:
        status = told.pop()
        yield Step.STATUS, status
        yield from _beside_product(status, words)


def _products_beside(asks: tuple[Answer, ...], words: Words) -> tuple[Answer, ...]:
    """Give the products that were told with a use whose kind is asked for."""
    told = products(words)
    uses = any((Step.STATUS, value) in asks for value in script.USES)
    return ((Step.PRODUCT, told),) if told and uses and not words.own("reported") else ()


def _beside_status(value: str, words: Words) -> Iterable[Answer]:
    told = products(words)
    yield from _beside_product(value, words)
    if value == "ex":
        yield from ((Step.EX_SMOKER, how) for how in _since_then(words))
    wants = [fact.polarity for fact in words.own("referral") if fact.value == "wants"]
    uses = value in ("daily", "occasional") or (value == "other_product" and told)
    if uses and wants and all(wants) and not words.says("referral", "not_now"):
        yield Step.OFFER, "yes"
    elif uses and not wants and words.says("referral", "tried"):
        yield Step.OFFER, "tried_before"


def _beside_product(value: str, words: Words) -> Iterable[Answer]:
    told = products(words)
    if told and value in script.USES:
        codes = script.each_product(told)
        smokes = value in ("daily", "occasional") and not {"cigarettes", "other"} & set(codes)
        yield Step.PRODUCT, script.several(["cigarettes", *codes] if smokes else codes)


def _since_then(words: Words) -> list[str]:
    """Give how it goes without, where that is told beside: well only where it is the message."""
    if words.says("course", "relapsed"):
        return ["relapsed"]
    told = words.intent == "doing_well" or words.says("plain")
    ended = [(fact.start, fact.end) for fact in words.own("smoking")]
    well = [f for f in words.own("course") if f.value == "well" and (f.start, f.end) not in ended]
    return ["well"] if told and well and not words.says("course", "badly") else []


def _details(step: Step, words: Words) -> tuple[Answer, ...]:
    """Give the details told beside: never of somebody else, never under a condition.

    The language stands before the interpreter, which falls with another language.
    """
    found: list[Answer] = []
    alone = step is Step.OFFER and words.says("plain") and not words.own("smoking", "product")
    called = words.own("call") or words.intent == "give_best_time" or alone
    if step is not Step.BEST_TIME and called:
        times = best_time(words) if not words.own("indifferent") else []  # to what was asked
        found += [(Step.BEST_TIME, value) for value in times if len(times) == 1]
    spoken = [f.value for f in words.own("language") if f.polarity]
    if words.intent == "give_spoken_language":
        spoken = language(words)
    if spoken and step is not Step.SPOKEN_LANGUAGE:
        found.append((Step.SPOKEN_LANGUAGE, spoken[0]))
    for asked, kind in YES_OR_NO.items():
        told = words.own(kind)
        if told and step is not asked:
            found.append((asked, "yes" if told[-1].polarity else "no"))
    found += (
        (Step.DISCHARGE_DATE, _phrase(words.text, fact.start))
        for fact in words.own("discharge")[:1]
        if step is not Step.DISCHARGE_DATE and fact.polarity
    )
    return tuple(found)


_PHRASE = re.compile(r"(?:[^,;.!?]|\.(?=\s*\S))*?(?=$|[,;!?]|\.\s*$|\s(?:og|and|men|but)\s)")


def _phrase(text: str, start: int) -> str:
    """Give the words from ``start`` to the end of what they say: cut short, a date is another."""
    match = _PHRASE.match(text, start)
    return match[0] if match else text[start:]


def _unused(words: Words, answers: Iterable[Answer]) -> tuple[Fact, ...]:
    """Give the facts that no answer was made of, and that say something by themselves."""
    answers = tuple(answers)
    values = {value for _, value in answers}
    used = {kind for step, _ in answers for kind in _USES_UP.get(step, ())}
    told = {
        (kind, each)
        for step, value in answers
        for kind in _USES_UP.get(step, ())
        for each in script.each_product(value)
    }
    if "not_answered" in values:
        used.add("referral")
    return tuple(
        fact
        for fact in words.facts
        if _is_another_language(fact, told)
        or not (
            fact.kind in _QUIET
            or (fact.polarity and (fact.kind, fact.value) in told)
            or (_is_told(fact) and (fact.kind in used or _goes_without_saying(fact)))
        )
    )


def _is_another_language(fact: Fact, told: Collection[tuple[str, str]]) -> bool:
    """Tell the second of two languages, of which one is noted."""
    noted = any(kind == "language" for kind, _ in told)
    return (
        noted and fact.kind == "language" and fact.polarity and (fact.kind, fact.value) not in told
    )


def _is_told(fact: Fact) -> bool:
    """Tell what stands, and a "måske" that says nothing by itself."""
    return fact.stands or (fact.kind, fact.value) == ("referral", "not_now")


def _goes_without_saying(fact: Fact) -> bool:
    """Tell an "ok", a "senere" or an "aldrig" that belongs to whatever was asked."""
    refused = fact.value == "wants" and not fact.polarity
    return (fact.kind == "referral" and not refused) or fact.value == "never_bare"


_QUIET = frozenset(
    {
        *("denial", "answer", "call", "send", "whole", "take_back", "steering", "correction"),
        *("course", "unable", "code", "moment", "undo", "leaves_list", "plain", "place_town"),
        *("nearly_plain", "reported", "keeps", "backs_out", "sent", "another", "smells", "hours"),
        *("shrug", "remark", "topic"),
    }
)
"""Facts that are no detail by themselves, or are answered by what is asked next."""
_USES_UP: Mapping[Step, tuple[str, ...]] = {
    Step.STATUS: ("smoking",),
    Step.EVER_SMOKED: ("smoking",),
    Step.EX_SMOKER: ("smoking", "referral"),
    Step.PRODUCT: ("product", "smoking"),
    Step.OFFER: ("referral", "smoking"),
    Step.DISCHARGE_DATE: ("discharge",),
    Step.BEST_TIME: ("best_time", "indifferent"),
    Step.SPOKEN_LANGUAGE: ("language",),
    Step.MUNICIPALITY: ("place_lives", "place_named", "place_works", "place_lived"),
    **{step: (kind, "referral", "indifferent") for step, kind in YES_OR_NO.items()},
}
"""The kinds of facts that an answer accounts for."""


def _at_summary(words: Words) -> Heard:
    if sends(words):
        return Heard(((Step.SUMMARY, "send"),))
    agrees = words.intent == "affirm" or any(fact.kind == "send" for fact in words.facts)
    details = _details(Step.SUMMARY, words)
    asks = () if details or not agrees else ((Step.SUMMARY, "send"),)
    return Heard(details, asks, _unused(words, details))


def _doubted(step: Step, words: Words) -> Heard:
    """Ask where a fact stands that answers the step, though the message seems to be no answer."""
    details = _details(step, words)
    if step in script.PAGE_STEPS or step is Step.SUMMARY:
        stated = words.intent.startswith("ask_") and words.says("plain")  # "adressen er hemmelig"
        return Heard(details, (), _unused(words, details)) if details and stated else Heard()
    if step not in _ADVISES or words.own("steering", "consent", "correction"):
        return Heard()
    if OF_COURSES & words.entities.keys():
        return Heard()
    likely = candidates(step, words)
    told = step not in OF_USE or not words.own("reported")
    if len(likely) == 1 and told and words.intent not in _LEAVES and speaks_for_itself(step, words):
        return _with_details(step, likely[0], words)
    if not likely and step is Step.OFFER and _has_condition(words):
        likely = ["not_now", "yes"]
    if step is Step.EX_SMOKER and words.says("course", "badly"):
        likely = ["relapsed", "well"]
    of_another = words.facts_of_another("smoking", "product", "referral", "answer")
    asks = tuple((step, value) for value in _both_ways(step, likely))
    return Heard((), asks, tuple(of_another), _products_beside(asks, words))


_ADVISES = (Step.STATUS, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER)
_LEAVES = ("new_patient", "cancel", "withdraw_consent", "undo_referral")
"""Commands after which the patient is out of sight: a doubt is asked about, never settled."""


def _has_condition(words: Words) -> bool:
    return any(fact.certainty == "condition" for fact in words.facts)
