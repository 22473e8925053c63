"""A number that is said to be none of use is told from one that stands beside another no."""

from __future__ import annotations

import pytest

from referrals.denmark.denied_numbers import Denied, denied

NO, PERHAPS, SURELY = Denied.NO, Denied.PERHAPS, Denied.SURELY


@pytest.mark.parametrize(
    ("clause", "how"),
    [
        ("#", NO),
        ("ring på #", NO),
        ("nej #", NO),
        ("hun har ingen fastnet kun #", NO),
        ("har ikke fastnet men kun #", NO),
        ("nummeret er forkert det er #", NO),
        ("ikke #", SURELY),
        ("det er ikke #", SURELY),
        ("ring ikke på #", SURELY),
        ("hun har ikke # mere", SURELY),
        ("hun skal ikke ringes op på #", SURELY),
        ("don\u2019t call #", SURELY),
        ("not #", SURELY),
        ("# er forkert", SURELY),
        ("# er det forkerte nummer", SURELY),
        ("# is wrong", SURELY),
        ("# dur ikke", SURELY),
        ("# er ikke hendes", SURELY),
        ("# er nedlagt", SURELY),
        ("det gamle nummer er #", SURELY),
        ("# er det gamle", SURELY),
        ("tidligere #", SURELY),
        ("# er ikke forkert", PERHAPS),
        ("forkert nummer #", PERHAPS),
        ("hun kan ikke høre godt #", PERHAPS),
        ("# hun kan ikke i morgen", PERHAPS),
    ],
)
def test_how_a_clause_speaks_of_its_number(clause: str, how: Denied) -> None:
    before, _, behind = clause.partition("#")
    assert denied(before, behind) is how
