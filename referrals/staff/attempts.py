"""Whose guesses at a password or code have to wait: a stranger's, and nobody's whom they name.

A name waits for those at one address alone, so that somebody elsewhere cannot make it wait. A
device that was let in with a name before is counted by itself, and waits for nobody else at its
address, such as a hospital's. Whoever goes on waits longer and longer; nobody is locked out for
good. A name that does not exist is counted like one that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from referrals.allowances.rate import Allowance, per
from referrals.allowances.spending import Allowances, TooManyAttempts
from referrals.security_events.events import Event
from referrals.security_events.telling import tell

PASSWORDS = Allowance("passwords", (per(10, minutes=5), per(30, hours=1), per(100, days=1)))
"""Tried with one name from one address, or from one device."""
WRONG_FROM = Allowance(
    "wrong passwords", (per(60, minutes=5), per(300, hours=1), per(2000, days=1))
)
"""Wrong ones from one address, with whatever names, by devices that nobody knows."""
CODES = Allowance("codes", (per(6, minutes=5), per(20, hours=1), per(60, days=1)))
"""Tried by one user, whose password was right, from devices that nobody knows, or from one."""
_NEIGHBOURS = 64
"""So many bits an IPv6 address shares with all that one household or ward has."""


@dataclass(frozen=True)
class Caller:
    """From where somebody knocks; ``device`` only if it was let in with the same name before."""

    address: str = ""
    device: str = ""

    @property
    def key(self) -> str:
        """Name the device, or else the net that the address is in."""
        return f"device {self.device}" if self.device else f"net {net_of(self.address)}"


NOWHERE = Caller()


class Guesses:
    """Counts passwords and codes that are tried."""

    def __init__(self, allowances: Allowances) -> None:
        self._allowances = allowances

    def password(self, name: str, caller: Caller, now: datetime) -> None:
        """Count a password before it is looked at. Raises TooManyAttempts."""
        try:
            if not caller.device:
                self._allowances.check(WRONG_FROM, caller.key, now)
            self._allowances.spend(PASSWORDS, f"{caller.key} {name}", now)
        except TooManyAttempts:
            tell(Event.LIMIT_REACHED, "log_in")
            raise

    def wrong_password(self, caller: Caller, now: datetime) -> None:
        """Count a wrong one against its address, which right ones cost nothing."""
        if caller.device:
            return
        try:
            self._allowances.spend(WRONG_FROM, caller.key, now)
        except TooManyAttempts:  # others there spent it meanwhile; the next one waits
            return

    def right_password(self, name: str, caller: Caller) -> None:
        """Forgive what was tried with a name before it was right."""
        self._allowances.forgive(PASSWORDS, f"{caller.key} {name}")

    def code(self, user_id: int, device: str, now: datetime) -> None:
        """Count a code before it is looked at. Raises TooManyAttempts."""
        try:
            self._allowances.spend(CODES, f"{user_id} {device}", now)
        except TooManyAttempts:
            tell(Event.LIMIT_REACHED, "second_factor", about=user_id)
            raise

    def right_code(self, user_id: int, device: str) -> None:
        """Forgive what a user tried before the code was right."""
        self._allowances.forgive(CODES, f"{user_id} {device}")


def net_of(address: str) -> str:
    """Give whom an address counts as: itself, or of IPv6 the net that one line is given."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(IPv6Address(int(read) >> _NEIGHBOURS << _NEIGHBOURS))
