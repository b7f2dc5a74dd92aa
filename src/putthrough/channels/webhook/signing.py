"""Who sent this, and when: a time and an HMAC-SHA256 over both in one header. Pure.

``Putthrough-Signature: t=1764230400,v1=HEX``: the HMAC is over the time, a full stop and the body's bytes. Several
``v1`` may stand there while a secret is being changed.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

HEADER = "putthrough-signature"
FRESH = 5 * 60
"""Seconds by which two clocks may differ, and for which what was overheard can be said again."""


class Forged(ValueError):
    """It is not signed by who shares the secret with us, or too long ago; ``str(error)`` says which."""


def sign(body: bytes, secret: str, *, at: int) -> str:
    """The header's value for a body sent at a time (seconds since 1970)."""
    return f"t={at},v1={_mac(body, secret, at)}"


def check(header: str, body: bytes, secrets: Sequence[str], *, now: int) -> None:
    """Raises Forged unless one of the secrets signed this body within the last five minutes."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) < 12):
        raise Forged("There is no time in the signature. It looks like t=SECONDS,v1=HEX.")
    at = int(times[0])
    given = [value for name, _, value in pairs if name == "v1"]
    expected = [_mac(body, secret, at) for secret in secrets if secret]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in expected):
        raise Forged("The signature is not made with this account's secret. Compare both sides in Set-up, Accounts.")
    if abs(now - at) > FRESH:
        raise Forged("The signature is more than five minutes old or early. Set the clock of the sending machine.")


def _mac(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
