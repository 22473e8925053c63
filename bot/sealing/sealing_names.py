"""Seals the names of a message: the patient's as a detail, every other one for good."""

from __future__ import annotations

import re
from functools import partial

from bot.sealing import answered_names, meant_names, told_names
from bot.sealing.sealing_work import Work, between_tokens
from referrals.advice.encounter import Step

_CHUNK = re.compile(r"[^,;\n]+")


def names(work: Work, text: str) -> str:
    """Seal names: where one is awaited by chunk, anywhere else by the words around them."""
    if work.step is Step.NAME:
        text = between_tokens(text, lambda part: _unmeant(work, part))
        text = between_tokens(text, lambda part: _both_names(work, part))
    if work.keeps and work.step is not Step.SECOND_CONTACT:
        text = between_tokens(text, lambda part: _part_of_name(work, part))
    if work.step is Step.NAME:
        text = between_tokens(text, partial(_comma_name, work))
        text = between_tokens(text, lambda part: _CHUNK.sub(partial(_name_chunk, work), part))
    elsewhere = work.step is not Step.NAME and meant_names.is_of_a_bed(text)
    return between_tokens(text, lambda part: _mentioned(work, part, of_another=elsewhere))


def _unmeant(work: Work, text: str) -> str:
    """Hide the names that are said and not meant."""
    parts, last = [], 0
    for start, end in meant_names.unmeant(text, work.vocabulary):
        parts += [text[last:start], work.hide("word", text[start:end])]
        last = end
    return "".join([*parts, text[last:]])


def _mentioned(work: Work, text: str, *, of_another: bool) -> str:
    parts, last = [], 0
    for name in told_names.mentions(text, work.vocabulary):
        start, end = name.start, name.end
        patient = (
            name.introduced_by in ("named", "name_is")
            and work.keeps
            and not meant_names.is_anothers(text, name.begin)
            and not of_another
            and not meant_names.is_doubted(text, start, end, work.vocabulary)
        )
        right = meant_names.put_right(text, end, work.vocabulary) if patient else None
        if right:
            parts += [text[last:start], work.hide("word", text[start:end])]
            last, (start, end) = end, right
        value = text[start:end]
        hidden = work.detail("name", value) if patient else work.hide("word", value)
        parts += [text[last:start], hidden]
        last = end
    return "".join([*parts, text[last:]])


def _both_names(work: Work, text: str) -> str:
    return _as_told(work, text, answered_names.family_name_first(text))


def _part_of_name(work: Work, text: str) -> str:
    """Seal a family name, which ends in a comma, or a given name behind one, to complete a name."""
    told = answered_names.family_name_alone(text)
    if told is None and answered_names.family_name_first(text) is None:
        told = answered_names.given_name_alone(text)
    return _as_told(work, text, told)


def _as_told(work: Work, text: str, told: tuple[int, int, str] | None) -> str:
    if told is None or "name" in work.found:
        return text
    start, end, name = told
    return text[:start] + work.detail("name", name) + text[end:]


def _comma_name(work: Work, text: str) -> str:
    """Seal "Hansen, Jens" in one piece, where it is the first name that is told."""
    for chunk in _CHUNK.finditer(text):
        span = _answered(work, chunk)
        if span is None:
            continue
        told = answered_names.family_and_given(text, span, work.vocabulary)
        if told is None or text[span[1] : chunk.end()].strip():  # "Lise med e, …"
            break
        return text[: span[0]] + work.detail("name", told[1]) + text[told[0] :]
    return text


def _name_chunk(work: Work, match: re.Match[str]) -> str:
    span = _answered(work, match)
    if span is None:
        return match[0]
    start, end = (at - match.start() for at in span)
    return match[0][:start] + work.detail("name", match[0][start:end]) + match[0][end:]


def _answered(work: Work, chunk: re.Match[str]) -> tuple[int, int] | None:
    """Give where the patient's name stands in a chunk, counted from the beginning of the text."""
    if "name" in work.found or meant_names.is_of_another(chunk.string, *chunk.span()):
        return None
    his = chunk[0].strip().casefold() in told_names.name_words()["possessives"]
    if his and "second_contact" in work.found:
        return None  # the "hans" of "hans kone hedder …"
    span = answered_names.answer(chunk[0], work.vocabulary)
    return (chunk.start() + span[0], chunk.start() + span[1]) if span else None
