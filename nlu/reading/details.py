"""Details that a clause tells: when to call, message, language, interpreter, place, discharge.

A remark is what stands beside all that the reading knows: a room, a kind of interpreter. It answers
nothing, and is found so that it can be said that it was not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlu.reading.clauses import Clause
from nlu.reading.fact import HEDGE, PARTIAL, PATIENT, RELATIVE, STATED, Fact
from nlu.reading.lexicon import SEVERAL, Hit
from nlu.reading.smoking import fact
from nlu.reading.wish import is_of_another
from nlu.reading.words import NUMBER, SEALED

_NEAR_DATE = 4
_OF_SPEAKING = frozenset(
    (
        *("filler", "ordinary", "patient", "not", "never", "badly", "little", "speaks", "narrows"),
        *("inverts", "pointer", "well", "agree", "understands", "smokes_little"),
    )
)
_FROM = frozenset(("efter", "fra", "inden", "foer", "after", "from", "before"))
_ONLY = frozenset(("kun", "bare", "udelukkende", "alene", "only", "just"))
_NO = frozenset(("ikke", "ik", "ej", "not"))
_EXCEPT = frozenset(("end", "undtagen", "naer", "except", "than"))
_BAD = frozenset(("bad", "poor", "vaerst", "umulig", "umuligt", "impossible"))
_IS_OVER = frozenset(("blev", "blevet", "was", "been"))
"""Before "udskrevet": it has happened, so no day of it is to come."""


def facts_of(clause: Clause) -> Iterator[Fact]:
    """Give the details that the clause asserts."""
    for hit in clause.all("best_time"):
        yield time_to_call(clause, hit)
    if clause.first("call"):
        yield fact(clause, "call", "", *clause.all("call"))
    yield from _message(clause)
    if clause.first("no_interpreter"):
        hits = list(clause.all("no_interpreter"))
        found = fact(clause, "interpreter", "", *hits, polarity=False)
        yield replace(found, polarity=True, certainty=HEDGE) if _denied_again(clause) else found
    else:
        yield from _interpreter(clause)
    yield from _yes_or_no(clause, "protected", "protected_address")
    yield from _languages(clause)
    yield from _places(clause)
    yield from _discharge(clause)
    for tag, topic in (("a_bot", "bot"), ("the_stopline", "stopline")):
        if clause.first(tag):
            yield fact(clause, "topic", topic, *clause.all(tag))
    if clause.first("indifferent"):
        yield fact(clause, "indifferent", "", *clause.all("indifferent"))
    for hit in clause.all("not", "never"):
        yield fact(clause, "denial", "", hit)


def time_to_call(clause: Clause, hit: Hit) -> Fact:
    """Give a time to call: denied where it is a bad one, in doubt where more is told of it."""
    called, bad = clause.first("call", "agree") is not None, _is_bad(clause, hit)
    spared = clause.denies(hit) or _is_excepted(clause, hit)
    good = not spared and (called or not bad)
    found = fact(clause, "best_time", hit.tags["best_time"], hit, polarity=good)
    doubted = (
        bad or _is_compound(clause, hit) or _tells_more(clause, hit) or _is_perhaps(clause, hit)
    )
    doubted = found.certainty == STATED and good and doubted
    return replace(found, certainty=HEDGE) if doubted else found


def _is_perhaps(clause: Clause, hit: Hit) -> bool:
    """Tell "måske om aftenen": what is right behind it is no more sure than that."""
    before = [word.norm for word in clause.words[clause.at : hit.at]]
    while before and before[-1] in ("in", "the", "om", "i"):
        before.pop()
    return bool(before) and before[-1] in clause.lists["perhaps"]


def _is_compound(clause: Clause, hit: Hit) -> bool:
    """Tell "eftermiddagskaffe", in one word or two: nothing but a word that a time begins."""
    alone = (clause.at, clause.end) == (hit.at, hit.end + 1) and hit.end in clause.leftover()
    word = clause.words[hit.at].norm
    rest = next((word.removeprefix(part) for part in _PARTS if word.startswith(part)), "")
    return alone or (len(rest) > 1 and rest.startswith("s") and not rest.startswith(_OF_TIME))


_PARTS = ("eftermiddag", "formiddag")
_OF_TIME = ("stid", "stim", "svagt")
"""How a compound goes on that is a time, too."""


def _is_bad(clause: Clause, hit: Hit) -> bool:
    """Tell "aften er dårligt", "om formiddagen sover han", "er på arbejde om dagen"."""
    works = (h for h in clause.all("works") if clause.words[h.at - 1].norm not in _FROM)
    behind = {word.norm for word in clause.words[hit.end : clause.end]}
    told = clause.first("badly", "reason", "unable", "refuse") or next(works, None)
    return told is not None or not behind.isdisjoint(_BAD)


def _is_excepted(clause: Clause, hit: Hit) -> bool:
    """Tell "alt andet end formiddag", "undtagen om aftenen"."""
    before = [word.norm for word in clause.words[: hit.at]]
    while before and before[-1] in ("om", "in", "the", "i"):
        before.pop()
    return bool(before) and before[-1] in _EXCEPT


def _tells_more(clause: Clause, hit: Hit) -> bool:
    """Tell whether words that are not known say something of that time, or of the patient then."""
    unknown = clause.leftover()
    inverted = any(h.at == hit.end + 1 for h in clause.all("patient", "myself"))
    if not (unknown or inverted) or hit.tags["best_time"] == "any":
        return False
    if clause.first("call", "agree", "well", "yes_word", "leave_message"):
        return False
    said = {word.norm for word in clause.words[clause.at : clause.end]}
    verb = any(h.at == hit.end and h.has("inverts") for h in clause.hits)
    about = clause.first("patient", "myself") is not None or verb
    return about and said.isdisjoint(clause.lists["fits"])


def _denied_again(clause: Clause) -> bool:
    """Tell the no of "uden tolk går det ikke", which is about doing without one."""
    return clause.first("not", "badly") is not None


def _yes_or_no(clause: Clause, tag: str, kind: str) -> Iterator[Fact]:
    hit = clause.first(tag)
    if hit:
        no = clause.denies(hit) or clause.first("no_word", "pro_no", "refuse") is not None
        yield fact(clause, kind, "", hit, polarity=not no)


def _interpreter(clause: Clause) -> Iterator[Fact]:
    """Tell whether one is needed: not by somebody else, and "tolken kommer" tells of one here."""
    needed = clause.first("interpreter")
    if needed is None:
        return
    for found in _yes_or_no(clause, "interpreter", "interpreter"):
        here = clause.words[needed.at].norm == "tolken" or _is_the(clause, needed)
        here = here and clause.first("needed", "yes_word", "no_word", "agree", "refuse") is None
        if is_of_another(clause, needed, ("til", "for", "to")):
            start, end = clause.words[clause.at].start, clause.words[clause.end - 1].end
            yield replace(found, whose=RELATIVE, start=start, end=end)
        else:
            yield replace(found, certainty=HEDGE) if here and found.certainty == STATED else found


def _is_the(clause: Clause, hit: Hit) -> bool:
    return hit.at > clause.at and clause.words[hit.at - 1].norm == "the"


def _message(clause: Clause) -> Iterator[Fact]:
    """Tell whether a message may be left on the phone; one of another kind is in doubt.

    "Har fået besked om", "giv hende besked": a word that is not known, or that leads on, stands
    beside. A text message is another matter.
    """
    for hit in clause.all("text_message"):
        yield fact(clause, "text_message", "", hit, polarity=not clause.denies(hit))
    surely = next((h for h in clause.all("leave_message") if not h.has("message_word")), None)
    with_another = any(clause.is_object(hit) for hit in clause.all("relative", "either_of_two"))
    if clause.first("leave_message") is None or (surely and not with_another):
        yield from _yes_or_no(clause, "leave_message", "leave_message")
        return
    when = {at for hit in clause.all("best_time") for at in range(hit.at, hit.end)}
    said = {clause.words[at].norm for at in range(clause.at, clause.end) if at not in when}
    leaves = said & clause.lists["leaves_it"]
    other = not leaves and (clause.leftover() or clause.seals_something())
    for found in _yes_or_no(clause, "leave_message", "leave_message"):
        leads_on = with_another or said & clause.lists["other_message"]
        if found.certainty == STATED and (other or leads_on):
            start, end = clause.words[clause.at].start, clause.words[clause.end - 1].end
            yield replace(found, certainty=HEDGE, start=start, end=end)
        else:
            yield found


def _languages(clause: Clause) -> Iterator[Fact]:
    """Give the languages: "lidt dansk" beside another is no answer, one alone half an answer."""
    told = list(clause.all("language"))
    spoken = clause.first("speaks", "interpreter") is not None and not clause.first("understands")
    for hit in told:
        denied = clause.denies(hit) and not _denies_interpreter(clause, hit)
        denied = denied or _is(clause, hit, "unable")
        found = fact(clause, "language", hit.tags["language"], hit, polarity=not denied)
        if _is(clause, hit, "little") or _is_qualified(clause) or _is_doubted(clause, hit):
            found = replace(found, certainty=HEDGE)
        elif not spoken and not _is(clause, hit, "mostly") and found.certainty == STATED:
            found = replace(found, certainty=PARTIAL)
        yield found

    for hit in clause.all("dialect"):  # whoever speaks one speaks Danish, which is asked
        yield replace(fact(clause, "language", "da", hit), certainty=HEDGE)


def _is_doubted(clause: Clause, hit: Hit) -> bool:
    """Tell "måske polsk", "ikke kun dansk", and what is named by a language: "polsk mad"."""
    before = [word.norm for word in clause.words[clause.at : hit.at]]
    if not clause.lists["perhaps"].isdisjoint(before):
        return True
    if len(before) > 1 and before[-1] in _ONLY and before[-2] in _NO:
        return True
    return hit.end in clause.leftover() and clause.first("speaks", "interpreter") is None


def _denies_interpreter(clause: Clause, hit: Hit) -> bool:
    """Tell "dansk tolk ikke nødvendig": the "ikke" is about who is needed."""
    needed = clause.first("interpreter", "no_interpreter")
    return (
        needed is not None
        and all(needed.at <= denial.at for denial in clause.all("not", "never", "no_more"))
        and hit.end <= needed.at
    )


def _is_qualified(clause: Clause) -> bool:
    """Tell whether the next words say that it is not spoken well: "men forstår det ikke"."""
    after = clause.after
    if after is None or not after.first("not", "never", "badly", "little"):
        return False
    return all(set(hit.tags) <= _OF_SPEAKING for hit in after.hits) and not after.leftover()


def _is(clause: Clause, hit: Hit, tag: str) -> bool:
    return any(other.end == hit.at for other in clause.all(tag))


def _places(clause: Clause) -> Iterator[Fact]:
    """Tell where somebody lives from where they lived, work or are; a place alone is just named.

    One that begins a name, "Ballerup Boldklub", is none of these. A town has a fact for each
    municipality that it lies in. A postcode has one where it is not the patient's present one.
    """
    role, begun = "named", None
    for hit in clause.hits:
        if hit.has("lives", "lived", "works"):
            role, begun = next(tag for tag in _ROLES if hit.has(tag)), hit
        elif hit.has("municipality"):
            if role == "lived" and clause.words[hit.at - 1].norm in _TOWARDS:
                role = "lives"
            lived = role == "lived" or _just_past(clause, hit.at)
            kind = "lived" if lived else "in_name" if _begins_name(clause, hit) else role
            about = [begun, hit] if begun and role == "lived" else [hit]
            for code in hit.tags["municipality"].split(SEVERAL):
                yield fact(
                    clause, f"place_{kind}", code, *about, polarity=not _unmeant(clause, hit)
                )
    yield from _postcodes(clause, role, begun)


_ROLES = ("lives", "lived", "works")
_TOWARDS = frozenset(("til", "to"))
_POSTCODE_SIGNS = 4


def _just_past(clause: Clause, at: int) -> bool:
    """Tell the "tidligere" right before a place."""
    return any(at - hit.end in (0, 1) for hit in clause.all("past"))


def _begins_name(clause: Clause, place: Hit) -> bool:
    """Tell whether a word that is sealed, unknown or a building follows, called by the place."""
    at = place.end
    if at >= clause.end:
        return False
    if clause.words[at].norm == SEALED or at in clause.leftover():
        return True
    return any(hit.at == at and hit.has("building") for hit in clause.hits)


def _postcodes(clause: Clause, role: str, begun: Hit | None) -> Iterator[Fact]:
    """Give the postcodes of where somebody else lives, or the patient lived."""
    for at in range(begun.end if begun else clause.at, clause.end):
        word = clause.words[at]
        if word.norm != NUMBER or word.end - word.start != _POSTCODE_SIGNS:
            continue
        works = role == "works" and begun is not None and _is_in(clause, begun.end, at)
        past = role == "lived" or works or _just_past(clause, at)
        other = clause.whose != PATIENT and (role == "lives" or begun is None)
        if past or other:
            about = begun or next(clause.all("past", "relative", "speaker", "either_of_two"), None)
            if about is None:
                continue
            found = fact(clause, "place_lived" if past else "place_lives", "", about)
            yield replace(found, end=max(found.end, word.end))


def _is_in(clause: Clause, start: int, end: int) -> bool:
    """Tell the "i" of "indlagt i 2730"; a figure alone behind "arbejder" may be anything."""
    between = {word.norm for word in clause.words[start:end]}
    return bool(between) and between <= _IN


_IN = frozenset(("i", "in", "at", "paa", "ved"))


def _unmeant(clause: Clause, hit: Hit) -> bool:
    return clause.denies(hit) and clause.first("place") is None


def _discharge(clause: Clause) -> Iterator[Fact]:
    hit = clause.first("discharged")
    words = clause.words
    if hit is None or words[hit.at - 1].norm in _IS_OVER:
        return
    days = {at for day in clause.all("day", "weekday") for at in range(day.at, day.end)}
    told = [
        at
        for at in range(hit.end, min(hit.end + _NEAR_DATE, clause.end))
        if at in days or words[at].norm in (NUMBER, SEALED, "/")
    ]
    if told:
        denied = clause.denies(hit) or clause.turns(hit)
        found = fact(clause, "discharge", "", hit, polarity=not denied)
        yield replace(found, start=words[hit.end].start, end=words[told[-1]].end)


_SAY_NOTHING = frozenset(("denial", "call", "course", "steering"))
_TOLD_HOW = frozenset(("interpreter", "leave_message", "language"))
"""Details beside which a word that is not known says how: "en kvindelig tolk"."""
_ANSWERS = frozenset(("answer", "leave_message", "interpreter"))
_SOMEBODY = ("relative", "either_of_two")


def remarks(clause: Clause, facts: Sequence[Fact]) -> Iterator[Fact]:
    """Give what stands in a clause beside those of the message's ``facts`` that are in it."""
    begin, end = clause.words[clause.at].start, clause.words[clause.end - 1].end
    told = {found.kind for found in facts if begin <= found.start < end} - _SAY_NOTHING
    unknown = [at for at in clause.leftover() if len(clause.words[at].norm) > 1]
    if not told:
        numbers = any(clause.words[at].norm == NUMBER for at in range(clause.at, clause.end))
        if unknown or numbers or clause.sealed() or clause.first(*_SOMEBODY):
            yield _remark(clause, clause.at, clause.end)
        return
    if unknown and told & _TOLD_HOW and told <= _TOLD_HOW | _ANSWERS | {"referral"}:
        yield _remark(clause, unknown[0], unknown[-1] + 1)
    elif told <= _ANSWERS:
        yield from _with_whom(clause)


def _with_whom(clause: Clause) -> Iterator[Fact]:
    """Give the "hos datteren" of "ja hos datteren"."""
    for hit in clause.all(*_SOMEBODY):
        if clause.is_object(hit):
            at = hit.at
            while at > clause.at and clause.words[at - 1].norm in clause.lists["owner"]:
                at -= 1
            yield _remark(clause, at - 1, hit.end)


def _remark(clause: Clause, at: int, end: int) -> Fact:
    words = clause.words
    return Fact("remark", "", True, PATIENT, STATED, words[at].start, words[end - 1].end)
