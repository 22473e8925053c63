"""Where addresses are secrets: one list, for our logs, a proxy's sample and the referrer."""

from __future__ import annotations

import re

SECRET_PATHS = (
    "/kvittering/",
    "/kontakt/",
    "/invitation/",
    "/telegram/bekraeft/",
    "/log-ind/udefra/",
)
"""What follows in an address opens a receipt, a contact page, an account, a chat or a session."""
_ADDRESS = re.compile(rf"({'|'.join(map(re.escape, SECRET_PATHS))})[^\s\"'<>]+")
INSTEAD = "***"


def without_secret_addresses(text: str) -> str:
    """Give the text with all that follows a secret path in an address taken out."""
    return _ADDRESS.sub(rf"\1{INSTEAD}", text)
