"""Nurses, advisers and the passing of time, for conversations with a whole Henvis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from demo import people
from referrals.advice.tables import EncounterRow
from referrals.deferred.tables import DeferredRow
from referrals.referral.tables import ReferralRow
from service.composition import Store, build_store
from service.settings import Settings
from tests.conftest import RunningHenvis
from tests.dialogue.talking import Nurse


@dataclass
class Hospital:
    """A running Henvis with the people who use it."""

    url: str
    store: Store
    opened: list[httpx.Client] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, name: str) -> httpx.Client:
        """Give a new HTTP client that is signed in: one more device."""
        if name not in self.tokens:
            self.tokens[name] = self.store.accounts.issue_token(name, datetime.now(UTC))
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=30)
        self.opened.append(client)
        return client

    def logged_in(self, name: str) -> httpx.Client:
        """Give a new HTTP client that logged in by the page, as changes of the house take."""
        client = httpx.Client(base_url=self.url, timeout=30)
        self.opened.append(client)
        answer = client.post("/log-ind", data={"name": name, "password": people.PASSWORD})
        client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
        return client

    def nurse(self, name: str = "demo-nurse", language: str = "da") -> Nurse:
        """Give a nurse at a new bedside, whom Henvis has spoken to."""
        nurse = Nurse(self.client(name), language)
        nurse.begin()
        return nurse

    def let_time_pass(self, conversation: str, span: timedelta) -> None:
        """Set everything about one encounter back in time."""
        with self.store.database.write() as session:
            row = session.get_one(EncounterRow, conversation)
            row.started_at, row.updated_at = row.started_at - span, row.updated_at - span
            row.expires_at -= span
            place = session.get(DeferredRow, conversation)
            if place is not None:
                place.deferred_at, place.leaves_on = (
                    place.deferred_at - span,
                    place.leaves_on - span,
                )
            for filed in session.scalars(
                select(ReferralRow).where(ReferralRow.encounter_id == conversation)
            ):
                filed.filed_at, filed.due_at = filed.filed_at - span, filed.due_at - span

    def unfinished(self, client: httpx.Client, conversation: str) -> str:
        """Tell how it stands on the nurse's page: ``waiting``, ``paused`` or ``gone``."""
        page = client.get("/chat").text.partition('<ul class="unfinished">')[2]
        entries = [entry for entry in page.split('<li class="card">') if conversation in entry]
        if not entries:
            return "gone"
        return "paused" if 'class="tag"' in entries[0] else "waiting"

    def close(self) -> None:
        """Put the devices away."""
        for client in self.opened:
            client.close()
        self.store.database.close()


@pytest.fixture(scope="session")
def hospital(running_henvis: RunningHenvis) -> Iterator[Hospital]:
    """Give the running Henvis with its people."""
    store = build_store(Settings.load(data_dir=running_henvis.data))
    hospital = Hospital(running_henvis.url, store)
    yield hospital
    hospital.close()


@pytest.fixture
def nurse(hospital: Hospital) -> Nurse:
    """Give a nurse at a new bedside."""
    return hospital.nurse()


@pytest.fixture
def nurse_speaking(hospital: Hospital) -> Callable[[str], Nurse]:
    """Give a nurse at a new bedside who reads the language asked for."""
    return lambda language: hospital.nurse(language=language)
