"""What comes next is kept beside each referral, and costs a filing no statement of its own."""

from __future__ import annotations

from sqlalchemy import Engine, event

from referrals.referral.tables import ReferralRow
from tests.conftest import World
from tests.referrals.playing import Play, kept


def test_a_new_referral_is_written_with_what_comes_next_and_not_written_again(
    world: World,
) -> None:
    play, written = Play(world), list[str]()
    play.to_summary()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if " referrals " in f"{statement} " and not statement.startswith("SELECT"):
            written.append(statement.split()[0])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        play.send()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert written == ["INSERT"]
    assert kept(world, ReferralRow).next_action is not None
