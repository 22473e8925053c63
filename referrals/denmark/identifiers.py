"""What is never kept, in whatever shape it was typed: CPR, dates of birth, e-mail, address. Pure.

The patterns read text that has one kind of dash. A number that could be a CPR number counts as one:
rather a remark that lacks a figure than a register of CPR numbers.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator

from referrals.denmark.sensitive_words import ANY_NUMBER_WORD, told_in_pieces

RUN = re.compile(r"(?:\+|00)?\d(?:[ .\-/()]{0,3}\d)*")
"""Figures with at most three signs between them."""
_FIGURE, _GROUP = re.compile(r"\d"), re.compile(r"\d+")
_CPR_DIGITS, _BIRTH_DIGITS, _PHONE_DIGITS, _POSTCODE_DIGITS = 10, 6, 8, 4
_FEWEST_OF_A_NUMBER = 5
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
MONTHS = (
    r"(?:jan(?:uar[iy]?)?|feb(?:ruar[iy]?)?|mar(?:ts|ch)?|apr(?:il)?|maj|may|jun[ie]?|jul[iy]?"
    r"|aug(?:ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_PAST = r"(?:19\d\d|20(?:0\d|1\d))"
_SHORT_PAST = (
    r"'?(?:0\d|3[6-9]|[4-9]\d)(?!\s?(?:om|stk|cig|smøg|gram|pr|per|kr|a|%|[.:/-]\d))(?!\s\d)"
)
"""The year of "10 jan 90"; not what is used since a day: "siden 3. januar 40 om dagen"."""
_ORDINAL = (
    r"(?:første|anden|tredje|fjerde|femte|sjette|syvende|ottende|niende|tiende|ellevte|tolvte"
    r"|\w+(?:tt|tend|[st]v)ende|(?:\w+og)?(?:tyvende|tre(?:di|de)vte)|first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|eleventh|twelfth|\w+teenth|(?:\w+[\s-])?(?:twentieth|thirtieth)"
    r"|(?:twenty|thirty)[\s-](?:first|second|third|\w+th))"
)
FULL_DATE = re.compile(
    rf"(?<!\d)(?:{_DAY}\s?[./-]\s?{_MONTH}\s?[./-]\s?(?:19|20)\d\d"
    rf"|{_DAY}[./-]{_MONTH}\s(?:19|20)\d\d"
    rf"|(?:0[1-9]|[12]\d|3[01])\s(?:0[1-9]|1[0-2])\s(?:19|20)\d\d"
    rf"|(?:19|20)\d\d[./-](?:0[1-9]|1[0-2])[./-](?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
"""A day with its year, in figures: never a phone number."""
_CLOCK = r"(?:[01]?\d|2[0-4])"
_MINUTES = r"[0-5]\d"
HOURS = re.compile(
    rf"(?<![\d.:]){_CLOCK}[.:]{_MINUTES}\s?(?:-|til|to|og|and)\s?{_CLOCK}[.:]{_MINUTES}(?![\d.:]\d)"
    rf"|(?<!\d){_CLOCK}00\s?-\s?{_CLOCK}(?:00|30)(?!\d)"
)
"""From one hour to another: never a phone number."""
BIRTH_DATE = re.compile(
    rf"(?<!\d){_DAY}\.?\s?(?:[./-]\s?{_MONTH}\s?[./-]\s?|{MONTHS}\.?\s?){_PAST}(?!\d)(?:-\d{{4}}(?!\d))?"
    rf"|(?<!\d){_PAST}[./-](?:0[1-9]|1[0-2])[./-](?:0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?<!\d)(?:0[1-9]|[12]\d|3[01])\s(?:0[1-9]|1[0-2])\s{_PAST}(?!\d)"
    rf"|(?<!\d)(?<!\d[./-]){_DAY}[./-]{_MONTH}[./-](?:0\d|1\d|3[6-9]|[4-9]\d)(?![./-]?\d)"
    rf"|\b{MONTHS}\.?\s(?:{_DAY}(?:st|nd|rd|th)?,?\s)?{_PAST}(?!\d)"
    rf"|(?<!\d){_DAY}(?:\.|st|nd|rd|th)?\s?{MONTHS}\.?\s?{_SHORT_PAST}(?!\d)"
    rf"|\b{MONTHS}\.?\s{_DAY}(?:st|nd|rd|th)?,?\s{_SHORT_PAST}(?!\d)"
    rf"|(?<!\d)(?:0[1-9]|1\d)(?:0[1-9]|1[0-2])[ ./-]{_PAST}(?!\d)"
    rf"|\b{_ORDINAL}\s+{MONTHS}\s+{ANY_NUMBER_WORD}(?:[\s-]+(?:og\s+|and\s+)?{ANY_NUMBER_WORD}){{0,4}}",
    re.IGNORECASE,
)
"""A day long past. A coming day, such as a discharge, is none."""
_SAID_DAY = (
    rf"(?:{_DAY}(?:\.|st|nd|rd|th)?\s?(?:{MONTHS}|[./-]\s?{_MONTH})\b"
    rf"|\b{_ORDINAL}\s+{MONTHS}\b|\b{MONTHS}\s+(?:{_DAY}|{_ORDINAL})\b)"
)
BIRTHDAY = re.compile(
    r"\b(?:fylder|fyldte|bliver|blev|runder|turns|turned|turning)\s+(?:\d{1,3}|år|rundt)(?:\s(?:år|years?))?"
    rf"\s*,?\s*(?:(?:den|d\.|på|i|on|the|her)\s*)*{_SAID_DAY}"
    rf"|{_SAID_DAY}\s+(?:fylder|fyldte|bliver|blev|runder|turns|turned)\s+(?:\w+\s+)?\d{{1,3}}(?!\d)",
    re.IGNORECASE,
)
"""A day of the year with the age that somebody has then: together the day of birth."""
BORN = re.compile(
    r"\b(?:født|foedt|fødsels\w*|årgang|born|birthday|date of birth|birth date|dob|f\.)[\s:]*"
    r"(?:(?:er|is|den|d\.|i|in|on|the|year|år)\s+)*"
    rf"(?:{_DAY}[\s./-]*(?:{MONTHS}|{_MONTH})\b[\s./-]*(?:\d{{4}}|\d\d)?|{MONTHS}\.?\s*\d{{2,4}}"
    r"|\d[\d\s./-]*\d|\d\d"
    rf"|(?=(?:\w+\s+){{0,2}}(?:{MONTHS}|{ANY_NUMBER_WORD})\b)(?:{_ORDINAL}|{MONTHS}|{ANY_NUMBER_WORD})\b)(?!\d)"
    rf"(?:[\s-]*(?:og\s+|and\s+|i\s+|in\s+)?(?:\b{_ORDINAL}|\b{MONTHS}|{ANY_NUMBER_WORD}|(?<!\d)\d{{2,4}}(?!\d))\b){{0,7}}",
    re.IGNORECASE,
)
"""The words for being born with the figures behind them."""
_LAST_FOUR = (
    r"(?:de\s+)?(?:sidste\s+(?:fire|4)|(?:fire|4)\s+sidste)(?:\s+(?:cifre|tal))?"
    r"|(?:the\s+)?last\s+(?:four|4)(?:\s+digits)?"
)
_REGISTER = (  # before four figures at least: "ref. 3" is a remark
    r"(?:(?:konto|iban|ean|cvr|ref(?:erence)?|reg(?:istrering)?|stregkode|account|barcode)"
    r"|(?:konto|ref(?:erence)?|reg(?:istrerings)?|cvr|ean|kunde|medlems?|forsikrings?|faktura|ordre|yder"
    r"|rekvisitions?|police|korts?|løbe|lb|l\.b|case|order|policy|invoice|insurance|member|account|record)"
    r"[.\s-]*(?:nr|nummer(?:et)?|no|number|id))(?=[\s.:#-]*(?:(?:nr|no|er|is)\b[\s.:#-]*)?\d(?:[\s.\-/]?\d){3})"
)
_NUMBERED = re.compile(
    r"\b(?:(?:cpr(?:-?(?:nr|nummer\w*))?|person-?(?:nr|nummer\w*)|civil registration"
    r"|social security|ssn|mrn|medical record|pas(?:nr|nummer)?|passport|kørekort\w*|journal\w*"
    r"|j\.?[\s-]?nr|nemid|mitid|(?:pin(?:-?kode\w*)?|adgangskode\w*|kode(?:n|ord\w*)?|password|passcode)"
    r"(?=[\s.:#-]*(?:(?:nr|er|is)\b[\s.:#-]*)?\d(?:[\s.\-/]?\d){4})"
    r"|sags?[.\s-]*(?:nr|nummer)\w*|p(?:t|at(?:ient)?)[.\s-]*(?:nr|nummer|id)|id|sygesikring\w*"
    rf"|{_LAST_FOUR}|{_REGISTER})\b(?:[\s.:#,-]*(?:nr|no|nummer\w*|number|er|is|are|var|slutter"
    r"|ender|ends?|på|med|in|with|cifre|tal)\b)*[\s.:#-]*)"
    r"(?:\d{8,}\b|[\dx]+(?:[\s.\-/]{0,3}[\dx]{1,6}\b)*)",
    re.IGNORECASE,
)
"""A number that is said to be somebody's, other than a phone number."""
_MASKED = re.compile(r"(?<![\w*?#•])(?:x{4,6}|[*?#•]{4,6})[\s-]{0,3}\d{4}(?!\d)", re.IGNORECASE)
"""The last four figures behind signs that stand for the others: "xxxxxx-1234"."""
_SHORT_BIRTH = re.compile(r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d(?:[-\s]*x+)?(?!\d)")
_AT = r"(?:a|at|æt|snabel-?a)"
_SPELT = r"[\w.-]+(?:\s(?:punktum|prik|dot|bindestreg|underscore|understreg)\s[\w-]+)*"
EMAIL = re.compile(
    r"(?<![^\s@,;:])[^\s@,;:]+@[^\s@,;]+|(?<!\w)@\w[\w.]*|\bhttps?:\S+|\bwww\.\S+"
    r"|(?<![\w.-])[\w.-]*[\w-]\.(?:dk|com|net|org)\b(?:/\S*)?"
    rf"|(?<![\w.-]){_SPELT}(?:[(\[]{_AT}[)\]]|\s?[(\[]\s?{_AT}\s?[)\]]\s?(?=[\w-]*\.\w)"
    rf"|\s?(?:\(at\)|\[at\]|\bsnabel[ -]?a\b|\balfakrøl\b)\s?){_SPELT}"
    r"|\b(?:ig|insta|instagram|facebook|fb|snap|snapchat|twitter|tiktok|messenger|linkedin|skype)"
    r"\s?[:=]?\s*(?:er\s+|is\s+)?@?[\w.]{0,60}_\w[\w.]*",
    re.IGNORECASE,
)
"""Mail addresses, whole or begun, web addresses and handles."""
_STREET = (
    r"(?:vej(?:en)?|gaden?|all[eé](?:en)?|stræde(?:t)?|plads(?:en)?|væng(?:e|et)?|parken|torvet|torv"
    r"|haven|have|bakken|bakke|boulevard(?:en)?|stranden?|toften?|lunden?|marken|mark|gården|gård"
    r"|skoven|engen|højen|høj|åsen|dalen|dal|vangen|vang|krogen|kæret|ageren|brinken|stien|sti"
    r"|svinget|kvarteret|kaj(?:en)?|havnen|broen|bro|kilden|hegnet|diget|kanten|street|road|avenue)"
)
FLOOR = (
    r"(?:[\s,]*(?:\d+\.?\s*(?:sal|tv|th|mf|etage)|st\.?(?:\s*(?:tv|th|mf))?|tv|th|mf|kld|lejl\.?\s*\d+"
    r"|lejlighed\s*\d+|dør\s*\d+|floor\s*\d+)\b\.?)*"
)
"""What may stand behind a street and its number."""
ADDRESS = re.compile(  # both beginnings stand at a word's start: linear in the length of a word
    rf"(?:(?<![^\W\d_])[^\W\d_]+\.?[ ])?(?<![^\W\d_])[^\W\d_]*{_STREET}"
    rf"\s+(?!(?:kl|om|i|til)\b)(?P<house>\d{{1,3}})\s?[a-zæøå]?\b(?!\s*(?:år|min|km|gang|dag|uge))"
    rf"\.?{FLOOR}",
    re.IGNORECASE,
)
_NEVER_A_SURNAME = re.compile(
    r"\w(?:vej(?:en)?|gaden?|all[eé](?:en)?|strædet?|boulevard(?:en)?|street|road|avenue)\s",
    re.IGNORECASE,
)
"""Ends a street that nobody is called by: "Lyngbyvej", but not "Bro", "Gade" or "Nørgård"."""
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_BLANKS = re.compile(r"[^\S\n]")
_BLANK_RUN = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """Compose letters and write one kind of dash and blank; signs that do not print are gone."""
    composed = _DASHES.sub("-", unicodedata.normalize("NFC", text))
    if composed.isprintable():  # as nearly all that is typed: no sign to take away, no odd blank
        return composed
    shown = "".join(
        c for c in composed if c == "\n" or c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return _BLANKS.sub(" ", shown)


def is_birth_number(digits: str) -> bool:
    """Tell whether six figures are a day, a month and a year, as a CPR number begins."""
    if len(digits) != 6:
        return False
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if not 1 <= month <= 12:
        return False
    return 1 <= day <= max(monthrange(1900 + year, month)[1], monthrange(2000 + year, month)[1])


_LABEL_WITHIN = 20
_POSTCODE_IS = re.compile(
    r"\b(?:postn(?:r|ummer(?:et)?)|postcode)\b[\s.:]{0,3}(?:er |is )?$", re.IGNORECASE
)


def cpr_spans(text: str) -> Iterator[tuple[int, int]]:
    """Give where ten figures, grouped in any way, begin with a day, a month and a year.

    Eight of them in one piece are a phone number with something behind it.
    """
    for run in RUN.finditer(text):
        if run[0].startswith("+"):
            continue
        groups = list(_GROUP.finditer(text, run.start(), run.end()))
        at = (
            1 if _POSTCODE_IS.search(text[max(run.start() - _LABEL_WITHIN, 0) : run.start()]) else 0
        )
        while at < len(groups):
            digits, end = "", at
            while end < len(groups) and len(digits) < _CPR_DIGITS:
                digits += groups[end][0]
                end += 1
            whole = len(digits) == _CPR_DIGITS and is_birth_number(digits[:_BIRTH_DIGITS])
            if whole and all(len(group[0]) != _PHONE_DIGITS for group in groups[at:end]):
                yield groups[at].start(), groups[end - 1].end()
                at = end
            else:
                at += 1


def lettered_cpr_spans(text: str) -> Iterator[tuple[int, int]]:
    """Give where letters stand for figures in what would be a CPR number: "O1O190-1234"."""
    for run in _LETTERED.finditer(text):
        groups = re.split(r"[ .\-/]+", run[0])
        digits = "".join(groups).translate(_AS_FIGURES)
        glued = all(any(map(str.isdigit, group)) for group in groups)
        if glued and any(map(str.isalpha, run[0])) and is_birth_number(digits[:_BIRTH_DIGITS]):
            yield run.span()


def _cpr_in_pieces(text: str) -> Iterator[tuple[int, int]]:
    """Give where the pieces of a CPR number stand: "010190 og så 1234"."""
    for pieces in told_in_pieces(text):
        if any(len(n) == _CPR_DIGITS and is_birth_number(n[:6]) for n in pieces.numbers):
            yield pieces.start, pieces.end


def house_end(
    text: str, house: tuple[int, int], end: int, *, surely: bool, stop: int
) -> int | None:
    """Give where an address ends that has its house number at ``house``; None where it is none.

    "Tage Bro 27 27 27 21 2740" has no house: the figures are a phone number and a postcode. Where
    they may be either, all of them belong to the address: no number is built from what one left.
    ``surely`` says that it can be no name, ``stop`` where other figures begin.
    """
    run = RUN.match(text, house[0], stop)
    groups = [group[0] for group in _GROUP.finditer(run[0])] if run else []
    if not run or run.end() <= end or len(groups) < 2:
        return end
    if _are_numbers(groups):
        return max(end, run.end()) if surely else None
    whole = len(groups[1]) == _PHONE_DIGITS or groups[1].startswith("00")
    sure = _are_numbers(groups[1:]) or whole
    few = sum(map(len, groups[1:])) < _FEWEST_OF_A_NUMBER
    return end if sure or few else run.end()


def _are_numbers(groups: list[str]) -> bool:
    """Tell whether figures are phone numbers, in any grouping, and postcodes, and nothing else."""
    digits = 0
    for group in groups:
        if len(group) == _POSTCODE_DIGITS and not digits:
            continue
        digits += len(group) if len(group) != _POSTCODE_DIGITS else _PHONE_DIGITS
        if digits > _PHONE_DIGITS:
            return False
        digits %= _PHONE_DIGITS
    return not digits


_LETTERED = re.compile(r"(?<![^\W_])[\dOoIl](?:[ .\-/]{0,3}[\dOoIl]){9}(?![^\W_])")
_AS_FIGURES = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})
_PATTERNS = (("cpr", _MASKED), ("cpr", BIRTHDAY), ("cpr", BORN), ("cpr", BIRTH_DATE))


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Give what is never kept, in text order; of two that overlap the one that is surer."""
    found = [(*mail.span(), "email") for mail in EMAIL.finditer(text)]
    figures = _FIGURE.search(text) is not None  # most messages hold none
    cpr = list(cpr_spans(text)) if figures else []

    def add(start: int, end: int, kind: str) -> None:
        if all(end <= other or start >= until for other, until, _ in found):
            found.append((start, end, kind))

    for told in _NUMBERED.finditer(text):  # a number behind the CPR number is another one
        ends = [end for start, end in cpr if told.start() <= start < told.end()]
        add(told.start(), min(ends, default=told.end()), "cpr")
    lettered = lettered_cpr_spans(text) if figures else ()
    for start, end in (*cpr, *lettered, *_cpr_in_pieces(text)):
        add(start, end, "cpr")
    for kind, pattern in _PATTERNS:  # a day of birth may be told in words alone
        for match in pattern.finditer(text):
            add(*match.span(), kind)
    if not figures:
        return sorted(found)
    for match in ADDRESS.finditer(text):
        surely = _NEVER_A_SURNAME.search(match[0]) is not None
        stop = min((start for start, *_ in found if start >= match.end()), default=len(text))
        until = house_end(text, match.span("house"), match.end(), surely=surely, stop=stop)
        if until is not None:
            add(match.start(), until, "address")
    return sorted(found)


def replace_identifiers(text: str, put: Callable[[str, str], str]) -> str:
    """Give a text with what ``put`` makes of each kind and value in its place.

    Kinds are ``email``, ``cpr`` (a date of birth and any number of a person's too), ``address``.
    """
    parts, last = [], 0
    for start, end, kind in _spans(text):
        parts += [text[last:start], put(kind, text[start:end])]
        last = end
    return "".join([*parts, text[last:]])


def without_identifiers(text: str, instead: str = " ") -> tuple[str, frozenset[str]]:
    """Give a text without what is never kept, and the kinds that were in it."""
    found: set[str] = set()

    def leave_out(kind: str, _: str) -> str:
        found.add(kind)
        return instead

    clean = replace_identifiers(plain(text), leave_out)
    clean = _SHORT_BIRTH.sub(lambda born: leave_out("cpr", born[0]), clean)
    if not found:
        return text, frozenset()
    return _BLANK_RUN.sub(" ", clean).strip(), frozenset(found)


HIDDEN = "•••"


def note_without_identifiers(text: str) -> str:
    """Give a note as it may be kept: with dots where a CPR number, e-mail or address stood."""
    return without_identifiers(text, HIDDEN)[0]
