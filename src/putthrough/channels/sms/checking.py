"""Trying a Notify account without sending anybody a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError, Checked
from putthrough.channels.sms import notify

_SAMPLE = "((message))"


def check(account: AccountView) -> Sequence[Checked]:
    lines = [_reading(account), _template(account)]
    token = bool(account.credentials.get("callback_token"))
    words = "" if token else "Make up a bearer token, save it here and at GOV.UK Notify."
    return [*lines, Checked("The callback's token is stored", token, words)]


def _reading(account: AccountView) -> Checked:
    what = "The API key is accepted and received texts can be read"
    try:
        notify.ask(account, "GET", "/v2/received-text-messages")
    except ChannelError as error:
        return Checked(what, False, str(error))
    return Checked(what, True)


def _template(account: AccountView) -> Checked:
    what = "The template for answers holds ((message)) and nothing else"
    try:
        body = notify.ask(account, "GET", f"/v2/template/{account.settings.get('template', '')}").get("body", "")
    except ChannelError as error:
        return Checked(what, False, str(error))
    return Checked(what, _is_bare(body), "" if _is_bare(body) else "Make a template whose whole text is ((message)).")


def _is_bare(body: Any) -> bool:
    return str(body).strip() == _SAMPLE
