"""What must hold of an identity step that was added as two words: its name, and its row in SEALED.

Run by ``test_one_more_identity_step.py`` in a copy of the code that has such a step.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import load_vocabulary
from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.audit.tables import AuditRow
from referrals.bedside import answering, asking
from referrals.consent.receipt import Receipts
from referrals.housekeeping import keep_house
from referrals.referral.tables import ReferralRow
from referrals.turns.turn import Bedside
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import TOKEN, seal
from service.settings import ROOT
from tests.conftest import World
from tests.referrals.playing import Play, how_many, kept, names

NEW = Step("discharge_ward")
TYPED = "Onkologisk 54B"


def _add(play: Play) -> str:
    """Add the detail from the summary, and give the token that stands for it."""
    play.to_summary()
    assert names(play.correct(NEW)) == [f"utter_ask_{NEW}"]
    value = seal("word", TYPED)
    play.say(lambda b: answering.record_contact(b, {NEW.value: value.token}), value)
    return play.encounter.get(NEW) or ""


def test_it_is_sealed_where_it_is_awaited() -> None:
    sealed = seal_text(TYPED, NEW, load_vocabulary(ROOT / "nlu"))
    assert "54B" not in sealed.text
    assert [(value.kind, value.value) for value in sealed.values] == [("word", TYPED)]


def test_its_nurse_reads_it_back_and_nobody_may_in_a_foreign_cloud(world: World) -> None:
    play = Play(world)
    token = _add(play)
    assert TOKEN.fullmatch(token)

    def read(bedside: Bedside) -> list[object]:
        assert bedside.unsealed(token) == TYPED
        bedside.by_page = True
        bedside.encounter = answering.script.correct(bedside.encounter, NEW)
        return [asking.ask(bedside)]

    assert names(play.say(read)) == ["utter_ask_contact_page"]  # type: ignore[arg-type]


def _cancel(world: World, play: Play) -> None:
    play.cancel()


def _wait(world: World, play: Play) -> None:
    keep_house(world.database, world.clock.forward(hours=3))


def _withdraw(world: World, play: Play) -> None:
    reference = str(play.send()[0].values["reference"])
    secret = world.vault.link_secret("receipt", reference)
    Receipts(world.database, world.vault).withdraw(reference, secret, world.clock())
    assert NEW.value not in kept(world, ReferralRow).details


@pytest.mark.parametrize("end", [_cancel, _wait, _withdraw], ids=["cancel", "expiry", "withdrawal"])
def test_it_is_purged(world: World, end: Callable[[World, Play], None]) -> None:
    play = Play(world)
    _add(play)
    end(world, play)
    assert how_many(world, VaultValueRow) == 0
    assert NEW.value not in {step for step, _ in kept(world, EncounterRow).answers}
    assert how_many(world, AuditRow, AuditRow.record.contains("54B")) == 0
