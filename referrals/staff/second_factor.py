"""The second factor: a code from a person's own phone (TOTP), or a recovery code on paper.

The shared secret and the recovery codes, each as a salted hash, lie with the user, encrypted with a
key that stands outside the database. A code works once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referrals.allowances.spending import Allowances
from referrals.audit import chain
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff.attempts import Guesses
from referrals.staff.paper_codes import draw, fingerprint
from referrals.staff.passkeys import has_any
from referrals.staff.roles import Staff
from referrals.staff.sessions import digest, is_proved_twice, renew
from referrals.staff.tables import SessionRow, UserRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault

STEP_S = 30
STEPS_AROUND = (-1, 0, 1)
"""A phone's clock may be half a minute off."""
RECOVERY_CODES = 8
_SIGNS = 28
"""Of a recovery code: 140 bits, and more than 112, so that a fast hash does."""
_SALTS = "$"
ISSUER = "Henvis"


@dataclass(frozen=True)
class Enrolled:
    """What came of enrolling: recovery codes, and the session's new secret; this once."""

    codes: list[str]
    secret: str

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "Enrolled()"


@dataclass(frozen=True)
class Enrolment:
    """What a person's phone is to learn: the secret to type, and the same as an address."""

    secret: str
    address: str

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "Enrolment()"


class SecondFactors:
    """Enrols, proves and counts recovery codes. Does not decide who needs a second factor."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._guesses = Guesses(Allowances(database))

    def is_enrolled(self, staff: Staff) -> bool:
        """Tell whether a person has a second factor."""
        with self._database.read() as session:
            return session.get_one(UserRow, staff.id).second_factor is not None

    def recovery_codes_left(self, staff: Staff) -> int:
        """Count the recovery codes that were not used yet."""
        with self._database.read() as session:
            locked = session.get_one(UserRow, staff.id).second_factor
        return len(self._open(staff.id, locked)[1]) if locked else 0

    def offer(self, staff: Staff, session_secret: str) -> Enrolment:
        """Give the secret that this session may enrol. The same again; nothing is stored."""
        with self._database.read() as session:
            [drawn, *_] = self._drawn(session.get_one(UserRow, staff.id), session_secret)
        address = pyotp.TOTP(drawn).provisioning_uri(name=staff.name, issuer_name=ISSUER)
        return Enrolment(drawn, address)

    def enrol(
        self,
        staff: Staff,
        session_secret: str,
        code: str,
        now: datetime,
        *,
        current: str = "",
        device: str = "",
    ) -> Enrolled | None:
        """Keep what was offered once a code shows that the phone knows it.

        Gives the recovery codes, which are never shown again, or None if the code is not right. The
        caller has seen to it that the session was proved a moment ago.
        Whoever has a second factor already must show a ``current`` code of it. The session counts
        as proved from then on; others are half. Raises TooManyAttempts.
        """
        self._guesses.code(staff.id, device, now)
        codes = [draw(_SIGNS) for _ in range(RECOVERY_CODES)]
        with self._database.write() as session:
            user = _locked_user(session, staff.id)
            drawn, step = _first_matching(self._drawn(user, session_secret), code, now)
            if step is None or (user.second_factor and not self._use(session, user, current, now)):
                tell(Event.SECOND_FACTOR_FAILED, "enrol", about=staff.id)
                return None
            if has_any(session, user.id) and not is_proved_twice(session, session_secret):
                return None  # a password alone adds no phone to a passkey
            _mark_others_half(session, user.id)
            user.second_factor = self._lock(session, user.id, drawn, map(fingerprint, codes))
            user.second_factor_step = step
            renewed = renew(session, session_secret, user.id, now, twice=True)
            chain.append(session, now, user.name, "enrol_second_factor", f"user:{user.id}")
        self._guesses.right_code(staff.id, device)
        return Enrolled(codes, renewed)

    def prove(
        self, staff: Staff, session_secret: str, code: str, now: datetime, *, device: str = ""
    ) -> str | None:
        """Let the session in if the code is right and was not used before. Raises TooManyAttempts.

        Gives the session's new secret, or None; also for somebody who has no second factor. A
        ``device`` that was let in with this name before is counted by itself.
        """
        self._guesses.code(staff.id, device, now)
        with self._database.write() as session:
            user = _locked_user(session, staff.id)
            if user.second_factor is None or not self._use(session, user, code, now):
                tell(Event.SECOND_FACTOR_FAILED, "prove", about=staff.id)
                return None
            renewed = renew(session, session_secret, user.id, now, twice=True)
            chain.append(session, now, user.name, "prove_second_factor", f"user:{user.id}")
        self._guesses.right_code(staff.id, device)
        return renewed

    def _use(self, session: Session, user: UserRow, code: str, now: datetime) -> bool:
        shared, recovery = self._open(user.id, user.second_factor or b"")
        step = _matching_step(shared, code, now, user.second_factor_step)
        if step is not None:
            user.second_factor_step = step
            return True
        shown = fingerprint(code)
        fits = [_fits(kept, shown) for kept in recovery]  # all of them, whichever it is
        left = [kept for kept, same in zip(recovery, fits, strict=True) if not same]
        if len(left) == len(recovery):
            return False
        user.second_factor = self._lock(session, user.id, shared, left)
        return True

    def _drawn(self, user: UserRow, session_secret: str) -> list[str]:
        """Derive the secret on offer: one per session, and another once it was enrolled.

        The newest key's first; an offer of a moment ago may be an older one's.
        """
        before = hashlib.sha256(user.second_factor or b"").hexdigest()
        place = f"{digest(session_secret)}:{before}"
        halves = (self._vault.link_secrets(f"totp-{n}", place) for n in (1, 2))
        return [
            base64.b32encode(bytes.fromhex(half + other)[:20]).decode()
            for half, other in zip(*halves, strict=True)
        ]

    def _lock(self, session: Session, user_id: int, shared: str, recovery: Iterable[str]) -> bytes:
        plain = json.dumps({"secret": shared, "recovery": list(map(_salted, recovery))}).encode()
        return self._vault.lock_away(session, place_of(user_id), plain)

    def _open(self, user_id: int, locked: bytes) -> tuple[str, list[str]]:
        kept = json.loads(self._vault.bring_back(place_of(user_id), locked))
        return kept["secret"], kept["recovery"]


def _matching_step(shared: str, code: str, now: datetime, last: int | None) -> int | None:
    """Give the newest time step whose code this is and that lies after ``last``."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdecimal()):
        return None
    totp = pyotp.TOTP(shared, interval=STEP_S)
    current = int(now.timestamp()) // STEP_S
    found = None
    for step in (current + around for around in STEPS_AROUND):
        same = hmac.compare_digest(totp.generate_otp(step), typed)
        if same and (last is None or step > last):
            found = step
    return found


def _first_matching(drawn: list[str], code: str, now: datetime) -> tuple[str, int | None]:
    """Give the secret on offer that a code is of, with its time step; None for none."""
    for each in drawn:
        step = _matching_step(each, code, now, None)
        if step is not None:
            return each, step
    return drawn[0], None


def _salted(kept: str) -> str:
    """Give what is stored of a recovery code: its hash, hashed with a salt of its own.

    One of before, which has none yet, gets one; what is salted stays as it is.
    """
    if _SALTS in kept:
        return kept
    salt = secrets.token_hex(16)
    return f"{salt}{_SALTS}{digest(salt + kept)}"


def _fits(kept: str, shown: str) -> bool:
    """Tell whether a stored recovery code is the one of this hash."""
    salt, salts, hashed = kept.rpartition(_SALTS)
    return hmac.compare_digest(hashed, digest(salt + shown) if salts else shown)


def place_of(user_id: int) -> str:
    """Give where a user's second factor lies, which is authenticated with it."""
    return f"second-factor:{user_id}"


def _locked_user(session: Session, user_id: int) -> UserRow:
    return session.scalars(select(UserRow).where(UserRow.id == user_id).with_for_update()).one()


def _mark_others_half(session: Session, user_id: int) -> None:
    session.execute(
        update(SessionRow)
        .where(SessionRow.user_id == user_id, SessionRow.kind == "cookie")
        .values(proved_twice_at=None, passkey_at=None)
    )
