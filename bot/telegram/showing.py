"""How an answer of Henvis looks in a chat: few messages, keys under the last one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.showing import Reply, TurnReplies
from referrals.bedside.asking import CONTACT_PAGE
from referrals.telegram.replies import Key, Message

MAX_UNITS = 4096
"""Telegram counts UTF-16 units."""
MAX_COPY = 256
RESUME = "/resume"
"""What asks the present step once more; its key stands last."""
TAKE_UP = "/take_up"
"""What takes up a patient of the ward's list: its key belongs to the deferred encounter."""
_WIDE = 22
"""A title longer than this gets a row of its own."""


def messages_of(
    answer: TurnReplies, copy_title: str, edits: int | None = None
) -> tuple[Message, ...]:
    """Give the messages of an answer; the first may replace the one of id ``edits``.

    Lines to copy stand alone; what stands between them is one message.
    """
    made: list[Message] = []
    for group in _groups(answer.replies):
        text = "\n\n".join(reply.text for reply in group)
        keys = tuple(
            Key(b.title, payload=b.payload, contact_page=b.payload == CONTACT_PAGE)
            for b in sorted(
                (b for reply in group for b in reply.buttons),
                key=lambda button: button.payload == RESUME,
            )
        )
        if group[0].copy:
            copied = len(text) <= MAX_COPY
            keys = (*((Key(copy_title, copy=text),) if copied else ()), *keys)
        *before, last = _fitting(text)
        made += [Message(part) for part in before]
        made.append(Message(last, keys))
    if made and edits is not None:
        made[0] = Message(made[0].text, made[0].keys, edits)
    return tuple(made)


def rows_of(keys: Sequence[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Lay keys out: two short ones beside each other, a long one alone."""
    rows: list[list[dict[str, str]]] = []
    for key in keys:
        narrow = len(key["title"]) <= _WIDE
        if narrow and rows and len(rows[-1]) == 1 and len(rows[-1][0]["title"]) <= _WIDE:
            rows[-1].append(key)
        else:
            rows.append([key])
    return rows


def _groups(replies: Sequence[Reply]) -> Iterator[list[Reply]]:
    group: list[Reply] = []
    for reply in replies:
        if group and (reply.copy or group[0].copy):
            yield group
            group = []
        group.append(reply)
    if group:
        yield group


def _fitting(text: str) -> list[str]:
    """Cut a text that is too long at the ends of lines."""
    parts, rest = [], text
    while len(rest.encode("utf-16-le")) // 2 > MAX_UNITS:
        cut = rest.rfind("\n", 0, MAX_UNITS // 2)
        cut = cut if cut > 0 else MAX_UNITS // 2
        parts.append(rest[:cut])
        rest = rest[cut:].lstrip("\n")
    return [*parts, rest]
