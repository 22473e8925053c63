"""What a clause says of the offer: wanted, refused, later, tried, already; can or will not answer.

Also the bare answers: ``answer`` is yes or no, with nothing in the clause that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlu.reading.clauses import Clause
from nlu.reading.fact import CONDITION, HEDGE, PARTIAL, PATIENT, RELATIVE, STAFF, STATED, Fact
from nlu.reading.lexicon import Hit
from nlu.reading.smoking import ABOUT, fact
from nlu.reading.steering import forbids
from nlu.reading.wish import answers_another, is_for_something_else, is_for_time
from nlu.reading.words import NUMBER

_OTHER_THINGS = (
    "leave_message",
    "text_message",
    "interpreter",
    "no_interpreter",
    "protected",
    "consent",
    "speaks",
)
_OTHER_LINES = ("other_topic", "text_message")
"""What a yes or a no may belong to, as it is written in a form."""
_WHOLE = (
    *(("not_refused", "yes"), ("agree", "yes"), ("yes_word", "yes"), ("pro_yes", "yes")),
    *(("refuse", "no"), ("no_word", "no"), ("pro_no", "no"), ("not_now", "not_now")),
)
_BESIDE = ("filler", "patient", "myself", "says", "and")
_NOT = ("ikke", "ej", "not")
_DONE = ("proev", "forsoegt", "tried", "allerede", "already")
_WAITING = ("vent", "wait", "udskyd", "udsaet", "postpone")
_PHRASE = 2
"""Words: "ok" or "godt" alone may be about anything."""
_KINDS = (("not_now", "not_now"), ("tried", "tried"), ("already", "already"))


def facts_of(clause: Clause) -> Iterator[Fact]:
    """Give what the clause asserts about the offer, and bare answers."""
    another = any(answers_another(clause, said) for said in clause.all(*_ANSWERS))
    for found in _asserted(clause):
        sure = _as_sure(clause, found)
        answers = found.kind == "answer" or found.value == "wants"
        doubted = answers and (another or _is_perhaps(clause) or _is_some_day(clause))
        stands = sure.certainty in (STATED, PARTIAL)
        yield replace(sure, certainty=HEDGE) if doubted and stands else sure
    shrug = clause.first("shrugged")
    if shrug:
        yield fact(clause, "shrug", "", shrug)


_ANSWERS = ("agree", "refuse", "yes_word", "no_word", "pro_yes", "pro_no")


def _is_perhaps(clause: Clause) -> bool:
    """Tell "ja det vil hun sikkert": a word that stands for itself and makes an answer unsure.

    "Nok" and the like do so behind a verb or who does it: "er glad nok" says that it is enough.
    """
    perhaps, small = clause.lists["perhaps"], clause.lists["perhaps_behind"]
    for at in range(clause.at + 1, clause.end):
        inside = any(hit.at <= at < hit.end and hit.end - hit.at > 1 for hit in clause.hits)
        before = any(hit.end == at and hit.has("patient", "inverts") for hit in clause.hits)
        word = clause.words[at].norm
        if not inside and word in perhaps and (before or word not in small):
            return True
    return False


def _is_some_day(clause: Clause) -> bool:
    """Tell "ja i 2027", "yes in 2 weeks": when, and not now. An hour or an amount is told else."""
    told = [hit for hit in clause.hits if hit.has("daily", "some", "best_time", "numbers")]
    return clause.first("call") is None and any(
        clause.words[at].norm == NUMBER
        and clause.words[at - 1].norm in ("i", "in", "om")
        and not any(hit.at <= at < hit.end for hit in told)
        for at in range(clause.at + 1, clause.end)
    )


def _asserted(clause: Clause) -> Iterator[Fact]:
    only, condition = clause.first("only"), clause.first("if")
    if only and condition:
        yield replace(fact(clause, "referral", "wants", only, condition), certainty=CONDITION)
    for tag, value in _KINDS:
        hit = clause.first(tag)
        if hit and _refuses_to_wait(clause):
            continue
        if hit and not (hit.has("day") and clause.first("discharged")):
            found = fact(clause, "referral", value, hit, polarity=not _is_undone(clause, hit))
            unsure = hit.has("undecided")
            yield replace(found, certainty=HEDGE) if unsure and found.certainty == STATED else found
    if clause.first("private"):
        yield fact(clause, "unable", "refused", *clause.all("private"))
    for hit in clause.all("reason"):
        yield _unless_denied(clause, hit, fact(clause, "unable", hit.tags["reason"], hit))
    cannot = [hit for hit in clause.all("unable") if not _is_about_a_language(clause, hit)]
    if cannot and not clause.first("reason"):
        yield fact(clause, "unable", "other", *cannot)
    able = clause.first("able")
    if able and not clause.turns(able):
        found = fact(clause, "unable", "other", able, polarity=False)
        yield replace(found, certainty=HEDGE) if found.certainty == STATED else found
    yield from _wanted(clause)
    yield from _bare(clause)


def _is_undone(clause: Clause, hit: Hit) -> bool:
    """Tell "har ikke prøvet før" from "ikke første forsøg" and "aldrig haft held"."""
    verb = clause.words[hit.at].norm.startswith(_DONE)
    return verb and clause.turns(hit)


def _is_about_a_language(clause: Clause, hit: Hit) -> bool:
    """Tell "kan ikke tale engelsk" from one who cannot speak."""
    return any(language.at == hit.end for language in clause.all("language"))


def _unless_denied(clause: Clause, hit: Hit, found: Fact) -> Fact:
    """Give what stands in the way; in doubt where it is denied, or is a manner: "sover dårligt"."""
    denied = clause.turns(hit, behind=True)
    poorly = any(other.at == hit.end for other in clause.all("badly"))
    return replace(found, polarity=False, certainty=HEDGE) if denied or poorly else found


def _wanted(clause: Clause) -> Iterator[Fact]:
    if clause.first(*_OTHER_THINGS) or forbids(clause):
        return
    spared = _denied_no(clause)
    if spared:
        yield replace(fact(clause, "referral", "wants", spared), certainty=HEDGE)
        return
    twice = clause.first("not_refused")
    if twice:
        yield fact(clause, "referral", "wants", twice)
        return
    half = clause.first("not_a_no")
    if half:
        yield replace(fact(clause, "referral", "wants", half), certainty=HEDGE)
        return
    refused = clause.first("refuse")
    if clause.first("not_because"):  # neither a no nor a yes is told
        return
    if refused and _refuses_to_wait(clause):
        yield replace(fact(clause, "referral", "wants", refused), certainty=HEDGE)
        return
    if refused and not clause.first("cannot_stop"):
        turned = clause.turns(refused) or any(d.at == refused.end for d in clause.all("not"))
        found = fact(clause, "referral", "wants", refused, polarity=turned)
        doubted = clause.denies(refused) or is_for_something_else(clause, refused)
        yield replace(found, certainty=HEDGE) if doubted else found
        return
    agreed = next((h for h in clause.all("agree") if not _is_for_later(clause, h)), None)
    if agreed is None:
        return
    called = clause.first("call") is not None
    if clause.first("best_time") or (clause.first("other_topic") and not called):
        return
    found = fact(clause, "referral", "wants", agreed, polarity=not clause.denies(agreed))
    other = any(is_for_something_else(clause, wish) for wish in clause.all("agree"))
    yield replace(found, certainty=HEDGE) if other and found.certainty == STATED else found


def _refuses_to_wait(clause: Clause) -> bool:
    """Tell "vil ikke vente en uge": waiting is what is refused, and what is wanted is not told."""
    return any(
        0 <= wait.at - refused.end <= _PHRASE
        for refused in clause.all("refuse")
        for wait in clause.all("not_now")
        if clause.words[wait.at].norm.startswith(_WAITING)
    )


def _is_for_later(clause: Clause, wish: Hit) -> bool:
    return is_for_time(clause, wish) and not is_for_something_else(clause, wish)


def _denied_no(clause: Clause) -> Hit | None:
    """Give the no of "sagde ikke nej", which is none; that of "ryger ikke, nej" is one."""
    said = clause.first("no_word", "pro_no")
    if said and any(hit.end == said.at and _denies(clause, hit) for hit in clause.all("refuse")):
        return said
    if said is None or said.has("refuse") or clause.first(*ABOUT):
        return None
    return said if clause.turns(said) else None


def _denies(clause: Clause, refused: Hit) -> bool:
    """Tell the "skal ikke have" before a no from "nej tak"."""
    said = (word.norm for word in clause.words[refused.at : refused.end])
    return not refused.has("no_word") and any(word in _NOT for word in said)


def _bare(clause: Clause) -> Iterator[Fact]:
    for tags, value in ((("yes_word", "pro_yes"), "yes"), (("no_word", "pro_no"), "no")):
        hit = clause.first(*tags)
        if hit is None or hit is _denied_no(clause) or _is_of_another_line(clause, hit):
            continue
        found = fact(clause, "answer", value, hit)
        beside = clause.first("other_topic", "ordinary") or clause.leftover()
        if found.certainty == STATED and (beside or (value == "yes" and clause.first("not"))):
            found = replace(found, certainty=PARTIAL)
        yield found


def _is_of_another_line(clause: Clause, said: Hit) -> bool:
    """Tell "alkohol: ja", as it is written in a form: it answers nothing of ours."""
    return any(topic.end == said.at for topic in clause.all(*_OTHER_LINES))


def whole(clauses: Sequence[Clause]) -> str:
    """Tell what a message says that holds one phrase of the offer's and nothing else.

    Gives yes, no or not_now; empty where anything stands beside it that could matter.
    """
    meant: set[str] = set()
    for clause in clauses:
        counted = any(word.norm == NUMBER for word in clause.words[clause.at : clause.end])
        unsure = clause.first("undecided") or _is_perhaps(clause)
        if counted or unsure or not clause.is_plain() or _denied_no(clause):
            return ""
        for hit in clause.hits:
            meaning = next((value for tag, value in _WHOLE if hit.has(tag)), None)
            if meaning == "yes" and hit.has("agree") and hit.end - hit.at < _PHRASE:
                meaning = None
            if meaning is None and not hit.has(*_BESIDE):
                return ""
            meant |= {meaning} if meaning else set()
    return meant.pop() if len(meant) == 1 else ""


def _as_sure(clause: Clause, found: Fact) -> Fact:
    """Let an answer stand only if it is the patient's own, of today and without conditions."""
    if found.value in ("not_now", "tried", "already") or found.kind == "unable":
        return replace(found, whose=PATIENT) if found.whose == STAFF else found
    whose, certainty = found.whose, found.certainty
    if clause.reported_by != PATIENT:
        whose = clause.reported_by
    if clause.first("of_another"):
        whose = RELATIVE
    if certainty in (STATED, PARTIAL):
        past = clause.past and found.polarity and found.value != "no"
        certainty = CONDITION if clause.conditional else HEDGE if past else certainty
    if whose != PATIENT:
        start, end = clause.words[clause.at].start, clause.words[clause.end - 1].end
        return replace(found, whose=whose, certainty=certainty, start=start, end=end)
    return replace(found, whose=whose, certainty=certainty)
