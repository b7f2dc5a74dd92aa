"""Signing in with an app password, and staying so. After the lexicons ``com.atproto.server.*``, read November 2026.

A sign-in is dear (about a hundred a day are allowed), a renewal is not: so both tokens are kept, and the password is
used again only when the renewal is refused.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from putthrough.channels.asking import Network, said, told
from putthrough.channels.contract import AccountView, ChannelError
from putthrough.kit.http import Answer, NoAnswer, Web
from putthrough.kit.time import now

SERVICE = "https://bsky.social"
_EARLY = 5 * 60  # seconds before a token runs out at which it is renewed
_PASSWORD = "Bluesky does not accept the app password. Make a new one there and put it into Set-up, Accounts."  # noqa: S105 - words for people, no secret
_NO_PASSWORD = "There is no app password yet. Make one at Bluesky and put it into Set-up, Accounts."  # noqa: S105 - words for people, no secret


def _wait(answer: Answer) -> float | None:
    """``RateLimit-Reset`` is a moment in seconds since 1970."""
    reset = answer.headers.get("ratelimit-reset", "")
    return max(1.0, int(reset) - now().timestamp()) if reset.isdigit() else answer.retry_after


def _why(body: Mapping[str, Any]) -> str:
    return str(body.get("message") or body.get("error") or "")


BLUESKY = Network("Bluesky", _wait, _why)


def service(account: AccountView) -> str:
    """Where the account signs in."""
    return str(account.settings.get("service") or SERVICE).rstrip("/")


def fresh(account: AccountView) -> dict[str, str]:
    """New credentials where the old ones are about to run out, else none. Raises ChannelError."""
    kept = account.credentials
    if expires(kept.get("access_jwt", "")) > now().timestamp() + _EARLY:
        return {}
    return renewed(account)


def renewed(account: AccountView) -> dict[str, str]:
    """By the renewal token, or anew by the app password. Raises ChannelError."""
    refresh = account.credentials.get("refresh_jwt", "")
    with Web() as web:
        if expires(refresh) > now().timestamp():
            answer = _post(web, account, "refreshSession", token=refresh)
            if answer.fine:
                return _kept(account, told(BLUESKY, answer))
            if answer.status == 429 or answer.status >= 500:
                raise BLUESKY.refusal(answer)
        return _kept(account, _signed_in(web, account))


def _signed_in(web: Web, account: AccountView) -> dict[str, Any]:
    password = account.credentials.get("app_password", "")
    if not password:
        raise ChannelError(_NO_PASSWORD, permanent=True)
    body = {"identifier": account.address.lstrip("@"), "password": password}
    answer = _post(web, account, "createSession", body=body)
    if answer.status in (400, 401):
        raise ChannelError(_PASSWORD, permanent=True)
    if not answer.fine:
        raise BLUESKY.refusal(answer)
    return told(BLUESKY, answer)


def _post(
    web: Web, account: AccountView, name: str, *, token: str = "", body: Mapping[str, Any] | None = None
) -> Answer:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    content = None
    if body is not None:
        headers["Content-Type"], content = "application/json", json.dumps(body).encode()
    url = f"{service(account)}/xrpc/com.atproto.server.{name}"
    try:
        return web.ask("POST", url, headers=headers, content=content)
    except NoAnswer as error:
        raise ChannelError(str(error)) from error


def _kept(account: AccountView, session: Mapping[str, Any]) -> dict[str, str]:
    pds = server_in(session.get("didDoc")) or account.credentials.get("pds") or service(account)
    names = {"access_jwt": "accessJwt", "refresh_jwt": "refreshJwt", "did": "did", "handle": "handle"}
    return {ours: str(session.get(theirs, "")) for ours, theirs in names.items()} | {"pds": pds}


def server_in(document: Any) -> str:
    """The server that the account's own identity document names (DID core, service endpoints)."""
    services = document.get("service") if isinstance(document, dict) else None
    for one in services if isinstance(services, list) else []:
        if isinstance(one, dict) and str(one.get("id", "")).endswith("#atproto_pds"):
            return str(one.get("serviceEndpoint", "")).rstrip("/")
    return ""


def expires(token: str) -> float:
    """When a JSON Web Token (RFC 7519) runs out, in seconds since 1970; 0 for what is none."""
    try:
        body = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["exp"])
    except (IndexError, ValueError, KeyError, TypeError):
        return 0.0


def is_expired(answer: Answer) -> bool:
    """Whether it says that the token has run out, which our clock may not have known."""
    return answer.status in (400, 401) and said(answer).get("error") == "ExpiredToken"


def is_unknown(answer: Answer) -> bool:
    """Whether it does not know the token any more: signed out there, or the app password was taken back."""
    return said(answer).get("error") in ("InvalidToken", "AuthMissing", "AuthenticationRequired", "AccountTakedown")
