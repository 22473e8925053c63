"""Words at the summary that put sending off, or refuse it."""

from __future__ import annotations

import pytest

from referrals.advice.putting_off import later_sending, refuses_sending


@pytest.mark.parametrize(
    "text",
    [
        "send den efter kl 14",
        "send den kl. 14",
        "send den i morgen",
        "send på fredag",
        "send den når hun er udskrevet",
        "vent med at sende",
        "send den først efter stuegang",
        "send den senere",
        "don't send it yet",
        "send it after 2 pm",
    ],
)
def test_sending_is_put_off(text: str) -> None:
    assert later_sending(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "ja send den",
        "send den bare",
        "ja send den men ring efter kl 14",
        "send den, ring i morgen",
        "ring efter kl 14",
        "send den til 2730",
        "hun udskrives i morgen",
    ],
)
def test_sending_is_not_put_off(text: str) -> None:
    assert later_sending(text) == ""


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("hun siger send ikke", True),
        ("konen siger send den ikke", True),
        ("do not send it", True),
        ("send den", False),
        ("ikke om formiddagen, send den", False),
        ("ring ikke før fredag", False),
    ],
)
def test_sending_is_refused(text: str, *, refused: bool) -> None:
    assert refuses_sending(text) is refused
