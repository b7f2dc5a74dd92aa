"""Answering, for those who set it up: how strict each check is, and who may answer by themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from putthrough.channels.queries import accounts
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.access import NotVisible
from putthrough.directory.models import User
from putthrough.directory.queries import people as everybody
from putthrough.directory.queries import user as user_of
from putthrough.replies import queries, trusting
from putthrough.replies.checks.catalogue import BY_KEY
from putthrough.replies.models import Trust
from putthrough.replies.policy import policy, save_policy
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.answering import ChecksForm, StepForm
from putthrough.web.screens.words import channel_name, when_words
from putthrough.web.views.setup.frame import asked, listed

CHECKS, TRUST = "setup-checks", "setup-trust"


def checks(request: HttpRequest) -> HttpResponse:
    form = ChecksForm(policy(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_policy(form.settings, by=viewer(request))
        messages.success(request, "Saved. It counts for every answer from now on.")
        return redirect(f"web:{CHECKS}")
    return asked(
        request,
        form,
        at=CHECKS,
        title="Checks",
        save="Save the checks",
        template="web/setup/checks.html",
        form_words="What is looked for in an answer before it goes, and what happens then.",
        will_happen="It counts for every answer from now on. What waits already waits on.",
        cancel_url=reverse("web:setup"),
        objections=[
            {
                "check": _check_name(one.key),
                "words": one.words,
                "reason": one.reason,
                "by": one.by.name,
                "when": when_words(one.at),
            }
            for one in queries.objections(viewer(request))
        ],
    )


def _check_name(key: str) -> str:
    return BY_KEY[key].name if key in BY_KEY else key


def trust(request: HttpRequest) -> HttpResponse:
    writers = [one for one in everybody() if one.is_active and access.may(one, "reply")]
    steps = queries.trust_of(writers)
    return listed(
        request,
        at=TRUST,
        title="Trust",
        columns=["Name", "Step", "Buddy", "Approved in a row"],
        rows=[_row(one, steps.get(one.pk, [])) for one in writers],
        empty={"title": "Nobody answers yet", "words": "Add people in Set-up, People."},
    )


def _row(one: User, rows: list[Trust]) -> dict[str, Any]:
    shown = rows or [Trust(user=one)]
    return {
        "url": reverse("web:setup-step", args=[one.pk]),
        "title": one.name,
        "cells": [
            "; ".join(f"{_where(row.channel)}: {_step(row)}" for row in shown),
            ", ".join(sorted({row.buddy.name for row in shown if row.buddy})) or "None",
        ],
        "tags": [{"text": str(sum(row.in_a_row for row in shown)), "kind": "quiet"}],
    }


def _where(channel: str) -> str:
    return channel_name(channel) if channel else "Everywhere"


def _step(row: Trust) -> str:
    return Trust.Step(row.step).label.partition(":")[0].lower()


def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: choose where, the step and the buddy."""
    person = user_of(pk)
    if person is None or not access.may(person, "reply"):
        raise NotVisible("There is no such person who answers.")
    form = _form(request, person)
    if request.method == "POST" and form.is_valid() and _save(request, person, form):
        return redirect(f"web:{TRUST}")
    will = "A lower step counts at once, also for what has not left yet. You cannot set your own."
    return asked(request, form, at=TRUST, title=f"How freely {person.name} answers", save="Save", will_happen=will)


def _form(request: HttpRequest, person: User) -> StepForm:
    keys = sorted({one.channel for one in accounts()})
    channels = [(key, channel_name(key)) for key in keys]
    writers = [one for one in everybody() if one.is_active and access.may(one, "approve") and one.pk != person.pk]
    chosen = request.GET.get("channel", "")
    now = trusting.row_for(person, chosen)
    buddy = str(now.buddy_id) if now and now.buddy_id else ""
    initial = {"channel": chosen, "step": now.step if now else Trust.Step.CHECKED, "buddy": buddy}
    return StepForm(channels, writers, request.POST if request.method == "POST" else None, initial=initial)


def _save(request: HttpRequest, person: User, form: StepForm) -> bool:
    given, by = form.cleaned_data, viewer(request)
    try:
        trusting.set_step(person, given["channel"], given["step"], by=by, reason=given["reason"])
        trusting.set_buddy(person, given["channel"], form.chosen_buddy, by=by)
    except CannotBeDone as error:
        form.add_error("step", str(error))
        return False
    messages.success(request, f"Saved. {person.name} can see who decided it, and why.")
    return True
