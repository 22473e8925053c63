"""How a reply is cut into what is said aloud, links of our own, and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.bubble import BubblePart, parts

OWN = "http://127.0.0.1:8000"


def cut(text: str) -> list[BubblePart]:
    return list(parts(text, OWN))


def test_what_is_to_be_said_aloud_stands_apart() -> None:
    assert cut("SPØRG – sig:\n»Ryger du?«") == [
        BubblePart("words", "SPØRG – sig:\n"),
        BubblePart("aloud", "»Ryger du?«"),
    ]


def test_english_quotation_marks_do_the_same() -> None:
    assert cut("Say: “Do you smoke?”")[1] == BubblePart("aloud", "“Do you smoke?”")


def test_our_own_address_becomes_a_link() -> None:
    address = f"{OWN}/kvittering/H-7KF3-Q/abc"
    assert cut(f"Kvittering: {address}")[1] == BubblePart("link", address)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/x", "http://127.0.0.1:8000.example.org/x", "javascript:alert(1)"],
)
def test_any_other_address_stays_words(address: str) -> None:
    assert {part.kind for part in cut(f"Se {address} nu")} == {"words"}


@given(st.text(alphabet="ab »«“”\nhttp:/.0127890", max_size=80))
def test_no_sign_is_ever_lost(text: str) -> None:
    assert "".join(part.text for part in cut(text)) == text
