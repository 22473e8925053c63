"""No digit of a CPR number lies in any stored value, whatever stands beside it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.bedside.tables import NotUnderstoodRow
from referrals.vault.vault import TOKEN
from tests.conftest import World
from tests.referrals.details.typed import type_text, vault_values
from tests.referrals.playing import Play

BESIDE = ["", "cpr ", "Hanne Prøvesen, ", "datteren Lise ", "2750 ", "20667788 ", "tlf 20667788, "]
BEHIND = [
    "",
    " 20667788",
    ", 2750",
    " datteren Lise på 22334455",
    " ring efter kl 16",
    ", bor i 2750",
]
GAPS = ["", " ", "-", ".", "/", " - ", "\u2013", "\u00a0"]
STEPS = [Step.NAME, Step.PHONE, Step.POSTCODE, Step.BEST_TIME, Step.SECOND_CONTACT, Step.SUMMARY]
_OURS = ("20667788", "22334455", "2750", "28112233")


@st.composite
def cprs(draw: st.DrawFn) -> tuple[str, str]:
    """Give the ten figures of a CPR number, and a way in which they are typed."""
    day = draw(st.dates(dt.date(1920, 1, 1), dt.date(2020, 12, 31)))
    serial = draw(st.integers(0, 9999))
    digits = f"{day:%d%m%y}{serial:04}"
    gap = draw(st.sampled_from(GAPS))
    cuts = draw(st.sampled_from([(6,), (2, 4, 6), (6, 8), (2, 4, 6, 8), (4, 6)]))
    ends = [*cuts, 10]
    return digits, gap.join(digits[a:b] for a, b in zip([0, *cuts], ends, strict=True))


def at(world: World, step: Step) -> Play:
    play = Play(world)
    if step is Step.NAME:
        play.to_contact()
        return play
    play.to_summary(name="Zebulon Quistgaard", phone="28112233", postcode="2750")
    if step is not Step.SUMMARY:
        play.correct(step)
    return play


def everything(world: World, play: Play) -> list[str]:
    """Give every stored text of a conversation, and the vault's values in clear."""
    with world.database.read() as session:
        stored = [
            *session.scalars(select(TurnRow.sealed_text)),
            *session.scalars(select(TurnRow.said)),
            *session.scalars(select(EncounterRow.answers)),
            *session.scalars(select(EncounterRow.aside)),
            *session.scalars(select(NotUnderstoodRow.text)),
        ]
    return [*(TOKEN.sub(" ", json.dumps(each)) for each in stored), *vault_values(play)]


def left_of(digits: str, stored: list[str]) -> list[str]:
    """Give the stored texts in which the birth date, or the last four, still stand."""
    found = []
    for text in stored:
        clear = text
        for own in _OURS:
            clear = clear.replace(own, " ")
        figures = "".join(sign if sign.isdigit() else " " for sign in clear)
        joined = "".join(figures.split())
        if digits[:6] in joined or digits[6:] in figures.split():
            found.append(text)
    return found


@settings(
    max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    cpr=cprs(),
    before=st.sampled_from(BESIDE),
    behind=st.sampled_from(BEHIND),
    step=st.sampled_from(STEPS),
)
def test_no_figures_of_a_cpr_number_are_stored(
    world: World, cpr: tuple[str, str], before: str, behind: str, step: Step
) -> None:
    digits, typed = cpr
    assume(not any(part in own for own in _OURS for part in (digits[:6], digits[6:])))
    play = at(world, step)
    type_text(play, f"{before}{typed}{behind}")
    assert left_of(digits, vault_values(play)) == []


@pytest.mark.parametrize("step", STEPS)
def test_nor_are_they_in_any_table(world: World, step: Step) -> None:
    play = at(world, step)
    type_text(play, "Hanne Prøvesen, 311290-1234, 20667788, 2750")
    type_text(play, "31 12 90 12 34")
    assert left_of("3112901234", everything(world, play)) == []
