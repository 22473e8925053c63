"""The terminal: a number presses a button, and says which."""

from __future__ import annotations

import io
import json

import httpx
import pytest

from bot.terminal import Terminal

BUTTONS = [
    {"title": title, "payload": f'/answer{{"n":"{title}"}}', "after_ms": 0}
    for title in ("Ryger dagligt", "Har aldrig røget")
]
REPLY = {"text": "Ryger du?", "buttons": BUTTONS, "awaits": "status", "copy": False}


def held(*lines: str, as_json: bool = False) -> tuple[str, list[dict[str, str]]]:
    """Type lines; give what was shown and what was sent."""
    sent: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/messages"):
            sent.append(json.loads(request.content))
        return httpx.Response(200, json={"id": "c", "conversation": "c", "replies": [REPLY]})

    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://henvis")
    out = io.StringIO()
    Terminal(client, out, as_json=as_json).hold(lines)
    return out.getvalue(), sent


@pytest.mark.parametrize(("typed", "title"), [("1", "Ryger dagligt"), ("2", "Har aldrig røget")])
def test_a_number_tells_which_button_it_pressed(typed: str, title: str) -> None:
    shown, sent = held(typed)
    assert f"→ {title}" in shown
    assert sent[-1]["payload"] == BUTTONS[int(typed) - 1]["payload"]


def test_a_number_without_a_button_is_typed() -> None:
    shown, sent = held("5")
    assert "→" not in shown
    assert sent[-1]["text"] == "5"


def test_what_a_program_reads_stays_one_reply_a_line() -> None:
    shown, _ = held("1", as_json=True)
    assert [json.loads(line) for line in shown.splitlines()] == [REPLY, REPLY]
