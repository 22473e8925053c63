"""No funnel grows on its way: whatever the rows say, each count is a part of its wholes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.filling.figure_rows import fill
from referrals.advice.tables import EncounterRow
from referrals.figures.counts import PlacePeriod, count_wards, measured
from referrals.figures.measures import WHOLES, Detail, Stage
from referrals.figures.municipal_counts import CONVERSION, added, count_municipalities
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.moves import OPEN_STATES, State
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.tables import MunicipalityRow, WardRow
from tests.conftest import World

SINCE = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
MANY = 60


def scramble(session: Session, chance: Random) -> None:
    """Let anything have happened; only whoever was referred has consented, as before."""
    filed = set(session.scalars(select(ReferralRow.encounter_id)))
    for row in session.scalars(select(EncounterRow)).all():
        row.status = chance.choice([None, "unable", "never", "daily", "other_product"])
        row.accepted = chance.random() < 0.5
        row.consented = row.id in filed or chance.random() < 0.3
        row.offer_answered_at = chance.choice([None, row.started_at])
    for referral in session.scalars(select(ReferralRow)).all():
        referral.state = chance.choice(list(State)).value
        referral.open = chance.choice([referral.state in OPEN_STATES, True, False])
        for name in ("first_attempt_at", "first_reached_at"):
            after = timedelta(days=chance.choice([0, 3, 7, 8, 40]))
            setattr(referral, name, chance.choice([None, referral.filed_at + after]))
        for number in range(100, 100 + chance.randrange(4)):  # what is written stays
            session.add(
                ReferralEventRow(
                    referral_id=referral.id,
                    number=number,
                    move="put_right",
                    to_state=chance.choice(list(State)).value,
                    corrects=chance.choice([None, None, number - 1, 2, 3]),
                    actor="adviser:anybody",
                    at=NOW,
                )
            )
    for outcome in session.scalars(select(OutcomeRow)).all():
        outcome.state = chance.choice(["due", "answered", "lost"])
        outcome.smoke_free = chance.choice([None, True, False])
        outcome.satisfied = chance.choice([None, True, False])
        outcome.due_on = NOW.date() + timedelta(days=chance.choice([-30, 0, 1, 90]))
    session.flush()


@given(st.integers(0, 2**32))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_funnel_only_shrinks_whatever_happened(world: World, seed: int) -> None:
    with world.database.read() as session:
        empty = session.scalar(select(EncounterRow.id).limit(1)) is None
    if empty:
        fill(world.database, MANY, SINCE, NOW)
    with world.database.read() as session:
        scramble(session, Random(seed))
        wards = session.scalars(select(WardRow.id)).all()
        places = session.scalars(select(MunicipalityRow.code)).all()
        by_ward = [PlacePeriod(each, SINCE, NOW) for each in wards]
        by_place = [PlacePeriod(each, SINCE, NOW) for each in places]
        each_ward = [measured(one.counts) for one in count_wards(session, by_ward, NOW)]
        towns = [added([one.counts]) for one in count_municipalities(session, by_place, NOW)]
        session.rollback()
    for counts in each_ward:
        for measure, wholes in WHOLES.items():
            assert all(counts[measure] <= counts[whole] for whole in wholes), measure
        assert [counts[s] for s in Stage] == sorted((counts[s] for s in Stage), reverse=True)
    for counts in towns:
        contact = [counts.get(name, 0) for name in ("filed", Detail.DUE, Detail.ATTEMPTED_IN_TIME)]
        assert contact == sorted(contact, reverse=True)
        assert counts.get(Detail.IN_TIME, 0) <= contact[-1]
        for ward in counts.get("wards", {}).values():
            funnel = [ward.get(measure, 0) for measure in CONVERSION]
            assert funnel == sorted(funnel, reverse=True)
        for name, hits in counts.get("indicators", {}).items():
            if name.endswith("_hits"):
                assert hits <= counts["indicators"].get(f"{name.removesuffix('_hits')}_of", 0)
