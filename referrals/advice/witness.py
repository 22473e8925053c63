"""What a message says on the face of it, as far as its words bear witness: pure."""

from __future__ import annotations

import re

from referrals.advice.asserted import Words


def names_use(words: Words) -> bool:
    """Tell whether anybody is said to use nicotine, or to want something; "please" is polite."""
    return any(
        fact.kind in ("smoking", "product", "referral")
        and words.text[fact.start : fact.end].casefold() not in _POLITE
        for fact in words.facts
    )


_POLITE = ("please", "gerne")


def says_cancel(words: Words) -> bool:
    """Tell whether the words say it, whoever wants it: the nurse may end what she began.

    Beside a no ("annuller ikke") or a delay ("send den ikke endnu") they do not.
    """
    said = any(
        fact.kind == "steering" and fact.value == "cancel" and fact.certainty == "stated"
        for fact in words.facts
    )
    return said and not any(
        fact.kind == "denial" or (fact.kind, fact.value) == ("steering", "hold")
        for fact in words.facts
    )


def keeps(words: Words) -> bool:
    """Tell whether a command is denied, and none is given: "den skal ikke trækkes tilbage"."""
    ordered = any(
        (fact.kind, fact.value) in _ENDS_SOMETHING and fact.certainty == "stated"
        for fact in words.facts
    )
    return not ordered and any(fact.kind == "keeps" for fact in words.facts)


_ENDS_SOMETHING = (
    *(("steering", "take_back"), ("steering", "cancel"), ("consent", "withdrawn")),
    ("undo", ""),
)


def only_refuses(words: Words) -> bool:
    """Tell "hun vil ikke": a patient's will and nothing it is about, and no mere "nej tak"."""
    refused = words.says("referral", "wants", polarity=False) and not words.own("answer")
    return refused and all(fact.kind in _OF_A_REFUSAL for fact in words.facts)


_OF_A_REFUSAL = frozenset(
    {"referral", "denial", "plain", "whole", "call", "steering", "backs_out", "take_back"}
)
_NO_PHONE = re.compile(
    r"\b(?:ikke|ik|ingen|intet|uden|aldrig|mistet|no|not|without|none|lost|doesn't|don't|hasn't|can't|cannot)\b"
    r"[^,;.!?]*?\b(?:(?:\w+)?telefon(?:en|nummer|nummeret)?|tlf|mobil(?:en|telefon)?|nummer|nummeret|nr|phones?"
    r"|mobile|number)\b(?!\s+(?:call|is))"
    r"|\b(?:telefon(?:en)?|mobil(?:en)?|phone|mobile)\b[^,;.!?]*?\b(?:ikke|væk|stjålet|tabt|nedlagt|itu|not|lost|stolen|gone"
    r"|broken)\b",
    re.IGNORECASE,
)


def says_no_phone(words: Words) -> bool:
    """Tell words that say that there is no phone, or that the number is not known."""
    return bool(_NO_PHONE.search(words.text)) or words.text.startswith("/")


TELLS_A_DETAIL = re.compile(r"\[\[(?!word:)|\d{4}")
"""A name, a number or a postcode, which puts something right: "nej, hun hedder …"."""


def is_no_alone(words: Words) -> bool:
    """Tell a no that does not say what is wrong: "nej", "nej vent", "no that's not right"."""
    held = words.says("steering", "hold")
    begins = any(fact.kind == "denial" and fact.start == 0 for fact in words.facts)
    if "[[" in words.text:
        return False
    return (words.says("answer", "no") or (held and begins)) and all(
        fact.kind in _BESIDE_NO or (fact.kind, fact.value) in _OF_NO for fact in words.facts
    )


_BESIDE_NO = frozenset(
    {"answer", "denial", "plain", "nearly_plain", "whole", "take_back", "course", "remark"}
)


_OF_NO = (("steering", "hold"), ("referral", "not_now"), ("correction", ""))


def bare_answer(words: Words) -> str:
    """Tell a message that is nothing but a yes or a no."""
    if not words.is_heard_in_full:
        return ""
    for fact in words.facts:
        if fact.kind == "whole" and fact.value in ("yes", "no"):
            return fact.value
    if any(not fact.stands or fact.kind not in _PLAIN for fact in words.facts):
        return ""
    return {"affirm": "yes", "deny": "no"}.get(words.intent, "")


def can_be_asked(words: Words) -> bool:
    """Tell words that deny what stood in the way: "er vågen nu", "er ikke udskrevet"."""
    told = [fact for fact in words.facts if fact.kind == "unable" and fact.whose == "patient"]
    return bool(told) and not any(fact.polarity for fact in told)


_PLAIN = frozenset(
    {
        *("answer", "referral", "course", "denial", "send", "whole", "plain", "nearly_plain"),
        *("take_back", "undo", "leaves_list", "remark"),
    }
)
