"""Runs in the engine's environment: tries the tracker store as Rasa uses it, prints what it saw."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nlu.without_tensorflow import leave_out

leave_out()

from rasa.core.tracker_store import check_if_tracker_store_async  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import UserUttered  # noqa: E402

from nlu.tracker_store import ForgetfulTrackerStore  # noqa: E402


async def main() -> None:
    """Hold two conversations, save them and look what is left."""
    store = ForgetfulTrackerStore(Domain.empty(), host=None)
    for sender in ("one", "two"):
        tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
        tracker.update(UserUttered("hello"))
        await store.save(tracker)
    again = await store.get_or_create_tracker("one", append_action_listen=False)
    print(
        json.dumps(
            {
                "is_async": check_if_tracker_store_async(store),
                "keys": list(await store.keys()),
                "sender": again.sender_id,
                "events": [event.type_name for event in again.events],
                "latest_action": again.latest_action_name,
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
