"""Finds the words of a message that say when something starts, such as "efter den 12.".

Only finds them: what they mean depends on the day of asking and is counted out by whoever answers.
The words stand in ``nlu/lookups/periods.yml``; here is how they are put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlu.components.lookups import phrase_pattern, read_values

_EDGE_BEFORE = r"(?<![a-z0-9.-])(?<!\d/)(?<!kl )(?<!kl\. )(?<!klokken )"
_EDGE_AFTER = r"(?![a-z0-9])(?!/\d)"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_NUMERIC = rf"\d{{1,2}}[./]{_MONTH}(?!\d)(?:[./-](?:20)?\d\d)?\.?|\d{{1,2}}-{_MONTH}-20\d\d"


class PeriodFinder:
    """Finds periods in folded text. Reads its lookup once, when it is made."""

    def __init__(self) -> None:
        words = {name: _any_of(phrases) for name, phrases in read_values("periods").items()}
        self._pattern = re.compile(f"{_EDGE_BEFORE}(?:{_period(words)}){_EDGE_AFTER}")

    def find(self, folded: str) -> Iterator[re.Match[str]]:
        """Give the matches in text order; they never overlap."""
        return self._pattern.finditer(folded)


def _any_of(phrases: list[str]) -> str:
    return f"(?:{'|'.join(map(phrase_pattern, sorted(phrases, key=len, reverse=True)))})"


def _period(words: Mapping[str, str]) -> str:
    """Put the pattern together: what stands before, the days, and what may follow."""
    w = words
    counted = rf"(?:{w['number']}|\d{{1,3}}) {w['unit']}"
    any_month = rf"(?:{w['month']}|{w['short_month']}\.?)"
    day_of_month = r"\d{1,2}(?:\.|st|nd|rd|th)?"
    dated = (
        rf"(?:{w['weekday']} )?(?:{w['on']} |den |d\.? ?)?(?:"
        rf"{day_of_month} (?:of )?{any_month}(?: 20\d\d)?"
        rf"|{any_month} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)"
        rf"|{_NUMERIC})"
    )
    numbered = (
        rf"(?:{w['on']} )?(?:den |d\.? ?|the )\d{{1,2}}(?:\.|st|nd|rd|th)?"
        r"|\d{1,2}(?:st|nd|rd|th)"
    )
    sure = "|".join(
        (
            dated,
            numbered,
            w["day"],
            rf"(?:{w['on']} )?{w['weekday']} (?:i )?{w['this_or_next']} (?:uge|week)",
            rf"(?:nu )?(?:paa|{w['this_or_next']}) {w['weekday']}(?! *{w['and']})",
            rf"(?:{w['on']} )?(?:the )?{w['this_or_next']} {w['whole']}",
            (
                rf"(?:{w['on']} )?(?:uge|week)(?:r|s)?(?: nr\.?)? ?\d{{1,2}}"
                rf"(?: ?(?:-|{w['or']}|{w['and']}) ?\d{{1,2}}(?! ?{w['month']}))?"
            ),
            (
                rf"(?:{w['on']} )?(?:{w['on']} )?{w['which_week']} (?:uge|week)"
                rf" (?:i|af|in|of) {w['month']}"
            ),
            rf"(?:{w['on']} )?{w['part']} (?:maaneden|(?:the |this )?month)",
            rf"{w['within_next']} (?:uge|maaned|week|month)",
            rf"(?:{w['on']} )?(?:den |the )(?:{w['this_or_next']}) (?:uge|week|maaned|month)",
            r"ugen efter|the week after(?: next)?",
            r"(?:den |paa )*(?:foerste|foerstkommende|first) (?:hverdag|working day)",
            rf"{w['counted_from']}(?: {w['this_or_next']})? {counted}",
            rf"(?:{w['this_or_next']}) {counted}",
            rf"(?:{w['on']} )?(?:{w['part']} )?{w['month']}(?: maaned)?(?: 20\d\d)?",
            rf"(?:{w['on']} )?{w['feast']}",
            rf"(?:{w['on']} )(?:this |the |denne |next |naeste )?{w['season']}",
            "in may",
        )
    )
    vague = rf"(?:{w['on']} )*(?:{w['weekday']}|weekend|weekenden)"
    framed = rf"(?:{sure}|{vague}|{w['season']}|\d{{1,2}}\.?)"
    between = rf"{w['between']} {framed} {w['and']} (?:{sure}|{vague}|{w['season']}|\d{{1,2}}\.)"
    range_ = rf"(?:den |d\.? ?)?\d{{1,2}}\.? ?(?:-|til|to) ?{dated}"
    clock = r"(?! ?(?:[.:]\d\d|[ap]m|om (?:efter|for)middag))"
    before = rf"{w['before']} (?:{sure}|{vague})"
    return rf"{between}|{range_}|{before}|(?:{sure})(?: {w['onwards']})?{clock}"
