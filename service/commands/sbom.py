"""What Henvis is made of, as a CycloneDX 1.6 document, from the lists that are installed.

The same lists give the same document, byte by byte: it holds no time and draws nothing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from service.settings import ROOT

LISTS = {"modern": "requirements.txt", "engine": "nlu/requirements.txt"}
"""The environments that run for patients, and what is installed there; no tests, no benchmark."""
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^\s;]+)")
_MARKER = re.compile(r";\s*(?P<marker>[^\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass
class Pinned:
    """One package at one version: the hashes of its files, and which environments hold it when."""

    name: str
    version: str
    hashes: set[str] = field(default_factory=set)
    environments: dict[str, str] = field(default_factory=dict)
    """Environment to the condition under which it is installed there; empty: always."""

    @property
    def purl(self) -> str:
        """Its package URL, which also names it within the document."""
        return f"pkg:pypi/{self.name}@{self.version}"


def written_sbom(root: Path = ROOT) -> str:
    """Give the document as JSON with a final line break."""
    components = [_component(each) for _, each in sorted(_all_pinned(root).items())]
    content = json.dumps(components, sort_keys=True)
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid5(NAMESPACE_URL, content).urn,
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "henvis", "name": "henvis"}},
        "components": components,
    }
    return json.dumps(document, indent=2) + "\n"


def pinned_in(text: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Give name, version, condition and hashes of each package that a list pins."""
    for entry in re.split(r"\n(?=\S)", text):
        if found := _PINNED.match(entry):
            marker = _MARKER.search(entry.splitlines()[0])
            condition = marker["marker"].strip() if marker else ""
            yield found["name"].lower(), found["version"], condition, _HASH.findall(entry)


def _all_pinned(root: Path) -> dict[tuple[str, str], Pinned]:
    packages: dict[tuple[str, str], Pinned] = {}
    for environment, file in LISTS.items():
        for name, version, condition, hashes in pinned_in((root / file).read_text("utf-8")):
            package = packages.setdefault((name, version), Pinned(name, version))
            package.hashes.update(hashes)
            package.environments[environment] = condition
    return packages


def _component(package: Pinned) -> dict[str, Any]:
    said: dict[str, list[str]] = defaultdict(list)
    for environment, condition in package.environments.items():
        said["henvis:environment"].append(environment)
        if condition:
            said[f"henvis:only_if:{environment}"].append(condition)
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "hashes": [{"alg": "SHA-256", "content": each} for each in sorted(package.hashes)],
        "purl": package.purl,
        "properties": [
            {"name": name, "value": value} for name, values in said.items() for value in values
        ],
    }
