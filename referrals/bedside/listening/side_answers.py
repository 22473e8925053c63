"""A yes or a no to the side question on the screen."""

from __future__ import annotations

from referrals.advice.asserted import Words
from referrals.advice.closed_lists import acts, goes_on, leaves, leaves_check, takes_back
from referrals.advice.encounter import Step
from referrals.advice.witness import bare_answer
from referrals.bedside import after_filing, answering, asking_courses, steering
from referrals.bedside.asking import ask
from referrals.bedside.listening.checking import ask_whether_meant
from referrals.bedside.listening.left_out import OF_THE_SCRIPT, not_used
from referrals.bedside.listening.restated_use import USE, agree
from referrals.details import choosing
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_NEEDS_BUTTON = {
    "cancel": "utter_press_a_button",
    "withdraw": "utter_press_a_button",
    "partner": "utter_press_consent_button",
    "times": "utter_press_a_button",
    choosing.NUMBERS: "utter_press_a_button",
    "undo": "utter_press_a_button",
    "change": "utter_press_a_button",
    "moment": "utter_press_a_button",
    USE: "utter_press_a_button",
    "put_off": "utter_press_a_button",
}
"""Side questions that only a button says yes to, and how that is said."""


def keep_asking(bedside: Bedside, said: list[Say], misses: int) -> list[Say]:
    """Ask the side question again where words were not understood: they belong to it."""
    question = bedside.asked
    understood = bedside.row.misses <= misses or "question" in (bedside.row.aside or {})
    if understood or "said" not in question:
        return said
    bedside.leaves_open("question", question)
    return [*said[:-1], Say.from_json(question["said"])]


def answer_aside(bedside: Bedside, words: Words) -> list[Say]:
    """Answer the side question on the screen by a yes or a no; nothing for other words."""
    question = bedside.asked
    kind = question.get("kind", "")
    answer = (_by_its_words(kind, words) or _answer_to(kind, words)) if kind else ""
    which = choosing.said_which(bedside, words) if choosing.is_asked(bedside) else None
    if which and not answer and choosing.choose(bedside, *which):
        return answering.proceed(bedside)
    if not answer and kind in _NEEDS_BUTTON and any(fact.kind == "send" for fact in words.facts):
        answer = "yes"  # it agrees, but to what?
    if not answer or _is_about_sending(kind, words):
        return []
    done = _done_at_once(bedside, words, answer)
    if done:
        return done
    if kind == choosing.NUMBERS and answer == "no" and _by_its_words(kind, words):
        return [choosing.leave(bedside), ask(bedside)]
    looked_like = [fact for fact in words.facts if fact.kind in OF_THE_SCRIPT]
    unused = not_used(bedside, looked_like, words)
    if kind in _NEEDS_BUTTON and (answer == "yes" or kind == "moment"):
        again = Say.from_json(question["said"])
        bedside.leaves_open("question", question)
        return [*unused, Say(_NEEDS_BUTTON[kind]), again]
    if kind == "courses":
        return [*unused, *_answer_to_list(bedside, agreed=answer == "yes")]
    left = [Say("utter_left_as_it_is")] if kind in _STANDS_SENT else []
    return [*unused, *left, ask(bedside)]


def _is_about_sending(kind: str, words: Words) -> bool:
    """Tell "send" where it was asked whether we go on: it is no yes to that."""
    return kind == "go_on" and words.says("send") and not words.own("answer")


def _done_at_once(bedside: Bedside, words: Words, answer: str) -> list[Say]:
    """Do what a typed yes may do; nothing where there is more to it, or a button is needed."""
    kind = bedside.asked["kind"]
    if kind == "change" and acts(words):
        return after_filing.change(bedside)  # the words of its button, and it can be put back
    if answer != "yes":
        return []
    if kind == "check":
        asked = [(Step(step), value) for step, value in bedside.asked["answers"]]
        if len(asked) == 1 and asked[0][0] is bedside.step:
            return answering.take(bedside, *asked[0])
        return [Say("utter_press_a_button"), *ask_whether_meant(bedside, tuple(asked))]
    if kind == "go_on":
        return steering.reopen(bedside)
    return agree(bedside) if kind == USE and words.says("answer", "yes") else []


def _answer_to_list(bedside: Bedside, *, agreed: bool) -> list[Say]:
    """Leave the list at a no. A yes at the offer may be to the offer: it is asked about."""
    if not agreed or bedside.step is not Step.OFFER:
        return asking_courses.answer_to_list(bedside, agreed=agreed)
    asking_courses.leave_list(bedside)
    return ask_whether_meant(bedside, ((Step.OFFER, "yes"),))


_STANDS_SENT = ("undo", "withdraw", "change")


def _by_its_words(kind: str, words: Words) -> str:
    """Read what stands on the buttons, or near it: "behold den", "ja, annullér", "fortryd"."""
    if kind == "moment" or words.says("undo"):
        return ""
    if kind == "go_on" and goes_on(words):
        return "yes"
    if leaves(words) or (kind == "check" and leaves_check(words)):
        return "no"
    regrets = takes_back(words)
    withdraws = kind == "withdraw" and words.says("consent", "withdrawn")
    meant = acts(words) or withdraws or (regrets and kind in ("undo", "cancel"))
    if kind in _NEEDS_BUTTON and meant:
        return "yes"
    return "no" if regrets else ""


def _answer_to(kind: str, words: Words) -> str:
    """Tell a yes or a no to a side question.

    To "shall I note …?", or whose a number is, it is nothing but a yes or a no: what more is said
    may be another answer.
    Elsewhere whatever agrees or refuses is about what was asked, unless it asks for other courses.
    """
    if kind == "courses" and asking_courses.may_refine(words.entities):
        return ""
    bare = bare_answer(words)
    if bare or kind in ("check", choosing.NUMBERS):
        return bare
    if kind == "courses" and words.says("leaves_list"):
        return "no"
    return {"affirm": "yes", "deny": "no", "not_now": "no"}.get(words.intent, "")
