"""Every security event that there is: what it is called, what it means, how ECS sorts it.

`docs/security/events.md` is the inventory, which a test holds against this list.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum

SUCCESS, FAILURE = "success", "failure"
_INFO, _WARNING, _ERROR = logging.INFO, logging.WARNING, logging.ERROR


@dataclass(frozen=True)
class Kind:
    """One event: ECS' ``event.action``, ``category``, ``type`` and ``outcome``, and a level.

    ``says`` is the message: one sentence that is always the same, and so can hold nothing personal.
    """

    action: str
    category: str
    type: str
    outcome: str
    level: int
    says: str


class Event(Enum):
    """What is told. A warning is refused to somebody who tried, an error wants somebody now."""

    LOG_IN = Kind("log_in", "authentication", "start", SUCCESS, _INFO, "Somebody began a session.")
    LOG_OUT = Kind("log_out", "authentication", "end", SUCCESS, _INFO, "Somebody logged out.")
    LOG_IN_FAILED = Kind(
        "log_in_failed",
        "authentication",
        "start",
        FAILURE,
        _WARNING,
        "A name and a password did not fit, or their user may not come in.",
    )
    LOG_IN_OUTSIDE_FAILED = Kind(
        "log_in_outside_failed",
        "authentication",
        "start",
        FAILURE,
        _WARNING,
        "A log-in by the provider outside did not work.",
    )
    SECOND_FACTOR_PROVED = Kind(
        "second_factor_proved",
        "authentication",
        "info",
        SUCCESS,
        _INFO,
        "A second factor was shown.",
    )
    SECOND_FACTOR_FAILED = Kind(
        "second_factor_failed",
        "authentication",
        "info",
        FAILURE,
        _WARNING,
        "A second factor was wrong: whoever tried it knew the password.",
    )
    SESSION_UNKNOWN = Kind(
        "session_unknown",
        "session",
        "info",
        FAILURE,
        _INFO,
        "A cookie of no live session was shown; most have only run out.",
    )
    TOKEN_WRONG = Kind(
        "token_wrong",
        "authentication",
        "start",
        FAILURE,
        _WARNING,
        "A token opened nothing: unknown, run out or revoked.",
    )
    LINK_WRONG = Kind(
        "link_wrong",
        "web",
        "denied",
        FAILURE,
        _WARNING,
        "A secret link opened nothing: unknown, used or run out.",
    )
    REFUSED = Kind(
        "refused",
        "web",
        "denied",
        FAILURE,
        _WARNING,
        "Somebody who is signed in asked for what their role may not.",
    )
    OUT_OF_REACH = Kind(
        "out_of_reach",
        "web",
        "denied",
        FAILURE,
        _WARNING,
        "Somebody who is signed in named a record that is not there, or another's.",
    )
    ORIGIN_FORGED = Kind(
        "origin_forged",
        "web",
        "denied",
        FAILURE,
        _WARNING,
        "A change came from another site in somebody's name.",
    )
    HOST_FORGED = Kind(
        "host_forged", "web", "denied", FAILURE, _INFO, "We were called by a name that is not ours."
    )
    TOO_LARGE = Kind(
        "too_large", "web", "denied", FAILURE, _WARNING, "A request was larger than any of ours."
    )
    MALFORMED = Kind(
        "malformed",
        "web",
        "denied",
        FAILURE,
        _INFO,
        "A request had a shape that none of our pages makes.",
    )
    LIMIT_REACHED = Kind(
        "limit_reached",
        "web",
        "denied",
        FAILURE,
        _WARNING,
        "Something was tried more often than anybody needs to.",
    )
    UNEXPECTED = Kind(
        "unexpected", "web", "error", FAILURE, _ERROR, "A request ended in a mistake of ours."
    )
    CREDENTIAL_CHANGED = Kind(
        "credential_changed",
        "iam",
        "change",
        SUCCESS,
        _INFO,
        "Somebody changed their password or second factor.",
    )
    CREDENTIAL_RESET = Kind(
        "credential_reset",
        "iam",
        "change",
        SUCCESS,
        _WARNING,
        "An administrator reset how somebody else logs in.",
    )
    TOKEN_ISSUED = Kind(
        "token_issued", "iam", "creation", SUCCESS, _WARNING, "A token for a program was made."
    )
    SESSIONS_ENDED = Kind(
        "sessions_ended", "session", "end", SUCCESS, _INFO, "Sessions elsewhere were ended."
    )
    USER_INVITED = Kind(
        "user_invited", "iam", "creation", SUCCESS, _INFO, "Somebody may become a user."
    )
    USER_CHANGED = Kind(
        "user_changed",
        "iam",
        "change",
        SUCCESS,
        _WARNING,
        "What a user or a system may do was changed.",
    )
    RULE_CHANGED = Kind(
        "rule_changed", "configuration", "change", SUCCESS, _WARNING, "A house rule was changed."
    )
    IDENTITY_READ = Kind(
        "identity_read", "database", "access", SUCCESS, _INFO, "Who a patient is was read."
    )
    LIST_READ = Kind(
        "list_read", "database", "access", SUCCESS, _INFO, "A list with patients' names was read."
    )
    LOOKED_UP = Kind(
        "looked_up",
        "database",
        "access",
        SUCCESS,
        _INFO,
        "Somebody was looked up by name, number or reference.",
    )
    EXPORTED = Kind("exported", "database", "access", SUCCESS, _INFO, "Figures were taken out.")
    CLOUD_TOLD = Kind(
        "cloud_told",
        "web",
        "info",
        FAILURE,
        _WARNING,
        "What may identify a patient was typed into Telegram; it was deleted unread.",
    )
    CLOCK_JUMPED = Kind(
        "clock_jumped", "host", "change", FAILURE, _ERROR, "The server's clock jumped."
    )
    LOG_BROKEN = Kind(
        "log_broken",
        "database",
        "error",
        FAILURE,
        _ERROR,
        "The audit log was changed, or could not be anchored.",
    )
    LOG_ANCHORED = Kind(
        "log_anchored",
        "database",
        "info",
        SUCCESS,
        _INFO,
        "The end of the audit log, to be compared with later.",
    )


AUDITED: dict[str, Event] = {
    "log_in": Event.LOG_IN,
    "log_out": Event.LOG_OUT,
    "prove_second_factor": Event.SECOND_FACTOR_PROVED,
    "prove_passkey": Event.SECOND_FACTOR_PROVED,
    "change_password": Event.CREDENTIAL_CHANGED,
    "enrol_second_factor": Event.CREDENTIAL_CHANGED,
    "make_passkey": Event.CREDENTIAL_CHANGED,
    "remove_passkey": Event.CREDENTIAL_CHANGED,
    "approve_password": Event.CREDENTIAL_RESET,
    "mail_password_link": Event.CREDENTIAL_RESET,
    "reset_second_factor": Event.CREDENTIAL_RESET,
    "issue_token": Event.TOKEN_ISSUED,
    "make_service_account": Event.TOKEN_ISSUED,
    "end_session": Event.SESSIONS_ENDED,
    "end_other_sessions": Event.SESSIONS_ENDED,
    "end_all_sessions": Event.SESSIONS_ENDED,
    "invite": Event.USER_INVITED,
    "approve_invite": Event.USER_INVITED,
    "accept_invite": Event.USER_CHANGED,
    "accept_invite_outside": Event.USER_CHANGED,
    "change_user_role": Event.USER_CHANGED,
    "change_user_place": Event.USER_CHANGED,
    "suspend": Event.USER_CHANGED,
    "reinstate": Event.USER_CHANGED,
    "revoke_service_account": Event.USER_CHANGED,
    "set_webhook": Event.USER_CHANGED,
    "change_setting": Event.RULE_CHANGED,
    "read_identity": Event.IDENTITY_READ,
    "read_today": Event.LIST_READ,
    "read_wards_list": Event.LIST_READ,
    "read_course_names": Event.LIST_READ,
    "look_up_phone": Event.LOOKED_UP,
    "search_name": Event.LOOKED_UP,
    "search_names": Event.LOOKED_UP,
    "search_phone": Event.LOOKED_UP,
    "search_reference": Event.LOOKED_UP,
    "export_feedback": Event.EXPORTED,
    "export_figures": Event.EXPORTED,
    "telegram_personal": Event.CLOUD_TOLD,
    "clock_jumped": Event.CLOCK_JUMPED,
}
"""Which entries of the audit log are events as well; they are told as they are written."""
