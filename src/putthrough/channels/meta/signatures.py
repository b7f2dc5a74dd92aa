"""Whether a webhook is Meta's (document "Webhooks, getting started", read November 2026). Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from putthrough.channels.contract import AccountView, ChannelError

_FORGED = "The signature is not made with the app's secret. Compare the app secret in Set-up with that at Meta."
_TOKEN = "The verify token is not the one in Set-up, Accounts. Write the same at Meta."  # noqa: S105 - words for people, no secret


def check(account: AccountView, headers: Mapping[str, str], body: bytes) -> None:
    """``X-Hub-Signature-256`` over the body's bytes as they came. Raises ChannelError when it is forged."""
    secret = account.credentials.get("app_secret", "")
    expected = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
    given = headers.get("x-hub-signature-256", "")
    if not secret or not hmac.compare_digest(given.encode(), expected.encode()):
        raise ChannelError(_FORGED, permanent=True)


def challenge(account: AccountView, query: Mapping[str, str]) -> str:
    """What Meta wants back before it uses an address. Raises ChannelError."""
    expected = account.credentials.get("verify_token", "")
    given = query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not expected or not hmac.compare_digest(given, expected):
        raise ChannelError(_TOKEN, permanent=True)
    return query.get("hub.challenge", "")
