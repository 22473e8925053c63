"""A table of what nurses typed, and the parts of it that nobody else may read in the clear."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.sealing.sealing import seal_text
from bot.sealing.sealing_work import CONTACT_STEPS
from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from referrals.advice.encounter import Step
from referrals.bedside.not_understood import blurred
from referrals.vault.vault import TOKEN
from service.settings import ROOT

ANY_STEP = (Step.STATUS, Step.OFFER, Step.POSTCODE, Step.SUMMARY, Step.FILED)
ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("sealed_rows.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
EACH = pytest.mark.parametrize(
    ("step", "text", "secrets"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "nlu")


def stands_in(secret: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(secret.casefold())}(?!\w)", text.casefold()))


@EACH
def test_no_secret_part_reaches_the_engine_or_the_review(
    vocabulary: Vocabulary, step: str, text: str, secrets: str
) -> None:
    for at in ANY_STEP if step == "any" else (Step(step),):
        sealed = seal_text(text, at, vocabulary)
        reviewed = TOKEN.sub(" ", blurred(sealed.text) or "")
        for clear in (TOKEN.sub(" ", sealed.text), reviewed):
            found = [secret for secret in secrets.split("|") if stands_in(secret, clear)]
            assert found == [], at
        if at not in CONTACT_STEPS:
            assert sealed.values == ()


@EACH
def test_cpr_e_mail_and_address_are_not_kept_for_anybody(
    vocabulary: Vocabulary, step: str, text: str, secrets: str
) -> None:
    del secrets
    for at in ANY_STEP if step == "any" else (Step(step),):
        sealed = seal_text(text, at, vocabulary)
        kept = {value.kind for value in sealed.values}
        assert kept <= {"name", "phone", "word"}
        for value in sealed.values:
            assert "@" not in value.value
            assert value.kind != "word" or at is Step.DISCHARGE_DATE
