"""Starts everything, in the order in which it can fail cheaply, and stays until asked to stop."""

import http.client
import secrets
import shutil
import socket
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from service.demo.log_ins import year_is_missing, year_takes_s
from service.engine.model import ensure_model, find_model
from service.engine.own_user import forget_folder, lend, make_folder
from service.engine.rasa import (
    engine_env,
    failure_reason,
    fenced,
    free_port,
    run_argv,
    write_credentials,
    write_endpoints,
)
from service.errors import UserError
from service.processes.aside import run_aside
from service.processes.child import Child
from service.processes.file_lock import locked
from service.processes.progress import Progress, say
from service.processes.supervisor import Supervisor
from service.settings import ROOT, TELEGRAM, Settings

NEEDED_BYTES = 200_000_000
"""Room for a model, the database and the logs; less, and a start may fail half-way."""
STARTING_S = 25
PROBE_TIMEOUT_S = 1.0
WAITING_CONNECTIONS = 2048


def up(settings: Settings, *, telegram_demo: bool = False) -> None:
    """Prepare the database and the model, run engine and service, and stop both when asked to.

    Prints `ready URL` on standard output once a message would be answered. Raises UserError for
    a busy port, a data directory in use, a full disk, or files that the engine cannot read, and
    Hopeless for a start that is not safe.
    """
    _check_services(settings)
    if not telegram_demo:
        check_telegram(settings)
    with ExitStack() as ports:
        listener = ports.enter_context(closing(listen(settings.host, settings.port)))
        stand_in = None
        if telegram_demo:
            from service.demo.telegram.serving import with_stand_in

            stand_in = ports.enter_context(closing(listen("127.0.0.1", 0)))
            settings = with_stand_in(settings, stand_in.getsockname()[1])
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _check_disk(settings.data_dir)
        try:
            with locked(settings.data_dir / "in-use", wait=False):
                _run(settings, listener, stand_in)
        except BlockingIOError:
            raise UserError(
                f"{settings.data_dir} is in use by another ./henvis up; stop that one, "
                "or give another --data"
            ) from None


def listen(host: str, port: int) -> socket.socket:
    """Take the port at once and for good; who connects meanwhile, or between restarts, waits.

    Raises UserError if it is taken, not allowed, or the host is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise UserError(
            f"port {port} of {host} cannot be used ({error.strerror}); stop what uses it, "
            "or give another --port"
        ) from None
    return listener


def answers(url: str) -> bool:
    """Say whether a GET of this address gives 200 within a second."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=PROBE_TIMEOUT_S
    )
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def check_telegram(settings: Settings) -> None:
    """Refuse what Telegram would refuse, before anything starts. Raises UserError."""
    if not settings.telegram_token.get_secret_value():
        return
    if settings.telegram_api == TELEGRAM and not settings.base_url.startswith("https://"):
        raise UserError(
            "Telegram opens links to https only; set HENVIS_PUBLIC_URL to the address of the "
            "reverse proxy, or try it with --telegram-demo"
        )


def _check_services(settings: Settings) -> None:
    if settings.services > 1 and settings.database.startswith("sqlite"):
        raise UserError(
            f"{settings.services} services need PostgreSQL; set HENVIS_DATABASE_URL, "
            "or leave out HENVIS_SERVICES"
        )


def _run(settings: Settings, listener: socket.socket, stand_in: socket.socket | None) -> None:
    for line in run_aside(settings, "check-start", lambda: None):
        say(f"henvis: {line}")
    trained = find_model(settings) is not None
    new_demo = year_is_missing(settings)
    progress = Progress(total=(1 if trained else 2) + new_demo)
    if new_demo:
        with progress.step("the demo's year", year_takes_s(settings)) as step:
            run_aside(settings, "play-year", step.tick)
    to_try: list[str] = []
    if stand_in is not None:
        from service.demo.telegram.serving import how_to_try

        to_try = how_to_try(settings)
    model = ensure_model(settings, progress)
    ports = [free_port() for _ in range(settings.engines)]
    settings = settings.model_copy(
        update={
            "engine_url": " ".join(f"http://127.0.0.1:{port}" for port in ports),
            "actions_token": SecretStr(secrets.token_urlsafe(32)),
            "engine_token": SecretStr(secrets.token_urlsafe(32)),
            "engine_dir": make_folder(settings),
        }
    )
    endpoints = write_endpoints(settings, settings.actions_token.get_secret_value())
    credentials = write_credentials(settings, settings.engine_token.get_secret_value())
    # Its own copy, so that a restart of the engine finds it whatever is trained meanwhile.
    model = lend(settings, shutil.copyfile(model, endpoints.with_name("model.tar.gz")))
    own = ExitStack()  # sockets that belong to one service each
    children = [
        _engine(settings, number, run_argv(settings, model, endpoints, port, credentials), port)
        for number, port in enumerate(ports, start=1)
    ]
    if stand_in is not None:
        children.append(_telegram_stand_in(settings, stand_in.fileno()))
    alone = [own.enter_context(listen("127.0.0.1", 0)) for _ in range(settings.services)]
    settings = settings.model_copy(update={"service_urls": " ".join(map(_url, alone))})
    children += [
        _service(settings, number, (listener, each), telegram_demo=stand_in is not None)
        for number, each in enumerate(alone, start=1)
    ]
    supervisor = Supervisor(children, lambda line: say(f"henvis: {line}"), failure_reason)
    with own, ExitStack() as starting:
        step = starting.enter_context(progress.step("engine and service", STARTING_S))

        def on_ready() -> None:
            starting.close()
            settings.address_file.write_text(settings.url)
            print(f"ready {settings.url}", flush=True)
            for line in (*run_aside(settings, "first-steps", lambda: None), *to_try):
                print(line, flush=True)

        try:
            supervisor.run(on_ready, step.tick)
        finally:
            settings.address_file.unlink(missing_ok=True)
            forget_folder(settings)
    say("henvis: stopped")


def _engine(settings: Settings, number: int, argv: list[str], port: int) -> Child:
    name = "engine" if settings.engines == 1 else f"engine-{number}"
    url = settings.engine_urls[number - 1]
    return Child(
        name=name,
        argv=tuple(fenced(settings, argv, port)),
        env=engine_env(settings),
        cwd=ROOT,
        log=settings.logs_dir / f"{name}.log",
        is_ready=lambda: answers(url),
        hello=url,
        keeps_rights=bool(settings.engine_user),
    )


def _service(
    settings: Settings,
    number: int,
    listeners: tuple[socket.socket, socket.socket],
    *,
    telegram_demo: bool,
) -> Child:
    """Give one of the services.

    They share the first listener; at the second one each is asked how it is. The first service
    makes the database ready and does the regular work, and the others come after it.
    """
    name = "service" if settings.services == 1 else f"service-{number}"
    first = number == 1
    settings = settings.model_copy(update={"beside": first, "service_number": number})
    descriptors = tuple(each.fileno() for each in listeners)
    words = [word for each in descriptors for word in ("--listener", str(each))]
    words += ["--prepare"] * first + ["--telegram-demo"] * (first and telegram_demo)
    url = _url(listeners[1])
    return Child(
        name=name,
        argv=(sys.executable, "-P", "-m", "service", "serve", *words),
        env=settings.to_env(),
        cwd=ROOT,
        log=settings.logs_dir / f"{name}.log",
        events=settings.logs_dir / f"{name.replace('service', 'security')}.jsonl",
        echoes_events=settings.security_stdout,
        is_ready=lambda: answers(f"{url}/readyz"),
        hello=f"{url}/healthz",
        pass_fds=descriptors,
        after="" if first else "service-1",
    )


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _telegram_stand_in(settings: Settings, listener: int) -> Child:
    return Child(
        name="telegram stand-in",
        argv=(sys.executable, "-P", "-m", "service", "stand-in", "--listener", str(listener)),
        env=settings.to_env(),
        cwd=ROOT,
        log=settings.logs_dir / "telegram-stand-in.log",
        is_ready=lambda: answers(f"{settings.telegram_api}/phone/1"),
        pass_fds=(listener,),
    )


def _check_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise UserError(
            f"not enough disk space: {folder} has {free / 1e6:.0f} MB free and needs "
            f"{NEEDED_BYTES / 1e6:.0f} MB; free some space and start again"
        )
