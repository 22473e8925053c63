"""The web service: its routes, what stands in front of them and what they are given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot import conversation_api as bot_api
from bot.telegram import intake as telegram_intake
from bot.web import pages as chat_pages
from bot.web import wards_list
from inbox import home
from inbox.administration import (
    decision_pages,
    not_understood_pages,
    place_pages,
    rule_pages,
    system_pages,
    user_pages,
)
from inbox.booking import call_pages, week_pages
from inbox.catalogue import deeds, files
from inbox.catalogue import pages as course_pages
from inbox.consent import receipt_pages
from inbox.contact import pages
from inbox.courses import course_api
from inbox.figures import municipal_api, municipal_pages, ward_api, ward_pages
from inbox.follow_up import attendance_pages, outcome_api
from inbox.follow_up import pages as follow_up_pages
from inbox.notices import notice_api
from inbox.notices import pages as notice_pages
from inbox.queue import (
    call_api,
    course_choice_pages,
    escalation_api,
    letter_pages,
    phone_call_pages,
    referral_pages,
    reserved_pages,
    same_person_pages,
    today_api,
)
from inbox.queue import pages as queue_pages
from inbox.queue import referral_api as inbox_api
from inbox.staff import account_pages, invite_pages, passkey_pages, proof_pages
from inbox.staff import signing_in as signing_in_pages
from inbox.telegram import pages as telegram_pages
from referrals.staff.known_devices import KnownDevices
from referrals.staff.passkeys import Passkeys, Site
from referrals.staff.second_factor import SecondFactors
from service.composition import Parts, build_parts
from service.engine.webhook import EngineCalls
from service.gathering import Gathering
from service.metrics import Counting, Metrics
from service.settings import Settings
from service.web import api_docs, health, oidc_pages, security_contact
from service.web.chores import all_pieces
from service.web.faults import known_parameters_only
from service.web.guarding.protection import Dressing, Protection
from service.web.guarding.watched import Watched
from service.web.oidc import OutsideLogIn
from service.web.openapi import TAGS, DescribedApp
from service.web.page_templates import folders, page_templates, static_path
from service.web.problems import handle_errors
from service.web.session_cookie import SigningIn
from service.work.figures import WorkFigures
from service.work.supervisor import Supervisor

ROUTERS = (
    bot_api.router,  # what is asked most is found first
    health.router,
    api_docs.router,
    security_contact.router,
    call_api.router,
    today_api.router,  # before the routes that read a reference in the same place
    inbox_api.router,
    course_api.router,
    ward_api.router,
    outcome_api.router,
    ward_pages.router,
    notice_api.router,
    escalation_api.router,
    municipal_api.router,
    municipal_pages.router,
    chat_pages.router,
    wards_list.router,
    home.router,
    signing_in_pages.router,
    oidc_pages.router,
    account_pages.router,
    proof_pages.router,
    passkey_pages.router,
    notice_pages.router,
    invite_pages.router,
    user_pages.router,
    decision_pages.router,
    rule_pages.router,
    not_understood_pages.router,
    place_pages.router,
    system_pages.router,
    queue_pages.router,
    letter_pages.router,
    phone_call_pages.router,
    referral_pages.router,
    reserved_pages.router,
    same_person_pages.router,
    course_choice_pages.router,
    follow_up_pages.router,
    attendance_pages.router,
    call_pages.router,
    week_pages.router,
    files.router,
    course_pages.router,
    deeds.router,
    receipt_pages.router,
    pages.router,
    telegram_pages.router,
    telegram_intake.router,
)


class KeyConvertor(IntegerConvertor):
    """A number in an address: as long as keys are, so that Python and the database can read it."""

    regex = "[0-9]{1,18}"


class DressedApp(DescribedApp):
    """The app with every answer dressed: what middleware dresses leaves unexpected errors bare."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put the headers, and the name of the request, around all that answers."""
        return Watched(Dressing(super().build_middleware_stack()))


def bare_app(**more: Any) -> FastAPI:
    """Give all routes and their description, with nothing behind them."""
    app = DressedApp(
        title="Henvis",
        description="Very brief advice at the bedside, and a referral in the municipal queue.",
        version="1",
        openapi_url="/api/openapi.json",
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it would carry bodies
        **more,
    )
    app.router.routes.extend(_routes())
    return app


@cache
def _routes() -> Sequence[BaseRoute]:
    """Give all routes, put together once in a process: they are the same for every app of it."""
    register_url_convertor("int", KeyConvertor())
    together = APIRouter(generate_unique_id_function=lambda route: route.name)
    for router in ROUTERS:
        together.include_router(router(), dependencies=[Depends(known_parameters_only)])
    return together.routes


def create_app(settings: Settings) -> FastAPI:
    """Put the web service together. Starts nothing until it is served."""
    parts = build_parts(settings)
    app = bare_app(lifespan=_lifespan(parts))
    _equip(app, settings, parts)
    handle_errors(app)
    for folder in folders("static"):
        app.mount(static_path(folder), StaticFiles(directory=folder))
    app.add_middleware(SigningIn, accounts=parts.store.accounts, database=parts.store.database)
    app.add_middleware(
        Protection,
        hosts=settings.own_hosts,
        database=parts.store.database,
        now=parts.store.around.now,
    )
    app.add_middleware(Counting, metrics=app.state.metrics)
    app.add_middleware(
        EngineCalls,
        executor=parts.executor,
        token=settings.actions_token.get_secret_value(),
    )
    return app


def _equip(app: FastAPI, settings: Settings, parts: Parts) -> None:
    """Hand the routes what they need."""
    state = app.state
    state.metrics = Metrics()
    state.work = Supervisor(all_pieces(parts, beside=settings.beside), parts.store.around.now)
    state.metrics.registry.register(WorkFigures(state.work, parts.store.database.aside))
    state.accounts = parts.store.accounts
    state.encounters = parts.store.encounters
    state.invitations = parts.store.invitations
    state.second_factors = SecondFactors(parts.store.database, parts.store.vault)
    site = Site.of(settings.base_url)
    state.passkeys = Passkeys(parts.store.database, parts.store.vault, parts.store.accounts, site)
    state.known_devices = KnownDevices(parts.store.vault)
    state.outside_log_in = OutsideLogIn(settings, parts.store)
    state.database = parts.store.database
    state.database_probe = health.DatabaseProbe(parts.store.database)
    state.vault = parts.store.vault
    state.anchors = parts.store.anchors
    state.labels = parts.store.around.labels
    state.now = parts.store.around.now
    state.conversations = parts.conversations
    state.engine = parts.engine
    state.sending = parts.sending
    parts.telegram.wire(parts.sending, state.metrics)
    state.telegram = parts.telegram.pages
    state.telegram_intake = parts.telegram.intake
    state.telegram_secret = parts.telegram.webhook_secret
    state.contact_pages = parts.telegram.contact_pages
    state.metrics_token = settings.metrics_token.get_secret_value()
    state.gathering = Gathering(
        state.metrics.registry,
        settings.service_number,
        settings.other_services,
        state.metrics_token,
    )
    state.webhook_networks = settings.webhook_networks
    state.public_url = settings.base_url
    state.security_contact = settings.security_contact
    state.templates = page_templates()


def _lifespan(parts: Parts):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        work = asyncio.create_task(app.state.work.run())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            await parts.telegram.close()
            await parts.engine.close()
            parts.order.close()
            parts.store.database.close()

    return lifespan
