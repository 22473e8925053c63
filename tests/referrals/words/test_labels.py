"""Every code that people can meet has a word in Danish and in English."""

from __future__ import annotations

import ast
import re

import pytest
import yaml

from referrals.advice import script
from referrals.advice.encounter import SKIPPED, Step
from referrals.audit.actors import Kind
from referrals.audit.chain import Why
from referrals.bedside.after_filing import DETAIL_CHANGED, OTHER_HOME
from referrals.consent.receipt import BEST_TIME_CHANGED
from referrals.denmark.municipalities import OTHER_MUNICIPALITY
from referrals.notices.kinds import NoticeKind as Notice
from referrals.outcomes.follow_ups_due import RESUMED
from referrals.outcomes.rules import LOST_REASONS, FollowUpKind, OutcomeState, VerificationMethod
from referrals.referral.clock import Urgency
from referrals.referral.moves import MOVES, Move, Remark, SeatEvent, State
from referrals.turns.practice import Patient
from referrals.words.labels import Labels
from service.settings import ROOT
from service.web.problems import PROBLEMS

LABELS = Labels()

LANGUAGE_CODES = {
    code
    for text in yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["responses"].values()
    for variation in text
    for button in variation.get("buttons", [])
    for code in re.findall(r'"spoken_language","value":"(\w+)"', button["payload"])
}


WRITES = {"chain.append": 3, "self.log": 2, "self._log": 2, "self._note": 2}
"""Calls that write into the audit log, and where among their arguments the action stands."""


def audited() -> set[str]:
    """Find every action that our code writes into the audit log by a name of its own."""
    files = [file for part in ("referrals", "inbox", "bot") for file in (ROOT / part).rglob("*.py")]
    calls = [
        call
        for file in files
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in WRITES
    ]
    actions = [call.args[WRITES[ast.unparse(call.func)]] for call in calls]
    return {each.value for each in actions if isinstance(each, ast.Constant)}


BY_THE_WARD = (DETAIL_CHANGED, OTHER_HOME)
CODES = {
    "audit": sorted(audited()),
    "audit_broken": Why,
    "actor_kind": Kind,
    "practice": Patient,
    "status": script.CHOICES[Step.STATUS],
    "product": script.CHOICES[Step.PRODUCT],
    "best_time": script.CHOICES[Step.BEST_TIME],
    "yes_no": ("yes", "no"),
    "municipality": (OTHER_MUNICIPALITY,),
    "spoken_language": sorted(LANGUAGE_CODES),
    "detail": (*script.CORRECTABLE, "consent"),
    "state": State,
    "move": (
        "file",
        *Move,
        *Remark,
        *SeatEvent,
        Notice.WARNING,
        Notice.BREACH,
        *BY_THE_WARD,
        BEST_TIME_CHANGED,
    ),
    "reason": sorted(
        {r for rule in MOVES.values() for r in rule.reasons}
        | {"undone_by_nurse", "consent_withdrawn", "smoke_free", "not_smoke_free", RESUMED}
        | set(LOST_REASONS)
    ),
    "follow_up": FollowUpKind,
    "outcome_state": OutcomeState,
    "outcome_method": VerificationMethod,
    "urgency": Urgency,
    "notice": Notice,
    "problem": sorted(PROBLEMS.keys() - {"engine_away"}),  # said as in the chat
}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(
    ("group", "code"), [(g, str(c)) for g, codes in CODES.items() for c in codes], ids=str
)
def test_a_code_has_a_word(group: str, code: str, language: str) -> None:
    assert LABELS.groups[group][code][language].strip()


@pytest.mark.parametrize(
    "group",
    [
        *("status", "product", "best_time", "yes_no", "detail"),
        *("state", "move", "reason", "notice", "problem"),
    ],
)
def test_no_word_stands_for_a_code_that_does_not_exist(group: str) -> None:
    assert set(LABELS.groups[group]) - {SKIPPED} == {str(code) for code in CODES[group]}


def test_every_language_that_the_engine_understands_has_a_word() -> None:
    lookup = yaml.safe_load((ROOT / "nlu/lookups/spoken_languages.yml").read_text("utf-8"))
    assert set(lookup) <= set(LABELS.groups["spoken_language"])


def test_no_code_at_all_has_no_word() -> None:
    assert LABELS.word("status", None) == ""


def test_an_unknown_code_stands_for_itself() -> None:
    assert LABELS.word("status", "unheard of") == "unheard of"


def test_an_unknown_language_is_answered_in_danish() -> None:
    assert LABELS.word("product", "ecigarette", "kl") == "e-cigaret"
