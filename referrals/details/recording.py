"""The one recorder of what says who a patient is: checked, sealed, its token kept as the answer.

Used by the chat and by the contact page. Decides nothing about when something may be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches

from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.denmark.contact_details import BadValue, folded, normal_date, normal_name, own_phone
from referrals.denmark.dates import local_day
from referrals.denmark.second_contact import normal_second_contact
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN, seal

_NORMAL: Mapping[Step, Callable[[str, date], str]] = {
    Step.NAME: lambda typed, _today: normal_name(typed),
    Step.PHONE: lambda typed, _today: own_phone(typed),
    Step.SECOND_CONTACT: lambda typed, _today: normal_second_contact(typed),
    Step.DISCHARGE_DATE: normal_date,
}


_ALIKE = 0.7
"""From here on two words are two spellings of one name: Karin and Carina, Grethe and Grete."""


def normal(step: Step, typed: str, today: date) -> str:
    """Give what is kept of what was typed; a step without a form of its own keeps it all.

    Raises BadValue for what cannot stand.
    """
    form = _NORMAL.get(step)
    return form(typed, today) if form else typed.strip()


def keep(bedside: Bedside, step: Step, value: str, typed_token: str = "") -> str | None:
    """Seal a normal value as the answer to ``step``, and give the token that it replaced.

    The token under which it was typed is used again where the value is the same, else forgotten.
    A value that stands keeps its token: nothing changes.
    """
    vault, session, encounter_id = bedside.around.vault, bedside.session, bedside.row.id
    sealed, old = seal(script.SEALED[step], value), bedside.encounter.get(step)
    if old is not None and bedside.unsealed(old) == value:
        vault.forget(session, encounter_id, typed_token)
        bedside.encounter = script.record(bedside.encounter, step, old)
        return None
    if _kind(typed_token) == sealed.kind and bedside.unsealed(typed_token) == value:
        sealed = replace(sealed, token=typed_token)
    else:
        vault.forget(session, encounter_id, typed_token)
        vault.keep(session, encounter_id, sealed, bedside.now)
    bedside.encounter = script.record(bedside.encounter, step, sealed.token)
    return old if old != sealed.token else None


def keep_typed(bedside: Bedside, token: str, step: Step) -> None:
    """Keep what was typed under a token in the chat; what it replaces may be taken back for a turn.

    A value that cannot stand is forgotten. Raises BadValue.
    """
    typed = bedside.unsealed(token)
    if typed is None:
        return
    if step is Step.NAME:
        typed = _completed(typed, bedside.unsealed(bedside.encounter.get(step)))
    try:
        value = normal(step, typed, local_day(bedside.now))
    except BadValue:
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)
        raise
    old = keep(bedside, step, value, token)
    if old:
        bedside.forgets_later(old)


def _completed(typed: str, standing: str | None) -> str:
    """Give a part of a name that was told alone the rest of the name that stands.

    "Hansen," is a family name and ", Karen" a given one; one word that is like a part of the name
    is that part in another spelling.
    """
    if not standing:
        return typed
    first, *others = standing.split()
    if typed.endswith(","):
        return f"{typed} {' '.join([first, *others[:-1]])}"
    if typed.startswith(","):
        return f"{typed.strip(' ,')} {' '.join(others)}"
    if others and len(typed.split()) == 1:
        parts = [first, *others]
        like = get_close_matches(folded(typed), map(folded, parts), n=1, cutoff=_ALIKE)
        if like:
            at = [folded(part) for part in parts].index(like[0])
            return " ".join([*parts[:at], typed, *parts[at + 1 :]])
    return typed


def _kind(token: str) -> str:
    match = TOKEN.fullmatch(token)
    return match[1] if match else ""
