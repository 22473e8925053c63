"""Which changes of a rule let anybody in sooner, longer, further or more often than before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referrals.staff import house_rules
from referrals.staff.house_rules import BOUNDS, SWITCHES, HouseRules, Value

TIGHTER: dict[str, tuple[Value, Value]] = {
    "session_idle": (30, 29),
    "session_lifetime": (720, 719),
    "invite_lifetime": (10080, 10079),
    "conversations_a_day": (75, 74),
    "referrals_a_day": (40, 39),
    "require_second_factor": (False, True),
    "second_factor_for_nurses": (False, True),
    "require_passkey": (False, True),
    "mail_domains": ("", "regionh.dk"),
}
"""For each rule, how it stands and what is a little tighter."""
NEITHER: list[tuple[str, Value, Value]] = [
    ("attempts_before_giving_up", 3, 4),
    ("attempts_before_giving_up", 4, 3),
    ("mail_domains", "a.dk b.dk", "b.dk a.dk"),
    ("mail_domains", "a.dk b.dk", "a.dk"),
]
LOOSER: list[tuple[str, Value, Value]] = [
    ("mail_domains", "a.dk", ""),
    ("mail_domains", "a.dk", "a.dk b.dk"),
    ("mail_domains", "a.dk", "b.dk"),
]


def test_every_rule_is_either_about_patients_or_has_a_tighter_side() -> None:
    assert {*BOUNDS, *SWITCHES, *house_rules.DOMAINS} == {*TIGHTER, *house_rules.ABOUT_PATIENTS}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [(name, before, after) for name, (before, after) in TIGHTER.items()] + NEITHER,
)
def test_what_is_tighter_or_about_patients_loosens_nothing(
    name: str, before: Value, after: Value
) -> None:
    assert not house_rules.loosens(name, before, after)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [(name, after, before) for name, (before, after) in TIGHTER.items()] + LOOSER,
)
def test_the_way_back_loosens(name: str, before: Value, after: Value) -> None:
    assert house_rules.loosens(name, before, after)


@given(name=some.sampled_from(sorted(TIGHTER)), data=some.data())
def test_no_two_changes_that_loosen_nothing_end_looser(name: str, data: some.DataObject) -> None:
    """Nobody gets there by small steps, or by way of something else."""
    if name in BOUNDS:
        values: some.SearchStrategy[Value] = some.integers(*BOUNDS[name])
    elif name in SWITCHES:
        values = some.booleans()
    else:
        values = some.sets(some.sampled_from(["a.dk", "b.dk", "c.dk"])).map(" ".join)
    one, two, three = (data.draw(values) for _ in range(3))
    if not house_rules.loosens(name, one, two) and not house_rules.loosens(name, two, three):
        assert not house_rules.loosens(name, one, three)


@pytest.mark.parametrize("name", sorted({*BOUNDS, *SWITCHES, *house_rules.DOMAINS}))
def test_what_stays_as_it_was_loosens_nothing(name: str) -> None:
    stands = house_rules.as_set(HouseRules(mail_domains=("a.dk",)), name)
    assert not house_rules.loosens(name, stands, stands)


def test_rules_are_told_as_they_are_set() -> None:
    rules = HouseRules(mail_domains=("a.dk", "b.dk"))
    assert [house_rules.as_set(rules, name) for name in (*BOUNDS, *house_rules.DOMAINS)] == [
        *(30, 720, 10080),
        *(3, 75, 40),
        "a.dk b.dk",
    ]
    assert [house_rules.as_set(rules, name) for name in SWITCHES] == [True, False, False]
