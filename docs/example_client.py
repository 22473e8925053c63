"""A municipality's system in miniature: it hears of a referral and takes it through to its end.

    python docs/example_client.py https://henvis.example.dk hvs_…

Needs Python 3.11 and httpx. A test runs it against a real server. What it does not do: keep its
cursor and its keys on disk, which a real system must, so that it goes on where it stopped.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx


def changes(henvis: httpx.Client, cursor: str = "start") -> Iterator[tuple[dict[str, Any], str]]:
    """Give what changed since ``cursor``, each referral once, with the cursor to keep."""
    more = True
    while more:
        page = ask(henvis, "GET", "/api/referrals", params={"changed_since": cursor, "limit": 200})
        for referral in page["referrals"]:
            yield referral, page["changed_until"]
        cursor, more = page["changed_until"], page["more"]


def take_through(henvis: httpx.Client, reference: str) -> dict[str, Any]:
    """Call, enrol, follow and close one referral, as an adviser would over some weeks."""
    path = f"/api/referrals/{reference}"
    referral = write(henvis, f"{path}/events", event="receive")
    referral = write(henvis, f"{path}/attempts", result="no_answer", version=referral["version"])
    referral = write(henvis, f"{path}/comments", text="Nobody answered in the morning.")
    referral = write(henvis, f"{path}/attempts", result="reached", version=referral["version"])
    write(henvis, f"{path}/events", event="accept", version=referral["version"])
    course = ask(henvis, "GET", "/api/courses", params={"municipality": "0151", "free": True})
    write(henvis, f"{path}/enrolment", course_id=course["courses"][0]["id"])
    for event in ("start", "complete"):
        write(henvis, f"{path}/events", event=event)
    answer = {"smoke_free": True, "method": "self_report"}
    write(henvis, f"{path}/outcomes", kind="end", state="answered", **answer)
    later = {"state": "lost", "reason": "does_not_want"}  # whoever does is asked in six months
    write(henvis, f"{path}/outcomes", kind="six_months", **later)
    return write(henvis, f"{path}/events", event="close")


def write(henvis: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    """Make a change once, however often the connection breaks: the key stays the same."""
    key = str(uuid.uuid4())
    for wait in (1, 5, 25):
        try:
            return ask(henvis, "POST", path, json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            time.sleep(wait)
    return ask(henvis, "POST", path, json=body, headers={"Idempotency-Key": key})


def ask(henvis: httpx.Client, method: str, path: str, **options: Any) -> dict[str, Any]:
    """Make one call; what is refused ends with the problem, which says why."""
    answer = henvis.request(method, path, **options)
    if answer.is_error:
        raise SystemExit(f"{method} {path}: {answer.text}")  # a problem holds nothing we sent
    told: dict[str, Any] = answer.json()
    return told


def is_from_henvis(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Tell whether a webhook was signed with our secret within the last five minutes."""
    message_id, sent_at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{sent_at}.".encode() + body
    digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(
        hmac.compare_digest(f"v1,{digest}", each) for each in headers["webhook-signature"].split()
    )


def main(address: str, token: str) -> None:
    """Take the first new referral to its end, and read that it is there."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=30) as henvis:
        known = list(changes(henvis))
        fresh = next(referral for referral, _ in known if referral["state"] == "filed")
        print(f"new: {fresh['reference']}, next: {fresh['next_action']}")
        ended = take_through(henvis, fresh["reference"])
        for referral, _ in changes(henvis, known[-1][1]):
            if referral["reference"] == ended["reference"]:
                print(f"changed: {referral['reference']} {referral['state']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
