"""The seat and the call of an encounter in words, as lines to put under other lines."""

from __future__ import annotations

from referrals import reserved
from referrals.bedside import Bedside
from referrals.dates import short_start
from referrals.seat_listing import Seat


def reserved_lines(bedside: Bedside) -> str:
    """Give a line for the seat and one for the call, each after a line break; empty if neither."""
    there = reserved.show(bedside.session, bedside.row.id)
    lines = []
    if there.seat is not None and there.seat.ended_at is None:
        lines.append(_seat(bedside, there.seat))
    if there.call is not None:
        when = short_start(there.call.starts_at, bedside.language)
        lines.append(bedside.word("reserved", "call").format(when=when))
    return "".join(f"\n• {line}" for line in lines)


def _seat(bedside: Bedside, seat: Seat) -> str:
    until = short_start(seat.expires_at, bedside.language) if seat.expires_at else ""
    return bedside.word("reserved", seat.state.value).format(title=seat.title, until=until)
