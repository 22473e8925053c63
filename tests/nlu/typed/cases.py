"""Typed sentences with what must become of them: our own, and those of a folder beside the project.

Ours are ``sentences.tsv`` and ``later.tsv``; the first lines say how a row is written. A folder
holds ``said.tsv`` (kind, language, step, words, intents, entities, intents that would harm) and
``harm.tsv`` (step, words, what must not happen).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

OWN = Path(__file__).with_name("sentences.tsv")
LATER = Path(__file__).with_name("later.tsv")
ASK, FILED, SAYS = "ask", "filed", "say"
HELD_OUT_EACH = 5
TRIED = ("tried_before", "yes")

Recorded = tuple[str, str]
"""A step and its answer; also ``("filed", "")`` and ``("tried_before", "yes")``."""


@dataclass(frozen=True)
class Wanted:
    """One way to take a sentence rightly: facts that must stand, facts that may, or a reply.

    With neither facts nor a reply, nothing may stand and the nurse is asked.
    """

    must: frozenset[Recorded] = frozenset()
    may: frozenset[Recorded] = frozenset()
    reply: str = ""


@dataclass(frozen=True)
class Case:
    """One sentence typed at ``step``. ``harmful`` is what hurts whatever else is right.

    ``lenient``: whatever does not hurt is right.
    """

    kind: str
    language: str
    step: str
    text: str
    wanted: tuple[Wanted, ...]
    harmful: frozenset[Recorded] = field(default=frozenset())
    held_out: bool = False
    lenient: bool = False


def own_cases() -> list[Case]:
    """Read ours; every fifth of the first file is held out."""
    return [*_own(OWN, HELD_OUT_EACH), *_own(LATER, 0)]


def _own(path: Path, held_out_each: int) -> Iterator[Case]:
    for number, (kind, language, step, text, told) in enumerate(_rows(path, 5), start=1):
        held_out = held_out_each > 0 and number % held_out_each == 0
        yield Case(kind, language, step, text, _wanted(told), held_out=held_out)


def cases_of(folder: Path) -> list[Case]:
    """Read the two files of a folder."""
    return [*_said(folder / "said.tsv"), *_harm(folder / "harm.tsv")]


def _wanted(told: str) -> tuple[Wanted, ...]:
    return tuple(map(_one_wanted, told.split(" ; ")))


def _one_wanted(told: str) -> Wanted:
    if told == ASK:
        return Wanted()
    if told.startswith(f"{SAYS}="):
        return Wanted(reply=told.partition("=")[2])
    must = [_fact(part) for part in told.split() if not part.endswith("?")]
    may = [_fact(part.rstrip("?")) for part in told.split() if part.endswith("?")]
    return Wanted(frozenset(must), frozenset(may))


def _fact(told: str) -> Recorded:
    step, _, value = told.partition("=")
    return (step, value)


_EVERYWHERE: dict[str, str] = {
    "smokes_daily": "status=daily product=*?",
    "smokes_occasionally": "status=occasional product=*?",
    "uses_other_product": "status=other_product",
    "stopped_smoking": "status=ex",
    "never_smoked": "status=never",
    "does_not_use": "status=no_use",
    "will_not_answer": "status=not_answered",
    "relapsed": "ex_smoker=relapsed status=ex?",
    "doing_well": "ex_smoker=well",
    "tried_before": "tried_before=yes",
    "affirm": "offer=yes",
    "deny": "offer=no",
    "not_now": "offer=not_now",
    "skip": "best_time=skipped",
    "nlu_fallback": ASK,
    "out_of_scope": ASK,
    "greet": ASK,
    "resume": ASK,
    "has_no_phone": "say=utter_phone_needed",
    "new_patient": "say=utter_new_patient",
    "pause": "say=utter_paused",
    "go_back": "say=utter_ask_status",
    "cancel": "say=utter_confirm_cancel ; say=utter_closed_cancelled",
    "show_summary": "say=utter_summary_so_far ; say=utter_ask_summary",
    "help": "say=utter_help",
    "undo_referral": (
        "say=utter_undone ; say=utter_confirm_undo ; say=utter_nothing_to_undo ; say=utter_check"
    ),
    "withdraw_consent": "say=utter_confirm_withdrawal ; say=utter_referral_not_found",
    "correct_detail": "say=utter_which_detail ; say=utter_ask_ ; say=utter_nothing_to_correct",
    "ask_referral_status": "say=utter_own_referrals ; say=utter_referral ; say=utter_answer_what",
    "ask_what_happens_next": "say=utter_answer_what_happens_next",
    "ask_privacy": "say=utter_answer_privacy",
    "ask_price": "say=utter_answer_price",
    "ask_medicine": "say=utter_answer_medicine",
    "ask_medicine_price": "say=utter_medicine",
    "ask_courses": "say=utter_course",
    "refine_courses": "say=utter_course",
    "more_courses": "say=utter_course",
    "show_course": "say=utter_course",
    "hold_seat": "say=utter_seat ; say=utter_course_which ; say=utter_needs",
}
"""What an intent comes to, where it comes to the same at each step."""
_HERE: dict[str, dict[str, str]] = {
    "status": {
        "deny": "status=no_use ; status=never",
        "not_now": "status=unable defer_reason=*?",
        "cannot_answer_now": "status=unable defer_reason=*?",
        "relapsed": "ex_smoker=relapsed status=ex ; status=daily",
        "uses_other_product": "status=other_product product=*?",
    },
    "ex_smoker": {"deny": "ex_smoker=well", "smokes_daily": "ex_smoker=relapsed"},
    "offer": {"cannot_answer_now": "offer=unable defer_reason=*?"},
    "leave_message": {"affirm": "leave_message=yes", "deny": "leave_message=no"},
    "summary": {"affirm": "filed", "deny": ASK, "not_now": ASK, "pause": "ask ; say=utter_paused"},
}
_NAMED = {"time_of_day": "best_time", "spoken_language": "spoken_language", "product": "product"}
_BOTH = "twofact"
_BESIDE = " offer=yes? offer=no? tried_before=yes?"
"""What else a sentence of two facts may tell; its row names the first one only."""
_ENDS = {"any": "status", "discharge": "discharge_date"}


def _said(path: Path) -> Iterator[Case]:
    for kind, language, where, text, intents, entities, never in _rows(path, 7):
        step = _ENDS.get(where, where)
        beside = _BESIDE if (kind, step) == (_BOTH, "status") else ""
        wanted = [
            one
            for intent in intents.split("|")
            for one in _wanted(_meaning(step, intent, entities, both=kind == _BOTH) + beside)
        ]
        harmful = [
            fact
            for intent in filter(None, never.split(","))
            for one in _wanted(_meaning(step, intent, "", both=False))
            for fact in one.must
        ]
        yield Case(kind, language, step, text, tuple(wanted), frozenset(harmful))


def _meaning(step: str, intent: str, entities: str, *, both: bool) -> str:
    named = []
    for told in entities.split(";"):
        name, _, value = told.partition("=")
        if name in _NAMED:
            optional = "?" if name == "product" or not both else ""
            named.append(f"{_NAMED[name]}={value or '*'}{optional}")
    if intent in ("give_best_time", "give_spoken_language"):
        return " ".join(named).replace("?", "") or (
            "best_time=*" if intent == "give_best_time" else "spoken_language=*"
        )
    if "=" in intent:  # an effect, written out
        return intent
    meant = _HERE.get(step, {}).get(intent) or _EVERYWHERE.get(intent, ASK)
    says_facts = meant != ASK and not meant.startswith(f"{SAYS}=")
    return " ; ".join(" ".join([one, *named]) if says_facts else one for one in meant.split(" ; "))


def _harm(path: Path) -> Iterator[Case]:
    for step, text, forbidden, want in _rows(path, 4):
        effects = [effect for effect in forbidden.split(";") if effect != "-"]
        effects = [effect for effect in effects if f"{text} files" not in want]
        harmful = frozenset(map(_fact, effects))
        language = "en" if text in _ENGLISH else "da"
        yield Case("harm", language, step, text, (), harmful, lenient=True)


_ENGLISH = ("can't wait", "no objection")


def _rows(path: Path, columns: int) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [*line.split("\t"), *[""] * columns][:columns]
