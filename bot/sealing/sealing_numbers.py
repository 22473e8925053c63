"""Seals figures: what is a phone number is kept, what could be taken for one is told."""

from __future__ import annotations

import re

from bot.sealing import told_names, told_numbers
from bot.sealing.sealing_work import Work, outside_tokens
from bot.sealing.told_names import name_words
from bot.sealing.told_numbers import NumberKind
from bot.sealing.vocabulary import WORD
from referrals.advice.encounter import Step
from referrals.denmark.identifiers import RUN
from referrals.denmark.municipalities import is_area_postcode
from referrals.denmark.sensitive_words import SPELT_OUT, told_in_pieces
from referrals.vault.vault import TOKEN

_RUN_AND_TAIL = re.compile(
    rf"(?P<run>{RUN.pattern})"
    r"(?P<tail>\s?(?:x|ext\.?|lok(?:al)?(?:nr)?\.?|#|w)\s?\d+|[^\W\d_]\w*)?",
    re.IGNORECASE,
)
"""Figures, and the letters or the extension that hang on them."""
NO_NUMBER = "-"
"""Stands for what has nothing of a number."""
A_SERVICE = "112"
"""Stands for a number that many call."""
_LETTERED = re.compile(r"(?<![^\W_])[\dOoIl](?:(?:[ .\-/]?[\dOoIl]){7}|[\dOoIl]{6,11})(?![^\W_])")
"""Letters that stand for figures in what would be a phone number: "2O 12 34 56"."""
_CALLED = re.compile(
    r"\b(?:ring\w*|kald\w*|call|tlf\.?|\w*telefon\w*|mobil\w*|phone|mobile|lokal\w*|lok\.?|\w*vagt(?:en)?|kode\w*|pin\w*)"
    r"[\s:]*(?:(?:til|på|er|at|on|to|is)\s)?(?P<figures>\d{4})(?![\s.\-/]?\d)",
    re.IGNORECASE,
)
"""Four figures behind these are called: "ring 1813", "lokal 8123"."""
_AMOUNT = re.compile(
    r"(?:\b(?:kr|dkk|eur|usd)\.?\s?|[€$]\s?)\d(?:[ .,]?\d){4,}"
    r"|(?<![\d+])\d(?:[ .,]?\d){4,}\s?"
    r"(?:(?:kr|kroner|dkk|euro?|usd|dollars?|kilo|kg|ml|mg)\b\.?|,-|[€$%])",
    re.IGNORECASE,
)
"""Money, or what else is measured: "20.304.066 kr"."""
_FEWEST_FIGURES = 4  # beside letters
_POSTCODE_SLIP = 5  # one digit too many; six may be a date of birth
_FIGURES, _PHONE_DIGITS = re.compile(r"\d+"), 8
_FIRST_YEAR, _LAST_YEAR, _LAST_BIRTH = 1900, 2040, 2015


def _number_words(work: Work, text: str) -> str:
    """Hide numbers that are spelt out: a phone number, a CPR number, a year perhaps."""
    fewest = 2 if work.step is Step.PHONE else 3

    def hide(match: re.Match[str]) -> str:
        words = WORD.findall(match[0].replace("-", " "))
        said = sum(word.casefold() not in ("og", "and") for word in words)
        figures = _FIGURES.findall(match[0])
        whole = sum(map(len, figures)) >= _PHONE_DIGITS
        if not said or said + len(figures) < fewest or whole:
            return match[0]
        return work.refuse(NO_NUMBER) if work.step is Step.PHONE else work.hide("word", match[0])

    for pattern in SPELT_OUT:
        text = outside_tokens(pattern, text, hide)
    return text


def _lettered(work: Work, text: str) -> str:
    """Refuse a phone number with letters in it: those would be dialled as other figures."""

    def read(match: re.Match[str]) -> str:
        groups = re.split(r"[ .\-/]", match[0])
        glued = all(any(map(str.isdigit, group)) for group in groups)
        letters = any(map(str.isalpha, match[0]))
        enough = sum(map(str.isdigit, match[0])) >= _FEWEST_FIGURES
        return work.refuse(NO_NUMBER) if glued and letters and enough else match[0]

    return _LETTERED.sub(read, text)


def _called(work: Work, text: str) -> str:
    """Refuse four figures that are called, and read them as an hour where they are one."""

    def read(match: re.Match[str]) -> str:
        hour = told_numbers.as_hour(match["figures"])
        said = match[0][: -len(match["figures"])]
        if is_area_postcode(match["figures"]):
            return match[0]
        if hour and match["figures"][2:] in ("00", "15", "30", "45"):
            return said + hour
        return said + work.refuse(match["figures"])

    return _CALLED.sub(read, text)


def _in_pieces(work: Work, text: str) -> str:
    """Refuse a phone number that is told in pieces: a wrong order would be another's number."""
    parts, last = [], 0
    for pieces in told_in_pieces(text):
        if any(
            len(number) == _PHONE_DIGITS and told_numbers.is_phone(number)
            for number in pieces.numbers
        ):
            parts += [text[last : pieces.start], work.refuse(NO_NUMBER)]
            last = pieces.end
    return "".join([*parts, text[last:]])


def _amounts(work: Work, text: str) -> str:
    """Refuse figures that are money, and as many as a phone number has."""
    return _AMOUNT.sub(lambda _: work.refuse(NO_NUMBER), text)


def _hours_and_years(work: Work, text: str) -> str:
    """Write "efter 1700" as an hour; a year is hidden where it could be taken for a postcode."""

    def read(match: re.Match[str]) -> str:
        if told_names.says_living(match.string[: match.start()]):
            return match[0]
        place = match["before"].casefold() in told_numbers.BEFORE_A_PLACE
        said = match[0]
        for group in ("two", "one"):
            digits = match[group]
            if digits is None or (place and is_area_postcode(digits)):
                continue
            start, end = (at - match.start() for at in match.span(group))
            hour = None if place else told_numbers.as_hour(digits)
            year = _FIRST_YEAR <= int(digits) <= _LAST_YEAR
            told = work.keeps or (
                int(digits) <= _LAST_BIRTH and told_numbers.may_be_birth(match["before"])
            )
            if year and told:
                said = said[:start] + work.hide("word", digits) + said[end:]
            elif hour:
                said = said[:start] + hour + said[end:]
        return said

    return outside_tokens(told_numbers.HOUR_OR_YEAR, text, read)


def _figures(work: Work, text: str) -> str:
    """Tell the figures apart, except in dates, hours and ages, which stand."""
    parts, last = [], 0
    for kept in told_numbers.PROTECTED.finditer(text):
        parts += [_runs(work, text[last : kept.start()]), kept[0]]
        last = kept.end()
    return "".join([*parts, _runs(work, text[last:])])


def _runs(work: Work, text: str) -> str:
    def read(match: re.Match[str]) -> str:
        if match["tail"] and sum(map(str.isdigit, match["run"])) >= _POSTCODE_SLIP:
            return work.refuse(NO_NUMBER)
        parts = told_numbers.parts_of(match["run"], is_area_postcode)
        numbers = "".join(_number(work, part.kind, part.text) for part in parts)
        return numbers + (match["tail"] or "")

    return _RUN_AND_TAIL.sub(read, text)


def _number(work: Work, kind: NumberKind, text: str) -> str:
    digits = "".join(filter(str.isdigit, text))
    if kind is NumberKind.PHONE:
        return work.phone(text)
    if kind is NumberKind.CPR or (
        kind is NumberKind.POSTCODE and "cpr" in work.found and not is_area_postcode(digits)
    ):
        return work.detail("cpr", text)
    slip = work.step is Step.POSTCODE and 3 <= len(text.strip()) <= _POSTCODE_SLIP
    if kind is NumberKind.POSTCODE or (slip and text.strip().isdecimal()):
        return _postcode(work, digits)
    return work.refuse(text) if kind is NumberKind.NO_PHONE else text


def settle(work: Work, text: str) -> str:
    """Decide which number counts, once all are read; that one stands first.

    Of two, the first, or the last where the nurse corrected herself; where one is said to be none
    of use, each stays in its place. Where a phone number or a
    postcode is awaited, the only figures of an answer are told why they are none.
    """
    if len(work.phones) > 1 and _corrects(text):
        work.phones.reverse()
    said = WORD.search(TOKEN.sub("", text))
    if work.step is Step.PHONE and not (work.numbers or "cpr" in work.found or said):
        work.found.pop("postcode", None)
        runs = len(RUN.findall(TOKEN.sub(" ", text)))
        text = outside_tokens(RUN, text, lambda run: _refused_once(work, run[0], runs))
    if work.step is Step.POSTCODE and not (work.found or work.numbers or said):
        text = outside_tokens(RUN, text, lambda run: _postcode(work, run[0]))
    if work.numbers:
        work.found["phone"] = work.numbers[0]
    if _denies(text):
        return text  # each stays where it is said to be none of use
    in_order, ours = iter(work.numbers), frozenset(work.numbers)
    return TOKEN.sub(lambda token: next(in_order) if token[0] in ours else token[0], text)


def _refused_once(work: Work, run: str, runs: int) -> str:
    """Refuse an answer as one number, whatever parts its figures: "20:30-22:40"."""
    if work.refused:
        return " "
    return work.refuse(run if runs == 1 else NO_NUMBER)


def _corrects(text: str) -> bool:
    said = {word.casefold() for word in WORD.findall(TOKEN.sub(" ", text))}
    return bool(said & name_words()["corrections"])


def _denies(text: str) -> bool:
    said = {word.casefold() for word in WORD.findall(TOKEN.sub(" ", text))}
    groups = name_words()
    return bool(said & (groups["denying"] | groups["wrong_number"] | groups["former"]))


def _postcode(work: Work, digits: str) -> str:
    if work.keeps:
        work.found.setdefault("postcode", digits)
        work.postcodes.append(digits)
    return f" {digits} "


CHANGES = (_number_words, _in_pieces, _amounts, _hours_and_years, _lettered, _called, _figures)
"""What is done about figures, in this order, between tokens."""
