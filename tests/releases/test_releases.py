"""What an earlier release wrote goes on: brought up to date, filed into, worked and closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.walking.checking import check, check_lists
from referrals.advice.encounter import Step
from referrals.follow_up.follow_ups import FollowUps
from referrals.outcomes.rules import FollowUpAnswer, FollowUpKind, VerificationMethod
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow
from referrals.storage import schema
from service.commands.doctor import diagnosis
from service.database import bring_up_to_date
from service.settings import Settings
from tests import postgres
from tests.conftest import World
from tests.referrals.playing import NAME, Play
from tests.releases.making import ADVISER, POSTGRESQL, SQLITE, What, restore, world_of

HERE = Path(__file__).parent
RELEASES = sorted(folder.name for folder in HERE.iterdir() if (folder / SQLITE).exists())
SMOKE_FREE = FollowUpAnswer(smoke_free=True, method=VerificationMethod.SELF_REPORT)


@dataclass
class Upgraded:
    settings: Settings
    world: World
    what: What

    def state(self, reference: str) -> State:
        with self.world.database.read() as session:
            query = select(ReferralRow.state).where(ReferralRow.reference == reference)
            return State(session.scalars(query).one())


@pytest.fixture(params=[(r, kind) for r in RELEASES for kind in (SQLITE, POSTGRESQL)], ids=str)
def upgraded(
    request: pytest.FixtureRequest, forenoon: None, postgres_server: str, tmp_path: Path
) -> Iterator[Upgraded]:
    """Put a release's dump back and bring it up to date as an operator does."""
    release, kind = request.param
    with postgres.a_database(postgres_server) as url:
        there = {} if kind == SQLITE else {"database_url": url}
        settings = Settings.load(data_dir=tmp_path / "data", **there)
        what = restore(HERE / release, kind, settings)
        assert "up to date" in bring_up_to_date(settings)
        with world_of(settings) as world:
            yield Upgraded(settings, world, what)


def test_there_is_a_release_to_come_from() -> None:
    assert "1.0.0" in RELEASES


def test_everything_the_code_asks_for_is_there_and_nothing_is_refused(upgraded: Upgraded) -> None:
    assert schema.missing(upgraded.world.database) == []
    lines, code = diagnosis(upgraded.settings)
    assert (code, [line for line in lines if line.startswith("refused")]) == (0, [])


def test_who_was_about_to_be_sent_is_sent_and_found_by_name(upgraded: Upgraded) -> None:
    nurse = Play(upgraded.world, id=upgraded.what.at_summary, numbers=count(1000))
    assert nurse.send()[0].response == "utter_filed"
    found = upgraded.world.queue().search(NAME, upgraded.world.clock())
    assert len([each for each in found if each.reference != upgraded.what.withdrawn]) >= 3


def test_an_open_case_is_worked_to_its_end(upgraded: Upgraded) -> None:
    world, reference = upgraded.world, upgraded.what.filed
    work = FollowUps(world.database, world.vault, world.staff(ADVISER))
    for move in (Move.REACH, Move.ACCEPT):
        world.queue().move(reference, move, world.clock())
    work.enrol(reference, upgraded.what.course, world.clock())
    finish(upgraded, reference)


def test_somebody_on_a_course_goes_on_to_the_end(upgraded: Upgraded) -> None:
    finish(upgraded, upgraded.what.enrolled)


def finish(upgraded: Upgraded, reference: str) -> None:
    """Take a case from its course to the end of both follow-ups."""
    world = upgraded.world
    work = FollowUps(world.database, world.vault, world.staff(ADVISER))
    for move in (Move.START, Move.COMPLETE):
        world.queue().move(reference, move, world.clock.forward(days=60))
    work.answer(reference, FollowUpKind.END, SMOKE_FREE, world.clock())
    work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKE_FREE, world.clock.forward(days=190))
    world.queue().move(reference, Move.CLOSE, world.clock())
    assert upgraded.state(reference) is State.CLOSED


def test_who_is_referred_twice_is_known_by_the_number(upgraded: Upgraded) -> None:
    play = Play(upgraded.world)
    play.to_summary(phone=upgraded.what.phone)
    assert play.step is Step.DUPLICATE


def test_nobody_is_on_no_list_or_on_two(upgraded: Upgraded) -> None:
    world = upgraded.world
    with world.database.read() as session:
        check(session, session.scalars(select(ReferralRow.reference)).all())
        codes = world.around.municipalities.partners()
        check_lists(session, [each.code for each in codes], world.clock.forward(days=1000))
