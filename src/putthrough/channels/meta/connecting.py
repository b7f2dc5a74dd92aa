"""Facebook Login: a person allows the app in, and their short permission becomes a Page's long one. Then trying it.

"Manually build a login flow", "Access token guide: long-lived tokens", "Debug token", read November 2026.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from putthrough.channels.asking import told
from putthrough.channels.contract import AccountView, ChannelError, Checked, SignedIn
from putthrough.channels.meta.flavour import FACEBOOK, Flavour
from putthrough.channels.meta.graph import BASE, DIALOG, META, VERSION, Graph, refusal
from putthrough.kit.http import NoAnswer, Web

SCOPES = {
    "facebook": "pages_show_list,pages_read_engagement,pages_read_user_content,pages_manage_engagement,"
    "pages_manage_metadata,pages_messaging,business_management",
    "instagram": "pages_show_list,pages_read_engagement,instagram_basic,instagram_manage_comments,"
    "instagram_manage_messages,pages_manage_metadata,business_management",
}
_OFF = "It does not hand over: {fields}. Press “Sign in at the network” again, and leave every permission ticked."
_REFUSED = "You did not allow it in, or Meta refused. Begin again, and leave every permission ticked."


def sign_in(flavour: Flavour, account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
    state = secrets.token_urlsafe(24)
    asked = {
        "client_id": str(account.settings.get("app_id", "")),
        "redirect_uri": back,
        "state": state,
        "response_type": "code",
        **_allowed(flavour, account),
    }
    dialog = str(account.settings.get("dialog") or DIALOG).rstrip("/")
    return f"{dialog}/{_version(account)}/dialog/oauth?{urlencode(asked)}", {"state": state}


def _allowed(flavour: Flavour, account: AccountView) -> dict[str, str]:
    """What is asked for: of an app for businesses the configuration says it ("Facebook Login for Business")."""
    configuration = str(account.settings.get("configuration") or "")
    return {"config_id": configuration} if configuration else {"scope": SCOPES[flavour.key]}


def signed_in(
    flavour: Flavour, account: AccountView, back: str, kept: Mapping[str, str], query: Mapping[str, str]
) -> SignedIn:
    """Raises ChannelError."""
    if not query.get("code") or not secrets.compare_digest(query.get("state", ""), kept.get("state", "")):
        raise ChannelError(_REFUSED, permanent=True)
    short = _token(account, redirect_uri=back, code=query["code"])
    long = _token(account, grant_type="fb_exchange_token", fb_exchange_token=short)
    with Graph(account, token=long) as graph:
        fields = "id,name,access_token,instagram_business_account{id,username}"
        pages = graph.get("me/accounts", fields=fields, limit="100").get("data") or []
    page = _chosen(flavour, account, pages)
    _subscribe(flavour, account, str(page["access_token"]))
    expires = _expires(account, str(page["access_token"]))
    inner = page.get("instagram_business_account") or {}
    return SignedIn(
        credentials={"page_token": str(page["access_token"])},
        settings={"page_id": str(page["id"]), "expires_at": expires},
        address=str(page["id"] if flavour is FACEBOOK else inner["id"]),
        name=str(page.get("name", "")),
    )


def _subscribe(flavour: Flavour, account: AccountView, token: str) -> None:
    """Only what both app and Page are subscribed to comes by webhook ("Page subscribed apps"). The test of the
    connection tells when it did not work."""
    with Graph(account, token=token) as graph:
        for fields in flavour.subscribes:
            with suppress(ChannelError):
                graph.post("me/subscribed_apps", {"subscribed_fields": fields})
                return


def _chosen(flavour: Flavour, account: AccountView, pages: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The Page with the account's number. Raises ChannelError that names those there are."""
    numbers = {str(page["id"] if flavour is FACEBOOK else _inner(page)): page for page in pages}
    if account.address in numbers:
        return numbers[account.address]
    there = ", ".join(f"{page.get('name', '')} ({number})" for number, page in numbers.items() if number)
    words = (
        f"You look after these: {there}. None of them is {account.address}." if there else "Meta shows no Page to us."
    )
    raise ChannelError(f"{words} Correct the number, or sign in as somebody who looks after it.", permanent=True)


def _inner(page: Mapping[str, Any]) -> str:
    return str((page.get("instagram_business_account") or {}).get("id", ""))


def _token(account: AccountView, **asked: str) -> str:
    app = {
        "client_id": str(account.settings.get("app_id", "")),
        "client_secret": account.credentials.get("app_secret", ""),
    }
    return str(_plain(account, "oauth/access_token", {**app, **asked}).get("access_token", ""))


def _expires(account: AccountView, token: str) -> int:
    """Seconds since 1970 when somebody has to sign in again, 0 when never: the sooner of the token's two ends."""
    app = f"{account.settings.get('app_id', '')}|{account.credentials.get('app_secret', '')}"
    data = _plain(account, "debug_token", {"input_token": token, "access_token": app}).get("data") or {}
    ends = [data.get(name) for name in ("expires_at", "data_access_expires_at")]
    return min((int(end) for end in ends if isinstance(end, int) and end > 0), default=0)


def _plain(account: AccountView, path: str, query: Mapping[str, str]) -> dict[str, Any]:
    base = str(account.settings.get("graph") or BASE).rstrip("/")
    try:
        with Web() as web:
            answer = web.ask("GET", f"{base}/{_version(account)}/{path}?{urlencode(query)}")
    except NoAnswer as error:
        raise ChannelError(str(error)) from error
    if not answer.fine:
        raise refusal(answer)
    return told(META, answer)


def _version(account: AccountView) -> str:
    return str(account.settings.get("version") or VERSION)


def expires_at(account: AccountView) -> datetime | None:
    moment = account.settings.get("expires_at")
    return datetime.fromtimestamp(moment, UTC) if isinstance(moment, int) and moment > 0 else None


def check(flavour: Flavour, account: AccountView) -> Sequence[Checked]:
    return list(_checks(flavour, account))


def _checks(flavour: Flavour, account: AccountView) -> Iterator[Checked]:
    what = "Meta knows our sign-in"
    try:
        with Graph(account) as graph:
            yield Checked(what, True, f"Signed in for {graph.get('me', fields='id,name').get('name', '')}.")
            yield from _each(flavour, account, graph)
    except ChannelError as error:
        yield Checked(what, False, str(error))
    for name, words in (("app_secret", "app's secret"), ("verify_token", "verify token")):
        there = bool(account.credentials.get(name))
        yield Checked(f"The {words} is stored", there, "" if there else "Fill it in, here and at Meta alike.")


def _each(flavour: Flavour, account: AccountView, graph: Graph) -> Iterator[Checked]:
    public = "me/feed" if flavour is FACEBOOK else f"{account.address}/media"
    tried: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("Private messages can be read", "me/conversations", {"platform": flavour.platform}),
        ("Comments can be read", public, {}),
        ("The Page hands over what happens by webhook", "me/subscribed_apps", {}),
    )
    for what, path, query in tried:
        try:
            found = graph.get(path, limit="10", **query).get("data") or []
        except ChannelError as error:
            yield Checked(what, False, str(error))
            continue
        off = _unsubscribed(flavour, account, found) if path.endswith("subscribed_apps") else []
        yield Checked(what, not off, _OFF.format(fields=", ".join(off)) if off else "")


def _unsubscribed(flavour: Flavour, account: AccountView, apps: Sequence[Mapping[str, Any]]) -> list[str]:
    ours = (app for app in apps if str(app.get("id")) == str(account.settings.get("app_id", "")))
    fields = {field for app in ours for field in app.get("subscribed_fields") or []}
    return [field for field in flavour.subscribes[-1].split(",") if field not in fields]
