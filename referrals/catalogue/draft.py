"""What a municipality writes of a course, read from text: pages and CSV come through here.

Tells field by field what is wrong, as codes; their wording stands in ``labels.yml`` under
``course_error``. Touches no storage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from referrals.courses.course import (
    DANISH_TIME,
    Audience,
    Concept,
    Course,
    CourseSession,
    Format,
    Goal,
    Intake,
)
from referrals.denmark.contact_details import BadValue, normal_phone
from referrals.denmark.municipalities import MunicipalityMap, is_postcode
from referrals.denmark.written_cells import one_spelling, whole_date, whole_number, with_zeros
from referrals.words.labels import Labels

PRODUCTS = ("cigarettes", "snus", "pouches", "ecigarette", "other")
MAX_SESSIONS = 60
MAX_SEATS = 500
MAX_PRICE_DKK = 20_000
_LONGEST_SESSION = timedelta(hours=12)
_SESSION = re.compile(
    r"(.+?),?\s+(?:kl\.?\s*)?(\d{1,2}[:.]\d{2})\s*(?:[-–]|til)\s*(\d{1,2}[:.]\d{2})"
)
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_LINK = re.compile(r"https?://[^\s/@:?#]+(?::\d+)?(?:[/?#]\S*)?")
_YES = frozenset({"ja", "yes", "true", "sand", "1", "x"})
_NO = frozenset({"", "nej", "no", "false", "falsk", "0"})
_CODES = {
    "missing": "missing",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "string_unicode": "not_printable",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
}
_NOT_EMPTY = frozenset(
    {"title", "concept", "format", "intake", "goal", "audience", "language", "taken", "price_dkk"}
)
"""Fields for which nothing written means missing, or the default."""
CHOICES: dict[str, type[StrEnum]] = {
    "concept": Concept,
    "format": Format,
    "goal": Goal,
    "audience": Audience,
    "intake": Intake,
}
"""Fields with a short list of codes."""
_LIMITS = {"min_length", "max_length", "ge", "le"}


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a field: a code of ``course_error``, with what its wording mentions."""

    code: str
    about: tuple[tuple[str, str | int], ...] = ()

    def words(self, labels: Labels, language: str = "da") -> str:
        """Say it in words."""
        return labels.word("course_error", self.code, language).format(**dict(self.about))


class BadDraft(ValueError):
    """A draft that cannot stand. ``mistakes`` maps each field to what is wrong with it."""

    def __init__(self, mistakes: Mapping[str, Mistake]) -> None:
        super().__init__(", ".join(f"{name}: {m.code}" for name, m in mistakes.items()))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Codes:
    """The codes that a draft may use: languages and the municipalities that share courses."""

    languages: frozenset[str]
    municipalities: frozenset[str]


def known_codes(labels: Labels, municipalities: MunicipalityMap) -> Codes:
    """Give the codes of the languages that have a name, and of the partner municipalities."""
    languages = frozenset(labels.groups["spoken_language"]) - {"other"}
    return Codes(languages, municipalities.partner_codes)


def _wrong(code: str, **about: str | int) -> PydanticCustomError:
    return PydanticCustomError("ours", "ours", {"code": code, "about": about})


def _yes(text: object) -> bool:
    said = str(text).strip().casefold()
    if said in _YES or said in _NO:
        return said in _YES
    raise _wrong("not_yes_or_no")


def _number(text: object) -> int:
    try:
        return whole_number(str(text))
    except ValueError as error:
        raise _wrong("not_a_number") from error


def _number_or_none(text: object) -> int | None:
    return None if text is None or str(text).strip() == "" else _number(text)


def _day_or_none(text: object) -> date | None:
    if text is None or str(text).strip() == "":
        return None
    try:
        return whole_date(str(text))
    except ValueError as error:
        raise _wrong("not_a_date") from error


def _code_list(text: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.split(r"[\s,]+", str(text).strip()))) if str(text).strip() else ()


def _municipality_list(text: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(with_zeros, _code_list(text))))


def unknown_choice(allowed: Iterable[str]) -> Mistake:
    """Say that a value is none of those that are allowed, and which these are."""
    return Mistake("unknown_choice", (("allowed", ", ".join(sorted(allowed))),))


def _not_among(allowed: Iterable[str]) -> PydanticCustomError:
    return _wrong("unknown_choice", **dict(unknown_choice(allowed).about))


def _printable(text: str) -> str:
    if not all(letter.isprintable() or letter == "\n" for letter in text):
        raise _wrong("not_printable")
    return text


def _one_line(text: str) -> str:
    return _printable(one_spelling(text))


def _link(text: str) -> str:
    if text and not _LINK.fullmatch(text):
        raise _wrong("not_a_link")
    return text


def _phone(text: str) -> str:
    try:
        return normal_phone(text) if text else ""
    except BadValue as error:
        raise _wrong("not_a_phone") from error


def _email(text: str) -> str:
    if text and not _EMAIL.fullmatch(text):
        raise _wrong("not_an_email")
    return text


def read_sessions(text: str) -> tuple[CourseSession, ...]:
    """Read sessions in Danish time, one a line or between ``|``: ``2027-01-31 16:30-18:30``.

    Gives them in order; the date may be written as people in Denmark do. Raises the codes
    ``not_a_session``, ``no_such_time`` (the hour that is skipped in spring), ``ends_before_start``,
    ``overlaps`` and ``too_many_sessions``.
    """
    parts = [part.strip() for part in re.split(r"[|\n]", text) if part.strip()]
    if len(parts) > MAX_SESSIONS:
        raise _wrong("too_many_sessions", limit=MAX_SESSIONS)
    numbered = [(_session(part, n), n) for n, part in enumerate(parts, start=1)]
    numbered.sort(key=lambda each: each[0].starts_at)
    for (before, _), (after, number) in pairwise(numbered):
        if after.starts_at < before.ends_at:
            raise _wrong("overlaps", number=number)
    return tuple(session for session, _ in numbered)


def write_sessions(sessions: tuple[CourseSession, ...], between: str = " | ") -> str:
    """Write sessions as ``read_sessions`` reads them."""
    return between.join(
        f"{s.starts_at.astimezone(DANISH_TIME):%Y-%m-%d %H:%M}"
        f"-{s.ends_at.astimezone(DANISH_TIME):%H:%M}"
        for s in sessions
    )


def danish(day: date, at: time) -> datetime:
    """Give a Danish clock time of a day in UTC. Raises ValueError for one that spring skips."""
    local = datetime.combine(day, at, DANISH_TIME)
    utc = local.astimezone(UTC)
    if utc.astimezone(DANISH_TIME).replace(fold=0) != local.replace(fold=0):
        raise ValueError("there is no such time on that day")
    return utc


def _session(text: str, number: int) -> CourseSession:
    match = _SESSION.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day = whole_date(match[1])
        first, last = (time.fromisoformat(t.replace(".", ":").zfill(5)) for t in match.group(2, 3))
    except ValueError as error:
        raise _wrong("not_a_session", number=number) from error
    try:
        session = CourseSession(danish(day, first), danish(day, last))
    except ValueError as error:
        raise _wrong("no_such_time", number=number) from error
    if not timedelta(0) < session.ends_at - session.starts_at <= _LONGEST_SESSION:
        raise _wrong("ends_before_start", number=number)
    return session


_Text = AfterValidator(_printable)
_Line = AfterValidator(_one_line)
Yes = Annotated[bool, BeforeValidator(_yes)]
Day = Annotated[date | None, BeforeValidator(_day_or_none)]
CodeList = Annotated[tuple[str, ...], BeforeValidator(_code_list)]
MunicipalityList = Annotated[tuple[str, ...], BeforeValidator(_municipality_list)]


class CourseDraft(BaseModel):
    """A course as its municipality wants it to be. The fields are those of ``course.Course``.

    ``key`` is empty for "give it one". ``taken`` are all seats taken, also those outside Henvis.
    Needs ``Codes`` as validation context. Fields that others depend on stand before them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    key: Annotated[str, Field(max_length=60), _Line] = ""
    title: Annotated[str, Field(min_length=3, max_length=160), _Line]
    concept: Concept
    format: Format
    goal: Goal = Goal.STOP
    audience: Audience = Audience.ALL
    language: str = "da"
    interpreter: Yes = False
    products: CodeList = ()
    intake: Intake
    sessions: Annotated[tuple[CourseSession, ...], BeforeValidator(read_sessions)] = ()
    deadline_on: Day = None
    open_to: MunicipalityList = ()
    place: Annotated[str, Field(max_length=160), _Line] = ""
    postcode: str = ""
    access: Annotated[str, Field(max_length=300), _Line] = ""
    online_link: Annotated[str, Field(max_length=300), _Text, AfterValidator(_link)] = ""
    capacity: Annotated[
        Annotated[int, Field(ge=1, le=MAX_SEATS)] | None, BeforeValidator(_number_or_none)
    ] = None
    taken: Annotated[int, BeforeValidator(_number), Field(ge=0, le=MAX_SEATS)] = 0
    price_dkk: Annotated[int, BeforeValidator(_number), Field(ge=0, le=MAX_PRICE_DKK)] = 0
    medicine_subsidy: Annotated[str, Field(max_length=300), _Line] = ""
    contact_phone: Annotated[str, AfterValidator(_phone)] = ""
    contact_email: Annotated[str, Field(max_length=120), _Text, AfterValidator(_email)] = ""

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str, info: ValidationInfo) -> str:
        if value not in _codes(info).languages:
            raise _not_among(_codes(info).languages)
        return value

    @field_validator("products")
    @classmethod
    def _known_products(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not set(value) <= set(PRODUCTS):
            raise _not_among(PRODUCTS)
        return tuple(sorted(value, key=PRODUCTS.index))

    @field_validator("open_to")
    @classmethod
    def _known_municipalities(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not set(value) <= _codes(info).municipalities:
            raise _not_among(_codes(info).municipalities)
        return tuple(sorted(value))

    @field_validator("sessions")
    @classmethod
    def _fixed_start_has_sessions(
        cls, value: tuple[CourseSession, ...], info: ValidationInfo
    ) -> tuple[CourseSession, ...]:
        if not value and info.data.get("intake") is Intake.FIXED:
            raise _wrong("needs_sessions")
        return value

    @field_validator("deadline_on")
    @classmethod
    def _deadline_before_start(cls, value: date | None, info: ValidationInfo) -> date | None:
        sessions = info.data.get("sessions")
        fixed = info.data.get("intake") is Intake.FIXED
        if value and sessions and fixed:
            first_day = sessions[0].starts_at.astimezone(DANISH_TIME).date()
            if value > first_day:
                raise _wrong("after_start")
        return value

    @field_validator("place")
    @classmethod
    def _place_where_people_meet(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("format") not in (None, Format.DIGITAL):
            raise _wrong("needs_place")
        return value

    @field_validator("postcode")
    @classmethod
    def _postcode_where_people_meet(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("format") not in (None, Format.DIGITAL):
            raise _wrong("needs_place")
        if value and not is_postcode(value):
            raise _wrong("not_a_postcode")
        return value

    @field_validator("taken")
    @classmethod
    def _room_for_taken(cls, value: int, info: ValidationInfo) -> int:
        capacity = info.data.get("capacity")
        if capacity is not None and value > capacity:
            raise _wrong("over_capacity", limit=capacity)
        return value

    @field_validator("contact_email")
    @classmethod
    def _some_contact(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("contact_phone") == "":
            raise _wrong("needs_contact")
        return value


def _codes(info: ValidationInfo) -> Codes:
    codes = info.context
    if not isinstance(codes, Codes):
        raise TypeError("a draft is validated with Codes as context")
    return codes


def read_draft(written: Mapping[str, str], codes: Codes) -> CourseDraft:
    """Read a course from the text of its fields. Raises BadDraft with every field that is wrong.

    A field that is missing or empty takes its default. Fields of other names are not looked at.
    """
    given = {name: written.get(name, "").strip() for name in CourseDraft.model_fields}
    given = {name: text for name, text in given.items() if text or name not in _NOT_EMPTY}
    try:
        return CourseDraft.model_validate(given, context=codes)
    except ValidationError as error:
        raise BadDraft(_mistakes(error)) from None


def write_draft(course: Course | CourseDraft) -> dict[str, str]:
    """Write a course, or a draft of one, as ``read_draft`` reads it."""
    return {name: _text(name, getattr(course, name)) for name in CourseDraft.model_fields}


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, tuple):
        return write_sessions(value) if name == "sessions" else " ".join(value)
    return str(value)


def _mistakes(error: ValidationError) -> dict[str, Mistake]:
    found: dict[str, Mistake] = {}
    for each in error.errors(include_url=False, include_input=False):
        name, about = str(each["loc"][0]), each.get("ctx", {})
        if each["type"] == "ours":
            mistake = Mistake(about["code"], tuple(about["about"].items()))
        elif each["type"] == "enum":
            mistake = unknown_choice(CHOICES[name])
        else:
            limit = next((value for key, value in about.items() if key in _LIMITS), "")
            mistake = Mistake(_CODES[each["type"]], (("limit", limit),) if limit != "" else ())
        found.setdefault(name, mistake)
    return found
