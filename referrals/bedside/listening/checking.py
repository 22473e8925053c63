"""Whether the likeliest one or two are meant: asked, each a button."""

from __future__ import annotations

from referrals.advice.hearing import Answer
from referrals.bedside import noting
from referrals.turns.saying import Button, Say, answer_payload
from referrals.turns.turn import Bedside

_RESUME = "/resume"


def ask_whether_meant(
    bedside: Bedside, asks: tuple[Answer, ...], beside: tuple[Answer, ...] = ()
) -> list[Say]:
    """Ask whether the likeliest one or two are meant, each a button."""
    bedside.row.misses = 0
    told = [(noting.in_words(bedside, step, value), step, value) for step, value in asks]
    if beside:
        bedside.leaves_open("beside", [[step.value, value] for step, value in beside])
    buttons = tuple(
        Button(_title(words), answer_payload(step, value)) for words, step, value in told
    )
    buttons += (Button(bedside.word("noted", "something_else"), _RESUME),)
    what = f" {bedside.word('course_question', 'or')} ".join(words for words, _, _ in told)
    asked = Say("utter_check", {"what": what}, buttons)
    answers = [[step.value, value] for _, step, value in told]
    bedside.asks_aside("check", answers=answers, said=asked.to_json())
    return [asked]


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]
