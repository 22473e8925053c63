"""A phone to hold in the other hand: a page with one chat with the bot, on the stand-in's port."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from service.demo.telegram.bot_api import USERNAME, StandInApi

DEMO_NURSE_ID = 1001
_FOLDER = Path(__file__).parent / "page"
_KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"


def person(user_id: int) -> dict[str, Any]:
    """Write a made-up person as Telegram does."""
    return {
        "id": user_id,
        "is_bot": False,
        "first_name": f"Telefon {user_id}",
        "language_code": "da",
    }


def text_update(user_id: int, message_id: int, text: str) -> dict[str, Any]:
    """Write a typed message as Telegram does."""
    return {
        "message": {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": {"id": user_id, "type": "private", "first_name": f"Telefon {user_id}"},
            "from": person(user_id),
            "text": text,
        }
    }


def press_update(user_id: int, message_id: int, data: str, press_id: str) -> dict[str, Any]:
    """Write a pressed key as Telegram does."""
    bot = {"id": 7, "is_bot": True, "first_name": "Henvis", "username": USERNAME}
    return {
        "callback_query": {
            "id": press_id,
            "from": person(user_id),
            "chat_instance": str(user_id),
            "data": data,
            "message": {
                "message_id": message_id,
                "date": int(time.time()),
                "chat": {"id": user_id, "type": "private"},
                "from": bot,
                "text": "…",
            },
        }
    }


class Phones:
    """The phones' pages, for whoever reaches this loopback port."""

    def __init__(self, api: StandInApi, token: str) -> None:
        self._api = api
        self._token = token
        self._update_id = 0

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/", self._index)
        app.router.add_get(f"/{USERNAME}", self._deep_link)
        app.router.add_get("/phone/{user:[0-9]+}", self._page)
        app.router.add_get("/phone/{user:[0-9]+}/messages", self._messages)
        app.router.add_post("/phone/{user:[0-9]+}/say", self._say)
        app.router.add_post("/phone/{user:[0-9]+}/press", self._press)
        app.router.add_get("/page/{name:phone\\.(js|css)}", self._file)

    async def _index(self, _request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/phone/{DEMO_NURSE_ID}")

    async def _deep_link(self, request: web.Request) -> web.Response:
        """Open a link of an invitation on a phone that is new to the bot."""
        start = request.query.get("start", "")
        user_id = 2000 + len(self._api.chats)
        await self._tell(user_id, f"/start {start}" if start else "/start")
        raise web.HTTPFound(f"/phone/{user_id}")

    async def _page(self, _request: web.Request) -> web.Response:
        return _file("phone.html")

    async def _file(self, request: web.Request) -> web.Response:
        return _file(request.match_info["name"])

    async def _messages(self, request: web.Request) -> web.Response:
        shown = self._api.messages(int(request.match_info["user"]))
        return web.json_response([vars(each) for each in shown])

    async def _say(self, request: web.Request) -> web.Response:
        body = await _own_body(request)
        await self._tell(int(request.match_info["user"]), str(body["text"])[:4096])
        return web.json_response({})

    async def _press(self, request: web.Request) -> web.Response:
        body, user_id = await _own_body(request), int(request.match_info["user"])
        message_id, data = int(body["message_id"]), str(body["data"])
        await self._enqueue(press_update(user_id, message_id, data, str(time.time_ns())))
        return web.json_response({})

    async def _tell(self, user_id: int, text: str) -> None:
        shown = self._api.add_own(user_id, text)
        await self._enqueue(text_update(user_id, shown.id, text))

    async def _enqueue(self, update: dict[str, Any]) -> None:
        """Give it a number by the clock: a number 1 after a restart would be taken for known."""
        self._update_id = max(self._update_id + 1, int(time.time()))  # Telegram has 31 bits
        numbered = {"update_id": self._update_id, **update}
        await self._api.enqueue_update(numbered, token=self._token)


async def _own_body(request: web.Request) -> Mapping[str, Any]:
    """Read what our own page sent: JSON, which another site's page cannot send unasked."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body: Mapping[str, Any] = json.loads(await request.text())
    except ValueError:
        raise web.HTTPBadRequest from None
    return body


def _file(name: str) -> web.Response:
    path = _FOLDER / name
    return web.Response(
        text=path.read_text("utf-8"),
        content_type=_KINDS[path.suffix],
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
    )
