"""Signatures as Standard Webhooks describes them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from referrals.programs.signing import headers, new_secret


def test_the_signature_is_the_one_of_the_specification_s_example() -> None:
    # https://github.com/standard-webhooks/standard-webhooks, the example of its libraries
    told = headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert told == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_secrets_are_drawn_anew_and_long_enough() -> None:
    drawn = {new_secret() for _ in range(10)}
    assert len(drawn) == 10
    assert {len(base64.b64decode(each.removeprefix("whsec_"))) for each in drawn} == {32}


@given(st.binary(), st.binary())
def test_another_body_has_another_signature(one: bytes, other: bytes) -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    signed = [headers(secret, "msg_1", at, each)["webhook-signature"] for each in (one, other)]
    assert (signed[0] == signed[1]) == (one == other)
