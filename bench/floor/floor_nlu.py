"""Runs in the engine's environment: how long the model alone takes over a message, in process.

Usage: python -m bench.floor.floor_nlu MODEL REPEATS TEXT...; prints a list of seconds for each
text as JSON, on the last line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time

from nlu.without_tensorflow import leave_out


async def main(model: str, repeats: int, texts: list[str]) -> None:
    """Understand every text that often."""
    leave_out()
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    agent = Agent.load(model)
    seconds: dict[str, list[float]] = {text: [] for text in texts}
    for number in range(repeats + 20):
        for text in texts:
            message = UserMessage(text, metadata={"language": "da", "awaits": "status"})
            began = time.perf_counter()
            await agent.processor.parse_message(message)
            if number >= 20:
                seconds[text].append(time.perf_counter() - began)
    print(json.dumps(list(seconds.values())))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
