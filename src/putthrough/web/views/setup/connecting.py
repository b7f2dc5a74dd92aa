"""Connecting an account in the browser: over to its network, back with permission."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from putthrough.channels import connecting
from putthrough.channels.abilities import AcceptsWebhooks, Expires, Guides, SignsIn
from putthrough.channels.contract import Channel, ChannelError
from putthrough.channels.models import Account
from putthrough.channels.queries import expires_at
from putthrough.channels.registry import channel
from putthrough.channels.spending import today
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import in_words, local_day, now
from putthrough.web.doors import viewer
from putthrough.web.views.setup.finding import found_account
from putthrough.web.views.setup.frame import show

HERE = "setup-accounts"


@require_POST
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the network where to go and shows the way there, so that nobody is sent off unawares."""
    row = found_account(pk)
    try:
        door = connecting.begin(row, _back(request, row), by=viewer(request))
    except (ChannelError, Sealed) as error:
        messages.error(request, str(error))
        return redirect("web:setup-account", pk)
    request.session[_kept(row)] = door.sealed
    context = {"account": row, "door": door, "back_url": reverse("web:setup-account", args=[pk])}
    return show(request, "web/setup/sign_in_there.html", context, at=HERE)


@require_GET
def signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the network sends the person back to."""
    row = found_account(pk)
    sealed = request.session.pop(_kept(row), "")
    try:
        connecting.finish(row, _back(request, row), sealed, request.GET.dict(), by=viewer(request))
    except (ChannelError, Sealed) as error:
        messages.error(request, f"{row.name} is not connected: {error}")
    else:
        messages.success(request, f"{row.name} is connected. Test the connection to see what works.")
    return redirect("web:setup-account", pk)


def _kept(row: Account) -> str:
    return f"sign-in-{row.pk}"


def _back(request: HttpRequest, row: Account) -> str:
    return request.build_absolute_uri(reverse("web:setup-account-signed-in", args=[row.pk]))


def guide(network: Channel) -> dict[str, Any] | None:
    """How to get such an account connected, where the network needs more than a form."""
    if not isinstance(network, Guides):
        return None
    told = network.guide
    lists = [
        ("What you need", told.needs),
        ("What to do", told.steps),
        ("What it asks permission for", told.permissions),
    ]
    return {"lists": lists, "costs": told.costs, "waiting": told.waiting, "source": told.source}


def connection(request: HttpRequest, row: Account) -> dict[str, Any]:
    """What stands beside an account's form: signing in, its webhook's address, what it cost today."""
    network = channel(row.channel)
    hook = reverse("hook", args=[row.channel, row.pk]) if isinstance(network, AcceptsWebhooks) else ""
    spent = today(row)
    return {
        "sign_in_url": reverse("web:setup-account-sign-in", args=[row.pk]) if isinstance(network, SignsIn) else "",
        "back_address": _back(request, row) if isinstance(network, SignsIn) else "",
        "hook": request.build_absolute_uri(hook) if hook else "",
        "spent": spent.words if spent else "",
        "expires": _expires(row) if isinstance(network, Expires) else "",
    }


def _expires(row: Account) -> str:
    moment = expires_at(row)
    if moment is None:
        return ""
    if moment <= now():
        return "Its permission has run out. Sign in again."
    return f"Its permission runs out on {in_words(local_day(moment))}. Sign in again before then."
