"""What the pages about the second factor draw."""

from __future__ import annotations

import segno


def qr_code(address: str) -> str:
    """Draw an address for a phone's camera, as a picture that stands in the page itself."""
    drawn: str = segno.make(address, micro=False).svg_data_uri(scale=4, border=2, light="#fff")
    return drawn
