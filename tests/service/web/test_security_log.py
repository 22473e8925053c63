"""Security events leave the service: on standard output, counted, and by syslog if there is one."""

from __future__ import annotations

import json
import logging
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from prometheus_client import CollectorRegistry

from referrals.security_events.events import Event
from referrals.security_events.telling import LOGGER, tell
from service.settings import Settings
from service.web.security_log import security_log

AUTHPRIV_INFO, AUTHPRIV_WARNING = 10 * 8 + 6, 10 * 8 + 4


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def datagrams() -> Iterator[socket.socket]:
    """Listen as a syslog does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        yield listening


def test_each_event_is_a_line_of_json_on_standard_output(
    registry: CollectorRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    with security_log(registry):
        tell(Event.LOG_IN)
        tell(Event.REFUSED)
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["event.action"] for line in lines] == ["log_in", "refused"]


def test_events_are_counted_by_what_they_are(registry: CollectorRegistry) -> None:
    with security_log(registry):
        tell(Event.REFUSED)
        tell(Event.REFUSED)
    labels = {"action": "refused", "outcome": "failure"}
    assert registry.get_sample_value("henvis_security_events_total", labels) == 2


def test_what_has_not_happened_yet_is_counted_as_none(registry: CollectorRegistry) -> None:
    with security_log(registry):
        pass
    counts = [
        registry.get_sample_value(
            "henvis_security_events_total",
            {"action": event.value.action, "outcome": event.value.outcome},
        )
        for event in Event
    ]
    assert counts == [0] * len(Event)


def test_syslog_gets_each_as_one_message(
    registry: CollectorRegistry, datagrams: socket.socket
) -> None:
    with security_log(registry, f"udp://127.0.0.1:{datagrams.getsockname()[1]}"):
        tell(Event.REFUSED)
        message = datagrams.recv(65_536).decode()
    head, _, line = message.partition(": ")
    assert head == f"<{AUTHPRIV_WARNING}>henvis"
    assert json.loads(line)["event.action"] == "refused"


def test_syslog_by_a_file_of_this_machine(registry: CollectorRegistry, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "log"))
        listening.settimeout(10)
        with security_log(registry, f"unix://{tmp_path}/log"):
            tell(Event.LOG_IN)
            assert listening.recv(65_536).startswith(f"<{AUTHPRIV_INFO}>henvis: {{".encode())


def test_syslog_by_a_stream_parts_messages_by_lines(registry: CollectorRegistry) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        with security_log(registry, f"tcp://127.0.0.1:{listening.getsockname()[1]}"):
            tell(Event.LOG_IN)
            tell(Event.LOG_OUT)
            taken, _ = listening.accept()
            with taken, taken.makefile("rb") as stream:
                messages = [stream.readline() for _ in range(2)]
    assert [json.loads(each.partition(b": ")[2])["event.action"] for each in messages] == [
        "log_in",
        "log_out",
    ]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the key and certificate of a hospital's own syslog."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    file = tmp_path_factory.mktemp("syslog") / "both.pem"
    pem = Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(pem)
    )
    return file


def _taken_by_tls(certificate: Path, listening: socket.socket) -> str:
    """Take what a client sends until it closes; nothing from one that does not trust us."""
    closed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    closed.load_cert_chain(certificate)
    plain, _ = listening.accept()
    plain.settimeout(5)
    try:
        with closed.wrap_socket(plain, server_side=True) as line, line.makefile("rb") as stream:
            return stream.read().decode()
    except OSError:
        return ""


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "unknown"])
def test_syslog_by_tls_gets_each_with_its_length(
    registry: CollectorRegistry, certificate: Path, *, trusted: bool
) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        ThreadPoolExecutor(1) as beside,
    ):
        listening.settimeout(10)
        server = beside.submit(_taken_by_tls, certificate, listening)
        address = f"tls://localhost:{listening.getsockname()[1]}"
        with security_log(registry, address, certificate if trusted else None):
            tell(Event.LOG_IN)
        taken = server.result(timeout=10)
    length, _, message = taken.partition(" ")
    if trusted:
        assert int(length) == len(message)
        assert message.startswith(f"<{AUTHPRIV_INFO}>henvis: {{")
    else:
        assert taken == ""


def test_a_syslog_that_is_away_costs_nothing_else(
    registry: CollectorRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    with security_log(registry, "tcp://127.0.0.1:1"):
        tell(Event.LOG_IN)
    output = capsys.readouterr()
    assert (output.out.count("\n"), output.err) == (1, "")


def test_afterwards_nobody_listens(registry: CollectorRegistry) -> None:
    with security_log(registry):
        pass
    assert logging.getLogger(LOGGER).handlers == []


@pytest.mark.parametrize(
    "address", ["10.20.0.9:514", "udp://10.20.0.9", "http://a:1", "udp://u@a:1"], ids=str
)
def test_an_address_that_cannot_be_used_is_told_at_the_start(address: str) -> None:
    with pytest.raises(Exception, match="syslog"):
        Settings.load(syslog=address)
