"""Sealing: what a person types is made safe before the engine, a log or a table sees it.

By pattern anywhere (CPR, phone, e-mail, address), by the step awaited (name, phone, dates), and by
the closed vocabulary for everything else. Decides only what is sealed; stores nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.vocabulary import WORD, Vocabulary
from referrals.encounter import Step
from referrals.reference import ALPHABET, normal_reference
from referrals.vault import TOKEN, Sealed, seal

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
    }
)
"""After the patient's consent: only here is anything kept."""

_EMAIL = re.compile(r"(?<![^\s@,;])[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_ADDRESS = re.compile(  # both beginnings stand at a word's start: linear in the length of a word
    r"(?:(?<![^\W\d_])[^\W\d_]+[ .])?(?<![^\W\d_])[^\W\d_]*(?:vej|gade|all[eé]|stræde|plads"
    r"|vænget?|parken|torvet?|have|bakken|boulevard|strand|toften|lunden|street|road)"
    r"\s+\d{1,3}\s?[a-zæøå]?\b(?:,?\s*\d+\.?\s*(?:sal|tv|th|mf)\b)*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?:\+|00)?\d(?:[ .\-/()]{0,3}\d)*")
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_DATE = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?(?!\d)")
_REFERENCE = re.compile(rf"\bH[- ]?[{ALPHABET}]{{4,6}}[- ]?[{ALPHABET}]\b", re.IGNORECASE)
_CPR = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[- ]{0,3}\d{4}")
_PAYLOAD = re.compile(r"/\s*\w+\s*\{.*", re.DOTALL)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_BLANKS = re.compile(r"[^\S\n]+")
_LABEL = re.compile(
    r"^(?:(?:(?:hun|han|patienten|pt\.?|pårørende|the patient|she|he)\s+)?"
    r"(?:hedder|kaldes|er|is called|is named|is)|(?:navnet|navn|name)(?:\s+(?:er|is))?"
    r"|patienten|pt\.?|pårørende|the patient)\s*(?::\s*|\s)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:hedder|kaldes|navnet er|navn er|name is|is called|navn:|name:)\s+", re.IGNORECASE
)
_JOINT = re.compile(r"\s+(?:og|men|and|but)\s+")
_CHUNK = re.compile(r"[^,;\n]+")
_NOTHING_LEFT = "?"
_POSTCODE_SLIP = 5  # one digit too many; six may be a date of birth
_PHONE_DIGITS = 8
_CPR_DIGITS = 10


@dataclass(frozen=True)
class SealedText:
    """What may go on: ``text`` for the engine, and the values that are to be kept in the vault.

    ``hidden`` counts what was sealed, kept or not.
    """

    text: str
    values: tuple[Sealed, ...]
    hidden: int


@dataclass
class _Work:
    step: Step
    vocabulary: Vocabulary
    keeps: bool
    kept: list[Sealed] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    hidden: int = 0

    def hide(self, kind: str, value: str, *, keep: bool = False) -> str:
        sealed = seal(kind, value)
        self.hidden += 1
        if keep and self.keeps:
            self.kept.append(sealed)
        return f" {sealed.token} "


def seal_text(text: str, step: Step, vocabulary: Vocabulary) -> SealedText:
    """Seal one message that is typed while ``step`` is awaited.

    A message that holds nothing but contact details becomes the button-like payload
    ``/give_contact_details{...}`` so that nothing about it is guessed.
    """
    work = _Work(step, vocabulary, keeps=step in CONTACT_STEPS)
    clean = _without_commands(text)
    whole = _whole_answer(work, clean)
    if whole:
        return whole
    clean = _REFERENCE.sub(_reference, clean)
    clean = _outside_tokens(_EMAIL, clean, lambda m: _detail(work, "email", m[0]))
    clean = _outside_tokens(_ADDRESS, clean, lambda m: _detail(work, "address", m[0]))
    clean = _outside_tokens(_GLUED, clean, lambda _: " ")
    clean = _outside_tokens(_DIGITS, clean, lambda m: _numbers(work, m[0]))
    clean = _names(work, clean)
    clean = _unknown_words(work, clean)
    clean = " ".join(clean.split())
    if work.found and not _says_more(clean):
        return _details(work)
    return SealedText(clean or _NOTHING_LEFT, tuple(work.kept), work.hidden)


def _whole_answer(work: _Work, text: str) -> SealedText | None:
    """Seal a date, or a second contact with name and number, in one piece."""
    if work.step is Step.DISCHARGE_DATE:
        date = _DATE.search(text)
        if date is None:
            return None
        _detail(work, "word", date[0], "discharge_date")
    elif work.step is Step.SECOND_CONTACT:
        words = WORD.findall(text)
        if not words or all(work.vocabulary.lets_through(word, first=True) for word in words):
            return None
        _detail(work, "name", text, "second_contact")
    else:
        return None
    return _details(work)


def _details(work: _Work) -> SealedText:
    details = json.dumps(work.found, separators=(",", ":"))
    return SealedText(f"/give_contact_details{details}", tuple(work.kept), work.hidden)


def _without_commands(text: str) -> str:
    """Take away what would be read as an intent or as a token that somebody made up.

    A whole payload, ``/answer{...}``, is nothing that a person says: not even its words go on.
    Letters are composed, and there is one kind of dash and blank, so that patterns see them all.
    """
    composed = _DASHES.sub("-", unicodedata.normalize("NFC", text))
    printable = "".join(c if c.isprintable() or c == "\n" else " " for c in composed)
    printable = _PAYLOAD.sub("", printable)
    for sign in ("[[", "]]", "{", "}"):
        printable = printable.replace(sign, " ")
    return _BLANKS.sub(" ", printable).lstrip("/ \n").rstrip()


def _reference(match: re.Match[str]) -> str:
    """Write a reference in its normal form; what only looks like one is not spared from sealing."""
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


def _safe(text: str) -> list[re.Match[str]]:
    """Find what stands for itself and is never changed: tokens and references."""
    references = (m for m in _REFERENCE.finditer(text) if _is_reference(m[0]))
    return sorted((*TOKEN.finditer(text), *references), key=lambda m: m.start())


def _between_tokens(text: str, change: Callable[[str], str]) -> str:
    """Change what stands between tokens and references, never those."""
    parts, last = [], 0
    for token in _safe(text):
        parts += [change(text[last : token.start()]), token[0]]
        last = token.end()
    parts.append(change(text[last:]))
    return "".join(parts)


def _outside_tokens(
    pattern: re.Pattern[str], text: str, replace: Callable[[re.Match[str]], str]
) -> str:
    return _between_tokens(text, lambda part: pattern.sub(replace, part))


def _detail(work: _Work, kind: str, value: str, entity: str = "") -> str:
    """Seal a value and note it as a contact detail. E-mail, address and CPR are never kept."""
    keep = kind in ("name", "phone") or entity == "discharge_date"
    token = work.hide(kind, value.strip(), keep=keep)
    work.found.setdefault(entity or kind, token.strip())
    return token


def _numbers(work: _Work, run: str) -> str:
    """Tell CPR, phone and postcode apart in one run of digits; short other numbers stand."""
    groups = re.findall(r"\+?\d+", run)
    digits = "".join(groups)
    foreign = digits.startswith(("+", "00"))
    if not foreign and _CPR.fullmatch(run.strip()) and len(digits) == _CPR_DIGITS:
        return _detail(work, "cpr", run)
    if not foreign and len(digits) == _PHONE_DIGITS + 4 and len(groups) > 1:
        if len(groups[-1]) == 4 and len("".join(groups[:-1])) == _PHONE_DIGITS:
            cut = run.rindex(groups[-1])
            return _detail(work, "phone", run[:cut]) + _postcode(work, groups[-1])
        if len(groups[0]) == 4:
            return _postcode(work, groups[0]) + _detail(work, "phone", run.strip()[4:])
    if work.step is Step.PHONE and "phone" not in work.found:
        return _detail(work, "phone", run)
    if len(digits) == 4 and len(groups) == 1:
        return _postcode(work, digits)
    if work.step is Step.POSTCODE and len(digits) <= _POSTCODE_SLIP:
        return _postcode(work, digits)
    if len(digits) > 4:
        return _detail(work, "phone", run)
    return run


def _postcode(work: _Work, digits: str) -> str:
    if work.keeps:
        work.found.setdefault("postcode", digits)
    return f" {digits} "


def _names(work: _Work, text: str) -> str:
    """Seal names: where one is awaited by chunk, anywhere else after words such as "hedder"."""
    if not work.keeps:
        return text
    if work.step is Step.NAME:
        return _between_tokens(text, lambda part: _name_chunks(work, part))
    for match in _NAMED.finditer(text):
        at = match.end()
        rest = re.split(r"[,;.\n]| og | and ", text[at:])[0]
        words = WORD.findall(TOKEN.sub("", rest))
        if words and not all(work.vocabulary.lets_through(word, first=False) for word in words):
            return text[:at] + _detail(work, "name", rest) + text[at + len(rest) :]
    return text


def _name_chunks(work: _Work, text: str) -> str:
    return _CHUNK.sub(lambda match: _name_chunk(work, match[0]), text)


def _name_chunk(work: _Work, chunk: str) -> str:
    if "name" in work.found:
        return chunk
    label = _LABEL.match(chunk.lstrip())
    start = label.end() + len(chunk) - len(chunk.lstrip()) if label else 0
    words = [m for m in WORD.finditer(chunk) if m.start() >= start]
    if not words or chunk.rstrip().endswith("?"):
        return chunk
    letter = len(words) == 1 and len(words[0][0]) == 1
    known = not letter and _is_sentence(work.vocabulary, [m[0] for m in words])
    capitals = len(words) > 1 and all(m[0][0].isupper() for m in words)
    if known and not capitals:
        return chunk
    first, end = words[0].start(), words[-1].end()
    digits = re.search(r"\b\d{4}\b", chunk[first:end])
    if digits:  # "Jensen 2750 Ballerup": the town is no part of the name
        end = first + digits.start()
    end = _end_before_a_sentence(work.vocabulary, chunk, first, end)
    return chunk[:first] + _detail(work, "name", chunk[first:end]) + chunk[end:]


def _end_before_a_sentence(vocabulary: Vocabulary, chunk: str, first: int, end: int) -> int:
    """Give where the name ends: "Jens Hansen og ryger dagligt" goes on in words that are known."""
    for joint in _JOINT.finditer(chunk, first, end):
        rest = WORD.findall(chunk[joint.end() : end])
        if rest and all(word.islower() for word in rest) and _is_sentence(vocabulary, rest):
            return joint.start()
    return end


def _is_sentence(vocabulary: Vocabulary, words: list[str]) -> bool:
    """Tell words from a name where a name is awaited: likeness alone lets nothing through."""
    exact = sum(vocabulary.knows(word) for word in words)
    return exact * 2 > len(words) and all(vocabulary.lets_through(w, first=True) for w in words)


def _unknown_words(work: _Work, text: str) -> str:
    """Hide every word that the engine was not trained on. Such words are not kept.

    Where no name is awaited, a misspelt common word is replaced by the word that was meant.
    """
    safe = [m.span() for m in _safe(text)]
    parts, last, first = [], 0, True
    for word in WORD.finditer(text):
        if any(start <= word.start() < end for start, end in safe):
            continue
        if not work.vocabulary.lets_through(word[0], first=first):
            meant = None if work.keeps else work.vocabulary.meant(word[0])
            parts += [text[last : word.start()], meant or work.hide("word", word[0])]
            last = word.end()
        first = text[word.end() : word.end() + 1] in (".", "!", "?", "\n")
    return "".join(parts) + text[last:]


def _says_more(text: str) -> bool:
    """Tell whether words stand beside the details. A town behind its postcode says nothing more."""
    rest = re.sub(r"\b\d{4}\s+[^\W\d_]+", " ", TOKEN.sub(" ", text))
    return bool(WORD.search(_LABEL.sub(" ", rest.strip(" ,;.") + " ")))
