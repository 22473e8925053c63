"""The web service: its routes, what stands in front of them and what they are given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot import api as bot_api
from bot import web as chat_pages
from bot.telegram import intake as telegram_intake
from inbox import (
    account_pages,
    admin_pages,
    attendance_pages,
    call_pages,
    contact_pages,
    course_api,
    course_deeds,
    course_files,
    course_pages,
    escalation_api,
    feedback_api,
    feedback_pages,
    follow_up_pages,
    home,
    invite_pages,
    municipality_api,
    municipality_pages,
    not_understood_pages,
    notice_api,
    notice_pages,
    outcome_api,
    place_pages,
    queue_api,
    queue_pages,
    receipt,
    referral_pages,
    reserved_pages,
    telegram_pages,
)
from inbox import api as inbox_api
from inbox import signing_in as signing_in_pages
from referrals.second_factor import SecondFactors
from service import health, oidc_pages
from service.chores import Chore, all_chores, keep_going
from service.composition import Parts, build_parts
from service.engine_webhook import EngineCalls
from service.oidc import OutsideLogIn
from service.pages import page_templates
from service.problems import handle_errors
from service.protection import Protection
from service.settings import ROOT, Settings
from service.signing_in import SigningIn

STATIC = {"/static/bot": "bot/static", "/static/inbox": "inbox/static", "/static": "service/static"}
ROUTERS = (
    health.router,
    bot_api.router,
    queue_api.router,  # before the routes that read a reference in the same place
    inbox_api.router,
    course_api.router,
    feedback_api.router,
    outcome_api.router,
    feedback_pages.router,
    notice_api.router,
    escalation_api.router,
    municipality_api.router,
    municipality_pages.router,
    chat_pages.router,
    home.router,
    signing_in_pages.router,
    oidc_pages.router,
    account_pages.router,
    notice_pages.router,
    invite_pages.router,
    admin_pages.router,
    not_understood_pages.router,
    place_pages.router,
    queue_pages.router,
    referral_pages.router,
    reserved_pages.router,
    follow_up_pages.router,
    attendance_pages.router,
    call_pages.router,
    course_files.router,
    course_pages.router,
    course_deeds.router,
    receipt.router,
    contact_pages.router,
    telegram_pages.router,
    telegram_intake.router,
)


def create_app(settings: Settings) -> FastAPI:
    """Put the web service together. Starts nothing until it is served."""
    parts = build_parts(settings)
    app = FastAPI(
        title="Henvis",
        description="Very brief advice at the bedside, and a referral in the municipal queue.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(parts, beside=settings.beside),
    )
    _equip(app, settings, parts)
    handle_errors(app)
    for path, folder in STATIC.items():
        app.mount(path, StaticFiles(directory=ROOT / folder))
    for router in ROUTERS:
        app.include_router(router())
    app.add_middleware(SigningIn, accounts=parts.store.accounts, database=parts.store.database)
    app.add_middleware(Protection)
    app.add_middleware(health.Counting, metrics=app.state.metrics)
    app.add_middleware(
        EngineCalls,
        executor=parts.executor,
        token=settings.actions_token.get_secret_value(),
    )
    return app


def _equip(app: FastAPI, settings: Settings, parts: Parts) -> None:
    """Hand the routes what they need."""
    state = app.state
    state.metrics = health.Metrics()
    state.accounts = parts.store.accounts
    state.encounters = parts.store.encounters
    state.invitations = parts.store.invitations
    state.second_factors = SecondFactors(parts.store.database, parts.store.vault)
    state.outside_log_in = OutsideLogIn(settings, parts.store)
    state.database = parts.store.database
    state.vault = parts.store.vault
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
    state.public_url = settings.base_url
    state.templates = page_templates(parts.store.around.labels)


def _chores(parts: Parts) -> Coroutine[None, None, None]:
    chores = all_chores(parts.store, parts.sending)
    jobs = (Chore(*job) for job in parts.telegram.jobs)
    return keep_going([*chores, *jobs], parts.store.around.now)


def _lifespan(parts: Parts, *, beside: bool):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        regular = [_chores(parts), parts.sending.work(), parts.telegram.work()] if beside else []
        tasks = [
            asyncio.create_task(work) for work in (*regular, parts.conversations.follow_others())
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await parts.engine.close()
            parts.order.close()
            parts.store.database.close()

    return lifespan
