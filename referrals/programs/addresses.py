"""Where a webhook may lead: https, and never into a net that only this machine can reach. Pure.

Checked when an address is set and again each time that it is called, since a name may lead
elsewhere then (`service/sending/webhooks.py` calls the address that was checked and no other).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

LONGEST_URL = 500
Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
_TUNNELS = tuple(IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
"""IPv6 addresses that stand for one of IPv4, whichever: nobody's system is called by them."""


class BadUrl(ValueError):
    """An address that is not called. ``why`` is ``url``, ``https`` or ``private``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check_url(url: str, allowed: Sequence[Network] = ()) -> None:
    """Raise BadUrl for an address that is malformed, open to readers on the way, or private.

    ``allowed`` are private nets that this installation may call. Without https only this machine.
    A name is not looked up here.
    """
    if len(url) > LONGEST_URL or not (url.isascii() and url.isprintable()) or " " in url:
        raise BadUrl("url")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadUrl("url") from None
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise BadUrl("url")
    literal = _literal(host)
    here = literal is not None and literal.is_loopback
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise BadUrl("https")
    if literal is not None and not may_be_called(literal, allowed):
        raise BadUrl("private")


def may_be_called(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether an address is everybody's, or in a net that was allowed."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address.version == net.version and address in net for net in allowed):
        return True
    if address.is_multicast or any(address in net for net in _TUNNELS if address.version == 6):
        return False
    return address.is_global


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
