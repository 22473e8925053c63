"""Notices by e-mail, taken by a real SMTP server in this process."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from sqlalchemy import select, update

from referrals.administration.users import Administration
from referrals.notices.choices import NoticeChoices
from referrals.notices.clock_watch import watch
from referrals.notices.daily import tell_daily
from referrals.notices.kinds import EMAIL, RULES, NoticeKind
from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox import letters
from referrals.outbox.tables import OutboxRow
from referrals.staff.invites import Invitations
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from service.sending.mail import Mail
from service.settings import Settings
from tests.conftest import World
from tests.referrals.playing import NAME, PHONE, Play
from tests.referrals.posting import OneRound

Cause = Callable[[World], object]

FROM = "Henvis <henvis@herlev.example>"
ADDRESS = "raadgiver@ballerup.example"
WHO = (*NAME.split(), PHONE, PHONE.replace(" ", ""), "2750")
"""What would tell who the patient is."""


def _after(clock: dict[str, float], look: Callable[[Database, datetime], object]) -> Cause:
    return lambda world: look(world.database, world.clock.forward(**clock))


CAUSES: dict[NoticeKind, Cause] = {
    NoticeKind.NEW_REFERRAL: lambda _: None,
    NoticeKind.WARNING: _after({"days": 5}, watch),
    NoticeKind.BREACH: _after({"days": 7, "minutes": 1}, watch),
    NoticeKind.DIGEST: _after({"hours": 22}, tell_daily),
}
"""What makes each notice come after a referral was filed."""


class MailBox:
    """Takes letters, or answers each with what stands next in ``answers``."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: list[str] = []
        self.unknown: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        self.letters.append(letter)  # type: ignore[arg-type]
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang up":
            server.transport.abort()
        return answer


def free_port() -> int:
    """Give a port at which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def mail_box() -> MailBox:
    return MailBox()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for this machine that nobody but the test trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    here = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("mail") / "server.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, form, plain) + signed.public_bytes(pem))
    return file


@pytest.fixture
def mail_server(mail_box: MailBox, certificate: Path) -> Iterator[Controller]:
    closed = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    closed.load_cert_chain(certificate)
    controller = Controller(
        mail_box,
        server_hostname="localhost",
        tls_context=closed,
        require_starttls=True,
        hostname="127.0.0.1",
        port=free_port(),
        auth_required=True,
        authenticator=lambda server, session, envelope, kind, given: AuthResult(
            success=given.password == b"open sesame", handled=False
        ),
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def world(world: World) -> World:
    with world.database.write() as session:
        session.execute(
            update(UserRow).where(UserRow.name == "demo-adviser-0151").values(email=ADDRESS)
        )
    return world


def move_to(world: World, address: str) -> None:
    """Let the reader have another address."""
    with world.database.write() as session:
        adviser = UserRow.name == "demo-adviser-0151"
        session.execute(update(UserRow).where(adviser).values(email=address))


Send = Callable[..., OutboxRow]


@pytest.fixture
def send(world: World, mail_server: Controller, certificate: Path) -> Send:
    """Give what sends all that is due by this server and gives the newest letter's row."""

    def out(
        password: str = "open sesame",
        port: int = 0,
        trusted: Path | None = certificate,
        **forward: float,
    ) -> OutboxRow:
        settings = Settings(
            smtp_host="localhost",
            smtp_port=port or mail_server.port,
            smtp_ca=trusted,
            smtp_username="henvis",
            smtp_password=SecretStr(password),
            smtp_from=FROM,
            public_url="https://henvis.example",
        )
        world.clock.forward(**forward)
        spread(world.database, [EmailAddresses()], world.clock.at)
        postman = OneRound(world.database, Mail(settings, world.database, world.vault), world.clock)
        asyncio.run(postman.send_due())
        with world.database.read() as session:
            mail = select(OutboxRow).where(OutboxRow.channel == "email")
            return session.scalars(mail.order_by(OutboxRow.id.desc()).limit(1)).one()

    return out


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestMail:
    def test_a_new_referral_arrives_from_whom_and_for_whom_it_should(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        reference = Play(world).file()
        assert send().sent_at == world.clock.at
        [letter] = mail_box.letters
        assert (letter["To"], letter["From"]) == (ADDRESS, FROM)
        assert letter["Subject"] == f"Ny henvisning {reference}"
        assert letter.get_content_type() == "text/plain"

    @pytest.mark.parametrize("kind", CAUSES)
    def test_each_notice_arrives_with_where_to_look_and_nothing_of_the_patient(
        self, world: World, send: Send, mail_box: MailBox, kind: NoticeKind
    ) -> None:
        reference = Play(world).file()
        CAUSES[kind](world)
        sent = send()
        assert sent.kind == kind
        # Letters go out side by side, so the newest need not come last
        [newest] = [one for one in mail_box.letters if f"outbox-{sent.id}-" in one["Message-ID"]]
        about_one = RULES[kind].about_one
        assert (reference in newest["Subject"]) == about_one
        link = f"https://henvis.example/koe{f'/{reference}' if about_one else ''}"
        assert link in newest.get_content().split()
        assert not any(each in letter.as_string() for letter in mail_box.letters for each in WHO)

    def test_a_link_to_a_new_password_is_in_the_mail_and_in_nothing_that_waited(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        admin, user = world.staff("demo-admin"), world.staff("demo-adviser-0151")
        asking = Administration(world.database, admin)
        assert asking.new_password(user.id, world.clock(), world.vault, by_mail=True) is None
        waited = send()
        [letter] = [one for one in mail_box.letters if "Vælg en ny" in one["Subject"]]
        [secret] = re.findall(r"https://henvis.example/invitation/(\w+)", letter.get_content())
        invitations = Invitations(world.database, world.accounts)
        assert invitations.read(secret, world.clock()).name == user.name
        assert secret not in str(waited.payload)

    def test_what_the_server_puts_off_comes_later_as_the_same_letter(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        mail_box.answers = ["451 try later"]
        Play(world).file()
        first = send()
        assert (first.sent_at, first.last_error) == (None, "not_accepted")
        assert send(minutes=1).sent_at is not None
        one, other = mail_box.letters
        assert one["Message-ID"] == other["Message-ID"]
        assert one["Message-ID"].endswith("@henvis.example>")

    def test_a_line_that_breaks_in_mid_letter_is_uncertain_and_tried_again(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        mail_box.answers = ["hang up"]
        Play(world).file()
        assert (send().last_error or "").startswith(letters.UNCERTAIN)
        assert send(minutes=1).sent_at is not None

    def test_an_address_that_nobody_knows_is_a_dead_letter(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        mail_box.unknown = {ADDRESS}
        Play(world).file()
        row = send()
        assert (row.dead_at, row.last_error) == (world.clock.at, "bad_address")

    def test_a_letter_refused_for_good_is_dead(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        mail_box.answers = ["554 policy"]
        Play(world).file()
        assert (send().dead_at, send().last_error) == (world.clock.at, "not_accepted")

    @pytest.mark.parametrize(
        ("address", "arrives_at"),
        [
            ("ida@sundhed-ærø.dk", "ida@xn--sundhed-r-n3a3r.dk"),
            ("søren@sundhed.dk", "søren@sundhed.dk"),
            ("søren@sundhed-ærø.dk", "søren@xn--sundhed-r-n3a3r.dk"),
        ],
    )
    def test_letters_outside_ascii_in_an_address_arrive(
        self, world: World, send: Send, mail_box: MailBox, address: str, arrives_at: str
    ) -> None:
        move_to(world, address)
        Play(world).file()
        assert send().sent_at == world.clock.at
        assert mail_box.letters[0]["To"] == arrives_at

    def test_a_new_address_is_asked_for_its_code_and_gets_no_notice(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        adviser = NoticeChoices(world.database, world.staff("demo-adviser-0151"), [EMAIL])
        adviser.change({}, "ida@ballerup.example", world.clock())
        Play(world).file()
        send()
        to = {str(letter["To"]): letter.get_content() for letter in mail_box.letters}
        assert set(to) == {ADDRESS, "ida@ballerup.example"}
        [code] = re.findall(r"koden (\d{6})", to["ida@ballerup.example"])
        assert adviser.confirm(code, world.clock())
        assert code not in to[ADDRESS]

    def test_where_the_server_takes_no_such_letters_it_is_dead_at_once(
        self, world: World, send: Send, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        able = aiosmtplib.SMTP.supports_extension
        plain = lambda self, name: name != "smtputf8" and able(self, name)  # noqa: E731
        monkeypatch.setattr(aiosmtplib.SMTP, "supports_extension", plain)
        move_to(world, "søren@sundhed.dk")
        Play(world).file()
        row = send()
        assert (row.dead_at, row.last_error) == (world.clock.at, "bad_address")

    def test_a_domain_that_cannot_be_in_the_net_is_a_dead_letter(
        self, world: World, send: Send
    ) -> None:
        move_to(world, f"ida@{'æ' * 70}.dk")
        Play(world).file()
        assert send().last_error == "bad_address"

    def test_a_wrong_password_is_tried_again_until_somebody_mends_it(
        self, world: World, send: Send
    ) -> None:
        Play(world).file()
        assert send(password="wrong").last_error == "log_in_failed"
        assert send(minutes=1).sent_at is not None

    def test_a_server_that_is_down_is_tried_again(self, world: World, send: Send) -> None:
        Play(world).file()
        assert send(port=free_port()).last_error == "unreachable"
        assert send(minutes=1).sent_at is not None

    def test_a_server_that_cannot_prove_who_it_is_is_told_nothing(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        Play(world).file()
        assert send(trusted=None).last_error == "unreachable"
        assert mail_box.letters == []

    def test_who_was_suspended_meanwhile_gets_nothing(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        Play(world).file()
        spread(world.database, [EmailAddresses()], world.clock.at)
        with world.database.write() as session:
            session.execute(update(UserRow).values(suspended_at=world.clock.at))
        assert send().last_error == "no_address"
        assert mail_box.letters == []

    def test_a_reader_of_english_is_written_to_in_english(
        self, world: World, send: Send, mail_box: MailBox
    ) -> None:
        with world.database.write() as session:
            session.execute(update(UserRow).values(language="en"))
        reference = Play(world).file()
        send()
        assert mail_box.letters[0]["Subject"] == f"New referral {reference}"


def test_a_try_is_over_before_the_claim_runs_out() -> None:
    assert Mail.patience.lease > Mail.patience.time_out
    whole = sum((Mail.patience.wait(n, 1.0) for n in range(1, Mail.patience.tries)), timedelta())
    assert timedelta(hours=6) < whole < timedelta(hours=24), "a night without a mail server is fine"
