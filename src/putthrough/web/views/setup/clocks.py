"""Deadlines: the regimes with their sources, our own limits, days off, what kind of body it is and its hours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.deadlines import queries
from putthrough.deadlines.models import Holiday
from putthrough.deadlines.policy import delete_holiday, save_holiday, save_limit, save_named, save_policy
from putthrough.deadlines.regimes import Regime
from putthrough.deadlines.table import REGIMES, defaults
from putthrough.directory import queries as directory
from putthrough.directory.access import NotVisible
from putthrough.directory.actions import CannotBeSaved
from putthrough.kit.time import in_words
from putthrough.web.doors import body, viewer
from putthrough.web.forms_setup.clocks import HolidayForm, LimitsForm, NamedForm, PolicyForm
from putthrough.web.views.setup.frame import asked, listed, tag

HERE = "setup-clocks"
_KEEPS = "Clocks that run stay as they are; those that start from now on count by this."


def regimes(request: HttpRequest) -> HttpResponse:
    nation = body(request).nation
    usual, own = defaults(queries.policy().body, nation), queries.own_limits()
    here = [REGIMES[key] for key in usual] + [
        regime for key, regime in REGIMES.items() if nation in regime.nations and key not in usual
    ]
    actions = [
        {"label": label, "url": reverse(f"web:{name}"), "style": "secondary"}
        for label, name in (
            ("Days off", "setup-days"),
            ("Kind of body and office hours", "setup-policy"),
            ("Who is told when nobody acts", "setup-named"),
        )
    ]
    rows = [_regime(one, usual=one.key in usual, own=own) for one in here]
    columns = ["Regime", "Steps", "Source", "How it stands"]
    return listed(request, at=HERE, title="Deadlines", columns=columns, rows=rows, list_actions=actions, empty=None)


def _regime(one: Regime, *, usual: bool, own: dict[tuple[str, str], int]) -> dict[str, Any]:
    version = one.versions[-1]
    tags = [tag("Usual for you", "good")] if usual else []
    tags += [tag("Stricter here", "new")] if any(regime == one.key for regime, _ in own) else []
    tags += [tag("To be confirmed", "warning")] if any(step.unsure for step in version.steps) else []
    return {
        "url": reverse("web:setup-regime", args=[one.key]),
        "title": one.name,
        "cells": ["; ".join(f"{step.label}: {step.span}" for step in version.steps), version.source],
        "tags": tags,
    }


def regime(request: HttpRequest, key: str) -> HttpResponse:
    found = REGIMES.get(key)
    if found is None:
        raise NotVisible("There is no such regime.")
    version = found.versions[-1]
    own = {step: n for (regime, step), n in queries.own_limits().items() if regime == key}
    form = LimitsForm(version, own, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        for step, number in form.limits().items():
            save_limit(key, step, number, by=viewer(request))
        messages.success(request, f"{found.name}: saved.")
        return redirect(f"web:{HERE}")
    words = f"{version.source}. In force from {in_words(version.since)}. {_unsure(found)}"
    title = f"{found.name}: your own limits"
    return asked(request, form, at=HERE, title=title, save="Save", form_words=words.strip(), will_happen=_KEEPS)


def _unsure(found: Regime) -> str:
    return " ".join(f"{step.label}: {step.unsure}" for step in found.versions[-1].steps if step.unsure)


def policy(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(queries.policy(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        save_policy(body=data["body"], office_hours=data["hours"], patience=data["patience"], by=viewer(request))
        messages.success(request, "Saved.")
        return redirect(f"web:{HERE}")
    title = "Kind of body and office hours"
    words = "Where a procedure registers what comes after hours on the next working day, it goes by these hours."
    return asked(request, form, at=HERE, title=title, save="Save", form_words=words, will_happen=_KEEPS)


def days(request: HttpRequest) -> HttpResponse:
    return listed(
        request,
        at=HERE,
        title="Days off",
        columns=["Day", "What it is called", "Kind"],
        rows=[_day(row) for row in queries.holidays_entered()],
        add_url=reverse("web:setup-day-new"),
        add_label="Add a day",
        empty={
            "title": "No day was entered",
            "words": "The usual bank holidays are known. Add those that are proclaimed, and when you are closed.",
        },
    )


def _day(row: Holiday) -> dict[str, Any]:
    kind = "Closed" if row.closure else f"Bank holiday, {row.get_nation_display() or 'United Kingdom'}"
    url = reverse("web:setup-day", args=[row.pk])
    return {
        "url": url,
        "title": f"{row.day:%A} {row.day.day} {row.day:%B %Y}",
        "cells": [row.name],
        "tags": [tag(kind)],
    }


def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Holiday(), "Add a day")


def day(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    remove = {
        "url": reverse("web:setup-day-delete", args=[pk]),
        "label": "Take this day out",
        "will_happen": "It counts again for clocks that start from now on.",
    }
    return _edit(request, row, f"Change {row.name}", remove=remove)


def _edit(request: HttpRequest, row: Holiday, title: str, **context: Any) -> HttpResponse:
    form = HolidayForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_holiday(form.filled(), by=viewer(request))
        except CannotBeSaved as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, f"{row.name} is saved.")
            return redirect("web:setup-days")
    return asked(request, form, at=HERE, title=title, save="Save the day", will_happen=_KEEPS, **context)


def named(request: HttpRequest) -> HttpResponse:
    links = queries.named()
    rows = [
        {
            "url": reverse("web:setup-named-team", args=[row.pk]),
            "title": row.name,
            "cells": [", then ".join(user.name for user in links.get(row.pk, [])) or "Nobody"],
            "tags": [],
        }
        for row in directory.teams()
    ]
    columns = ["Team", "Who is told", "How it stands"]
    return listed(request, at=HERE, title="Who is told when nobody acts", columns=columns, rows=rows, empty=None)


def named_team(request: HttpRequest, pk: int) -> HttpResponse:
    row = directory.team(pk)
    if row is None:
        raise NotVisible("There is no such team.")
    everybody = list(directory.people().filter(is_active=True))
    form = NamedForm(queries.named().get(pk, []), everybody, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_named(row, form.people(), by=viewer(request))
        messages.success(request, f"{row.name}: saved.")
        return redirect("web:setup-named")
    words = "They get an email when a clock of law is late and nobody says that they have it, if they may see it."
    title = f"Who is told when nobody in {row.name} acts"
    return asked(request, form, at=HERE, title=title, save="Save", form_words=words)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    delete_holiday(_found(pk), by=viewer(request))
    messages.success(request, "It is taken out.")
    return redirect("web:setup-days")


def _found(pk: int) -> Holiday:
    row = queries.holiday(pk)
    if row is None:
        raise NotVisible("There is no such day.")
    return row
