"""Does a typed text seem to say who a patient is? Decides only; nothing is kept or passed on.

For front ends that a foreign company carries. Rather once too often: what is taken for personal is
not lost, the nurse is shown where to write it.
"""

from __future__ import annotations

from bot.sealing.sealing import seal_text
from bot.sealing.sealing_work import CONTACT_STEPS
from bot.sealing.told_names import mentions
from bot.sealing.vocabulary import WORD, Vocabulary
from referrals.advice.encounter import Step
from referrals.denmark.sensitive_words import ILLNESS
from referrals.vault.vault import TOKEN

_ALWAYS = frozenset({"name", "phone", "cpr", "email", "address", "note"})


def looks_personal(text: str, step: Step, vocabulary: Vocabulary) -> bool:
    """Tell whether a text typed while ``step`` is awaited may hold personal data.

    Numbers, addresses and names by pattern anywhere, and any word that is neither known nor like
    known ones: it may be a name. A slip is harmless, unless something is said of it.
    """
    sealed = seal_text(text, step if step in CONTACT_STEPS else Step.BEST_TIME, vocabulary)
    if {match[1] for match in TOKEN.finditer(sealed.text)} & _ALWAYS:
        return True
    if any(True for _ in mentions(text, vocabulary)):
        return True
    left = set(_words(TOKEN.sub(" ", sealed.text)))
    return any(
        not left.intersection(_words(vocabulary.known_form(word, first=at == 0) or ""))
        and not ILLNESS.search(word)
        for at, word in enumerate(WORD.findall(text))
        if word.casefold() not in left
    )


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]
