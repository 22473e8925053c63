"""Which addresses are called: https to everybody's addresses, and to nets that were allowed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.programs.addresses import BadUrl, check_url, may_be_called

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
GOOD = {
    "a name": ("https://fag.example.dk/henvis?kommune=0151", ()),
    "another port": ("https://fag.example.dk:8443/", ()),
    "an address of everybody's": ("https://8.8.8.8/", ()),
    "this machine, where allowed": ("http://127.0.0.1:9000/hook", LOOPBACK),
    "this machine by IPv6, where allowed": ("http://[::1]:9000/hook", LOOPBACK),
    "a net that was allowed": ("https://10.20.1.1/", (ip_network("10.20.0.0/16"),)),
}
BAD = {
    "nothing": ("", "url"),
    "no scheme": ("fag.example.dk/henvis", "url"),
    "no host": ("https:///henvis", "url"),
    "a name and password": ("https://a:b@fag.example.dk/", "url"),
    "a port that is none": ("https://fag.example.dk:port/", "url"),
    "a fragment": ("https://fag.example.dk/#a", "url"),
    "a blank": ("https://fag.example.dk/ a", "url"),
    "a line break": ("https://fag.example.dk/\r\nX: y", "url"),
    "too long": ("https://fag.example.dk/" + "a" * 500, "url"),
    "readable on the way": ("http://fag.example.dk/", "https"),
    "readable, by a name of this machine": ("http://localhost/", "https"),
    "another scheme": ("file:///etc/passwd", "url"),
    "another scheme with a host": ("ftp://fag.example.dk/", "https"),
    "this machine": ("https://127.0.0.1/", "private"),
    "this machine, readable": ("http://127.0.0.1/", "private"),
    "a private net": ("https://10.0.0.1/", "private"),
    "the cloud's own": ("https://169.254.169.254/latest", "private"),
    "a shared net": ("https://100.64.0.1/", "private"),
    "nowhere": ("https://0.0.0.0/", "private"),
    "private by IPv6": ("https://[fd00::1]/", "private"),
    "IPv4 in IPv6": ("https://[::ffff:10.0.0.1]/", "private"),
    "IPv4 through NAT64": ("https://[64:ff9b::a00:1]/", "private"),
    "IPv4 through 6to4": ("https://[2002:a00:1::]/", "private"),
    "many at once": ("https://224.0.0.1/", "private"),
}


@pytest.mark.parametrize(("url", "allowed"), GOOD.values(), ids=GOOD)
def test_an_address_that_may_be_called(
    url: str, allowed: tuple[IPv4Network | IPv6Network, ...]
) -> None:
    check_url(url, allowed)


@pytest.mark.parametrize(("url", "why"), BAD.values(), ids=BAD)
def test_an_address_that_is_not_called_says_why(url: str, why: str) -> None:
    with pytest.raises(BadUrl) as refused:
        check_url(url)
    assert refused.value.why == why


@given(st.ip_addresses(v=4))
def test_an_address_is_refused_alike_however_it_is_written(address: IPv4Address) -> None:
    mapped = IPv6Address(f"::ffff:{address}")
    assert may_be_called(mapped) == may_be_called(address)
    if address.is_private or address.is_loopback or address.is_link_local:
        assert not may_be_called(address)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_taken_or_refused_and_never_fails(typed: str) -> None:
    for url in (typed, f"https://{typed}"):
        try:
            check_url(url)
        except BadUrl:
            continue
        assert url.startswith("https://")
