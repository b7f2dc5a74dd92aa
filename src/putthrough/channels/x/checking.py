"""Testing an X account step by step; nothing is posted and nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError, Checked
from putthrough.channels.x import trouble
from putthrough.channels.x.api import Api
from putthrough.channels.x.hooks import EVENTS
from putthrough.channels.x.options import Options, options
from putthrough.channels.x.shapes import objects
from putthrough.channels.x.tokens import TROUBLE, ends
from putthrough.kit.http import NoAnswer, NotJson, Web
from putthrough.kit.time import local

_WRITES = {"tweet.write": "post answers", "dm.write": "send direct messages"}


def check(account: AccountView) -> Sequence[Checked]:
    wanted = options(account)
    if not wanted.user_id or not account.credentials.get("access_token"):
        return [Checked("Signing in", False, "Nobody has signed in to X for this account yet. Do it below.")]
    return list(_steps(account, wanted))


def _steps(account: AccountView, wanted: Options) -> Iterator[Checked]:
    with Api(account) as api:
        yield (signed := _signed_in(account, api))
        if not signed.works:
            return
        yield _tried("Mentions", lambda: _look(api, f"/2/users/{wanted.user_id}/mentions", "5", "read mentions"))
        if wanted.reads_messages:
            yield _tried("Direct messages", lambda: _look(api, "/2/dm_events", "1", "read direct messages (dm.read)"))
        else:
            yield Checked("Direct messages", True, "They are switched off in this account's settings.")
    yield _writing(account)
    yield from _webhook(account, wanted)
    yield _lasting(account)


def _signed_in(account: AccountView, api: Api) -> Checked:
    what = "Signed in to X"
    try:
        me = api.get("/2/users/me", {"user.fields": "protected"}, "see whose account it is").get("data")
    except ChannelError as error:
        return Checked(what, False, str(error))
    name = str(me.get("username") or "") if isinstance(me, dict) else ""
    if f"@{name.lower()}" != account.address:
        return Checked(what, False, f"As @{name}, but this account is {account.address}. Sign in again as that one.")
    if isinstance(me, dict) and me.get("protected") is True:
        words = f"As @{name}, whose posts are protected: residents cannot see your answers. Unprotect them on X."
        return Checked(what, False, words)
    return Checked(what, True, f"As @{name}.")


def _look(api: Api, path: str, most: str, doing: str) -> str:
    api.get(path, {"max_results": most}, doing)
    return "They can be read."


def _tried(what: str, try_it: Callable[[], str]) -> Checked:
    try:
        return Checked(what, True, try_it())
    except ChannelError as error:
        return Checked(what, False, str(error))


def _writing(account: AccountView) -> Checked:
    given = account.credentials.get("scope", "").split()
    missing = [words for scope, words in _WRITES.items() if given and scope not in given]
    if missing:
        words = f"The sign-in does not allow us to {' and '.join(missing)}. Sign in again and allow everything."
        return Checked("Answering", False, words)
    return Checked("Answering", True, "The sign-in allows it. Nothing was posted to try it.")


def _webhook(account: AccountView, wanted: Options) -> Iterator[Checked]:
    """Only the app's own token may look at webhooks; without it and without one, asking now and then is enough."""
    what, token = "Webhook", account.credentials.get("bearer_token", "")
    if not account.credentials.get("consumer_secret"):
        words = "The API key secret is not set, so nothing comes by webhook: new posts are seen at the next look."
        yield Checked(what, True, words)
        return
    if not token:
        yield Checked(what, True, "Not looked at: that takes the app-only bearer token in the settings.")
        return
    try:
        hooks = _with(token, f"{wanted.api}/2/webhooks")
        subscriptions = _with(token, f"{wanted.api}/2/activity/subscriptions")
    except ChannelError as error:
        yield Checked(what, False, str(error))
        return
    if told := str(account.settings.get(TROUBLE) or ""):
        yield Checked("The webhook, when somebody signed in", False, told)
    yield _hooks(what, hooks)
    yield _subscriptions(wanted.user_id, subscriptions)


def _hooks(what: str, hooks: list[dict[str, Any]]) -> Checked:
    if not hooks:
        return Checked(what, False, "None is registered at X for this app. Follow the steps in the guide.")
    if any(one.get("valid") is True for one in hooks):
        return Checked(what, True, "Registered at X, which finds it in order.")
    words = "X sends nothing, for it got no answer or a wrong one. Check the API key secret, then validate it."
    return Checked(what, False, words)


def _subscriptions(us: str, listed: list[dict[str, Any]]) -> Checked:
    ours = [one for one in listed if isinstance(one.get("filter"), dict) and str(one["filter"].get("user_id")) == us]
    kinds = {str(one.get("event_type")) for one in ours if one.get("webhook_id")}
    missing = [one for one in EVENTS if one not in kinds]
    if missing:
        return Checked("What the webhook brings", False, f"Not subscribed: {', '.join(missing)}. See the guide.")
    return Checked("What the webhook brings", True, "Mentions, replies, quotes, direct and encrypted messages.")


def _with(token: str, url: str) -> list[dict[str, Any]]:
    try:
        with Web(headers={"Authorization": f"Bearer {token}"}) as web:
            answer = web.ask("GET", url)
        if answer.status == 401:
            raise ChannelError("X does not accept the app-only bearer token. Enter it afresh.")
        if not answer.fine:
            raise trouble.refusal(answer, "look at webhooks")
        return objects(answer.json().get("data"))
    except (NoAnswer, NotJson) as error:
        raise ChannelError(str(error)) from error


def _lasting(account: AccountView) -> Checked:
    what = "How long the sign-in lasts"
    if not account.credentials.get("refresh_token"):
        return Checked(what, False, "It ends in two hours: X gave no refresh token. Sign in again in Set-up, Accounts.")
    until = local(datetime.fromtimestamp(ends(account), UTC))
    return Checked(what, True, f"Until somebody ends it on X. The present token is renewed before {until:%H:%M}.")
