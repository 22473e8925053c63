"""Bearer tokens from the command line, for whoever may read the data directory."""

from __future__ import annotations

from service.composition import open_store
from service.errors import UserError
from service.settings import Settings


def new_token(settings: Settings, name: str) -> str:
    """Give a fresh token of an active user. Raises UserError for an unknown or suspended one."""
    with open_store(settings) as store:
        issued = store.accounts.issue_token(name, store.around.now())
    if issued is None:
        raise UserError(f"there is no active user {name!r}; the demo has demo-nurse and others")
    return issued
