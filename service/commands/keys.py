"""Keys on the command line: which there are, one more, the next one in force, an old one away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from math import ceil

from sqlalchemy import func, select

from referrals.consent.tables import ConsentRow
from referrals.referral.clock import now_utc
from referrals.rekeying.rotation import Rotation, Standing, StillBusy, standing
from referrals.vault.keys import KeyPurpose, dump, with_one_more, without
from referrals.vault.sources import KeyFile
from service.composition import Store, key_source, open_store
from service.errors import UserError
from service.processes.file_lock import locked
from service.settings import Settings

FOLLOWED_AFTER = timedelta(seconds=60)
"""By then every process has looked for new keys, a dozen times over."""


def listed(settings: Settings) -> Iterator[str]:
    """Tell which keys are in force and since when; nothing of the keys themselves."""
    with open_store(settings) as store, store.database.read() as session:
        for each in standing(session):
            purpose = "fingerprints" if each.purpose == "blind" else each.purpose
            state = "current" if each.current else "older"
            yield f"{purpose:12} {each.key_id:6} {state:8} since {each.since:%Y-%m-%d %H:%M} UTC"


def drawn(settings: Settings, purpose: KeyPurpose) -> str:
    """Give the present set with one more key, to be put where the keys come from."""
    keys = key_source(settings).load()
    return dump(with_one_more(keys, purpose.ring))


def draw(settings: Settings, purpose: KeyPurpose) -> str:
    """Add a key to the file of keys, and tell its id. It is not used before ``rotate``."""
    with open_store(settings):
        keys = _file(settings).change(lambda keys: with_one_more(keys, purpose.ring))
    return keys.of(purpose.ring).newest


def rotate(settings: Settings, purpose: KeyPurpose, *, anew: bool = False) -> Iterator[str]:
    """Put a new key in force and everything under it, while Henvis runs. Tells how far it is.

    Goes on with what was interrupted, unless ``anew``. Raises UserError.
    """
    with _alone(settings), open_store(settings) as store:
        rotation = _rotation(store, purpose)
        if not rotation.waits and (anew or not rotation.goes_on):
            file = _file(settings)
            file.change(lambda keys: with_one_more(keys, purpose.ring))
            store.vault.read_again()
        try:
            yield from _steps(rotation, purpose)
        except StillBusy:
            raise UserError(
                "somebody writes all the time, so the key is not changed; try again in a while"
            ) from None


def retire(settings: Settings, purpose: KeyPurpose, key_id: str, *, now: bool) -> str:
    """Take an older key out of the file. Raises UserError while something is under it.

    And within a minute of the change: a process that knows the older key alone would take what it
    finds for another database's keys, and follow it never again.

    ``now`` ends the links that it made; else that waits until no consent needs them.
    """
    with _alone(settings), open_store(settings) as store:
        file, ring = _file(settings), purpose.ring
        if purpose is KeyPurpose.AUDIT:
            raise UserError("rows of the audit log are proved by their key, so it stays")
        rotation = _rotation(store, purpose)
        with store.database.read() as session:
            known = {each.key_id: each for each in standing(session) if each.purpose == ring}
        ends_links = purpose is KeyPurpose.LINKS and key_id in known and not known[key_id].current
        if ends_links:
            _check_links(store, now=now)
        elif key_id in known:
            raise UserError(f"{key_id} is in force; ./henvis keys rotate {purpose} changes that")
        if key_id not in file.load().of(ring):
            raise UserError(f"there is no key {key_id} for {purpose}; ./henvis keys list")
        _check_followed(known.values())
        if ends_links:
            rotation.give_up(key_id)
        file.change(lambda keys: without(keys, ring, key_id))
    return f"{key_id} is gone; backups made under it need the copy of the keys of their time"


def _check_followed(known: Iterable[Standing]) -> None:
    changed = max((each.since for each in known if each.current), default=None)
    if changed is not None and now_utc() - changed < FOLLOWED_AFTER:
        seconds = ceil((FOLLOWED_AFTER - (now_utc() - changed)).total_seconds())
        raise UserError(f"running services may not know the new key yet; again in {seconds} s")


def _steps(rotation: Rotation, purpose: KeyPurpose) -> Iterator[str]:
    if rotation.waits:
        yield f"{rotation.begin()} is in force for {purpose}"
    else:
        yield f"going on with {rotation.in_force}"
    failed = 0
    for each in rotation.carry_on():
        failed += each.failed
        if each.done:
            yield f"{each.place}: {each.done} under the new key"
    if gone := rotation.finish():
        yield f"nothing is under {', '.join(gone)} any more; ./henvis keys retire takes it away"
    elif failed:
        yield f"{failed} rows cannot be read, so the older key stays in force"


def _check_links(store: Store, *, now: bool) -> None:
    at = store.around.now()
    with store.database.read() as session:
        living = ConsentRow.withdrawn_at.is_(None), ConsentRow.expires_at > at
        count = session.scalar(select(func.count()).select_from(ConsentRow).where(*living))
    if count and not now:
        raise UserError(
            f"{count} patients may still use the link on their receipt; wait until their consents "
            "have ended, or end all older links with --now"
        )


def _rotation(store: Store, purpose: KeyPurpose) -> Rotation:
    return Rotation(store.database, store.vault, purpose.ring, store.around.now)


def _file(settings: Settings) -> KeyFile:
    source = key_source(settings)
    if not isinstance(source, KeyFile):
        raise UserError(
            f"the keys come from {source.name}, which Henvis cannot change; put what "
            "./henvis keys draw PURPOSE --print gives there, then rotate"
        )
    return source


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Let one command at a time change keys."""
    with ExitStack() as held:
        try:
            held.enter_context(locked(settings.data_dir / "keys-changing", wait=False))
        except BlockingIOError:
            raise UserError("another command is changing keys; wait for it") from None
        yield
