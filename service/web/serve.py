"""Runs the web service in this process: uvicorn around `service.web.app`."""

import gc
import logging
import socket
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from service.database import prepare
from service.errors import Hopeless, UserError
from service.settings import Settings
from service.web.app import create_app
from service.web.guarding.bounded_http import BoundedHttp
from service.web.guarding.log_redaction import keep_secrets_out_of_logs
from service.web.security_log import security_log

STOP_SECONDS = 3
"""How long open streams may keep the service from stopping."""
KEPT_ALIVE_S = 75
"""How long an idle connection stays open: longer than proxies (60 s) and clients keep theirs, since
a connection that both ends give up at the same moment loses a request on its way.
"""
THIS_MACHINE = ("127.0.0.1", "::1")


def make_ready(settings: Settings, *, telegram_demo: bool) -> None:
    """Make the database ready, and the phone of the Telegram demo. Raises Hopeless if it cannot."""
    try:
        prepare(settings, demo=settings.demo)
    except UserError as error:
        raise Hopeless(str(error)) from None
    if telegram_demo:
        from service.demo.telegram.serving import give_demo_nurse_a_phone

        give_demo_nurse_a_phone(settings)


def serve(settings: Settings, listeners: Sequence[int]) -> None:
    """Serve until SIGTERM or Ctrl-C, on these listening descriptors or else on host and port.

    Writes no access log: addresses of one-time links are secrets. Nor, unless debugging, the
    tracebacks of unexpected errors: their texts may repeat what a person typed.
    """
    keep_secrets_out_of_logs(
        settings.telegram_token.get_secret_value(), settings.actions_token.get_secret_value()
    )
    app = create_app(settings)
    if not settings.debug:
        logging.getLogger("uvicorn.error").addFilter(lambda record: record.exc_info is None)
    gc.collect()
    gc.freeze()  # the app stays: no later collection needs to look through it
    sockets = [socket.socket(fileno=listener) for listener in listeners] or None
    events = security_log(app.state.metrics.registry, settings.syslog, settings.syslog_ca)
    with events, suppress(KeyboardInterrupt):  # uvicorn repeats the signal after a good stop
        uvicorn.Server(config_of(settings, app)).run(sockets)


def config_of(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    """Say how an app is served: bounded, and by whose word for where a request came from."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=BoundedHttp,
        forwarded_allow_ips=[str(net) for net in settings.proxies or THIS_MACHINE],
        timeout_keep_alive=KEPT_ALIVE_S,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
