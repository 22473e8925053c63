"""The samples for nginx and Caddy, run as they stand: what passes, and what no log tells."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.engine.rasa import free_port
from service.settings import ROOT
from service.web.guarding.secret_paths import SECRET_PATHS
from tests.service.waiting import until

NAME = "henvis.example.dk"
SAMPLES = {"nginx": "nginx.conf", "caddy": "Caddyfile"}
SECRET = "s3cret-of-one-patient"


@dataclass
class Asked:
    """A request as it reached what stands in for Henvis."""

    path: str
    headers: dict[str, str]
    size: int


@dataclass
class Henvis:
    """Stands in for Henvis behind the proxy: says yes, and remembers what it was asked."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    stop: Callable[[], None] = lambda: None


@pytest.fixture
def henvis() -> Iterator[Henvis]:
    told = Henvis()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            size = len(self.rfile.read(int(self.headers.get("content-length", 0))))
            names = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append(Asked(self.path, names, size))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_POST = do_GET  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        told.port = server.server_address[1]

        def stop() -> None:
            server.shutdown()
            server.server_close()

        told.stop = stop
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of our own for the name in the samples, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "henvis.pem", folder / "henvis.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, private


@dataclass
class Proxy:
    """A proxy that runs, where it listens, and the folder of all that it writes."""

    port: int
    folder: Path
    trusted: Path

    def client(self, **options: object) -> httpx.Client:
        """Give a browser that knows the certificate, and calls by name."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        for name, value in options.items():
            setattr(context, name, value)
        return httpx.Client(verify=context, timeout=20)

    def ask(
        self, path: str, method: str = "GET", size: int = 0, name: str = NAME, **headers: str
    ) -> httpx.Response:
        """Ask for a path by a name."""
        url = f"https://127.0.0.1:{self.port}{path}"
        shown = {
            "Host": f"{name}:{self.port}",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        with self.client() as client:
            return client.request(
                method, url, headers=shown, content=b"x" * size, extensions={"sni_hostname": name}
            )

    def written(self) -> str:
        """Give every word that it has written into any file."""
        files = [each for each in self.folder.rglob("*") if each.is_file()]
        return "\n".join(
            each.read_text(errors="replace") for each in files if each.suffix == ".log"
        )


def _sample(which: str, folder: Path, port: int, henvis: Henvis, tls: tuple[Path, Path]) -> str:
    """Give a sample with other places and ports, and otherwise as it stands."""
    text = (ROOT / "docs" / "samples" / SAMPLES[which]).read_text()
    put = {
        "/etc/ssl/henvis.pem": str(tls[0]),
        "/etc/ssl/private/henvis.key": str(tls[1]),
        "/var/log/nginx": str(folder),
        "/var/log/caddy": str(folder),
        "127.0.0.1:8000": f"127.0.0.1:{henvis.port}",
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        f"\n{NAME} {{": f"\n{NAME}:{port} {{",
    }
    for old, new in put.items():
        text = text.replace(old, new)
    return text


def _nginx(folder: Path, sample: str) -> list[str]:
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind}; "
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""
    (folder / "henvis.conf").write_text(sample)
    (folder / "nginx.conf").write_text(
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/start.log; events {{}} "
        f"http {{ {temporary} include {folder}/henvis.conf; }}"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _caddy(folder: Path, sample: str) -> list[str]:
    alone = "\tadmin off\n\tauto_https disable_redirects\n"
    (folder / "Caddyfile").write_text(sample.replace("{\n", "{\n" + alone, 1))
    config = str(folder / "Caddyfile")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", config]


@pytest.fixture(params=sorted(SAMPLES))
def proxy(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    henvis: Henvis,
    certificate: tuple[Path, Path],
) -> Iterator[Proxy]:
    which: str = request.param
    assert shutil.which(which), f"{which} is not installed; .ci/run installs it"
    port = free_port()
    sample = _sample(which, tmp_path, port, henvis, certificate)
    argv = {"nginx": _nginx, "caddy": _caddy}[which](tmp_path, sample)
    own = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with (tmp_path / "said.log").open("w") as said:
        process = subprocess.Popen(argv, stdout=said, stderr=said, env={**os.environ, **own})
    try:
        until(lambda: process.poll() is None and _listens(port), seconds=20)
        yield Proxy(port, tmp_path, certificate[0])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def test_a_page_is_passed_on_by_its_name_and_for_whom(proxy: Proxy, henvis: Henvis) -> None:
    assert proxy.ask("/kurser?side=2").text == "ok"
    [asked] = henvis.asked
    assert asked.path == "/kurser?side=2"
    assert asked.headers["host"] == f"{NAME}:{proxy.port}"
    assert asked.headers["x-forwarded-for"] == "127.0.0.1"
    assert asked.headers["x-forwarded-proto"] == "https"


def test_what_a_caller_says_of_their_address_is_not_passed_on(proxy: Proxy, henvis: Henvis) -> None:
    proxy.ask("/", X_Forwarded_For="203.0.113.7", Forwarded="for=203.0.113.7")
    [asked] = henvis.asked
    assert "203.0.113.7" not in str(asked.headers)


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_today_s_tls_is_talked(proxy: Proxy, version: str) -> None:
    wanted = ssl.TLSVersion[version]
    with proxy.client(minimum_version=wanted, maximum_version=wanted) as client:
        answer = client.get(
            f"https://127.0.0.1:{proxy.port}/",
            headers={"Host": NAME},
            extensions={"sni_hostname": NAME},
        )
    assert answer.status_code == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_yesterday_s_tls_is_not(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=str(proxy.trusted))
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as line,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(line, server_hostname=NAME)


def test_whoever_calls_by_another_name_gets_nothing_of_ours(proxy: Proxy, henvis: Henvis) -> None:
    with pytest.raises(httpx.ConnectError):
        proxy.ask("/", name="other.example.dk")
    assert henvis.asked == []


def test_the_engine_s_way_back_is_closed(proxy: Proxy, henvis: Henvis) -> None:
    assert proxy.ask("/engine/webhook", "POST").status_code == 404
    assert henvis.asked == []


@pytest.mark.parametrize(
    ("path", "size", "passes"),
    [
        ("/log-ind", 64_000, True),
        ("/log-ind", 70_000, False),
        ("/kvittering/H-1/x", 70_000, False),
        ("/kurser/filer", 4_000_000, True),
        ("/kurser/filer/indlaes", 4_000_000, True),
        ("/kurser/filer", 6_000_000, False),
    ],
)
def test_no_more_is_passed_on_than_henvis_takes(
    proxy: Proxy, henvis: Henvis, path: str, size: int, *, passes: bool
) -> None:
    status = proxy.ask(path, "POST", size).status_code
    assert status in ((200,) if passes else (413, 502))  # Debian's Caddy says 502
    assert bool(henvis.asked and henvis.asked[0].size == size) is passes


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_a_secret_address_is_passed_on_and_stands_in_no_log(
    proxy: Proxy, henvis: Henvis, path: str
) -> None:
    proxy.ask("/first")
    for before in ("", "/"):
        assert proxy.ask(
            f"{before}{path}{SECRET}/x", Referer=f"https://{NAME}{path}{SECRET}"
        ).is_success
    proxy.ask("/last", Referer=f"https://{NAME}{path}{SECRET}")
    assert [f"{path}{SECRET}/x" in each.path for each in henvis.asked] == [False, True, True, False]
    until(lambda: "/last" in proxy.written(), seconds=10)
    assert "/first" in proxy.written()
    assert SECRET not in proxy.written()


def test_nor_while_henvis_is_away(proxy: Proxy, henvis: Henvis) -> None:
    henvis.stop()
    for path in SECRET_PATHS:
        assert proxy.ask(f"{path}{SECRET}/x").status_code == 502
    proxy.ask("/last")
    until(lambda: "/last" in proxy.written() or "502" in proxy.written(), seconds=10)
    assert SECRET not in proxy.written()


def test_a_query_is_not_logged(proxy: Proxy) -> None:
    proxy.ask(f"/kurser?q={SECRET}")
    until(lambda: "/kurser" in proxy.written(), seconds=10)
    assert SECRET not in proxy.written()


@pytest.mark.parametrize("which", sorted(SAMPLES))
def test_each_sample_names_the_secret_paths_of_the_code_and_no_others(which: str) -> None:
    text = (ROOT / "docs" / "samples" / SAMPLES[which]).read_text()
    [listed] = re.findall(r"\^/\(([^)]+)\)/", text)
    assert sorted(f"/{each}/" for each in listed.split("|")) == sorted(SECRET_PATHS)
