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
from referrals.denmark.sensitive_words import SPELT_OUT
from referrals.vault.vault import TOKEN

_RUN_AND_TAIL = re.compile(
    rf"(?P<run>{RUN.pattern})"
    r"(?P<tail>\s?(?:x|ext\.?|lok(?:al)?(?:nr)?\.?|#|w)\s?\d+|[^\W\d_]\w*)?",
    re.IGNORECASE,
)
"""Figures, and the letters or the extension that hang on them."""
NO_NUMBER = "-"
"""Stands for what has nothing of a number."""
_POSTCODE_SLIP = 5  # one digit too many; six may be a date of birth
_FIRST_YEAR, _LAST_YEAR, _LAST_BIRTH = 1900, 2040, 2015


def _number_words(work: Work, text: str) -> str:
    """Hide numbers that are spelt out: a phone number, a CPR number, a year perhaps."""
    fewest = 2 if work.step is Step.PHONE else 3

    def hide(match: re.Match[str]) -> str:
        said = WORD.findall(match[0].replace("-", " "))
        if sum(word.casefold() not in ("og", "and") for word in said) < fewest:
            return match[0]
        return work.refuse(NO_NUMBER) if work.step is Step.PHONE else work.hide("word", match[0])

    for pattern in SPELT_OUT:
        text = outside_tokens(pattern, text, hide)
    return text


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
        text = outside_tokens(RUN, text, lambda run: work.refuse(run[0]))
    if work.step is Step.POSTCODE and not (work.found or work.numbers or said):
        text = outside_tokens(RUN, text, lambda run: _postcode(work, run[0]))
    if work.numbers:
        work.found["phone"] = work.numbers[0]
    if _denies(text):
        return text  # each stays where it is said to be none of use
    in_order, ours = iter(work.numbers), frozenset(work.numbers)
    return TOKEN.sub(lambda token: next(in_order) if token[0] in ours else token[0], text)


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


CHANGES = (_number_words, _hours_and_years, _figures)
"""What is done about figures, in this order, between tokens."""
