"""What the screens of Set-up share: who may open which, the list of them at the left, lists and forms."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.web.doors import P, View, signed_in, viewer


@dataclass(frozen=True, slots=True)
class Part:
    """One part of Set-up, whom it is for, and what it is for in one line."""

    name: str
    label: str
    verb: str
    words: str


PARTS: tuple[Part, ...] = (
    Part(
        "setup-services", "Services", "set_up_directory", "What residents write about, in their words, and whose it is."
    ),
    Part("setup-teams", "Teams", "set_up_directory", "Who is answerable, their hours, and who covers for them."),
    Part(
        "setup-places",
        "Places",
        "set_up_directory",
        "Your streets, wards and villages, for services that have a team for each area.",
    ),
    Part("setup-people", "People", "set_up_people", "Who may sign in, what they may do, and which teams they are in."),
    Part(
        "setup-trust",
        "Trust",
        "set_up_trust",
        "Who answers by themselves, whose answers somebody looks at first, and who practises.",
    ),
    Part("setup-checks", "Checks", "set_up_checks", "What is looked for in an answer before it goes, and when."),
    Part(
        "setup-alerts",
        "Alerts",
        "set_up_alerts",
        "Who is told by email and text message, at any hour, when a message may mean that a life is at risk.",
    ),
    Part(
        "setup-rules", "Rules", "set_up_rules", "What goes to one team whatever its words, tried out before it counts."
    ),
    Part(
        "setup-routing",
        "Routing",
        "set_up_routing",
        "How much goes to its team by itself, and how much of it is right.",
    ),
    Part("setup-accounts", "Accounts", "set_up_accounts", "The addresses that people write to, and whether they work."),
    Part("setup-plain-mail", "Plain email", "set_up_directory", "Colleagues who never sign in and answer by email."),
    Part(
        "setup-organisation", "Organisation", "set_up_directory", "Its name, its nation's bank holidays, usual targets."
    ),
    Part(
        "setup-clocks",
        "Deadlines",
        "set_up_clocks",
        "What each regime counts and where that comes from, your own stricter limits, days off and office hours.",
    ),
    Part(
        "setup-retention",
        "Retention",
        "set_up_retention",
        "How long conversations are kept, what is kept whatever its age, and what was deleted.",
    ),
    Part("setup-health", "Health", "see_health", "Whether everything works, and what to do where it does not."),
)


def page(address: str, view: View[...], name: str, verb: str) -> URLPattern:
    """An address of Set-up that only those with the verb may open, whatever the view does."""
    return path(address, signed_in(needs(verb, view)), name=name)


def needs(verb: str, view: View[P]) -> View[P]:
    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        access.require(viewer(request), verb)
        return view(request, *args, **kwargs)

    return guarded


def parts(user: User) -> list[Part]:
    return [part for part in PARTS if access.may(user, part.verb)]


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, at: str, status: int = 200
) -> HttpResponse:
    """A page of Set-up; ``at`` is the part that it belongs to."""
    sections = [
        {"url": reverse(f"web:{part.name}"), "label": part.label, "current": part.name == at}
        for part in parts(viewer(request))
    ]
    return render(request, template, {"sections": sections, **context}, status=status)


def listed(request: HttpRequest, *, at: str, title: str, columns: Sequence[str], **context: Any) -> HttpResponse:
    """A list as ``web/setup/list.html`` draws it."""
    words = next((part.words for part in PARTS if part.name == at), "")
    context = {"list_title": title, "list_words": words, "columns": columns, **context}
    context["rows"] = [
        {**row, "labelled": list(zip(columns[1:], row["cells"], strict=False))} for row in context["rows"]
    ]
    return show(request, "web/setup/list.html", context, at=at)


def asked(
    request: HttpRequest,
    form: Any,
    *,
    at: str,
    title: str,
    save: str,
    template: str = "web/setup/form.html",
    **context: Any,
) -> HttpResponse:
    """A form, fresh or as it was typed; 422 when something in it has to be mended."""
    context = {
        "form": form,
        "form_title": title,
        "form_url": request.path,
        "save_label": save,
        "cancel_url": reverse(f"web:{at}"),
        **context,
    }
    return show(request, template, context, at=at, status=422 if form.errors else 200)


def tag(text: str, kind: str = "") -> dict[str, str]:
    return {"text": text, "kind": kind}


def number(text: str) -> int | None:
    """An id that stands in an address, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
