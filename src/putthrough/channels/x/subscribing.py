"""Having X bring posts by itself: the webhook registered and subscribed when somebody signs in.

After docs.x.com "Webhooks quickstart" and "Create X activity subscription" (22 August 2026): a webhook is the app's and
takes the app-only token; what is private to a person is subscribed with theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.x import trouble
from putthrough.channels.x.hooks import EVENTS
from putthrough.channels.x.options import options
from putthrough.channels.x.shapes import objects
from putthrough.kit.http import NoAnswer, NotJson, Web


def subscribe(account: AccountView, user_id: str, token: str) -> str:
    """Empty when X will bring everything or was not to; else what did not work, in words for "test this connection".

    ``token`` is that of the person who has just signed in.
    """
    where, app = str(account.settings.get("webhook_url") or ""), account.credentials.get("bearer_token", "")
    if not where or not app:
        return ""
    try:
        hook = _registered(account, app, where)
        known = _kinds(account, app, user_id, hook)
        for kind in EVENTS:
            if kind not in known:
                body = {"event_type": kind, "filter": {"user_id": user_id}, "tag": "putthrough", "webhook_id": hook}
                _asked(account, token, "POST", "/2/activity/subscriptions", body)
    except ChannelError as error:
        return str(error)
    return ""


def _registered(account: AccountView, app: str, where: str) -> str:
    """The number of the webhook at that address; registered now if it was not, upon which X tries it."""
    for one in objects(_asked(account, app, "GET", "/2/webhooks").get("data")):
        if one.get("url") == where:
            return str(one.get("id"))
    made = _asked(account, app, "POST", "/2/webhooks", {"url": where})
    found = objects(made.get("data") or made)
    identity = str(found[0].get("id") or "") if found else ""
    if not identity.isdigit():
        raise ChannelError("X gave the webhook no number. Register it by hand, as the guide says.")
    return identity


def _kinds(account: AccountView, app: str, user_id: str, hook: str) -> set[str]:
    listed = objects(_asked(account, app, "GET", "/2/activity/subscriptions").get("data"))
    ours = [one for one in listed if isinstance(one.get("filter"), dict) and one["filter"].get("user_id") == user_id]
    return {str(one.get("event_type")) for one in ours if str(one.get("webhook_id")) == hook}


def _asked(
    account: AccountView, token: str, method: str, path: str, body: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    content = json.dumps(body).encode() if body is not None else None
    try:
        with Web() as web:
            answer = web.ask(method, f"{options(account).api}{path}", headers=headers, content=content)
        if answer.status == 401:
            raise ChannelError("X does not accept the app-only bearer token. Enter it afresh and sign in again.")
        if not answer.fine:
            raise trouble.refusal(answer, "set up the webhook")
        return answer.json()
    except (NoAnswer, NotJson) as error:
        raise ChannelError(str(error)) from error
