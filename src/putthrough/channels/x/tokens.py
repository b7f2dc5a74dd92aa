"""OAuth 2.0 with PKCE: a person lets us in, and the token is renewed every two hours.

After docs.x.com "OAuth 2.0 Authorization Code Flow with PKCE" and "User access token" (22 August 2026), RFC 6749 and
RFC 7636. X takes each refresh token once and gives a new one with it: what ``refreshed`` returns has to be stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from putthrough.channels.contract import AccountView, ChannelError, SignedIn
from putthrough.channels.x import trouble
from putthrough.channels.x.options import options
from putthrough.channels.x.subscribing import subscribe
from putthrough.kit.http import Answer, NoAnswer, NotJson, Web
from putthrough.kit.text import one_line
from putthrough.kit.time import now

SCOPES = (
    "tweet.read",
    "tweet.write",
    "tweet.moderate.write",
    "users.read",
    "dm.read",
    "dm.write",
    "offline.access",
)
TROUBLE = "webhook_trouble"
_RENEW_BEFORE = timedelta(minutes=10)
_LIFE = 7200.0
_LOST = frozenset({"invalid_grant", "invalid_request", "invalid_client", "unauthorized_client", "access_denied"})


def sign_in(account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
    """Where to send the person, and the secrets to remember until they are back."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": _client_id(account),
        "redirect_uri": back,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{options(account).site}/i/oauth2/authorize?{urlencode(asked)}", {"verifier": verifier, "state": state}


def signed_in(account: AccountView, back: str, remembered: Mapping[str, str], query: Mapping[str, str]) -> SignedIn:
    """Raises ``ChannelError``. The code is good for half a minute and once."""
    state = remembered.get("state", "")
    if not state or not hmac.compare_digest(state.encode(), query.get("state", "").encode()):
        raise ChannelError("This sign-in was not begun here. Begin it again.", permanent=True)
    if "code" not in query:
        raise ChannelError("X was told not to let us in. Begin again and choose “Authorize app”.", permanent=True)
    asked = {
        "grant_type": "authorization_code",
        "code": query["code"],
        "redirect_uri": back,
        "code_verifier": remembered.get("verifier", ""),
    }
    found = _token(account, asked, lost="Begin the sign-in again.")
    return _whose(account, found)


def refreshed(account: AccountView) -> dict[str, str]:
    """New credentials when the token is about to run out, else none. Raises ``ChannelError``.

    While the present token is still good, a refusal is no harm: another worker may have renewed it just now.
    """
    given = account.credentials
    if not given.get("refresh_token") or _ends(account) > (now() + _RENEW_BEFORE).timestamp():
        return {}
    asked = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    try:
        return _token(account, asked, lost=trouble.SIGN_IN_AGAIN)
    except ChannelError:
        if is_over(account):
            raise
        return {}


def is_over(account: AccountView) -> bool:
    """Whether the access token has run out by the clock and can be renewed."""
    return bool(account.credentials.get("refresh_token")) and _ends(account) <= now().timestamp()


def ends(account: AccountView) -> float:
    """When the access token runs out, in seconds since 1970; 0 when that is not known."""
    return _ends(account)


def _ends(account: AccountView) -> float:
    mark = account.credentials.get("expires_at", "")
    return float(mark) if mark.isascii() and mark.isdigit() else 0.0


def _client_id(account: AccountView) -> str:
    found = str(account.settings.get("client_id") or "").strip()
    if not found:
        raise ChannelError("Enter the app's client ID in the account's settings first.", permanent=True)
    return found


def _token(account: AccountView, asked: Mapping[str, str], *, lost: str) -> dict[str, str]:
    client, secret = _client_id(account), account.credentials.get("client_secret", "")
    form, headers = {**asked, "client_id": client}, {"Accept": "application/json"}
    if secret:  # a confidential client, as a web app of X's is
        headers["Authorization"] = "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
    try:
        with Web() as web:
            answer = web.ask("POST", f"{options(account).api}/2/oauth2/token", form=form, headers=headers)
    except NoAnswer as error:
        raise ChannelError(f"No new token from X: {error}") from error
    return _credentials(answer, lost)


def _credentials(answer: Answer, lost: str) -> dict[str, str]:
    said = _said(answer)
    token = said.get("access_token")
    if not answer.fine or not isinstance(token, str) or not token:
        raise _refusal(answer, str(said.get("error") or ""), lost)
    life = said.get("expires_in")
    seconds = float(life) if isinstance(life, int | float) and life > 0 else _LIFE
    kept = {"access_token": token, "expires_at": str(int(now().timestamp() + seconds))}
    for key in ("refresh_token", "scope"):
        if isinstance(said.get(key), str):
            kept[key] = said[key]
    return kept


def _refusal(answer: Answer, code: str, lost: str) -> ChannelError:
    """Only the error's code is told (RFC 6749, 5.2): descriptions may hold secrets."""
    if answer.status == 429 or answer.status >= 500:
        waits = trouble.wait(answer) if answer.status == 429 else None
        return ChannelError(f"X gives no token now ({answer.status}). It is tried again.", retry_after=waits)
    why = one_line(code, 40) if code.replace("_", "").isalnum() else f"status {answer.status}"
    if code in _LOST or answer.status in (400, 401, 403):
        return ChannelError(f"X gave no token ({why}). {lost}", permanent=True)
    return ChannelError(f"X gave no token ({why}). It is tried again.")


def _said(answer: Answer) -> dict[str, Any]:
    try:
        return answer.json()
    except NotJson:
        return {}


def _whose(account: AccountView, found: Mapping[str, str]) -> SignedIn:
    """Whose account it is, asked with the token that was just given."""
    headers = {"Authorization": f"Bearer {found['access_token']}"}
    try:
        with Web() as web:
            answer = web.ask("GET", f"{options(account).api}/2/users/me", headers=headers)
    except NoAnswer as error:
        raise ChannelError(f"X let us in, but did not say whose account it is: {error}") from error
    if not answer.fine:
        raise trouble.refusal(answer, "see whose account it is")
    me = _said(answer).get("data")
    if not isinstance(me, dict) or not str(me.get("id", "")).isdigit() or not me.get("username"):
        raise ChannelError("X let us in, but did not say whose account it is. Begin the sign-in again.")
    settings = {"user_id": str(me["id"]), TROUBLE: subscribe(account, str(me["id"]), found["access_token"])}
    return SignedIn(found, settings, f"@{str(me['username']).lower()}", one_line(str(me.get("name") or ""), 120))
