"""One patient encounter: what has been answered so far, as an immutable value.

The encounter is the whole state of a conversation. Identity never stands here: name and phone are
vault tokens such as ``[[name:3f9a2c1b7d60]]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Step(StrEnum):
    """What the conversation waits for. The value is the ``awaits`` of the HTTP surface."""

    STATUS = "status"
    PRODUCT = "product"
    EVER_SMOKED = "ever_smoked"
    EX_SMOKER = "ex_smoker"
    DEFER_REASON = "defer_reason"
    OFFER = "offer"
    CONSENT_CONTACT = "consent_contact"
    CONSENT_OUTCOME = "consent_outcome"
    CONSENT_SHARING = "consent_sharing"
    NAME = "name"
    PHONE = "phone"
    POSTCODE = "postcode"
    MUNICIPALITY = "municipality"
    BEST_TIME = "best_time"
    LEAVE_MESSAGE = "leave_message"
    SPOKEN_LANGUAGE = "spoken_language"
    INTERPRETER = "interpreter"
    SECOND_CONTACT = "second_contact"
    DISCHARGE_DATE = "discharge_date"
    PROTECTED_ADDRESS = "protected_address"
    DUPLICATE = "duplicate"
    SUMMARY = "summary"
    FILED = "filed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How an encounter ended, or ``REFERRED`` while its referral stands."""

    NEVER_USED = "never_used"
    NOT_ANSWERED = "not_answered"
    EX_SMOKER = "ex_smoker"
    DECLINED = "declined"
    NOT_NOW = "not_now"
    CONSENT_REFUSED = "consent_refused"
    DEFERRED = "deferred"
    OUTSIDE_AREA = "outside_area"
    ALREADY_REFERRED = "already_referred"
    REFERRED = "referred"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


SKIPPED = "skipped"
"""The answer of an optional step that was passed over: it was not asked."""


@dataclass(frozen=True)
class Encounter:
    """The answers of one encounter and what is known beside them.

    ``answers`` maps a step to its code or vault token, in the order in which they were given.
    ``revisiting`` is the step that is being corrected; its old answer stands until a new one comes.
    ``duplicate_open`` tells that an open referral of the same person was found.
    ``partner_codes`` are the municipalities whose queue can be filed into.
    ``sharing_codes`` are those that may pass a patient on, where the patient says yes to that.
    ``near`` are the postcodes that such a municipality has a part of; None where that is not known.
    ``ended`` is set from outside the script: filed, cancelled or expired.
    """

    answers: Mapping[Step, str] = field(default_factory=dict)
    revisiting: Step | None = None
    duplicate_open: bool = False
    partner_codes: frozenset[str] = frozenset()
    sharing_codes: frozenset[str] = frozenset()
    near: frozenset[str] | None = None
    tried_before: bool = False
    ended: Outcome | None = None

    def answered(self, step: Step) -> bool:
        """Tell whether ``step`` has an answer."""
        return step in self.answers

    def get(self, step: Step) -> str | None:
        """Give the answer of ``step``, or None."""
        return self.answers.get(step)

    def with_answers(self, answers: Mapping[Step, str]) -> Encounter:
        """Give the encounter with ``answers`` as its only answers."""
        return replace(self, answers=dict(answers))
