"""Teams: who is answerable, and who covers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from putthrough.audit.actions import writing
from putthrough.directory import access
from putthrough.directory.access import NotVisible
from putthrough.directory.actions import put_into_team, save_team
from putthrough.directory.models import Team
from putthrough.directory.queries import team as team_of
from putthrough.directory.queries import teams_with_counts
from putthrough.kit.time import in_words, local_day, now
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.directory import TeamForm
from putthrough.web.views.setup.frame import asked, listed, tag

HERE = "setup-teams"


def teams(request: HttpRequest) -> HttpResponse:
    return listed(
        request,
        at=HERE,
        title="Teams",
        columns=["Team", "People", "Services", "How it stands"],
        rows=[_row(one) for one in teams_with_counts()],
        add_url=reverse("web:setup-team-new"),
        add_label="Add a team",
        empty={"title": "There is no team yet", "words": "Add the first one."},
    )


def _row(one: Any) -> dict[str, Any]:
    tags = [tag(one.get_kind_display())] if one.kind != Team.Kind.SERVICE else []
    if one.people_count == 0:
        tags.append(tag("Nobody in it", "warning"))
    if one.away_until and one.away_until >= local_day(now()):
        tags.append(tag(f"Away until {in_words(one.away_until)}, covered by {one.cover}", "warning"))
    return {
        "url": reverse("web:setup-team", args=[one.pk]),
        "title": one.name,
        "cells": [str(one.people_count), str(one.services_count)],
        "tags": tags,
    }


def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Team(), "Add a team")


def team(request: HttpRequest, pk: int) -> HttpResponse:
    row = team_of(pk)
    if row is None:
        raise NotVisible("There is no such team.")
    return _edit(request, row, f"Change the team {row.name}")


def _edit(request: HttpRequest, row: Team, title: str) -> HttpResponse:
    """Who is in a team decides who reads its messages: that is for those who set up people."""
    user = viewer(request)
    with_people = access.may(user, "set_up_people")
    form = TeamForm(row, request.POST if request.method == "POST" else None, with_people=with_people)
    if request.method == "POST" and form.is_valid():
        with writing():
            save_team(form.filled(), by=user)
            if "people" in form.cleaned_data:
                put_into_team(row, form.cleaned_data["people"], by=user)
        messages.success(request, f"The team {row.name} is saved.")
        return redirect(f"web:{HERE}")
    words = "" if with_people else "Who is in it is for an administrator to say, under People."
    return asked(request, form, at=HERE, title=title, save="Save the team", form_words=words)
