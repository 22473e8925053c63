"""Words that say what figures and a journal say: numbers spelt out, illnesses. Pure."""

from __future__ import annotations

import re

_NUMBER_WORDS = {
    "da": (
        r"(?:nul|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten"
        r"|atten|nitten|(?:(?:en|et|to|tre|fire|fem|seks|syv|otte|ni)-?og-?)?(?:tyve|tredive|fyrre"
        r"|halvtreds|tres|halvfjerds|firs|halvfems)|hundrede)"
    ),
    "en": (
        r"(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
        r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty"
        r"|ninety)(?:-?(?:one|two|three|four|five|six|seven|eight|nine))?|hundred)"
    ),
}
_ALSO_COUNTED = {"da": r"(?:en|et|én|ét|een)", "en": r"(?:oh|one|double)"}
"""Numbers only where other numbers stand beside them."""
NUMBER_WORD = {
    language: re.compile(rf"(?<![^\W\d_]){word}(?![^\W\d_])", re.IGNORECASE)
    for language, word in _NUMBER_WORDS.items()
}
"""One number in words."""
SPELT_OUT = tuple(
    re.compile(rf"\b{one}(?:[\s,.-]+(?:og\s|and\s)?{one})+\b", re.IGNORECASE)
    for one in (
        rf"(?:{word}|{_ALSO_COUNTED[language]}|(?<![\d.:/])\d\d?(?![\d.:/]))"
        for language, word in _NUMBER_WORDS.items()
    )
)
"""Two or more numbers in words, one behind the other: a phone number or a CPR number perhaps.

Figures may stand among the words: "20 tredive 40 halvtreds".
"""
_ILLNESSES = (
    "cancer|kræft|tumor|sarkom|lymfom|leukæmi|leukaemi|leukemi|melanom|metastas|sklerose|skleros"
    "|skizofren|schizophren|bipolar|psykose|psykoti|epilep|parkinson|alzheimer|hepatitis|cirrose"
    "|cirrhos|lungebetænd|pneumoni|diabet|sukkersyge|astma|asthma|depress|anoreksi|bulimi|borderline"
    "|personlighedsforstyr|misbrug|alkoholis|hjertesvigt|atrieflim|angina|infarkt|nyresvigt|fibrose"
    "|emfysem|emphysema|tuberkulose|sarkoidose|colitis|crohn|psoriasis|lupus|myelom|autis|adhd|ptsd"
    "|endometriose|syfilis|klamydia"
)
_SHORT_ILLNESSES = "kol|copd|als|hiv|aids|ms|tia|tb|dvt|ckd"
_WHY_NOT_NOW = "apopleksi|blodprop|slagtilfælde|hjerneblød|demen|delir|afasi|stroke|aphasi|sepsis"
"""Illnesses that are why somebody cannot answer: said as that, but nothing to keep."""
ILLNESS = re.compile(rf"{_ILLNESSES}|^(?:{_SHORT_ILLNESSES})$", re.IGNORECASE)
_ANY_ILLNESS = re.compile(rf"{ILLNESS.pattern}|{_WHY_NOT_NOW}", re.IGNORECASE)


def names_an_illness(word: str) -> bool:
    """Tell whether a word names an illness, whatever it is said for."""
    return bool(_ANY_ILLNESS.search(word))
