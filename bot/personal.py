"""Does a typed text seem to say who a patient is? Decides only; nothing is kept or passed on.

For front ends that a foreign company carries. Rather once too often: what is taken for personal is
not lost, the nurse is shown where to write it.
"""

from __future__ import annotations

from bot.sealing import CONTACT_STEPS, seal_text
from bot.vocabulary import WORD, Vocabulary
from referrals.encounter import Step
from referrals.vault import TOKEN

_ALWAYS = frozenset({"name", "phone", "cpr", "email", "address"})
_HARMLESS_UNKNOWN = 1
"""So many words that the engine does not know may stand in a sentence: a slip, a product."""


def looks_personal(text: str, step: Step, vocabulary: Vocabulary) -> bool:
    """Tell whether a text typed while ``step`` is awaited may hold personal data.

    Numbers, addresses and names by pattern anywhere; unknown words where details are asked for, or
    more than one of them, or one that is written or listed as a name, or one alone.
    """
    asked_for = step in CONTACT_STEPS
    sealed = seal_text(text, step if asked_for else Step.BEST_TIME, vocabulary)
    kinds = {match[1] for match in TOKEN.finditer(sealed.text)}
    if kinds & _ALWAYS:
        return True
    words = WORD.findall(text)
    unknown = [
        word for at, word in enumerate(words) if not vocabulary.lets_through(word, first=at == 0)
    ]
    if not unknown:
        return False
    if asked_for or len(unknown) > _HARMLESS_UNKNOWN or len(unknown) == len(words):
        return True
    return any(word.casefold() in vocabulary.names or word[0].isupper() for word in unknown)
