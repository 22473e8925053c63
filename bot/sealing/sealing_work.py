"""The message being sealed: tokens for its values, and what in it must not be changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sealing.vocabulary import Vocabulary
from referrals.advice.encounter import Step
from referrals.advice.script import SEALED
from referrals.denmark.contact_details import is_of_service
from referrals.referral.reference import ALPHABET, normal_reference
from referrals.vault.vault import TOKEN, Sealed, seal

CONTACT_STEPS = frozenset(
    {
        Step.NAME,
        Step.PHONE,
        Step.POSTCODE,
        Step.MUNICIPALITY,
        Step.BEST_TIME,
        Step.LEAVE_MESSAGE,
        Step.SPOKEN_LANGUAGE,
        Step.INTERPRETER,
        Step.SECOND_CONTACT,
        Step.DISCHARGE_DATE,
        Step.PROTECTED_ADDRESS,
        Step.DUPLICATE,
        Step.SUMMARY,
        Step.FILED,  # what is put right at the municipality; the rest is forgotten at once
    }
)
"""After the patient's consent: only here is anything kept."""

_SIGN = f"[{ALPHABET}]"
_REFERENCE = re.compile(
    rf"\bH(?:-{_SIGN}{{4,6}}-{_SIGN}"
    rf"|[- ]?(?={_SIGN}{{0,5}}\d|{_SIGN}{{4,6}}[- ]?\d){_SIGN}{{4,6}}[- ]?{_SIGN})\b",
    re.IGNORECASE,
)
"""Without its dashes it holds a figure: "hende H" must not take the H of what stands behind it."""


@dataclass
class Work:
    """One message being sealed: what is kept, what it told, how much was hidden.

    ``phones`` are tokens of numbers that can be called, ``refused`` of such that cannot;
    ``postcodes`` are all that were told. ``apart`` is what was taken out of it and is not read.
    """

    step: Step
    vocabulary: Vocabulary
    keeps: bool
    kept: list[Sealed] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    phones: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    postcodes: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    hidden: int = 0

    def hide(self, kind: str, value: str, *, keep: bool = False) -> str:
        """Give a token for a value, between blanks; the value is kept where anything is."""
        sealed = seal(kind, value)
        self.hidden += 1
        if keep and self.keeps:
            self.kept.append(sealed)
        return f" {sealed.token} "

    def phone(self, value: str) -> str:
        """Seal a number that can be called."""
        token = self.hide("phone", value.strip(), keep=True)
        self.phones.append(token.strip())
        return token

    def refuse(self, value: str) -> str:
        """Keep the form of what is no phone number, so that the nurse can be told why.

        The number of a service stands: it is nobody's.
        """
        form = value if is_of_service(value) else re.sub(r"\d", "0", " ".join(value.split()))
        token = self.hide("phone", form, keep=True)
        self.refused.append(token.strip())
        return token

    @property
    def numbers(self) -> list[str]:
        """The phone number that counts, then those that do not."""
        return [*self.phones, *self.refused]

    def detail(self, kind: str, value: str, entity: str = "") -> str:
        """Seal a value and note it as a contact detail. E-mail, address and CPR are never kept."""
        asked = entity or kind
        keep = asked not in self.found and (kind == "name" or entity in SEALED)
        token = self.hide(kind, value.strip(), keep=keep)
        self.found.setdefault(asked, token.strip())
        return token


def normal_references(text: str) -> str:
    """Write references in normal form; what only looks like one is not spared from sealing."""
    return _REFERENCE.sub(_normal, text)


def _normal(match: re.Match[str]) -> str:
    text = match[0]
    if text.count("-") == 2:
        return text.upper()
    return (normal_reference(text) if _mixed(text) else None) or text


def _mixed(text: str) -> bool:
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text[1:])


def _is_reference(text: str) -> bool:
    """Tell a reference, even one with a wrong check sign, from a name or a number."""
    dashed = text.isupper() and text.count("-") == 2
    return dashed and (_mixed(text) or normal_reference(text) is not None)


_MONTH_LIKE_A_NAME = re.compile(
    r"(?i:(?<=after )|(?<=before )|(?<=until )|(?<=from )|(?<=efter )|(?<=inden )"
    r"|(?<=før )|(?<=senest )"
    r"|(?<=fra )|(?<=den )|(?<=d\. )|(?<=the )|(?<=on ))(?:0?[1-9]|[12]\d|3[01])(?:\.|st|nd|rd|th)?"
    r" Jan\b(?!\.? +[A-ZÆØÅ])(?! +\d{4}\b)"
)
"""A day of January behind a word for when: "Jan" alone, or before a family name, is somebody."""


def unchanging(text: str) -> list[re.Match[str]]:
    """Find what stands for itself and is never changed: tokens, references, "after 20 Jan"."""
    dashed = text.count("-") > 1
    references = (m for m in _REFERENCE.finditer(text) if _is_reference(m[0])) if dashed else ()
    found = (*TOKEN.finditer(text), *references, *_MONTH_LIKE_A_NAME.finditer(text))
    return sorted(found, key=lambda m: m.start())


def between_tokens(text: str, change: Callable[[str], str]) -> str:
    """Change what stands between tokens and references, never those; a blank is left as it is."""
    parts, last = [], 0
    for token in unchanging(text):
        parts += [text[last : token.start()], token[0]]
        last = token.end()
    parts.append(text[last:])
    parts[::2] = [change(part) if part.strip() else part for part in parts[::2]]
    return "".join(parts)


def outside_tokens(
    pattern: re.Pattern[str], text: str, replace: Callable[[re.Match[str]], str]
) -> str:
    """Replace what a pattern finds between tokens and references."""
    return between_tokens(text, lambda part: pattern.sub(replace, part))
