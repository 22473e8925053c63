"""Runs in the engine's environment: calls actions as the light engine does, prints what it saw."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nlu.without_tensorflow import leave_out

leave_out()

import jsonschema  # noqa: E402
from aiohttp import web  # noqa: E402
from rasa.core.actions.action import RemoteAction  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

from nlu.action_calls import keep_connections, prove_the_schema_once  # noqa: E402

GOOD = {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{"text": "b"}]}


async def main() -> None:
    """Check two answers, and make calls to a server that counts connections."""
    prove_the_schema_once()
    keep_connections()
    proved: list[Any] = []
    jsonschema.Draft7Validator.check_schema = proved.append
    action = RemoteAction("action_a", None)
    told: dict[str, Any] = {"good": action._validate_action_result(GOOD)}
    told["proved again"] = len(proved)
    try:
        action._validate_action_result({"events": "none"})
    except jsonschema.ValidationError as error:
        told["refused"] = error.message

    peers = set()

    async def answer(request: web.Request) -> web.Response:
        peers.add(request.transport.get_extra_info("peername") if request.transport else None)
        return web.json_response({"token": request.headers.get("Authorization")})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    plain = EndpointConfig(url, headers={"Authorization": "Bearer t"})
    told["answers"] = [await plain.request(json={}) for _ in range(3)]
    told["connections"] = len(peers)
    guarded = EndpointConfig(url, basic_auth={"username": "a", "password": "b"})
    told["with password"] = await guarded.request(json={})
    await runner.cleanup()
    print(json.dumps(told))


asyncio.run(main())
