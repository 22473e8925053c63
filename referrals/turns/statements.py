"""What each turn asks the database, put together once.

Putting a statement together takes longer than running it. Parameters: ``encounter`` and ``message``
say which turn; ``nurse`` whose it must be; ``text``, ``at`` and ``words`` what is kept.
"""

from sqlalchemy import bindparam, exists, func, insert, select, update

from referrals.advice.tables import EncounterRow, TurnRow
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import STAFF_COLUMNS
from referrals.staff.tables import MunicipalityRow, UserRow
from referrals.turns.encounter_record import COLUMNS

_ENCOUNTER = EncounterRow.metadata.tables[EncounterRow.__tablename__]
_ENCOUNTERS = _ENCOUNTER.c
_TURN = TurnRow.metadata.tables[TurnRow.__tablename__]
_TURNS = _TURN.c
_USER = UserRow.metadata.tables[UserRow.__tablename__]
_REFERRALS = ReferralRow.metadata.tables[ReferralRow.__tablename__]
_THIS_TURN = (
    _TURNS.encounter_id == bindparam("encounter"),
    _TURNS.message_id == bindparam("message"),
)
_WHERE_IT_GOES_ON = _ENCOUNTERS.id == func.coalesce(_TURNS.next_encounter_id, _TURNS.encounter_id)
_THERE = (_ENCOUNTERS.language, _ENCOUNTERS.step, _ENCOUNTERS.practice, _ENCOUNTERS.opens)

OWN = select(*_THERE, _ENCOUNTERS.answers).where(
    _ENCOUNTERS.id == bindparam("encounter"), _ENCOUNTERS.nurse_id == bindparam("nurse")
)
"""What an encounter of this nurse waits for."""
OWN_TO_CHANGE = OWN.with_for_update()
"""The same for who goes on to change it."""
KEEP_TURN = (
    insert(_TURN)
    .from_select(
        ("encounter_id", "message_id", "sealed_text", "received_at", "number"),
        select(
            bindparam("encounter", type_=_TURNS.encounter_id.type),
            bindparam("message", type_=_TURNS.message_id.type),
            bindparam("text", type_=_TURNS.sealed_text.type),
            bindparam("at", type_=_TURNS.received_at.type),
            select(func.count())
            .where(_TURNS.encounter_id == bindparam("encounter"))
            .scalar_subquery(),
        ).where(~exists().where(*_THIS_TURN)),
    )
    .execution_options(preserve_rowcount=True)
)
"""Keeps a message that is new. Of one that is known it inserts no row."""
KNOWN_TURN = (
    select(_TURNS.sealed_text, _TURNS.replies, _TURNS.next_encounter_id, *_THERE)
    .join_from(_TURN, _ENCOUNTER, _WHERE_IT_GOES_ON)
    .where(*_THIS_TURN)
)
"""A message that was kept, its replies, and where the conversation stands: the next patient's
perhaps.
"""
SENT = select(_REFERRALS.c.id).where(
    _REFERRALS.c.encounter_id == bindparam("encounter"),
    _REFERRALS.c.reference == bindparam("reference"),
)
"""A referral of this ``reference``, if it is this encounter that sent it."""
_SHARING = (
    select(func.aggregate_strings(MunicipalityRow.code, ","))
    .where(MunicipalityRow.shares.is_(True))
    .scalar_subquery()
    .label("sharing")
)
AT_BEDSIDE = (
    select(*COLUMNS, *STAFF_COLUMNS, _SHARING)
    .join_from(_ENCOUNTER, _USER, _USER.c.id == _ENCOUNTERS.nurse_id)
    .where(_ENCOUNTERS.id == bindparam("encounter"))
    .with_for_update(of=_ENCOUNTER)
)
"""The encounter and its nurse, locked, and ``sharing``: who passes patients on, by commas."""
AT_WORK = (
    AT_BEDSIDE.add_columns(_TURNS.said)
    .join(_TURN, _TURNS.encounter_id == _ENCOUNTERS.id)
    .where(_TURNS.message_id == bindparam("message"))
    .with_for_update(of=(_ENCOUNTER, _TURN))
)
"""The same, and what was said to this message before."""
KEEP_SAID = update(_TURN).where(*_THIS_TURN).values(said=bindparam("words"))
"""Keeps what the script decided to say."""
KEEP_REPLIES = (
    update(_TURN)
    .where(*_THIS_TURN, _TURNS.replies.is_(None))
    .values(replies=bindparam("words"))
    .returning(
        _TURNS.sealed_text,
        _TURNS.replies,
        _TURNS.next_encounter_id,
        *(
            select(column).where(_WHERE_IT_GOES_ON).scalar_subquery().label(column.key)
            for column in _THERE
        ),
    )
)
"""Keeps the rendered replies and gives what ``KNOWN_TURN`` would. If there are some, no row."""
