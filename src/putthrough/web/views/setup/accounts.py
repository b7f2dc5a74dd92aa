"""Accounts: the addresses that people write to, what they need, and whether they work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.channels import actions, queries
from putthrough.channels.contract import Checked
from putthrough.channels.models import Account
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.directory.access import NotVisible
from putthrough.kit.time import age_in_words, now
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.accounts import AccountForm, ChannelForm
from putthrough.web.views.setup.connecting import HERE, connection, guide
from putthrough.web.views.setup.finding import found_account
from putthrough.web.views.setup.frame import asked, listed, tag

_WARN_BEFORE = timedelta(days=14)
_KIND = {Account.Health.GOOD: "good", Account.Health.FAILING: "warning", Account.Health.STOPPED: "danger"}


def accounts(request: HttpRequest) -> HttpResponse:
    return listed(
        request,
        at=HERE,
        title="Accounts",
        columns=["Account", "Address", "Whose", "Last worked", "How it stands"],
        rows=[_row(one) for one in queries.accounts()],
        add_url=reverse("web:setup-account-new"),
        add_label="Add an account",
        empty={"title": "There is no account yet", "words": "Add the address that people write to."},
    )


def _row(one: Account) -> dict[str, Any]:
    whose = one.team.name if one.team else "The organisation's"
    return {
        "url": reverse("web:setup-account", args=[one.pk]),
        "title": one.name,
        "cells": [one.address, whose, _last_good(one)],
        "tags": _tags(one),
    }


def _tags(one: Account) -> list[dict[str, str]]:
    if not one.enabled:
        return [tag("Switched off", "quiet")]
    stands = tag(one.get_health_display(), _KIND.get(Account.Health(one.health), "new"))
    soon = queries.expires_at(one)
    if soon is not None and soon < now() + _WARN_BEFORE:
        return [stands, tag("Sign in again soon", "warning")]
    return [stands]


def _last_good(one: Account) -> str:
    if one.last_good_at is None:
        return "Not yet"
    age = age_in_words(one.last_good_at)
    return age.capitalize() if age == "just now" else f"{age} ago"


def new(request: HttpRequest) -> HttpResponse:
    """First which kind; then what that kind needs."""
    key = request.GET.get("channel", "")
    if key:
        return _edit(request, Account(channel=_known(key)), "Add an account")
    form = ChannelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect(f"{request.path}?channel={form.cleaned_data['channel']}")
    return asked(request, form, at=HERE, title="Add an account", save="Go on")


def _known(key: str) -> str:
    try:
        return channel(key).key
    except UnknownChannel as error:
        raise NotVisible(str(error)) from None


def account(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, found_account(pk), "")


def _edit(request: HttpRequest, row: Account, title: str) -> HttpResponse:
    form = AccountForm(row, channel(row.channel), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        filled, credentials = form.filled()
        actions.save_account(filled, by=viewer(request), credentials=credentials)
        messages.success(request, f"{row.name} is saved and will be tried at once.")
        if request.POST.get("verb") == "test":
            return _tested(request, row)
        return redirect("web:setup-account", row.pk)
    return _shown(request, row, form, title or f"The account {row.name}")


def _shown(
    request: HttpRequest, row: Account, form: AccountForm, title: str, checks: Sequence[Checked] = ()
) -> HttpResponse:
    url = request.get_full_path() if row.pk is None else reverse("web:setup-account", args=[row.pk])
    return asked(
        request,
        form,
        at=HERE,
        title=title,
        save="Save the account",
        template="web/setup/account.html",
        form_url=url,
        form_words=channel(row.channel).name,
        second={"value": "test", "label": "Save and test this connection"},
        checks=checks,
        checks_title="What was tried",
        account={**_standing(row), **connection(request, row)} if row.pk else None,
        guide=guide(channel(row.channel)),
    )


def _standing(row: Account) -> dict[str, Any]:
    return {
        "tags": _tags(row),
        "trouble": row.trouble,
        "last_good": _last_good(row),
        "enabled": row.enabled,
        "test_url": reverse("web:setup-account-test", args=[row.pk]),
        "try_url": reverse("web:setup-account-try", args=[row.pk]),
        "switch_url": reverse("web:setup-account-switch", args=[row.pk]),
    }


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    return _tested(request, found_account(pk))


def _tested(request: HttpRequest, row: Account) -> HttpResponse:
    checks = actions.check_account(row, by=viewer(request))
    form = AccountForm(row, channel(row.channel))
    return _shown(request, row, form, f"The account {row.name}", checks)


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.try_again(found_account(pk), by=viewer(request))
    messages.success(request, f"{row.name} is being tried now. Load this page again in a moment.")
    return redirect("web:setup-account", pk)


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.switch(found_account(pk), on=request.POST.get("to") == "on", by=viewer(request))
    messages.success(request, f"{row.name} is switched {'on' if row.enabled else 'off'}.")
    return redirect("web:setup-account", pk)
