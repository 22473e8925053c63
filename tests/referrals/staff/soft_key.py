"""A passkey in software: answers challenges as a browser and its authenticator do."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One key pair at one site. ``verifies`` tells whether it asks for finger, face or PIN."""

    origin: str
    host: str
    verifies: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    used: int = 0

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str) -> str:
        """Answer what ``begin_making`` gave."""
        point = self._key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        length = len(self.credential_id).to_bytes(2)
        told = bytes(16) + length + self.credential_id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + told}
        return self._answer(
            clientDataJSON=self._client(options, "webauthn.create"),
            attestationObject=cbor2.dumps(attestation),
        )

    def prove(self, options: str) -> str:
        """Answer what ``begin_proving`` gave."""
        self.used += 1
        client, data = self._client(options, "webauthn.get"), self._data(0)
        signed = data + hashlib.sha256(client).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _client(self, options: str, kind: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.used.to_bytes(4)

    def _answer(self, **response: bytes) -> str:
        named = bytes_to_base64url(self.credential_id)
        told: dict[str, Any] = {"id": named, "rawId": named, "type": "public-key"}
        told["response"] = {name: bytes_to_base64url(each) for name, each in response.items()}
        told["clientExtensionResults"] = {}
        return json.dumps(told)


def challenge_of(options: str) -> str:
    """Give the challenge in options as our own code made it."""
    return base64url_to_bytes(json.loads(options)["challenge"]).decode()
