"""Files encrypted to recipients, as age does (https://age-encryption.org)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyrage
from pyrage import ssh, x25519

from service.errors import UserError

MAGIC = b"age-encryption.org/v1\n"
Recipient = x25519.Recipient | ssh.Recipient
Identity = x25519.Identity | ssh.Identity


def recipients_of(words: Iterable[str]) -> list[Recipient]:
    """Read recipients: ``age1…`` or an SSH public key. Raises UserError for the first bad one."""
    return [_recipient(word.strip()) for word in words]


def identities_in(files: Iterable[Path]) -> list[Identity]:
    """Read who may open: files of ``AGE-SECRET-KEY-1…`` lines, or SSH private keys.

    Raises UserError, which shows nothing of them.
    """
    return [identity for file in files for identity in _identities_in(file)]


def _identities_in(file: Path) -> list[Identity]:
    try:
        text = file.read_text(encoding="ascii")
        if "PRIVATE KEY-----" in text:
            return [ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        found = [x25519.Identity.from_str(x) for x in lines if x and not x.startswith("#")]
    except (OSError, ValueError, pyrage.IdentityError):
        raise UserError(f"{file} is no identity of age; give the file of age-keygen") from None
    if not found:
        raise UserError(f"{file} holds no identity of age")
    return list(found)


def seal_file(plain: Path, sealed: Path, to: Sequence[Recipient]) -> None:
    """Encrypt a file to all of these, each of whom can read it alone."""
    pyrage.encrypt_file(str(plain), str(sealed), list(to))


def open_file(sealed: Path, plain: Path, identities: Sequence[Identity]) -> None:
    """Decrypt a file. Raises UserError if it is damaged, or not for any of these."""
    try:
        pyrage.decrypt_file(str(sealed), str(plain), list(identities))
    except (OSError, pyrage.DecryptError):
        raise UserError(
            f"{sealed} is damaged, or encrypted to somebody else; give another --identity"
        ) from None


def is_sealed(file: Path) -> bool:
    """Tell whether a file is one of age's."""
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC


def own_identity() -> x25519.Identity:
    """Draw an identity for this process alone."""
    return x25519.Identity.generate()


def _recipient(word: str) -> Recipient:
    try:
        if word.startswith("ssh-"):
            return ssh.Recipient.from_str(word)
        return x25519.Recipient.from_str(word)
    except (ValueError, pyrage.RecipientError):
        raise UserError(
            f"{word[:12]}… is no recipient of age; age-keygen prints one that begins with age1"
        ) from None
