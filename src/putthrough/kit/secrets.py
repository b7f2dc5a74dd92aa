"""Credentials at rest: encrypted with a list of keys, the first for writing, all for reading.

Rotation is a new key in front of the old ones (cryptography's MultiFernet).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b32encode
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Sealed(ValueError):
    """What is stored cannot be opened with any of the keys that this installation has."""


def _fernet(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(values: Mapping[str, str], *, keys: Sequence[str]) -> str:
    """Encrypt a mapping of credentials; empty ones are left out; nothing at all is an empty string."""
    kept = {name: value for name, value in values.items() if value}
    return _fernet(keys).encrypt(json.dumps(kept).encode()).decode() if kept else ""


def unseal(sealed: str, *, keys: Sequence[str]) -> dict[str, str]:
    """The credentials again. Raises ``Sealed`` with what to do when no key fits."""
    if not sealed:
        return {}
    try:
        opened = _fernet(keys).decrypt(sealed.encode())
    except InvalidToken:
        raise Sealed(
            "The stored credentials cannot be opened with this installation's keys. Put the key that was in use "
            "back into PUTTHROUGH_CREDENTIAL_KEYS, or enter the credentials again."
        ) from None
    values: dict[str, str] = json.loads(opened)
    return values


def new_key() -> str:
    return Fernet.generate_key().decode()


def signature(secret: str, purpose: str, value: str, *, length: int = 12) -> str:
    """A short keyed signature in lower-case letters and digits, safe in an email's local part."""
    digest = hmac.new(secret.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).digest()
    return b32encode(digest).decode().lower()[:length]


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
