"""What a clause says of smoking, of products and of how it goes without.

Values of ``smoking``: daily, occasional, use (how often is not said), other (something else than
cigarettes; other_daily where it is daily), ex, past (used to, until when is not said), has_smoked
("har røget i 40 år": either), nrt (medicine with nicotine: what whoever stops is given, and what
others go on with), never, none, never_bare ("aldrig" alone). ``smells`` tells of smoke that is
smelled on somebody, whatever they say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlu.reading.clauses import Clause
from nlu.reading.fact import HEDGE, IRONY, PATIENT, RELATIVE, STATED, Fact
from nlu.reading.lexicon import Hit, fits
from nlu.reading.wish import is_of_another
from nlu.reading.words import NUMBER, SEALED

_USE = ("smokes", "smokes_daily", "smokes_some", "is_smoker")
ABOUT = (*_USE, "product", "uses", "past", "never_used", "nrt")
_OFTEN = ("daily", "some")
_HOW = ("relapsed", "well", "badly")
_VERBS = ("ryg", "roeg", "smok")
_TOBACCO = (*_VERBS, "smoeg", "cigar", "toba")
_NAMED = (*_USE, "product", "past", "never_used")
_ELSEWHERE = (
    *("reason", "unable", "lives", "works", "speaks", "language", "interpreter"),
    *(
        "nrt",
        "call",
        "leave_message",
        "text_message",
        "protected",
        "consent",
        "discharged",
        "municipality",
    ),
    "other_topic",
)
"""What "ikke længere", "aldrig", "ikke siden" or "hver dag" may be about instead."""
_ENDED = ("ex", "none", "never", "never_bare")


def facts_of(clause: Clause) -> Iterator[Fact]:
    """Give what the clause asserts about smoking, products, relapse and how it goes."""
    idiom = clause.first("idiom")
    if idiom:
        yield replace(fact(clause, "smoking", "use", idiom), certainty=IRONY)
        return
    smelled = clause.first("smells")
    if smelled:
        yield fact(clause, "smells", "", smelled)
        return
    named = _is_name(clause)
    yield from (replace(f, certainty=HEDGE) if named else f for f in _products(clause))
    found = _status(clause)
    if found:
        value, hits = found
        stated = fact(clause, "smoking", value, *hits)
        if stated.certainty == STATED and (named or clause.supposed or _of_something_else(clause)):
            stated = replace(stated, certainty=HEDGE)
        little = value == "use" and clause.first("smokes_little") and stated.certainty == STATED
        doubted = little or _doubtful(clause, value)
        yield replace(stated, value="use", certainty=HEDGE) if doubted else stated
    if clause.reported_by != PATIENT and clause.whose == PATIENT and (found or clause.first(*_HOW)):
        yield fact(clause, "reported", "", *clause.hits)
    for how in ("relapsed", "badly", "well"):
        hit = clause.first(how)
        if hit:
            good = how == "badly" or not clause.denies(hit)
            told = fact(clause, "course", how, hit, polarity=good)
            whole = clause.words[clause.at].start, clause.words[clause.end - 1].end
            if how == "relapsed" and told.certainty == STATED and _falls_into(clause, hit):
                told = replace(told, certainty=HEDGE)
            of_another = is_of_another(clause, hit, ("med", "for", "hos", "with"))
            if of_another and told.whose == PATIENT:
                told = replace(told, whose=RELATIVE, start=whole[0], end=whole[1])
            yield told


def _falls_into(clause: Clause, hit: Hit) -> bool:
    """Tell "faldt i trappen", "fell off the bed": a thing follows."""
    if clause.words[hit.end - 1].norm not in ("i", "off") or hit.end == clause.end:
        return False
    rest = range(hit.end + (clause.words[hit.end].norm in ("the", "a", "en", "et")), clause.end)
    unknown = clause.leftover() + clause.sealed()
    return bool(rest) and rest[0] in unknown


def _is_name(clause: Clause) -> bool:
    """Tell "snus hedder hunden": a verb of naming, and none that uses anything."""
    said = {word.norm for word in clause.words[clause.at : clause.end]}
    used = any(not hit.has("product") for hit in clause.all(*_USE, "uses"))
    return not used and not said.isdisjoint(clause.lists["named"])


def _of_something_else(clause: Clause) -> bool:
    """Tell "ryger fisk": a word that is not known stands where what is smoked would."""
    if clause.first(*_OFTEN, "product", "smokes_daily", "smokes_some"):
        return False
    for verb in clause.all("smokes", "past"):
        if not clause.words[verb.end - 1].norm.startswith(_VERBS):
            continue
        other = any(hit.at == verb.end for hit in clause.all("other_topic"))
        sealed = verb.end < clause.end and clause.words[verb.end].norm == SEALED
        unknown = sealed or verb.end in clause.leftover()  # "fisk" may have been sealed as a name
        if other or (unknown and clause.words[verb.end].norm not in clause.lists["manner"]):
            return True
    return False


def fact(clause: Clause, kind: str, value: str, *hits: Hit, polarity: bool = True) -> Fact:
    """Make a fact of a clause, as sure and of whom the clause is.

    It stands at its words; one that is not the patient's, or not sure, at the whole clause.
    """
    whose = clause.whose
    beside = clause.first("of_another", "passive")
    if beside and (beside.has("passive") or beside.at < max(hit.end for hit in hits)):
        whose = RELATIVE
    certainty = _certainty_of(clause, max(hits, key=lambda hit: hit.at))
    start, end = clause.span(*hits)
    if whose != PATIENT or certainty != STATED:
        start, end = clause.words[clause.at].start, clause.words[clause.end - 1].end
    return Fact(kind, value, polarity, whose, certainty, start, end)


def _certainty_of(clause: Clause, hit: Hit) -> str:
    """Tell a condition before, which makes it uncertain, from one behind, which tells when."""
    condition = clause.first("if")
    if clause.certainty == STATED and condition and condition.at < hit.at:
        return "condition"
    return clause.certainty


def _products(clause: Clause) -> Iterator[Fact]:
    over = clause.first("ex", "past", "no_more", "never")
    spared = clause.first("not_only")
    for hit in clause.all("product"):
        denied = clause.denies(hit) and not spared
        yield fact(clause, "product", hit.tags["product"], hit, polarity=not (denied or over))


def _status(clause: Clause) -> tuple[str, list[Hit]] | None:
    first, often = clause.first, [hit for hit in clause.hits if hit.has(*_OFTEN)]
    stuck = first("cannot_stop", "cuts_down")
    if stuck and not first("other_topic"):
        return ("daily" if first("daily") else "use"), [stuck, *often]
    ended = _ended(clause)
    if ended:
        return ended
    about = first(*_USE) or first("product") or first("uses")
    if about is None:
        return _bare(clause, often)
    if first("not_only"):
        return _kind_of_use(clause, about), [about]
    if clause.denies(about):
        return _denied(clause, about)
    if first("smokes_some") or first("some"):
        return "occasional", [about, *often]
    kind = _kind_of_use(clause, about)
    if about.has("uses") and not first("product") and first("daily"):
        return "use", [about]  # "tager en hver time": of what is not said
    if first("smokes_daily") or first("daily"):
        return {"use": "daily", "nrt": "nrt"}.get(kind, "other_daily"), [about, *often]
    if about.has("uses") and not first("product"):
        return None
    return kind, [about]


def _denied(clause: Clause, about: Hit) -> tuple[str, list[Hit]] | None:
    if clause.is_answered_no(about) or not _names_tobacco(clause):
        return None  # "snus: nej" is about that product only
    return ("amount" if _denies_amount(clause, about) else "none"), [about]


def _denies_amount(clause: Clause, about: Hit) -> bool:
    """Tell "ryger ikke 20 om dagen", "er ikke storryger": how much is denied, not that."""
    if about.has("smokes_daily", "smokes_some"):
        return clause.turns(about)
    counted = clause.first("daily") is not None and about.has("smokes")
    return counted and any(d.at >= about.at or d.end == about.at for d in clause.all("not"))


def _doubtful(clause: Clause, value: str) -> bool:
    """Tell a no that is none: of an amount, said twice over, or of today and yesterday only."""
    if value == "amount":
        return True
    if value not in _ENDED:
        return False
    if value in ("never", "never_bare") and _is_of_a_part(clause):
        return True
    if value == "ex" and _is_to_come(clause, _end(clause)):
        return True
    spared = clause.first("lately", "not_because", "was_ex")
    return spared is not None or clause.denies_twice(*ABOUT)


def _is_of_a_part(clause: Clause) -> bool:
    """Tell "aldrig røget så meget", "aldrig røget indenfor", "aldrig røget vandpibe"."""
    codes = {hit.tags["product"] for hit in clause.all("product")}
    twice = clause.first("never") and clause.first("not")
    return bool(clause.first("compared", "narrows") or codes - {"cigarettes"} or twice)


def _ended(clause: Clause) -> tuple[str, list[Hit]] | None:
    """Read that somebody never smoked, smoked once, or does not any more."""
    first = clause.first
    never = _never(clause)
    if never or (first("tried") and first("ex")):
        return never
    about, ended = _meant(clause), _end(clause)
    if about and first("since") and clause.denies(about):
        return "ex", [about]
    elsewhere = ended and ended.has("no_more") and not about and _is_open(clause)
    if ended and not elsewhere and not first("other_topic"):
        kept = ended.has("ex") and (clause.turns(ended) or _is_refused(clause, ended))
        return ("use" if kept else "ex"), [ended]
    past = first("past")
    if past is None or (first("tried") and not first(*_USE) and not past.has("perfect")):
        return None  # "tidligere forsøgt med plaster" tells of trying to stop
    if clause.denies(past):
        return "none", [past]
    if past.has("perfect"):
        return "has_smoked", [past]
    return ("past" if first("until") is None else "ex"), [past]


def _is_refused(clause: Clause, ended: Hit) -> bool:
    """Tell "hun nægter at kvitte": stopping is what is refused."""
    return any(0 <= ended.at - hit.end <= 1 for hit in clause.all("refuse", "private"))


def _end(clause: Clause) -> Hit | None:
    """Give the words for stopping; "10 om dagen, ikke mere" tells how many at most."""
    amount = clause.first("daily", "some")
    ended = clause.first("ex", "no_more")
    most = ended and amount and ended.has("no_more") and 0 <= ended.at - amount.end <= 1
    return None if most else ended


def _never(clause: Clause) -> tuple[str, list[Hit]] | None:
    first = clause.first
    lifelong, spared, unused = first("never_smoker"), first("no_smoker"), first("never_used")
    never = first("never") or (first("ever") if first("not") else None)
    if lifelong:
        return "never", [lifelong]
    if spared:
        return ("never" if first("never", "ever") else "none"), [spared]
    if unused and (never or (first("not") and _is_of_tobacco(clause, unused))):
        return "never", [unused]
    about = _meant(clause) or _tried_it(clause)
    if never and about and not first("agree", "refuse"):
        return ("use" if first("relapsed", "ex") else "never"), [never, about]
    return None


def _meant(clause: Clause) -> Hit | None:
    """Give what tells that it is smoking that ended: its name, or using it with nothing named."""
    named = next((hit for hit in clause.all(*_NAMED) if not hit.has("nrt")), None)
    return named or (None if _is_open(clause) else clause.first("uses"))


def _tried_it(clause: Clause) -> Hit | None:
    """Give the "prøvet" of "aldrig prøvet det", not that of "aldrig prøvet at stoppe"."""
    tried = clause.first("tried")
    if tried is None or _is_open(clause):
        return None
    said = (word.norm for word in clause.words[tried.at : tried.end])
    return tried if clause.lists["tries_it"].issuperset(said) else None


def _is_open(clause: Clause) -> bool:
    """Tell whether it may be of anything: "spiser ikke længere", "bor der ikke længere"."""
    before = clause.words[clause.at - 1].norm if clause.at else ""
    unknown = clause.leftover() or clause.seals_something() or before in clause.lists["which"]
    return bool(unknown) or _names_another(clause)


def _names_another(clause: Clause) -> bool:
    """Tell "kan ikke længere gå", "aldrig brugt tolk": something else is told of."""
    everyday = (
        clause.words[hit.at : hit.end]
        for hit in clause.all("ordinary", "inverts", "narrows", "agree")
        if not hit.has("uses", "says")
    )
    small = clause.lists["beside_end"]
    return clause.first(*_ELSEWHERE, "best_time") is not None or any(
        not any(fits(part, word.norm) for part in small) for words in everyday for word in words
    )


def _is_of_tobacco(clause: Clause, hit: Hit) -> bool:
    """Tell "ikke prøvet at ryge" from "ikke begyndt", which may be about anything."""
    said = (word.norm for word in clause.words[hit.at : hit.end])
    return any(word.startswith(_TOBACCO) for word in said)


def _kind_of_use(clause: Clause, about: Hit) -> str:
    """Tell cigarettes and plain smoking from other products."""
    codes = {
        hit.tags["product"]
        for hit in clause.all("product")
        if not clause.denies(hit) or clause.first("not_only")
    }
    if not codes:
        return "use" if about.has(*_USE) else "other"
    if all(hit.has("nrt") for hit in clause.all("product")):
        return "nrt"
    if clause.first("smoked") and codes == {"other"} and not clause.first("uses"):
        return "use"
    return "use" if "cigarettes" in codes else "other"


def _names_tobacco(clause: Clause) -> bool:
    return any(not hit.has("nrt") for hit in clause.all(*_USE, "product"))


def _bare(clause: Clause, often: list[Hit]) -> tuple[str, list[Hit]] | None:
    """Read "20 om dagen" or "aldrig": an answer that stands alone."""
    never = clause.first("never")
    if never and all(hit is never for hit in clause.all("agree", "refuse", "tried")):
        return None if _names_another(clause) else ("never_bare", [never])
    if not often or clause.first(*_ELSEWHERE):
        return None
    if clause.first("some"):
        return "occasional", often
    unknown = clause.leftover() or any(word.norm == SEALED for word in clause.words)
    return None if unknown or not _counts(clause) else ("daily", often)


def _counts(clause: Clause) -> bool:
    """Tell whether nothing is said besides how often, or a number is."""
    named = [
        hit
        for hit in clause.hits
        if not hit.has("filler", "ordinary", "daily", "numbers", "patient", "says")
    ]
    number = any(clause.words[at].norm == NUMBER for at in range(clause.at, clause.end))
    return number or not [hit for hit in named if not hit.has("yes_word", "no_word", "only")]


_INFINITIVE = frozenset(("at", "to"))
_MODAL = frozenset(
    (
        *("boer", "burde", "vil", "ville", "skal", "maa", "kan", "kunne", "should", "must", "will"),
        *("would", "could", "can", "may", "might", "shall", "needs", "let's"),
    )
)
_BECOMES = frozenset(("vaere", "blive", "be", "become", "get", "gerne", "godt", "snart", "soon"))
_LATER_DAYS = ("morgen", "overmorgen", "naeste", "tomorrow", "next")
_ABOUT_NICOTINE = (
    "ryg",
    "smok",
    "vap",
    "damp",
    "snus",
    "brug",
    "us",
    "det",
    "dem",
    "med",
    "paa",
    "tob",
)
"""How a verb begins that is about nicotine, or about nothing by itself."""


def _is_to_come(clause: Clause, ended: Hit | None) -> bool:
    """Tell "wants to quit", "røgfri fra i morgen", "quit asking": nobody has stopped smoking."""
    return ended is not None and (
        _is_intended(clause, ended) or _is_later(clause, ended) or _is_of_something(clause, ended)
    )


def _is_intended(clause: Clause, ended: Hit) -> bool:
    """Tell a modal or an infinitive before: "must quit", "drømmer om at være røgfri"."""
    before = [word.norm for word in clause.words[clause.at : ended.at]]
    become = False
    while before and before[-1] in _BECOMES:
        before.pop()
        become = True
    if not before:
        return become
    return before[-1] in _INFINITIVE or before[-1] in _MODAL


def _is_later(clause: Clause, ended: Hit) -> bool:
    if clause.first("discharged"):
        return False
    return any(
        hit.at >= ended.end
        and (word.norm in _LATER_DAYS or (word.norm in ("paa", "fra") and hit.end > hit.at + 1))
        for hit in clause.all("day", "not_now")
        for word in clause.words[hit.at : hit.end]
    )


def _is_of_something(clause: Clause, ended: Hit) -> bool:
    """Tell "quit asking", "holdt op med at holde op": what ended is another doing."""
    behind = [word.norm for word in clause.words[ended.end : clause.end]]
    if behind[:2] == ["med", "at"]:
        return not (behind[2:] and behind[2].startswith(_ABOUT_NICOTINE))
    return bool(behind) and behind[0].endswith("ing") and not behind[0].startswith(_ABOUT_NICOTINE)
