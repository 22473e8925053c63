"""How the words of ``nlu/lookups/periods.yml`` make up a time, put together as one pattern.

Each function takes the alternatives of the lookup by name and gives a pattern over folded text.
"""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, str]
"""One group of alternatives for each name of the lookup."""

EDGE_BEFORE = r"(?<![a-z0-9.-])(?<!\d/)(?<!kl )(?<!kl\. )(?<!klokken )"
EDGE_AFTER = r"(?![a-z0-9])(?!/\d)"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = r"(?:0?[1-9]|1[0-2])"
_ENDING = r" ?(?:st|nd|rd|th)"
_DEN = r"(?:den |d\.? ?|the )"
_YEAR = r"20\d\d(?!\d)"
_IN = r"(?:i |in |of |af )?"
_NUMERIC = (
    rf"20\d\d[-/.]{MONTH}[-/.]{DAY}(?!\d)"
    rf"|{DAY}[./] ?{MONTH}(?!\d)(?:[./-] ?(?:20)?\d\d(?!\d))?\.?(?! ?(?:pakke|pack))"
    rf"|{DAY}-{MONTH}-(?:20)?\d\d(?!\d)"
)


def period(w: Words) -> str:
    """Give what a time looks like: what stands before, the days, and what may follow.

    A list of days with one month, "5. eller 12. januar", is the group ``either``.
    """
    day, sure = _dated(w), f"(?:{_sure(w)})"
    months = f"{w['season']}|{_any_month(w)}"
    vague = rf"(?:{w['on']} )*(?:{w['weekday']}|weekend|weekenden)"
    ordinal = rf"(?:{w['on']} )?{w['ordinal']}(?! {w['weekday']})"
    framed = rf"(?:{sure}|{vague}|{ordinal}|{months}|{_YEAR})"
    number = rf"{_DEN}?\d{{1,2}}"
    between = (
        rf"{w['between']} (?:(?:{framed}|\d{{1,2}}\.?) (?:{w['and']}|-|until)"
        rf" (?:{sure}|{vague}|{months})"
        rf"|{number}(?:\.|{_ENDING}) {w['and']} {number}\.?(?:{_ENDING})?)"
    )
    either = (
        rf"(?P<either>(?:{w['on']} )?{_DEN}?{DAY}\.?(?:, ?{DAY}\.?)*"
        rf" ?(?:{w['or']}|{w['and_also']}) {day})"
    )
    range_ = rf"(?:{w['on']} )?(?:den |d\.? ?)?\d{{1,2}}\.? ?(?:-|{w['joint']}) ?{day}"
    pair = rf"{day} ?(?:- ?|{w['joint']} ){day}"
    behind = rf"(?: {w['onwards']}| {w['over']}| {w['at_last']}(?= ?(?:$|[,.?!])))?"
    before = rf"{w['before']} (?:{w['starts']} )?(?:{framed}|\d{{1,2}}\.(?= ?(?:$|[a-z]))){behind}"
    no_clock = r"(?! ?(?:[.:]\d\d|[ap]m|om (?:efter|for)middag))"
    alone = rf"(?:{sure}|{vague}(?= {w['onwards']})){behind}{no_clock}"
    return f"{between}|{either}|{range_}|{pair}|{before}|{alone}"


def left_over(w: Words) -> str:
    """Give what time looks like where nothing more is known of it. Bars stand for sealed words."""
    anchor = (
        rf"(?:{w['month']}|{w['feast']}|{w['season']}|{w['quarter']}|{w['holiday']}"
        rf"|{w['which']} (?:uge|week|halvdel|half|dage?|days?)"
        rf"|\d{{1,2}}/\d{{1,2}}(?! ?(?:pakke|pack))"
        rf"|(?:{w['number']}|\d{{1,3}}) {w['unit']}|(?:uge|week) ?\d{{1,3}})"
    )
    frame = rf"(?:{w['before']}|{w['between']}|{w['counted_from']}|{w['part']})"
    clock = r"(?:kl\.?|klokken) (?![a-z]*\d)[a-z]+(?: [a-z]+)?"
    unknown = rf"(?:(?:[a-z]+ |\d{{1,2}}\.? )?\|{{20,}}|(?:the )?{w['event']}|{clock})"
    often = rf"[a-z0-9]+ (?:gange?|times?) {w['frequency']}"
    return rf"(?:{w['cue']} {unknown}|{clock}|{often}|(?:{frame} )*{anchor})"


def each_month(w: Words) -> str:
    """Give what says that a weekday is meant only some of the time."""
    weekday = w["weekday"]
    return (
        rf"(?<![a-z])(?:{w['which']} {weekday}(?:en)? {w['each_month']}"
        rf"|{w['every_other']} (?:{weekday}|uge|week|maaned|month))\b"
    )


def month_behind(w: Words) -> str:
    """Give the month, as a word or a number, at the end of the last of some days."""
    return rf"[./] ?{MONTH}(?:[./-] ?(?:20)?\d\d)?\.?$|\.? (?:{w['month']}|{w['short_month']}).*"


def _any_month(w: Words) -> str:
    return rf"(?:{w['month']}|{w['short_month']}\.?)"


def _year(w: Words) -> str:
    return rf"(?: {_IN}(?:{_YEAR}|{w['year']}))?"


def _dated(w: Words) -> str:
    """Give a day with its month, such as "onsdag d. 13. januar" or "2027-01-13"."""
    any_month = _any_month(w)
    return (
        rf"(?:{w['on']} )?(?:{w['weekday']}(?:en)? )?(?:{w['on']} |den |d\.? ?)?(?:"
        rf"(?:{DAY}(?:\.|{_ENDING})?|{w['ordinal']}) ?(?:of )?{any_month}{_year(w)}"
        rf"|{any_month} (?:the )?(?:{DAY}(?:{_ENDING})?(?!\d)|{w['ordinal']}),?(?: 20\d\d)?"
        rf"|{_NUMERIC})"
    )


def _sure(w: Words) -> str:
    """Give what is a time wherever it stands."""
    return "|".join((_dated(w), *_months(w), w["day"], *_beside(w), *_weeks(w), *_spans(w)))


def _months(w: Words) -> tuple[str, ...]:
    any_month = _any_month(w)
    return (
        (
            rf"(?:{w['on']} )?(?:{w['weekday']}(?:en)? )?{_DEN}\d{{1,2}}(?:\.|{_ENDING})?"
            rf"|\d{{1,2}}{_ENDING}"
        ),
        (
            rf"(?:{w['on']} )*{any_month} ?(?:[-/]|{w['through']} )(?:i |in )? ?{any_month}"
            f"{_year(w)}"
        ),
    )


def _beside(w: Words) -> tuple[str, ...]:
    """Give "to uger efter nytår", "ugen før jul" and the weekdays of some week or month."""
    anchor = rf"(?:{w['on']} )*(?:{_dated(w)}|{w['feast']}|{w['month']})"
    weekday, coming = w["weekday"], w["this_or_next"]
    return (
        rf"(?:{w['on']} )?(?:{w['number']}|\d{{1,2}}) {w['unit']} {w['beside']} {anchor}",
        rf"(?:i |in )?(?:ugen|the week|{w['which']} (?:uge|week)) {w['beside']} {anchor}",
        rf"(?:{w['on']} )?{weekday} (?:i )?{coming} (?:uge|week)",
        rf"(?:{w['on']} )*{w['which']} {weekday} {_IN}(?:the )?{_one_month(w)}",
        rf"(?:nu )?(?:paa|{coming}) {weekday}(?! *(?:{w['and']}|{w['or']}))",
    )


def _one_month(w: Words) -> str:
    return rf"(?:{w['month']}|{w['this_or_next']} (?:maaned|month))(?: maaned)?{_year(w)}"


def _weeks(w: Words) -> tuple[str, ...]:
    coming = w["this_or_next"]
    return (
        (
            rf"(?:{w['on']} )?(?:{w['part']} )?(?:uge|week)(?:r|s|rne)?(?: nr\.?)? ?"
            rf"\d{{1,2}}(?:, ?\d{{1,2}})*(?: ?(?:-|{w['or']}|{w['and']})"
            rf" ?(?:uge |week )?\d{{1,2}}(?! ?{w['month']}))?"
            rf"(?: (?:i |in |of )?{_YEAR})?"
        ),
        (
            rf"(?:{w['on']} )*{w['which']} (?:(?:{w['number']}|\d) )?(?:uger?|weeks?)"
            rf" (?:i|af|in|of) (?:{_one_month(w)}|det nye aar|the new year)"
        ),
        rf"(?:{w['on']} )?(?:den |the ){coming} (?:uge|week|maaned|month)",
        r"ugen efter|the week after(?: next)?",
        r"(?:den |paa )*(?:foerste|foerstkommende|first) (?:hverdag|working day)",
    )


def _spans(w: Words) -> tuple[str, ...]:
    coming, on, part = w["this_or_next"], w["on"], w["part"]
    number = rf"(?:{w['number']}|\d{{1,3}})"
    counted = rf"(?:{number} ?(?:-|{w['or']}|{w['and']}) ?)?{number} {w['unit']}"
    units = r"(?:ugen?|week|maaned(?:en)?|month|aar(?:et)?|year)"
    return (
        rf"(?:{on} )*{part}[ -](?:i |in )?(?:the )?{coming} {w['whole']}",
        rf"(?:{on} )?(?:the )?{coming} {w['whole']}",
        rf"(?:{on} )*{part} (?:i |in )?(?:{w['year']}|{_YEAR}|{w['season']})",
        rf"(?:{on} )?{part} (?:maaneden|(?:the |this )?month)",
        rf"(?:{on} )?{w['rest']} (?:i |in )?(?:{coming} |the )?{units}",
        rf"(?:{on} )?{w['rest']} {w['month']}{_year(w)}",
        rf"(?:{on} )*(?:(?:{w['which']}|[1-4]\.?|{coming}) ?{w['quarter']}|q ?[1-4]){_year(w)}",
        rf"(?:i|in) {_YEAR}",
        rf"{w['within_next']} (?:uge|maaned|week|month)",
        rf"{w['counted_from']}(?: {coming})? {counted}",
        rf"{coming} {counted}",
        rf"(?:{on} )*(?:{part}[ -](?:i |in )?)?(?:{coming} )?{w['month']}(?: maaned)?{_year(w)}",
        rf"(?:{on} )?{w['feast']}",
        rf"(?:{on} (?:the )?|(?!spring over))(?:{coming} )?{w['season']}{_year(w)}",
        r"in may",
    )
