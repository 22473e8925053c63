"""Finds the facts that a start is judged by, and tells what is wrong before and beside a start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import referrals.all_tables  # noqa: F401 - the keys of a database are told by its rows
from referrals.installation import own_facts, watched_clock
from referrals.installation.keys_check import are_known, fits
from referrals.referral.clock import now_utc
from referrals.staff import house_rules
from referrals.staff.house_rules import HouseRules
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.vault.keys import BadKeys
from referrals.vault.sources import KeyFile, KeySource
from referrals.vault.vault import Vault
from service.composition import key_source
from service.engine import fence, own_user
from service.errors import Hopeless
from service.settings import Settings
from service.start_check import (
    CHECKS,
    DatabaseFacts,
    EngineUserFacts,
    Facts,
    Severity,
    findings,
    refusal,
)


def check_start(settings: Settings) -> Iterator[str]:
    """Give what is to be warned of at a start of real data. Raises Hopeless if it is refused."""
    facts = facts_of(settings)
    line = refusal(facts)
    if line is not None:
        raise Hopeless(line)
    if not facts.demo:
        yield from (f"{each.severity}: {each.line}" for each in findings(facts))


def diagnosis(settings: Settings) -> tuple[list[str], int]:
    """Give a line for each check, and the exit code: 78 if a start with these settings is refused.

    Options and variables are to be the same as those of the start.
    """
    found = {each.check: each for each in findings(facts_of(settings))}
    lines = [
        f"{found[name].severity:8} {name}: {found[name].line}"
        if name in found
        else f"ok       {name}"
        for name in CHECKS
    ]
    refused = any(each.severity is Severity.REFUSED for each in found.values())
    return lines, Hopeless.exit_code if refused else 0


def facts_of(settings: Settings) -> Facts:
    """Look at settings, files and database; changes nothing."""
    keys = key_source(settings)
    file = keys.path if isinstance(keys, KeyFile) and keys.exists() else None
    database, unreachable = _look(settings, keys)
    return Facts(
        data=str(settings.data_dir),
        host=settings.host,
        public_url=settings.public_url,
        demo_wanted=settings.demo,
        debug=settings.debug,
        root=os.geteuid() == 0,
        proxies_named=bool(settings.proxies),
        embedded=settings.is_embedded,
        keys_source=keys.name,
        keys_mode=file.stat().st_mode & 0o777 if file else None,
        now=now_utc(),
        fence=fence.version(),
        engine_user=_engine_user(settings),
        database=database,
        unreachable=unreachable,
    )


def _engine_user(settings: Settings) -> EngineUserFacts | None:
    name = settings.engine_user
    try:
        user = own_user.engine_user(settings)
    except KeyError:
        return EngineUserFacts(name, known=False)
    if user is None:
        return None
    if not user.is_other:
        return EngineUserFacts(name, other=False)
    if not own_user.may_become_others():
        return EngineUserFacts(name, may_become=False)
    needed = own_user.needed_by_engine(settings)
    read = own_user.opened_by(user, needed)
    return EngineUserFacts(
        name,
        opens=next(map(str, own_user.opened_by(user, own_user.closed_to_engine(settings))), ""),
        lacks=next((str(path) for path in needed if path not in read), ""),
    )


def _look(settings: Settings, keys: KeySource) -> tuple[DatabaseFacts | None, str]:
    if not settings.is_begun:
        return None, ""
    with closing(Database(settings.database)) as database:
        try:
            standing = schema.standing(database)
            if standing is schema.Standing.UNKNOWN:
                return DatabaseFacts(standing), ""
            with database.read() as session:
                return _facts_in(session, standing, keys), ""
        except SQLAlchemyError as error:
            return None, str(error.__cause__ or type(error).__name__).splitlines()[0]


def _facts_in(session: Session, standing: schema.Standing, keys: KeySource) -> DatabaseFacts:
    in_use = own_facts.is_in_use(session)
    clock = watched_clock.read(session)
    backup = own_facts.fact(session, own_facts.BACKUP)
    current = standing in schema.USABLE
    rules = house_rules.read(session, HouseRules()) if current else HouseRules()
    return DatabaseFacts(
        standing=standing,
        demo=own_facts.is_demo(session),
        in_use=in_use,
        keys=_fit(session, keys) if in_use or are_known(session) else "fit",
        second_factor=rules.require_second_factor,
        backed_up_at=backup.at if backup else None,
        backup_encrypted=bool(backup and backup.value.get("encrypted")),
        clock_waits_s=clock.believed_in_s if clock else 0,
    )


def _fit(session: Session, keys: KeySource) -> str:
    if not keys.exists():
        return "missing"
    try:
        return "fit" if fits(session, Vault(keys.load())) else "others"
    except BadKeys:
        return "unreadable"
