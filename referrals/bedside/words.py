"""The seat and the call of an encounter in words, as lines to put under other lines."""

from __future__ import annotations

from referrals.advice.encounter import Step
from referrals.booking import reserved
from referrals.booking.seat_listing import Seat
from referrals.denmark.dates import short_start
from referrals.denmark.municipalities import OTHER_MUNICIPALITY
from referrals.turns.turn import Bedside


def reserved_lines(bedside: Bedside) -> str:
    """Give a line for the seat and one for the call, each after a line break; empty if neither.

    What was freed as another municipality became the patient's is said, too.
    """
    there = reserved.show(bedside.session, bedside.row.id)
    lines = []
    if there.seat is not None and there.seat.ended_at is None:
        lines.append(_seat(bedside, there.seat))
    elif there.seat is not None and there.seat.ended_why == reserved.MOVED:
        lines.append(bedside.word("reserved", "seat_freed").format(title=there.seat.title))
    if there.call_ended == reserved.MOVED:
        lines.append(bedside.word("reserved", "call_freed"))
    if there.call is not None:
        when = short_start(there.call.starts_at, bedside.language)
        lines.append(bedside.word("reserved", "call").format(when=when))
    return "".join(f"\n• {line}" for line in lines)


def sharing_line(bedside: Bedside) -> str:
    """Give a line for the answer about other municipalities; empty where that is not asked."""
    answer = bedside.encounter.get(Step.CONSENT_SHARING)
    if answer is None:
        return ""
    return bedside.word("sharing", "line").format(answer=bedside.word("yes_no", answer))


def _seat(bedside: Bedside, seat: Seat) -> str:
    until = short_start(seat.expires_at, bedside.language) if seat.expires_at else ""
    return bedside.word("reserved", seat.state.value).format(title=seat.title, until=until)


def used(bedside: Bedside) -> str:
    """Say in words what the patient uses: status, and the product where one was named."""
    get = bedside.encounter.get
    product = bedside.word("product", get(Step.PRODUCT))
    relapsed = get(Step.EX_SMOKER) == "relapsed"
    status = bedside.word("referred_status" if relapsed else "status", get(Step.STATUS))
    if product and get(Step.STATUS) == "other_product":
        return product
    return f"{status}, {product}" if product else status


def used_in_record(bedside: Bedside) -> str:
    """Say as a sentence what the patient uses, for the line in the patient's record."""
    said = used(bedside)
    if said == bedside.word("product", bedside.encounter.get(Step.PRODUCT)):
        said = bedside.word("record_line", "uses").format(product=said)
    return said[:1].upper() + said[1:]


def municipality_name(bedside: Bedside) -> str:
    """Give the name of the confirmed municipality; empty for one outside the table."""
    code = bedside.encounter.get(Step.MUNICIPALITY)
    if code is None or code == OTHER_MUNICIPALITY:
        return ""
    return bedside.around.municipalities.name_of(code)
