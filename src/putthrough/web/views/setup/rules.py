"""Rules: asked in order, the first that matches decides; tried on what has arrived before they count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.channels.queries import accounts
from putthrough.directory.access import NotVisible
from putthrough.kit.time import age_in_words
from putthrough.routing import actions, queries
from putthrough.routing.models import Rule
from putthrough.routing.queries import DryRun
from putthrough.routing.rules import Conditions, RuleError, in_words
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.rules import RuleForm
from putthrough.web.views.setup.frame import asked, show, tag

HERE = "setup-rules"


def rules(request: HttpRequest) -> HttpResponse:
    found = queries.rules(viewer(request))
    names = {account.pk: account.name for account in accounts()}
    rows = [_row(number, rule, names, last=number == len(found)) for number, rule in enumerate(found, 1)]
    return show(request, "web/setup/rules.html", {"rows": rows, "add_url": reverse("web:setup-rule-new")}, at=HERE)


def _row(number: int, rule: Rule, names: Mapping[int, str], *, last: bool) -> dict[str, Any]:
    return {
        "number": number,
        "url": reverse("web:setup-rule", args=[rule.pk]),
        "title": rule.name,
        "when": in_words(Conditions(**rule.conditions), names),
        "then": _then(rule),
        "tags": [] if rule.enabled else [tag("Out of use", "quiet")],
        "move_url": reverse("web:setup-rule-move", args=[rule.pk]),
        "first": number == 1,
        "last": last,
    }


def _then(rule: Rule) -> str:
    if rule.closes:
        return "Closed"
    return rule.service.name if rule.service else str(rule.team or "Nowhere")


def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Rule(), "Add a rule")


def rule(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    url = reverse("web:setup-rule-delete", args=[pk])
    remove = {"url": url, "label": "Delete this rule", "will_happen": "What it has already decided stays decided."}
    return _edit(request, row, f"Change the rule {row.name}", remove=remove)


def _found(request: HttpRequest, pk: int) -> Rule:
    row = queries.rule(viewer(request), pk)
    if row is None:
        raise NotVisible("There is no such rule.")
    return row


def _edit(request: HttpRequest, row: Rule, title: str, **context: Any) -> HttpResponse:
    form, tried = RuleForm(row, request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            tried = queries.dry_run(viewer(request), form.conditions())
            if request.POST.get("verb") != "try":
                return _saved(request, actions.save_rule(form.filled(), by=viewer(request)), tried)
        except RuleError as error:
            form.add_error(None, str(error))
    return asked(
        request,
        form,
        at=HERE,
        title=title,
        save="Save the rule",
        template="web/setup/rule.html",
        second={"value": "try", "label": "Try it"},
        tried=_tried(tried) if tried else None,
        **context,
    )


def _saved(request: HttpRequest, row: Rule, tried: DryRun) -> HttpResponse:
    messages.success(request, f"The rule {row.name} is saved. It decides about what arrives from now on.")
    if tried.wide:
        messages.warning(request, tried.words)
    return redirect(f"web:{HERE}")


def _tried(run: DryRun) -> dict[str, Any]:
    examples = [
        {"words": one.text[:200], "who": one.handle, "when": age_in_words(one.received_at)} for one in run.examples
    ]
    return {"words": run.words, "wide": run.wide, "examples": examples}


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    row, up = _found(request, pk), request.POST.get("to") != "down"
    actions.move_rule(row, up=up, by=viewer(request))
    messages.success(request, f"{row.name} is now asked {'earlier' if up else 'later'}.")
    return redirect(f"web:{HERE}")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    actions.delete_rule(row, by=viewer(request))
    messages.success(request, f"The rule {row.name} is deleted.")
    return redirect(f"web:{HERE}")
