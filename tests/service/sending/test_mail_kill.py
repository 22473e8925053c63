"""`kill -9` of who sends mail, after the mail server has the letter and before that is noted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import func, select

from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox.tables import OutboxRow
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.tables import UserRow
from service.sending.mail import Mail
from service.settings import ROOT
from tests.conftest import World
from tests.referrals.playing import Play
from tests.service.sending.test_mail import ADDRESS, MailBox, free_port
from tests.service.waiting import until


class Deadly(MailBox):
    """Takes a letter and, before it says so, kills the process in ``victim``."""

    victim: subprocess.Popen[bytes] | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            os.kill(self.victim.pid, signal.SIGKILL)
        return answer


@pytest.fixture
def mail_box() -> Deadly:
    return Deadly()


@pytest.fixture
def port(mail_box: Deadly) -> Iterator[int]:
    controller = Controller(mail_box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


def worker(world: World, port: int) -> subprocess.Popen[bytes]:
    """Start a process that sends mail at the time of the world's clock."""
    url = world.database.engine.url.render_as_string(hide_password=False)
    at = world.clock().isoformat()
    command = [sys.executable, "-m", "tests.service.sending.mail_worker", url, str(port), at]
    return subprocess.Popen(command, cwd=ROOT)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_letter_whose_sender_was_killed_comes_again_as_the_same_one(
    world: World, mail_box: Deadly, port: int
) -> None:
    with world.database.write() as session:
        adviser = session.scalars(select(UserRow).where(UserRow.name == "demo-adviser-0151")).one()
        adviser.email = ADDRESS
    Play(world).file()
    spread(world.database, [EmailAddresses()], world.clock())
    mail_box.victim = worker(world, port)
    assert mail_box.victim.wait(timeout=30) == -signal.SIGKILL
    assert noted(world) == 0
    mail_box.victim = None
    world.clock.forward(seconds=(Mail.patience.lease + timedelta(seconds=1)).total_seconds())
    second = worker(world, port)
    try:
        until(lambda: noted(world) == 1)
    finally:
        second.kill()
        second.wait()
    first, again = mail_box.letters
    assert first["Message-ID"] == again["Message-ID"]
    assert first.get_content() == again.get_content()
    with world.database.read() as session:
        for row in (ReferralRow, ReferralEventRow):
            assert session.scalar(select(func.count()).select_from(row)) == 1


def noted(world: World) -> int:
    """Count the letters that are noted as sent."""
    sent = select(func.count()).where(OutboxRow.channel == "email", OutboxRow.sent_at.is_not(None))
    with world.database.read() as session:
        return session.scalar(sent) or 0
