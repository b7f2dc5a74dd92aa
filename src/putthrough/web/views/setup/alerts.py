"""Set-up: who is told when a life may be at risk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.directory import queries as directory
from putthrough.directory.actions import CannotBeSaved
from putthrough.handover.alerts import queries, setting
from putthrough.handover.alerts.models import OnCall
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.alerts import AlertSettingsForm, OnCallForm
from putthrough.web.views.setup.frame import asked, listed, tag

HERE = "setup-alerts"
_NOBODY = {
    "title": "Nobody is named",
    "words": "Until you name people, an alert goes by email to the team that has the message, and to triage and "
    "communications as far as they see it. At night nobody may read that.",
}


def alerts(request: HttpRequest) -> HttpResponse:
    stands_in = queries.policy().team_id
    settings = {"label": "How it is done, and a test", "url": reverse("web:setup-alert-settings"), "style": "secondary"}
    return listed(
        request,
        at=HERE,
        title="Who is told when a life may be at risk",
        columns=["Person", "Team", "When", "How"],
        rows=[_row(row, stands_in) for row in queries.on_call(viewer(request))],
        add_url=reverse("web:setup-on-call-new"),
        add_label="Add a person",
        list_actions=[settings],
        empty=_NOBODY,
    )


def _row(row: OnCall, stands_in: int | None) -> dict[str, Any]:
    days = (
        f", first from {row.first_from:%d %b} to {row.first_until:%d %b}" if row.first_from and row.first_until else ""
    )
    team = f"{row.team} (and teams without people of their own)" if row.team_id == stands_in else row.team.name
    return {
        "url": reverse("web:setup-on-call", args=[row.pk]),
        "title": f"{row.position}. {row.user.name}",
        "cells": [team, f"{row.get_times_display()}{days}"],
        "tags": [tag("Email and text message" if row.phone else "Email")],
    }


def new(request: HttpRequest) -> HttpResponse:
    row = OnCall()
    if (team := queries.policy().team) is not None:
        row.team = team
    return _edit(request, row, "Add somebody who is told")


def one(request: HttpRequest, pk: int) -> HttpResponse:
    row = queries.on_call_one(viewer(request), pk)
    remove = {
        "url": reverse("web:setup-on-call-delete", args=[pk]),
        "label": "Take them out",
        "will_happen": f"{row.user.name} is not told any more. What they were told stays in the history.",
    }
    return _edit(request, row, f"When {row.user.name} is told", remove=remove)


def _edit(request: HttpRequest, row: OnCall, title: str, **context: Any) -> HttpResponse:
    everybody = list(directory.people().filter(is_active=True))
    form = OnCallForm(row, everybody, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = setting.save_on_call(form.filled(), by=viewer(request))
        except CannotBeSaved as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{saved.user.name} is told from now on.")
            return redirect("web:setup-alerts")
    will = "It counts for the next alert, and for the next person of one that nobody has yet."
    return asked(request, form, at=HERE, title=title, save="Save", will_happen=will, **context)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    setting.delete_on_call(queries.on_call_one(viewer(request), pk), by=viewer(request))
    messages.success(request, "They are not told any more.")
    return redirect("web:setup-alerts")


def settings(request: HttpRequest) -> HttpResponse:
    """The settings; with ``verb`` "test" a test is sent instead, and nothing saved."""
    if request.POST.get("verb") == "test":
        return _settings(request, AlertSettingsForm(queries.policy()), checks=_tried(request))
    form = AlertSettingsForm(queries.policy(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        setting.save_policy(form.filled(), by=viewer(request))
        messages.success(request, "Saved. It counts from the next person who is told.")
        return redirect("web:setup-alerts")
    return _settings(request, form)


def _tried(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"what": f"A test by {way}", "works": not wrong, "words": wrong or "It left just now. Look whether you get it."}
        for way, wrong in setting.try_out(by=viewer(request))
    ]


def _settings(request: HttpRequest, form: AlertSettingsForm, **context: Any) -> HttpResponse:
    return asked(
        request,
        form,
        at=HERE,
        title="How it is told that a life may be at risk",
        save="Save",
        second={"value": "test", "label": "Send me a test alert"},
        checks_title="What came of the test",
        **context,
    )
