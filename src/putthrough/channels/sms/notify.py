"""GOV.UK Notify's REST API, version 2: documents "REST API" and "API keys" of GOV.UK Notify, read November 2026."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from hashlib import sha256
from typing import Any

from putthrough.channels.asking import Network, told
from putthrough.channels.contract import AccountView, ChannelError
from putthrough.kit.http import Answer, Web
from putthrough.kit.time import now

BASE = "https://api.notifications.service.gov.uk"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(rf"(?P<name>.*?)-?(?P<service>{_UUID})-(?P<secret>{_UUID})\Z")
_MINUTE = 60.0  # the limit is so many in any minute; the answer does not say how long to wait


def _why(said: Mapping[str, Any]) -> str:
    errors = said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else said
    return str(first.get("message", "")) if isinstance(first, dict) else ""


def _wait(answer: Answer) -> float:
    """The limit of a minute, or that of a day, which counts anew from midnight UTC ("Rate limits", "Daily limits")."""
    if b"send limits" not in answer.body:
        return answer.retry_after or _MINUTE
    tomorrow = (now() + timedelta(days=1)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (tomorrow - now()).total_seconds() + _MINUTE


NOTIFY = Network("GOV.UK Notify", _wait, _why)


def ask(account: AccountView, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON answer. Raises ChannelError; uncertain where a text may have left."""
    base = str(account.settings.get("base") or BASE).rstrip("/")
    content = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {_token(account)}", "Content-Type": "application/json"}
    with Web() as web:
        try:
            answer = NOTIFY.ask(web, method, f"{base}{path}", risky=body is not None, headers=headers, content=content)
        except ChannelError as error:
            raise _in_our_words(error) from error
    return told(NOTIFY, answer)


def received(account: AccountView) -> Iterator[list[dict[str, Any]]]:
    """Pages of what arrived in the last seven days, newest first."""
    older = ""
    while True:
        found = ask(account, "GET", f"/v2/received-text-messages{older}").get("received_text_messages")
        page = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        if not page:
            return
        yield page
        older = f"?older_than={page[-1].get('id', '')}"


def failed(account: AccountView) -> list[dict[str, Any]]:
    """The latest texts that could not be delivered, newest first."""
    found = ask(account, "GET", "/v2/notifications?template_type=sms&status=failed").get("notifications")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def by_reference(account: AccountView, reference: str) -> dict[str, Any] | None:
    """The text that was sent with this reference of ours."""
    found = ask(account, "GET", f"/v2/notifications?template_type=sms&reference={reference}").get("notifications")
    return next((one for one in found if isinstance(one, dict)), None) if isinstance(found, list) else None


def key_parts(key: str) -> tuple[str, str] | None:
    """Service and secret of an API key (NAME-SERVICE-SECRET, both UUIDs), None when it is none."""
    found = _KEY.fullmatch(key.strip())
    return (found["service"], found["secret"]) if found else None


def _token(account: AccountView) -> str:
    """A JSON Web Token (RFC 7519) that is good for thirty seconds, signed with the key's secret."""
    parts = key_parts(account.credentials.get("api_key", ""))
    if parts is None:
        words = "The API key is not one of GOV.UK Notify: it ends in two long codes. Copy it anew in Set-up, Accounts."
        raise ChannelError(words, permanent=True)
    service, secret = parts
    claims = {"iss": service, "iat": int(now().timestamp())}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
    return f"{signed}.{_encoded(hmac.new(secret.encode(), signed.encode(), sha256).digest())}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _in_our_words(error: ChannelError) -> ChannelError:
    """Notify says 403 for a key that is not accepted, and 400 for what an administrator has to mend there."""
    words = str(error)
    for sign, ours in _MEANS.items():
        if sign in words:
            return ChannelError(ours, permanent=True)
    return error


_MEANS = {
    "system clock": "This machine's clock is wrong, so GOV.UK Notify does not trust it. Set it to the right time.",
    "Invalid token": "GOV.UK Notify does not accept the API key any more. Make a new one and put it into Set-up.",
    "trial mode": "The service is in trial mode at GOV.UK Notify and sends only to its own team. Ask to go live.",
    "team-only": "The API key sends only to the service's own team. Put a live key of GOV.UK Notify into Set-up.",
    "Missing personalisation": "The template at GOV.UK Notify has to hold ((message)) and nothing else. Mend it there.",
}
