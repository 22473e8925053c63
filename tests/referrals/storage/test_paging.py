"""A page shows what fits, and says where the next one begins only if there is one."""

from __future__ import annotations

import pytest

from referrals.storage.paging import cut


@pytest.mark.parametrize(
    ("rows", "shown", "following"),
    [
        ([], [], None),
        ([1, 2], [1, 2], None),
        ([1, 2, 3], [1, 2, 3], None),
        ([1, 2, 3, 4], [1, 2, 3], "3"),
    ],
    ids=["nothing", "not full", "just full", "one more"],
)
def test_a_page_of_three(rows: list[int], shown: list[int], following: str | None) -> None:
    assert cut(rows, str, 3) == (shown, following)
