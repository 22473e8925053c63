"""Words typed once the referral was sent: they mean that one, and a button does what they ask.

A detail that the consent names is put right at the municipality, which is told. Where the patient
lives decides whose the referral is: as long as it can be undone, it is sent anew; later, only the
municipality can send it on.
"""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.after_filing import CHANGEABLE, Wish, place, told, wish
from referrals.advice.asserted import Words
from referrals.advice.encounter import Encounter, Step
from referrals.audit import chain
from referrals.bedside import filing, noting, steering
from referrals.bedside.asking import ask
from referrals.bedside.finding import current_referral
from referrals.denmark.contact_details import BadValue
from referrals.denmark.dates import local_day
from referrals.details import choosing
from referrals.details.recording import keep, normal
from referrals.next_action.next_attempt import moved
from referrals.referral import history
from referrals.referral.announcing import announce
from referrals.referral.clock import may_undo
from referrals.referral.moves import Actor, State
from referrals.referral.tables import ReferralRow
from referrals.staff.tables import MunicipalityRow
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN

DETAIL_CHANGED, OTHER_HOME = "change_detail", "name_other_home"
"""Rows of the history: what the ward put right, and which municipality it named."""
_INDEXED = {Step.PHONE: "phone_index", Step.NAME: "name_index"}


def hear(bedside: Bedside, words: Words) -> list[Say]:
    """Ask about the referral that this conversation sent; nothing where the words are not about it.

    Exactly the words of the button that undoes do what it does. Of names and numbers only those are
    kept that a button would put right.
    """
    if bedside.step is not Step.FILED:
        return []
    said = _hear(bedside, words)
    still = (bedside.row.aside or {}).get("question", {}).get("tokens", ())
    for token in {match[0] for match in TOKEN.finditer(words.text)}.difference(still):
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)
    return said


def _hear(bedside: Bedside, words: Words) -> list[Say]:
    if "reference" in words.entities:
        return []
    referral = current_referral(bedside)
    if referral is None or referral.state == State.WITHDRAWN:
        return []
    if words.says("undo"):
        return filing.undo(bedside)
    if any(fact.kind == "another" for fact in words.facts):
        return [Say("utter_another_patient"), ask(bedside)]
    wanted = wish(words)
    if wanted is Wish.UNDO:
        return _ask_undo(bedside, referral)
    if wanted is Wish.WITHDRAW:
        return steering.ask_withdrawal(bedside, referral.reference)
    if wanted is Wish.CHANGE:
        return _ask_change(bedside, referral, words)
    return [ask(bedside)] if words.intent == "affirm" else []


def change(bedside: Bedside) -> list[Say]:
    """Put right what the question on the screen named, or write it to the municipality."""
    question = bedside.asked
    referral = current_referral(bedside, lock=True)
    if question.get("kind") != "change" or referral is None:
        return [Say("utter_stale_button"), ask(bedside)]
    if not referral.open or referral.purged_at is not None:
        return [Say("utter_change_too_late"), ask(bedside)]
    if "home" in question:
        _write(bedside, referral, OTHER_HOME, question["home"])
        return [Say("utter_home_told", {"home": _name(bedside, question["home"])}), ask(bedside)]
    before = bedside.encounter = _as_it_stands(bedside.encounter, referral)
    for step, value in question["told"].items():
        _put_right(bedside, referral, Step(step), value)
    what = noting.changes(bedside, before)
    if not what:
        return [Say("utter_nothing_new"), ask(bedside)]
    _write_through(bedside, referral, before)
    return [Say("utter_detail_changed", {"what": what}), ask(bedside)]


def _ask_undo(bedside: Bedside, referral: ReferralRow) -> list[Say]:
    values = {"reference": referral.reference}
    if not may_undo(referral.filed_at, bedside.now):
        late = Say("utter_too_late_to_undo", values)
        return [late, *steering.ask_withdrawal(bedside, referral.reference)]
    asked = Say("utter_confirm_undo", values)
    bedside.asks_aside("undo", said=asked.to_json())
    return [asked]


def _ask_change(bedside: Bedside, referral: ReferralRow, words: Words) -> list[Say]:
    right, home = told(words), place(words)
    if bedside.by_page and (home or right):
        return [Say("utter_details_by_page"), *_elsewhere(bedside, referral)]
    if home and not right:
        return _ask_home(bedside, referral, home)
    try:
        what = [_shown(bedside, step, value) for step, value in right.items()]
    except BadValue as bad:
        return [Say(f"utter_{bad.why}"), ask(bedside)]
    if choosing.relative_beside(words.text, right.get(Step.PHONE, "")):
        return [Say("utter_write_the_contact"), ask(bedside)]
    if not right:
        named = any(f.value in (*CHANGEABLE.values(), "") for f in words.own("correction"))
        if named or words.intent == "has_no_phone":
            return [Say("utter_write_the_right_one"), ask(bedside)]
        return _elsewhere(bedside, referral)
    asked = Say("utter_confirm_change", {"what": noting.BETWEEN.join(what)})
    kept = {step.value: value for step, value in right.items()}
    bedside.asks_aside("change", said=asked.to_json(), told=kept, tokens=list(kept.values()))
    return [asked]


def _ask_home(bedside: Bedside, referral: ReferralRow, home: str) -> list[Say]:
    """Offer what can still be done where another municipality is the right one."""
    if home == referral.municipality_code:
        return [ask(bedside)]
    if may_undo(referral.filed_at, bedside.now):
        return _elsewhere(bedside, referral)
    names = {"home": _name(bedside, home), "now": _name(bedside, referral.municipality_code)}
    asked = Say("utter_confirm_home", names)
    bedside.asks_aside("change", said=asked.to_json(), home=home)
    return [asked]


def _elsewhere(bedside: Bedside, referral: ReferralRow) -> list[Say]:
    """Say how to change what cannot be changed here."""
    values = {"reference": referral.reference}
    if may_undo(referral.filed_at, bedside.now):
        return [Say("utter_change_by_undo", values), ask(bedside)]
    home = bedside.session.get_one(MunicipalityRow, referral.municipality_code)
    return [Say("utter_change_by_call", values | {"phone": home.phone}), ask(bedside)]


def _shown(bedside: Bedside, step: Step, value: str) -> str:
    """Say a new value as a nurse would. Raises BadValue for what cannot stand."""
    if step in script.SEALED:
        normal(step, bedside.unsealed(value) or "", local_day(bedside.now))
    return noting.in_words(bedside, step, value)


def _put_right(bedside: Bedside, referral: ReferralRow, step: Step, value: str) -> None:
    if step in script.SEALED:
        plain = normal(step, bedside.unsealed(value) or "", local_day(bedside.now))
        old = keep(bedside, step, plain, value)
        if old:
            bedside.forgets_later(old)
        index = _INDEXED.get(step)
        if index:
            vault = bedside.around.vault
            setattr(referral, index, vault.blind_index(bedside.session, step.value, plain))
    else:
        bedside.encounter = _recorded(bedside.encounter, step, value)


def _recorded(encounter: Encounter, step: Step, value: str) -> Encounter:
    """Record a code. Nobody asks again: an interpreter is needed for any foreign language."""
    needs = encounter.get(Step.INTERPRETER)
    encounter = script.record(encounter, step, value)
    if step is Step.SPOKEN_LANGUAGE and value != "da" and needs:
        return script.record(encounter, Step.INTERPRETER, needs)
    return encounter


def _as_it_stands(encounter: Encounter, referral: ReferralRow) -> Encounter:
    """Give the encounter with the details of the referral, which others may have changed since."""
    details = {s: referral.details[s] for s in script.PAGE_STEPS if s in referral.details}
    return encounter.with_answers({**encounter.answers, **details})


def _write_through(bedside: Bedside, referral: ReferralRow, before: Encounter) -> None:
    """Let the referral hold all that the encounter holds now, also what fell with a change."""
    old, new = before.answers, bedside.encounter.answers
    changed = [s for s in {**old, **new} if s in script.PAGE_STEPS and old.get(s) != new.get(s)]
    kept = {code: value for code, value in referral.details.items() if code not in changed}
    referral.details = kept | {s.value: new[s] for s in changed if s in new}
    if Step.BEST_TIME in changed:
        best_time, planned = new.get(Step.BEST_TIME), referral.next_attempt_at
        referral.next_attempt_at = moved(planned, best_time, bedside.now)
    for step in changed:
        _write(bedside, referral, DETAIL_CHANGED, step.value)


def _write(bedside: Bedside, referral: ReferralRow, what: str, about: str) -> None:
    """Put it into the history, and tell the municipality."""
    session, now, name = bedside.session, bedside.now, bedside.nurse.name
    history.mark(session, referral, what, history.Entry(f"{Actor.NURSE}:{name}", now, about=about))
    announce(session, "referral_changed", referral, now)
    chain.append(session, now, name, what, f"referral:{referral.reference}")


def _name(bedside: Bedside, code: str) -> str:
    return bedside.around.municipalities.name_of(code)
