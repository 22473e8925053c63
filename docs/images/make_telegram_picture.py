"""Draws docs/images/telegram.svg: what goes where when a nurse works through Telegram.

.henvis/modern/bin/python docs/images/make_telegram_picture.py
"""

from __future__ import annotations

from html import escape
from pathlib import Path

WIDTH, HEIGHT = 920, 560
INK, QUIET, CLOUD, OURS, OWN, LINE = (
    "#12262b",
    "#4a6168",
    "#fdecd8",
    "#e3f2f1",
    "#fff",
    "#0b5d6b",
)

Box = tuple[int, int, int, int, str, list[str], str]
BOXES: list[Box] = [
    (20, 60, 220, 110, "The nurse's phone", ["Telegram: words, keys", "browser: our pages"], OWN),
    (20, 350, 220, 120, "The patient's phone", ["QR code", "reads the consent", "writes"], OWN),
    (
        330,
        40,
        220,
        190,
        "Telegram's cloud",
        [
            "the nurse's Telegram id",
            "script and answers, no name",
            "the reference, H-7KF3-Q",
            "links that work 10 minutes",
            "what a nurse mistypes,",
            "until we delete it",
        ],
        CLOUD,
    ),
    (
        650,
        40,
        250,
        150,
        "Henvis: bot/telegram",
        [
            "inbox: encrypted,",
            "emptied once handled",
            "keys: ids without meaning",
            "personal data in the chat:",
            "unread, deleted, counted",
        ],
        OURS,
    ),
    (
        330,
        330,
        220,
        150,
        "Henvis: contact page",
        [
            "/kontakt/…  once, 10 min",
            "only the link's hash is kept",
            "no script of others",
            "consent with its text's hash",
        ],
        OURS,
    ),
    (650, 260, 250, 90, "The engine (Rasa)", ["known words, codes,", "[[name:…]] for names"], OURS),
    (
        650,
        400,
        250,
        120,
        "The vault and the queue",
        [
            "name and phone: AES-GCM,",
            "key outside the database",
            "one municipality reads,",
            "each reading in the log",
        ],
        OURS,
    ),
]
ARROWS: list[tuple[int, int, int, int, str]] = [
    (240, 110, 330, 110, "chat"),
    (550, 110, 650, 110, "Bot API"),
    (130, 170, 330, 360, "one-time link"),
    (240, 430, 330, 430, "HTTPS"),
    (550, 440, 650, 450, "sealed"),
    (860, 190, 860, 260, "no names"),
    (860, 350, 860, 400, "codes"),
]


def picture() -> str:
    """Write the whole drawing."""
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="system-ui, sans-serif" role="img" aria-labelledby="t d">'
        ),
        '<title id="t">What goes where with Telegram</title>',
        (
            '<desc id="d">The chat passes through a foreign cloud without who the patient is. '
            "Name and phone go from the browser of a phone straight to Henvis.</desc>"
        ),
        (
            f'<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
            f'markerHeight="8" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="{LINE}"/>'
            "</marker></defs>"
        ),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        (
            f'<text x="20" y="28" font-size="18" font-weight="700" fill="{INK}">'
            "What goes where when Henvis is used in Telegram</text>"
        ),
        *(arrow(*each) for each in ARROWS),
        *(box(*each) for each in BOXES),
        (
            f'<text x="20" y="{HEIGHT - 14}" font-size="13" fill="{QUIET}">'
            "Orange: a foreign cloud. Green: our own machines. White: phones.</text>"
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def box(x: int, y: int, width: int, height: int, title: str, lines: list[str], fill: str) -> str:
    """Draw a place with what is there."""
    text = "".join(
        f'<text x="{x + 12}" y="{y + 46 + 19 * number}" font-size="13" fill="{INK}">'
        f"{escape(line)}</text>"
        for number, line in enumerate(lines)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" fill="{fill}" '
        f'stroke="{LINE}"/><text x="{x + 12}" y="{y + 24}" font-size="15" font-weight="700" '
        f'fill="{INK}">{escape(title)}</text>{text}'
    )


def arrow(x1: int, y1: int, x2: int, y2: int, label: str) -> str:
    """Draw a way, with its name beside it."""
    middle_x, middle_y = (x1 + x2) // 2, (y1 + y2) // 2
    beside = 34 if x1 == x2 else 0
    return (
        f'<path d="M{x1} {y1} {x2} {y2}" stroke="{LINE}" stroke-width="2" '
        'marker-start="url(#a)" marker-end="url(#a)"/>'
        f'<text x="{middle_x - beside}" y="{middle_y + (4 if beside else -8)}" font-size="12" '
        'text-anchor="middle" '
        f'fill="{QUIET}">{escape(label)}</text>'
    )


if __name__ == "__main__":
    Path(__file__).with_name("telegram.svg").write_text(picture(), "utf-8")
