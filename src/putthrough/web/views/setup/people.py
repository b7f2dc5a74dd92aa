"""People: who may sign in, as what, in which teams."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from putthrough.directory.access import NotVisible
from putthrough.directory.actions import CannotBeSaved, save_user
from putthrough.directory.models import User
from putthrough.directory.queries import people as everybody
from putthrough.directory.queries import user as user_of
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.directory import PersonForm
from putthrough.web.views.setup.frame import asked, listed, tag

HERE = "setup-people"


def people(request: HttpRequest) -> HttpResponse:
    return listed(
        request,
        at=HERE,
        title="People",
        columns=["Name", "Role", "Teams", "How it stands"],
        rows=[_row(one) for one in everybody()],
        add_url=reverse("web:setup-person-new"),
        add_label="Add a person",
    )


def _row(one: User) -> dict[str, Any]:
    names = [team.name for team in one.teams.all()]
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return {
        "url": reverse("web:setup-person", args=[one.pk]),
        "title": one.name,
        "cells": [one.get_role_display(), shown or "None"],
        "tags": [*([] if one.is_active else [tag("May not sign in", "quiet")]), *([tag("Demo")] if one.demo else [])],
    }


def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, User(), "Add a person")


def person(request: HttpRequest, pk: int) -> HttpResponse:
    row = user_of(pk)
    if row is None:
        raise NotVisible("There is no such person.")
    return _edit(request, row, f"Change {row.name}")


def _edit(request: HttpRequest, row: User, title: str) -> HttpResponse:
    form = PersonForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"] or None
        try:
            save_user(form.filled(), by=viewer(request), password=password, teams=form.cleaned_data["teams"])
        except CannotBeSaved as error:
            form.add_error("role", str(error))
        else:
            messages.success(request, f"{row.name} is saved.")
            return redirect(f"web:{HERE}")
    will = "Who is in a team reads everything that the team has."
    return asked(request, form, at=HERE, title=title, save="Save the person", will_happen=will)
