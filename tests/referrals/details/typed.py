"""A nurse who types: sealed as in the chat, understood as by the engine, decided by the service."""

from __future__ import annotations

import json
from functools import cache

from sqlalchemy import select

from actions.answers import AnswerAction, CorrectAction, RecordContactAction
from actions.bedside_action import BedsideAction, Heard
from bot.buttons import read_beside
from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from nlu.components.contact_rule import ContactRule
from referrals.turns.saying import Say
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import TOKEN
from service.settings import ROOT
from tests.nlu.reading.saying import words
from tests.referrals.playing import Play

ACTIONS: dict[str, type[BedsideAction]] = {
    "give_contact_details": RecordContactAction,
    "correct_detail": CorrectAction,
}


@cache
def vocabulary() -> Vocabulary:
    """Give the vocabulary of the product."""
    return load_vocabulary(ROOT / "nlu")


def type_text(play: Play, text: str, intent: str = "", **entities: str) -> list[Say]:
    """Type a text as it is; ``intent`` is what the classifier would say of words."""
    sealed = seal_text(text, play.step, vocabulary())
    text, beside_it = read_beside(sealed.text)
    every: dict[str, list[str]] = {}
    if text.startswith("/give_contact_details"):
        intent = "give_contact_details"
    told = beside_it or text.removeprefix("/give_contact_details")
    if told != text:
        for kind, value in json.loads(told).items():
            every[kind] = [value] if isinstance(value, str) else value
    else:
        for token in TOKEN.finditer(text):
            every.setdefault(token[1], []).append(token[0])
    if not intent:
        holds = not beside_it and ContactRule().holds_contact_token(text)
        intent = "give_contact_details" if holds else "nlu_fallback"
    every |= {kind: [value] for kind, value in entities.items()}
    facts = words(text, intent).facts
    heard = Heard(
        encounter_id=play.id,
        message_id=f"m-{next(play.numbers)}",
        intent=intent,
        entities={kind: values[0] for kind, values in every.items()},
        every=every,
        text=text,
        facts=facts,
        details=beside_it,
    )
    action = ACTIONS.get(intent, AnswerAction)(play.world.encounters)
    play.receive(heard.message_id, *sealed.values)
    return action.apply(heard) if not beside_it else action._apply_details(heard)


def shown(play: Play, said: list[Say]) -> str:
    """Give what the reply says to the nurse, values and buttons unsealed, without the wording."""
    parts = [
        *(value for each in said for value in each.values.values()),
        *(button.title for each in said for button in each.buttons),
    ]
    return " | ".join(
        TOKEN.sub(lambda found: value_behind(play, found[0]) or "•••", part) for part in parts
    )


def value_behind(play: Play, token: str) -> str | None:
    """Give the value behind a token of the encounter."""
    return play.world.encounters.unseal(play.id, [token]).get(token)


def value_of(play: Play, step: str) -> str | None:
    """Give the value behind the answer of a step."""
    token = dict(play.row.answers).get(step)
    return value_behind(play, token) if token else None


def vault_values(play: Play) -> list[str]:
    """Decrypt every value that lies in the vault for this encounter."""
    with play.world.database.read() as session:
        rows = session.scalars(
            select(VaultValueRow).where(VaultValueRow.encounter_id == play.id)
        ).all()
        tokens = [f"[[{row.kind}:{row.id}]]" for row in rows]
    return [value_behind(play, token) or "" for token in tokens]
