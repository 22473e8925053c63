"""Personal data that nobody has, and the search for it in whatever was left behind.

A marker counts as found in any guise that a program gives text: other case, escapes, hex digits,
base64, another encoding, a number with its digits grouped.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from tests.system.a_nurse import Patient

_GROUPINGS = ((2, 2, 2, 2), (4, 4), (3, 3, 2), (6, 4))
_SEPARATORS = (" ", "-", ".", "\u00a0")
_TIMES = re.compile(rb"(?<![\d.])1\d{9}\.\d+")
"""Seconds since 1970, as the engine and the metrics write them: "1796112630.0010" holds a phone's
figures in two groups of four for some milliseconds of each 10,000 seconds."""
_BEGINNING = 8
"""Bytes of a guise by which many are ruled out at once: what is made up begins alike."""
Guises = dict[bytes, list[tuple[bytes, str]]]


@dataclass(frozen=True)
class Person:
    """Everything about a made-up person that must never be found. Unique for each ``seed``."""

    name: str
    phone: str
    cpr: str
    email: str
    address: str

    @classmethod
    def number(cls, seed: int) -> Person:
        """Make the person of this number."""
        patient = Patient.number(seed)
        last = patient.name.split()[-1]
        return cls(
            name=patient.name,
            phone=patient.phone,
            cpr=f"1203{seed:06}"[:6] + f"-{seed % 10_000:04}",
            email=f"{last.lower()}@pq{seed}zxk.dk",
            address=f"{last}vej {seed % 1_000}",
        )

    @property
    def markers(self) -> tuple[str, ...]:
        """Give what to search for. The last name stands in the address and e-mail as well."""
        return (*self.name.split(), self.phone, self.cpr, self.cpr.replace("-", ""))

    @property
    def sentence(self) -> str:
        """Say it all at once, as nobody should."""
        return (
            f"Patienten hedder {self.name}, {self.phone}, cpr {self.cpr}, "
            f"mail {self.email}, {self.address}"
        )


class Search:
    """Looks for markers of people in bytes, whatever guise they took."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._markers = {marker for person in people for marker in person.markers}
        folded: dict[bytes, str] = {}
        exact: dict[bytes, str] = {}
        for marker in self._markers:
            for spelling in _spellings(marker):
                for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le"):
                    folded[_lower(spelling.encode(encoding))] = marker
                folded[spelling.encode().hex().encode()] = marker
                for escaped in _escapes(spelling):
                    folded[_lower(escaped.encode())] = marker
                for part in _base64(spelling):
                    exact[part] = marker
        self._folded, self._exact = _alike(folded), _alike(exact)

    def found_in(self, content: bytes) -> set[str]:
        """Give the markers that occur in these bytes; a time is none, whatever figures it has."""
        content = _TIMES.sub(b"", content)
        return _found(self._folded, _lower(content)) | _found(self._exact, content)

    def found_plainly_in(self, content: bytes) -> set[str]:
        """Give the markers that occur as they were typed; quick, for what is very large.

        Markers that begin alike are looked for together, by what they have in common.
        """
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for marker in self._markers:
            for spelling in (marker, marker.upper(), marker.lower()):
                alike[spelling[:4]].append(spelling)
        patterns = (
            re.compile("|".join(map(re.escape, group)).encode()) for group in alike.values()
        )
        return {found.decode() for pattern in patterns for found in pattern.findall(content)}

    def found_under(self, folder: Path) -> dict[str, set[str]]:
        """Search every file under a folder, and the files' names; give only those with a hit."""
        hits = {}
        for path in _files(folder):
            found = self.found_in(path.read_bytes()) | self.found_in(str(path).encode())
            if found:
                hits[str(path.relative_to(folder))] = found
        return hits


def _alike(guises: dict[bytes, str]) -> Guises:
    """Put guises together that begin alike."""
    alike: Guises = defaultdict(list)
    for guise, marker in guises.items():
        alike[guise[:_BEGINNING]].append((guise, marker))
    return alike


def _found(guises: Guises, content: bytes) -> set[str]:
    """Give the markers of what occurs; where a beginning does not, nothing does that begins so."""
    return {
        marker
        for beginning, alike in guises.items()
        if beginning in content
        for guise, marker in alike
        if guise in content
    }


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _lower(content: bytes) -> bytes:
    return content.lower()  # ASCII only; other letters are spelt in both cases


def _spellings(marker: str) -> Iterator[str]:
    yield from {marker, marker.upper(), marker.lower()}
    digits = re.sub(r"\D", "", marker)
    if digits != marker:
        return
    for grouping in _GROUPINGS:
        if sum(grouping) != len(digits):
            continue
        edges = [sum(grouping[:at]) for at in range(len(grouping) + 1)]
        groups = [digits[a:b] for a, b in pairwise(edges)]
        for separator in _SEPARATORS:
            yield separator.join(groups)


def _escapes(text: str) -> Iterator[str]:
    yield json.dumps(text)[1:-1]
    yield "".join(f"\\u{ord(sign):04x}" for sign in text)
    yield "".join(f"\\x{byte:02x}" for byte in text.encode())
    yield "".join(f"%{byte:02x}" for byte in text.encode())
    yield "".join(f"&#{ord(sign)};" for sign in text)
    yield quote(text)
    yield quote(text).replace("%20", "+")
    yield html.escape(text)


def _base64(text: str) -> Iterator[bytes]:
    """Give what base64 makes of a text at each of its three places, without the uncertain edges."""
    raw = text.encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        inner = encoded[(0, 2, 3)[shift] : -2]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")
