"""OAuth 2.0 for mailboxes: tokens got and renewed (RFC 6749, sections 4.4 and 6), and the XOAUTH2 sign-in."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.email.options import options
from putthrough.kit.http import Answer, NoAnswer, NotJson, Web
from putthrough.kit.text import one_line
from putthrough.kit.time import now

_RENEW_BEFORE = timedelta(minutes=5)
_DEFAULT_LIFE = 3600.0
_SIGN_IN_AGAIN = "Sign the account in again: enter a new refresh token or client secret in its settings."
_LOST_GRANTS = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "interaction_required"})


def fresh(account: AccountView) -> dict[str, str]:
    """New credentials when the account needs a token and its own is about to expire, else none.

    Returns ``access_token``, ``expires_at`` (seconds since 1970) and, where the server changed it, ``refresh_token``.
    Raises ``ChannelError``; permanent when a person must sign in again.
    """
    if not options(account).needs_token or _still_good(account.credentials):
        return {}
    return renewed(account)


def usable(account: AccountView) -> str:
    """An access token that works now: the account's own, or a new one that nobody stores."""
    if _still_good(account.credentials):
        return account.credentials["access_token"]
    return renewed(account)["access_token"]


def renewed(account: AccountView) -> dict[str, str]:
    """New credentials from the token address, whatever the present ones are. Raises ``ChannelError``."""
    url = options(account).token_url
    if not url:
        raise ChannelError(f"No OAuth token address is set. {_SIGN_IN_AGAIN}", permanent=True)
    try:
        with Web() as web:
            answer = web.ask("POST", url, form=_request(account), headers={"Accept": "application/json"})
    except NoAnswer as error:
        raise ChannelError(f"No new sign-in token: {error}") from error
    return _credentials(answer)


def sasl(user: str, token: str) -> str:
    """The XOAUTH2 initial response (Google and Microsoft document the same form)."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def sasl_encoded(user: str, token: str) -> str:
    return base64.b64encode(sasl(user, token).encode()).decode()


def _still_good(credentials: Mapping[str, str]) -> bool:
    try:
        expires = float(credentials.get("expires_at") or 0)
    except ValueError:
        expires = 0.0
    return bool(credentials.get("access_token")) and expires > (now() + _RENEW_BEFORE).timestamp()


def _request(account: AccountView) -> dict[str, str]:
    given = account.credentials
    asked = {
        "client_id": str(account.settings.get("oauth_client_id") or ""),
        "client_secret": given.get("oauth_client_secret", ""),
        "scope": str(account.settings.get("oauth_scope") or ""),
        "refresh_token": given.get("refresh_token", ""),
        "grant_type": "refresh_token" if given.get("refresh_token") else "client_credentials",
    }
    return {key: value for key, value in asked.items() if value}


def _credentials(answer: Answer) -> dict[str, str]:
    said = _said(answer)
    token = said.get("access_token")
    if not answer.fine or not isinstance(token, str) or not token:
        raise _refusal(answer, str(said.get("error") or ""))
    life = said.get("expires_in")
    seconds = float(life) if isinstance(life, int | float | str) and _is_number(str(life)) else _DEFAULT_LIFE
    found = {"access_token": token, "expires_at": str(int((now() + timedelta(seconds=seconds)).timestamp()))}
    if isinstance(said.get("refresh_token"), str):
        found["refresh_token"] = said["refresh_token"]
    return found


def _said(answer: Answer) -> dict[str, Any]:
    try:
        return answer.json()
    except NotJson:
        return {}


def _refusal(answer: Answer, code: str) -> ChannelError:
    """Of the answer only the error code of RFC 6749, 5.2, is told: descriptions have been seen to hold secrets."""
    why = one_line(code, 40) if code.replace("_", "").isalnum() else f"status {answer.status}"
    permanent = code in _LOST_GRANTS or answer.status in (401, 403)
    do = _SIGN_IN_AGAIN if permanent else "It is tried again; if it stays so, check the OAuth settings."
    words = f"{answer.host} gave no new sign-in token ({why}). {do}"
    return ChannelError(words, permanent=permanent, retry_after=answer.retry_after)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
