"""Who may enter the pages and calls of the bot: nurses with a ward, nobody else."""

from __future__ import annotations

from fastapi import Request

from referrals.staff.roles import NotAllowed, NotSignedIn, Staff


async def nurse(request: Request) -> Staff:  # not async, it would be sent through a thread
    """Give the signed-in nurse. Raises NotSignedIn or NotAllowed for anybody else."""
    staff: Staff | None = request.state.staff
    if staff is None:
        raise NotSignedIn
    if not staff.is_nurse:
        raise NotAllowed
    return staff
