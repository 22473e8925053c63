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

from service import demo_year
from service.child import Child
from service.database import prepare
from service.demo import logins
from service.engine_process import (
    engine_env,
    failure_reason,
    free_port,
    run_argv,
    write_endpoints,
)
from service.errors import UserError
from service.file_lock import locked
from service.inviting import first_steps
from service.model import ensure_model, find_model
from service.progress import Progress, say
from service.settings import ROOT, Settings
from service.supervisor import Supervisor
from service.telegram import check_telegram

NEEDED_BYTES = 200_000_000
"""Room for a model, the database and the logs; less, and a start may fail half-way."""
STARTING_S = 25
PROBE_TIMEOUT_S = 1.0
WAITING_CONNECTIONS = 2048


def up(settings: Settings, *, telegram_demo: bool = False) -> None:
    """Prepare the database and the model, run engine and service, and stop both when asked to.

    Prints `ready URL` on standard output once a message would be answered. Raises UserError for
    a busy port, a data directory in use, a full disk, or files that the engine cannot read.
    """
    _check_services(settings)
    if not telegram_demo:
        check_telegram(settings)
    with ExitStack() as ports:
        listener = ports.enter_context(closing(listen(settings.host, settings.port)))
        stand_in = None
        if telegram_demo:
            from service.telegram_demo.serving import with_stand_in

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


def _check_services(settings: Settings) -> None:
    if settings.services > 1 and settings.database.startswith("sqlite"):
        raise UserError(
            f"{settings.services} services need PostgreSQL; set HENVIS_DATABASE_URL, "
            "or leave out HENVIS_SERVICES"
        )


def _run(settings: Settings, listener: socket.socket, stand_in: socket.socket | None) -> None:
    trained = find_model(settings) is not None
    new_demo = demo_year.missing(settings)
    progress = Progress(total=(2 if trained else 3) + new_demo)
    if new_demo:
        with progress.step("the demo's year", demo_year.expected_s(settings)) as step:
            demo_year.play(settings, step.tick)
    with progress.step("the database", 2):
        prepare(settings, demo=settings.demo)
    to_try: list[str] = []
    if stand_in is not None:
        from service.telegram_demo.serving import give_demo_nurse_a_phone, how_to_try

        give_demo_nurse_a_phone(settings)
        to_try = how_to_try(settings)
    model = ensure_model(settings, progress)
    ports = [free_port() for _ in range(settings.engines)]
    settings = settings.model_copy(
        update={
            "engine_url": " ".join(f"http://127.0.0.1:{port}" for port in ports),
            "actions_token": SecretStr(secrets.token_urlsafe(32)),
        }
    )
    endpoints = write_endpoints(settings, settings.actions_token.get_secret_value())
    # Its own copy, so that a restart of the engine finds it whatever is trained meanwhile.
    model = shutil.copyfile(model, endpoints.with_name("model.tar.gz"))
    own = ExitStack()  # sockets that belong to one service each
    children = [
        _engine(settings, number, run_argv(settings, model, endpoints, port))
        for number, port in enumerate(ports, start=1)
    ]
    if stand_in is not None:
        children.append(_telegram_stand_in(settings, stand_in.fileno()))
    children += [
        _service(settings, number, listener.fileno(), own.enter_context(listen("127.0.0.1", 0)))
        for number in range(1, settings.services + 1)
    ]
    supervisor = Supervisor(children, lambda line: say(f"henvis: {line}"), failure_reason)
    with own, ExitStack() as starting:
        step = starting.enter_context(progress.step("engine and service", STARTING_S))

        def on_ready() -> None:
            starting.close()
            print(f"ready {settings.url}", flush=True)
            for line in logins() if settings.demo else first_steps(settings):
                print(line, flush=True)
            for line in to_try:
                print(line, flush=True)

        supervisor.run(on_ready, step.tick)
    say("henvis: stopped")


def _engine(settings: Settings, number: int, argv: list[str]) -> Child:
    name = "engine" if settings.engines == 1 else f"engine-{number}"
    url = settings.engine_urls[number - 1]
    return Child(
        name=name,
        argv=tuple(argv),
        env=engine_env(settings),
        cwd=ROOT,
        log=settings.logs_dir / f"{name}.log",
        is_ready=lambda: answers(url),
        hello=url,
    )


def _service(settings: Settings, number: int, listener: int, own: socket.socket) -> Child:
    """Give one of the services, which share a port; at ``own`` each is asked how it is."""
    name = "service" if settings.services == 1 else f"service-{number}"
    settings = settings.model_copy(update={"beside": number == 1})
    descriptors = (listener, own.fileno())
    listeners = [word for each in descriptors for word in ("--listener", str(each))]
    url = f"http://127.0.0.1:{own.getsockname()[1]}"
    return Child(
        name=name,
        argv=(sys.executable, "-P", "-m", "service", "serve", *listeners),
        env=settings.to_env(),
        cwd=ROOT,
        log=settings.logs_dir / f"{name}.log",
        is_ready=lambda: answers(f"{url}/readyz"),
        hello=f"{url}/healthz",
        pass_fds=descriptors,
    )


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
