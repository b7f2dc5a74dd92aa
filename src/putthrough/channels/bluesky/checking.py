"""Trying a Bluesky account without posting anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from putthrough.channels.bluesky.xrpc import Calls
from putthrough.channels.contract import AccountView, ChannelError, Checked

_CHAT = "Make an app password with “Allow access to your direct messages” ticked, and put it into this form."


def check(account: AccountView) -> Sequence[Checked]:
    return list(_checks(account))


def _checks(account: AccountView) -> Iterator[Checked]:
    what = "Bluesky knows our sign-in"
    try:
        with Calls(account) as calls:
            session = calls.get("com.atproto.server.getSession")
            yield Checked(what, True, f"Signed in as @{session.get('handle', '')}.")
            yield from _may(calls)
    except ChannelError as error:
        yield Checked(what, False, str(error))


def _may(calls: Calls) -> Iterator[Checked]:
    yield _tried("Mentions and replies can be read", calls, "app.bsky.notification.listNotifications", chat=False)
    private = _tried("Private messages can be read", calls, "chat.bsky.convo.listConvos", chat=True)
    yield private if private.works else Checked(private.what, False, _CHAT)


def _tried(what: str, calls: Calls, method: str, *, chat: bool) -> Checked:
    try:
        calls.get(method, {"limit": 1}, chat=chat)
    except ChannelError as error:
        return Checked(what, False, str(error))
    return Checked(what, True)
