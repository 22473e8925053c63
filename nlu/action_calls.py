"""Two habits of Rasa's action calls, broken in the light engine: they cost a third of a turn.

Before each look at an action's answer, Rasa proves anew that its own schema of answers is a valid
schema; and it opens a connection for each call. Here the schema is proved once, and connections
are kept for the next call. What is checked, and what is sent, stays the same.
"""

from __future__ import annotations

from typing import Any

import aiohttp
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

KEPT_S = 2.0
"""How long an idle connection is kept: well under what the service waits before it hangs up."""


def prove_the_schema_once() -> None:
    """Check answers of actions against a schema that is known to be one."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    proved = kind(schema)
    look_closely = RemoteAction._validate_action_result

    def look(action: RemoteAction, result: dict[str, Any]) -> bool:
        # What is wrong with a bad answer is still told in Rasa's own words.
        return bool(proved.is_valid(result) or look_closely(action, result))

    RemoteAction._validate_action_result = look


def keep_connections() -> None:
    """Let calls share connections. An endpoint that asks for a password is left alone."""
    new_session = EndpointConfig.session
    kept: list[aiohttp.TCPConnector] = []

    def session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
        if endpoint.basic_auth:
            own: aiohttp.ClientSession = new_session(endpoint)
            return own
        if not kept:  # a connector belongs to the loop that it was made in
            kept.append(aiohttp.TCPConnector(keepalive_timeout=KEPT_S))
        return aiohttp.ClientSession(
            headers=endpoint.headers,
            timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
            connector=kept[0],
            connector_owner=False,
        )

    EndpointConfig.session = session
