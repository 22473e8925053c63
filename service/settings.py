"""Everything that may differ from one installation to the next.

Only this module reads the environment: variables named `HENVIS_` and a field, `HENVIS_PORT=8080`.
Options of the command line come before them. Keys are no settings, unless somebody keeps them
elsewhere: they lie in `keys/` of the data directory.
"""

import os
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from referrals.advice.tapping import SEEN_AFTER
from service.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
TELEGRAM = "https://api.telegram.org"


class Settings(BaseSettings):
    """The settings of one installation; frozen, and made once per process by `load`."""

    model_config = SettingsConfigDict(env_prefix="HENVIS_", frozen=True)

    data_dir: Path = ROOT / ".henvis" / "data"
    """Holds everything that is not code: database, keys, models, logs."""
    keys_file: Path | None = None
    """Where the keys lie; else `keys/keys.json` in the data directory, made at the first start."""
    keys: SecretStr = SecretStr("")
    """The keys themselves, as the service manager's environment file may give them."""
    keys_command: str = ""
    """A command that prints the keys, such as one that has a key service decrypt them."""
    backup_recipients: tuple[str, ...] = ()
    """Who can read backups, as a list of age's recipients: `["age1…"]`."""
    tombstones_file: Path | None = None
    """Where it is written what ended for good; else `tombstones.jsonl` in the data directory. Best
    on another disk: a restore ends again what ended after the backup.
    """
    database_url: str = ""
    """An SQLAlchemy address; empty means SQLite in the data directory."""
    demo: bool = True
    """Whether the database is to hold made-up hospitals, staff and referrals."""
    demo_encounters: int = Field(650, ge=0, le=100_000)
    """How many encounters of a made-up year `up` plays into a new demo database; 0 for none."""
    debug: bool = False
    """Whether an unexpected error shows its traceback, which may name what people typed."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    public_url: str = ""
    """Where people reach us, when a reverse proxy stands in front; empty means host and port."""

    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Where reverse proxies stand, as a list: `["10.20.0.5/32"]`. Only theirs is believed for whom
    a request is passed on; without any, this machine's.
    """

    security_contact: str = Field("", pattern=r"^((mailto:|https://|tel:)[!-~]+)?$")
    """Whom to tell of a hole, as an address: `mailto:it-sikkerhed@hospital.example`; else
    `/.well-known/security.txt` is not there.
    """

    security_stdout: bool = False
    """Whether `up` prints security events on its standard output as well, as JSON, one a line."""
    syslog: str = Field("", pattern=r"^((tls|udp|tcp)://[^:/@\s]+:[0-9]{1,5}|unix:///\S+)?$")
    """Where security events are sent besides: `tls://log.hospital.example:6514`, or on a closed net
    `udp://…` or `tcp://…`, or on this machine `unix:///dev/log`.
    """
    syslog_ca: Path | None = None
    """A file with the certificates to trust for it instead of the machine's."""

    anchors: Path | None = None
    """Where the audit log is anchored each day; better on another disk than the database's. Else
    `anchors.jsonl` in the data directory.
    """

    hosts: tuple[str, ...] = ()
    """Names besides the public URL's by which people may call us, as a list; others are refused."""

    engines: int = Field(1, ge=1, le=64)
    """How many engine processes `up` runs."""
    services: int = Field(1, ge=1, le=64)
    """How many service processes `up` runs; more than one needs PostgreSQL."""
    beside: bool = True
    """Whether this service does the regular work beside answering; of several, one does."""
    service_number: int = Field(1, ge=1, le=64)
    """Which of the services this is; the supervisor sets it."""
    service_urls: str = ""
    """Where each of several services is reached alone, between spaces; the supervisor sets it."""
    engine_url: str = ""
    """Where the engines listen, between spaces; the supervisor sets it for the service."""
    engine_python: Path = ROOT / ".henvis" / "engine" / "bin" / "python"
    engine_user: str = ""
    """The user of this machine that engines run as, who can open nothing of ours; empty: as we do.
    It takes root, or the rights in `docs/samples/henvis.service`.
    """
    engine_dir: Path | None = None
    """Where what engines are started with lies; the supervisor sets it for a user of their own."""
    engine_timeout: timedelta = timedelta(seconds=20)
    """How long one turn may take before the nurse is told that it failed."""
    actions_token: SecretStr = SecretStr("")
    """What the engine must show to call our actions; empty means that nobody may."""
    engine_token: SecretStr = SecretStr("")
    """What we show the engine; the supervisor draws it at each start."""
    model: Path | None = None
    """A trained model to use, if it is the one for the present files; else one is trained."""

    encounter_idle: timedelta = timedelta(hours=2)
    """An encounter without a word for so long expires, with what its vault holds."""
    encounter_paused: timedelta = timedelta(hours=12)
    """The same for one that was put on pause."""
    seat_hold: timedelta = timedelta(hours=72)
    """A held seat that the municipality has not confirmed by then is given to the next in line."""
    tap_wait_ms: int = Field(SEEN_AFTER // timedelta(milliseconds=1), ge=0, le=5_000)
    """What has just appeared takes no tap for so long; 0 lets programs press at their own speed.

    With 0 a consent does not wait until its text can have been read either.
    """
    look_ups: int = Field(20, ge=1, le=1_000_000)
    """How many phone numbers an hour are looked up for a nurse, to see whether the ward referred
    that patient before; beyond that the nurse sends without being told.
    """
    session_idle: timedelta = timedelta(minutes=30)
    """A staff session unused for so long ends."""
    session_lifetime: timedelta = timedelta(hours=12)
    """A staff session ends after so long in any case."""

    smtp_host: str = ""
    """The mail server that takes our notices; empty means that none are sent by e-mail."""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "implicit", "none"] = "starttls"
    """How the way to it is closed; `none` only for a server on this machine or a closed net."""
    smtp_ca: Path | None = None
    """A file with the certificates to trust instead of the machine's, for a hospital's own."""
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = "Henvis <henvis@localhost>"
    """From whom notices come: an address, or a name and an address."""

    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Private nets that webhooks may lead into, as a list: `["10.20.0.0/16"]`; else none may."""

    metrics_token: SecretStr = SecretStr("")
    """What a bearer must show to read `/metrics`; empty: nobody reads them."""

    oidc_issuer: str = ""
    """The address of an OpenID Connect provider that staff may log in by; empty means none."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_label: str = ""
    """What the provider is called on the log-in page; empty: your organisation, in its words."""

    telegram_token: SecretStr = SecretStr("")
    """The bot's token from BotFather; empty means no Telegram."""
    telegram_api: str = TELEGRAM
    """Where the Bot API is, without a final slash; another one for trying things out."""
    telegram_webhook: bool = False
    """Whether Telegram calls us at the public address; else we ask Telegram."""
    telegram_links: str = "https://t.me"
    """What a link into Telegram begins with, without a final slash."""

    @classmethod
    def load(cls, **options: object) -> Self:
        """Read the settings; an option that is None was not given.

        Raises UserError naming the first value that cannot be used.
        """
        given = {name: value for name, value in options.items() if value is not None}
        try:
            settings = cls(**given)  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            name = "_".join(str(part) for part in first["loc"])
            raise UserError(f"{name} (or HENVIS_{name.upper()}): {first['msg']}") from None
        return settings.model_copy(update={"data_dir": settings.data_dir.expanduser().resolve()})

    @property
    def url(self) -> str:
        """The address of our own pages on this machine, without a final slash."""
        return f"http://{self._own_host}:{self.port}"

    @property
    def base_url(self) -> str:
        """The address that links given to people start with, without a final slash."""
        return self.public_url.rstrip("/") or self.url

    @property
    def own_hosts(self) -> frozenset[str]:
        """The hosts by which we may be called, in lower case and without brackets or port."""
        public = urlsplit(self.public_url).hostname or ""
        named = {public, self.host.strip("[]"), *self.hosts} - {"", "0.0.0.0", "::"}  # noqa: S104
        return frozenset({"127.0.0.1", "::1", "localhost", *(name.lower() for name in named)})

    @property
    def other_services(self) -> dict[int, str]:
        """Where the other services of this start are reached, by their numbers."""
        numbered = enumerate(self.service_urls.split(), start=1)
        return {number: url for number, url in numbered if number != self.service_number}

    @property
    def engine_urls(self) -> tuple[str, ...]:
        """The address of each engine, without a final slash."""
        return tuple(self.engine_url.split())

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the file in the data directory."""
        return not self.database_url

    @property
    def is_begun(self) -> bool:
        """Whether there is a database, as far as its address tells."""
        file = self.database.removeprefix("sqlite:///")
        return file == self.database or Path(file).exists()

    @property
    def database_file(self) -> Path:
        """Where the embedded database lies."""
        return self.data_dir / "henvis.db"

    @property
    def keys_dir(self) -> Path:
        """Where the secrets lie."""
        return self.data_dir / "keys"

    @property
    def tombstones(self) -> Path:
        """Where it is written what ended for good."""
        return self.tombstones_file or self.data_dir / "tombstones.jsonl"

    @property
    def anchors_file(self) -> Path:
        """Where the audit log is anchored."""
        return self.anchors or self.data_dir / "anchors.jsonl"

    @property
    def address_file(self) -> Path:
        """Where `up` writes its address, for commands on the same data."""
        return self.data_dir / "address"

    @property
    def models_dir(self) -> Path:
        """Where trained models lie, each named after what it was trained from."""
        return self.data_dir / "models"

    @property
    def engine_folder(self) -> Path:
        """Where what engines are started with lies, made anew at each start."""
        return self.engine_dir or self.data_dir / "engine"

    @property
    def logs_dir(self) -> Path:
        """Where the service and the engine log to."""
        return self.data_dir / "logs"

    def to_env(self) -> dict[str, str]:
        """Return an environment for a process of ours, from which `load` gives these settings."""
        told = {
            "DATA_DIR": str(self.data_dir),
            "DEMO": str(self.demo),
            "HOST": self.host,
            "PORT": str(self.port),
            "ENGINE_URL": self.engine_url,
            "BESIDE": str(self.beside),
            "SERVICE_NUMBER": str(self.service_number),
            "SERVICE_URLS": self.service_urls,
            "ENGINE_TOKEN": self.engine_token.get_secret_value(),
            "ACTIONS_TOKEN": self.actions_token.get_secret_value(),
            "TELEGRAM_TOKEN": self.telegram_token.get_secret_value(),
            "TELEGRAM_API": self.telegram_api,
            "TELEGRAM_LINKS": self.telegram_links,
        }
        frugal = {"MALLOC_ARENA_MAX": "2"}  # an arena for each thread would lie half empty
        own = {f"HENVIS_{name}": value for name, value in told.items()}
        return {**frugal, **os.environ, **own}

    @property
    def _own_host(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104
        return f"[{host}]" if ":" in host else host
