"""Signing in with OAuth 2 (RFC 6749), the application registered at the instance on the way, and trying it all."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from putthrough.channels.asking import told
from putthrough.channels.contract import AccountView, ChannelError, Checked, SignedIn
from putthrough.channels.mastodon.api import Instance, domain, instance, network
from putthrough.channels.mastodon.composing import LINK, MOST
from putthrough.kit.http import Web

SCOPES = "read write"
_REFUSED = "You did not allow it in, or the instance refused. Begin again, and press “Authorise” there."
_DROPPED = "The instance throws some people's messages away. Let it accept or filter them: Preferences, Notifications."


def sign_in(account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
    """Registers Putthrough at the instance. Raises ChannelError."""
    app = _post(account, "/api/v1/apps", {"client_name": "Putthrough", "redirect_uris": back, "scopes": SCOPES})
    state = secrets.token_urlsafe(24)
    asked = {
        "response_type": "code",
        "client_id": str(app.get("client_id", "")),
        "redirect_uri": back,
        "scope": SCOPES,
        "state": state,
    }
    kept = {"client_id": asked["client_id"], "client_secret": str(app.get("client_secret", "")), "state": state}
    return f"{instance(account)}/oauth/authorize?{urlencode(asked)}", kept


def signed_in(account: AccountView, back: str, kept: Mapping[str, str], query: Mapping[str, str]) -> SignedIn:
    """Raises ChannelError."""
    if not query.get("code") or not secrets.compare_digest(query.get("state", ""), kept.get("state", "")):
        raise ChannelError(_REFUSED, permanent=True)
    asked = {
        "grant_type": "authorization_code",
        "code": query["code"],
        "client_id": kept.get("client_id", ""),
        "client_secret": kept.get("client_secret", ""),
        "redirect_uri": back,
        "scope": SCOPES,
    }
    token = str(_post(account, "/oauth/token", asked).get("access_token", ""))
    secret = {"access_token": token, "client_id": asked["client_id"], "client_secret": asked["client_secret"]}
    return whose(account, secret)


def whose(account: AccountView, credentials: Mapping[str, str]) -> SignedIn:
    """Whose sign-in this is there, and what the instance allows. Raises ChannelError."""
    view = AccountView(account.id, account.channel, account.address, account.name, account.settings, dict(credentials))
    with Instance(view) as asked:
        me = asked.get("/api/v1/accounts/verify_credentials")
        about = asked.found("/api/v2/instance") or asked.found("/api/v1/instance") or {}
    if not isinstance(me, dict) or not isinstance(about, dict):
        raise ChannelError("The instance answered with something that cannot be read. Try again.")
    configuration = about.get("configuration") or {}
    statuses = configuration.get("statuses") or {}
    home = domain(account) or str(about.get("domain") or about.get("uri") or "")
    return SignedIn(
        credentials=credentials,
        settings={
            "account_id": str(me.get("id", "")),
            "max_characters": statuses.get("max_characters", MOST),
            "link_characters": statuses.get("characters_reserved_per_url", LINK),
            "max_files": statuses.get("max_media_attachments"),
            "max_file_size": (configuration.get("media_attachments") or {}).get("image_size_limit"),
            "streaming": str((configuration.get("urls") or {}).get("streaming") or ""),
        },
        address=f"@{me.get('username', '')}@{home}".lower(),
        name=str(me.get("display_name") or ""),
    )


def check(account: AccountView) -> Sequence[Checked]:
    return list(_checks(account))


def _checks(account: AccountView) -> Iterator[Checked]:
    what = "The instance knows our sign-in"
    try:
        found = whose(account, account.credentials)
    except ChannelError as error:
        yield Checked(what, False, str(error))
        return
    yield Checked(what, True, f"Signed in as {found.address}.")
    if str(account.settings.get("account_id", "")) != found.settings["account_id"]:
        yield Checked("It is this account's", False, "Press “Sign in at the network”, so that we know our own posts.")
    yield from _reading(account)


def _reading(account: AccountView) -> Iterator[Checked]:
    try:
        with Instance(account) as asked:
            asked.get("/api/v1/notifications?limit=1")
            policy = asked.found("/api/v2/notifications/policy") or {}
    except ChannelError as error:
        yield Checked("Mentions and messages can be read", False, str(error))
        return
    yield Checked("Mentions and messages can be read", True)
    dropped = [name for name, what in policy.items() if what == "drop"]
    yield Checked("Messages from anybody arrive", not dropped, _DROPPED if dropped else "")


def _post(account: AccountView, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    asked = network(account)
    headers = {"Content-Type": "application/json"}
    with Web() as web:
        url = f"{instance(account)}{path}"
        return told(asked, asked.ask(web, "POST", url, headers=headers, content=json.dumps(body).encode()))
