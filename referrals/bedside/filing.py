"""Filing a referral once, in one transaction with consent, outbox and audit; and undoing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import bindparam, select

from referrals.advice import script
from referrals.advice.encounter import Outcome, Step
from referrals.audit import chain
from referrals.bedside.asking import ask, ask_filed
from referrals.bedside.finding import current_referral, open_referral_of_same_person
from referrals.bedside.words import municipality_name, reserved_lines, used_in_record
from referrals.booking import reserved
from referrals.consent.tables import ConsentRow
from referrals.consent.texts import PURPOSE, ConsentMethod, lapses_at
from referrals.denmark.dates import day, weekday_and_day
from referrals.next_action.next_attempt import first_at_home
from referrals.quotas import nurse as quota
from referrals.referral import history
from referrals.referral.announcing import announce
from referrals.referral.clock import due_at, may_undo
from referrals.referral.moves import Move, State
from referrals.referral.reference import new_reference
from referrals.referral.tables import ReferralRow
from referrals.storage.database import lock_chain
from referrals.turns import practice
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside, end

_CONSENT = select(ConsentRow).where(ConsentRow.encounter_id == bindparam("encounter"))
_TAKEN = select(ReferralRow.id).where(ReferralRow.reference == bindparam("reference"))
_DETAIL_STEPS = (
    *script.REQUIRED_CONTACT,
    *script.OPTIONAL_DEFAULTS,
    *script.EXTRA_STEPS,
    Step.STATUS,
    Step.PRODUCT,
)
SHARED_DATA = (*(step.value for step in _DETAIL_STEPS), "ward")
"""What a municipality sees of a patient, which is what the consent names."""


def look_for_duplicate(bedside: Bedside) -> None:
    """Note whether the same person has an open referral; an old "add anyway" stands."""
    if bedside.row.practice:
        return
    found = open_referral_of_same_person(bedside) is not None
    bedside.encounter = replace(bedside.encounter, duplicate_open=found)


def file(bedside: Bedside) -> list[Say]:
    """Put the referral into the municipality's queue and say so.

    Refuses without consent or before the summary; where the consent was withdrawn after an undo,
    the encounter ends, as there is nobody left to refer. The unique key ``(encounter_id, filing)``
    makes a second filing of the same encounter impossible, whatever happens. Practice ends here.
    """
    if bedside.row.practice:
        return practice.end_instead_of_filing(bedside)
    consent = _kept_consent(bedside)
    if consent is not None and consent.withdrawn_at is not None:
        end(bedside, Outcome.CANCELLED)
        return [ask(bedside)]
    _let_one_file_for(bedside)
    look_for_duplicate(bedside)
    if not script.may_file(bedside.encounter):
        return [ask(bedside)]
    referral = _add_referral(bedside, consent)
    end(bedside, Outcome.REFERRED)
    filed = [_filed(bedside, referral), _journal_line(bedside, referral)]
    return [*filed, ask_filed(bedside, referral)]


def undo(bedside: Bedside) -> list[Say]:
    """Take the referral back within ten minutes; the answers stand and can be sent again.

    Seat and call are freed: whoever sends again holds them anew.
    """
    referral = current_referral(bedside, lock=True)
    if bedside.encounter.ended is not Outcome.REFERRED or referral is None:
        return [Say("utter_nothing_to_undo"), ask(bedside)]
    if referral.state == State.WITHDRAWN:
        return [Say("utter_already_withdrawn", {"reference": referral.reference}), ask(bedside)]
    if not may_undo(referral.filed_at, bedside.now):
        return [Say("utter_too_late_to_undo", {"reference": referral.reference}), ask(bedside)]
    session, now, actor = bedside.session, bedside.now, bedside.nurse.name
    history.append(
        session,
        referral,
        Move.WITHDRAW,
        State.WITHDRAWN,
        history.Entry(f"nurse:{actor}", now, reason="undone_by_nurse"),
    )
    history.strip_identity(referral, now)
    announce(session, "referral_withdrawn", referral, now)
    reserved.free(session, bedside.row.id, now, actor, "undone")
    chain.append(session, now, actor, "undo_referral", f"referral:{referral.reference}")
    bedside.row.filing += 1
    end(bedside, None)
    look_for_duplicate(bedside)
    return [Say("utter_undone", {"reference": referral.reference}), ask(bedside)]


def _kept_consent(bedside: Bedside) -> ConsentRow | None:
    """Give the consent record of an earlier sending, before an undo."""
    return bedside.session.scalars(_CONSENT, {"encounter": bedside.row.id}).one_or_none()


def _let_one_file_for(bedside: Bedside) -> None:
    """Keep two nurses from filing for the same phone at once, both without seeing the other's."""
    phone = bedside.unsealed(bedside.encounter.get(Step.PHONE))
    if phone is not None:
        for index in bedside.around.vault.blind_indexes(bedside.session, "phone", phone):
            lock_chain(bedside.session, index)


def _add_referral(bedside: Bedside, consent: ConsentRow | None) -> ReferralRow:
    session, row, now, vault = bedside.session, bedside.row, bedside.now, bedside.around.vault
    get = bedside.encounter.get
    name, phone = bedside.unsealed(get(Step.NAME)), bedside.unsealed(get(Step.PHONE))
    if name is None or phone is None:
        raise RuntimeError("a referral without a name and a phone number cannot be filed")
    referral = ReferralRow(
        reference=_free_reference(bedside),
        encounter_id=row.id,
        filing=row.filing,
        municipality_code=get(Step.MUNICIPALITY),
        ward_id=row.ward_id,
        nurse_id=row.nurse_id,
        consent_id=_keep_consent(bedside, consent).id,
        state=State.FILED.value,
        open=True,
        version=1,
        filed_at=now,
        state_since=now,
        due_at=due_at(now),
        next_attempt_at=_first_attempt(bedside),
        details={step.value: value for step in _DETAIL_STEPS if (value := get(step))},
        phone_index=vault.blind_index(session, "phone", phone),
        name_index=vault.blind_index(session, "name", name),
    )
    session.add(referral)
    session.flush()
    history.begin(session, referral, history.Entry(f"nurse:{bedside.nurse.name}", now))
    announce(session, "new_referral", referral, now)
    quota.send(session, bedside.nurse, now)
    chain.append(
        session, now, bedside.nurse.name, "file_referral", f"referral:{referral.reference}"
    )
    return referral


def _first_attempt(bedside: Bedside) -> datetime | None:
    """Plan the first try for after the day of discharge; the day itself stays sealed."""
    leaves_on = bedside.unsealed(bedside.encounter.get(Step.DISCHARGE_DATE))
    if leaves_on is None:
        return None
    best_time, now = bedside.encounter.get(Step.BEST_TIME), bedside.now
    return first_at_home(best_time, date.fromisoformat(leaves_on), now, due_at(now))


def _free_reference(bedside: Bedside) -> str:
    clashes = 0
    while True:
        reference = new_reference(clashes)
        if bedside.session.scalar(_TAKEN, {"reference": reference}) is None:
            return reference
        clashes += 1


def _keep_consent(bedside: Bedside, kept: ConsentRow | None) -> ConsentRow:
    """Write the consent record from what was captured; a sending after an undo uses the same."""
    encounter, row = bedside.encounter, bedside.row
    proof = row.consent_proof
    consent = kept or ConsentRow(encounter_id=row.id)
    captured_at = datetime.fromisoformat(proof["contact"]["at"])
    consent.text_version = proof["contact"]["version"]
    consent.language = proof["contact"]["language"]
    consent.contact = encounter.get(Step.CONSENT_CONTACT) == "yes"
    consent.contact_text_hash = proof["contact"]["hash"]
    consent.outcome = encounter.get(Step.CONSENT_OUTCOME) == "yes"
    consent.outcome_text_hash = proof["outcome"]["hash"]
    sharing = encounter.get(Step.CONSENT_SHARING)
    consent.sharing = None if sharing is None else sharing == "yes"
    consent.sharing_text_hash = None if sharing is None else proof["sharing"]["hash"]
    consent.shared = list(SHARED_DATA)
    consent.home_municipality_code = encounter.get(Step.MUNICIPALITY)
    consent.partner_municipality_code = row.partner_consent
    consent.partner_text_hash = proof.get("partner", {}).get("hash")
    consent.purpose = PURPOSE
    consent.method = proof["contact"].get("method", ConsentMethod.READ_ALOUD.value)
    consent.captured_by = row.nurse_id
    consent.captured_at = captured_at
    consent.expires_at = lapses_at(captured_at)
    bedside.session.add(consent)
    bedside.session.flush()
    return consent


def _filed(bedside: Bedside, referral: ReferralRow) -> Say:
    if bedside.by_page:
        values = {
            "reference": referral.reference,
            "due": weekday_and_day(referral.due_at, bedside.language),
            "reserved": reserved_lines(bedside),
            "receipt": f"[[receipt:{referral.reference}]]",
        }
        return Say("utter_filed_by_page", values)
    return Say(
        "utter_filed",
        {
            "reference": referral.reference,
            "municipality": municipality_name(bedside),
            "due": weekday_and_day(referral.due_at, bedside.language),
            "receipt": f"[[receipt:{referral.reference}]]",
            "reserved": reserved_lines(bedside),
        },
    )


def _journal_line(bedside: Bedside, referral: ReferralRow) -> Say:
    if bedside.by_page:
        values = {
            "reference": referral.reference,
            "use": used_in_record(bedside),
            "filed": day(referral.filed_at, bedside.language),
        }
        return Say("utter_journal_line_by_page", values)
    return Say(
        "utter_journal_line",
        {
            "reference": referral.reference,
            "municipality": municipality_name(bedside),
            "use": used_in_record(bedside),
            "filed": day(referral.filed_at, bedside.language),
        },
    )
