"""Set-up: how long conversations are kept, what would go today, what is held back, and what went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.directory.actions import CannotBeSaved
from putthrough.directory.models import User
from putthrough.kit.time import in_words, local_day, now
from putthrough.oversight.retention import actions, queries
from putthrough.oversight.retention.groups import GROUPS
from putthrough.oversight.retention.models import Policy
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.retention import HoldForm, RetentionForm
from putthrough.web.views.setup.frame import asked

HERE = "setup-retention"
_LABELS = {group.key: group.label for group in GROUPS}


def retention(request: HttpRequest) -> HttpResponse:
    """The months; with ``verb`` "try" it is only counted what would go by them."""
    user, row = viewer(request), queries.policy()
    form = RetentionForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("verb") == "try":
            return _shown(request, form, Policy(months=form.months(), on=row.on), tried=True)
        saved = actions.save_policy(form.months(), on=form.cleaned_data["on"], by=user)
        messages.success(request, f"Saved: {actions.in_words(saved)}.")
        return redirect(f"web:{HERE}")
    return _shown(request, form, row)


def _shown(request: HttpRequest, form: RetentionForm, rules: Policy, *, tried: bool = False) -> HttpResponse:
    return asked(
        request,
        form,
        at=HERE,
        title="How long conversations are kept",
        save="Save",
        template="web/setup/retention.html",
        form_words="What a conversation is decides how long it is kept after its last word; of several kinds the "
        "longest counts. Never deleted is what is open, what has a clock that runs, all of a person of whom anything "
        "is open, and what an order below keeps.",
        second={"value": "try", "label": "Count what would go, delete nothing"},
        **_standing(viewer(request), rules),
        tried=tried,
    )


def _standing(user: User, rules: Policy) -> dict[str, Any]:
    return {
        "deletes": rules.on,
        "would_go": [
            {"label": _LABELS[key], "count": _many(count)}
            for key, count in queries.would_go(user, rules, now()).items()
        ],
        "holds": [
            {
                "reason": one.hold.reason,
                "words": one.hold.words,
                "count": one.number,
                "by": one.hold.by,
                "when": in_words(local_day(one.hold.at)),
                "lift_url": reverse("web:setup-hold-lift", args=[one.hold.pk]),
            }
            for one in queries.holds(user)
        ],
        "hold_url": reverse("web:setup-hold-new"),
        "went": [
            {"day": in_words(day.day), "label": _LABELS.get(day.group, day.group), "count": day.deleted}
            for day in queries.went(user)
        ],
    }


def _many(count: int) -> str:
    return f"more than {queries.MOST_COUNTED:,}" if count > queries.MOST_COUNTED else f"{count:,}"


def new_hold(request: HttpRequest) -> HttpResponse:
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.hold(given["numbers"], words=given["words"], reason=given["reason"], by=viewer(request))
        except CannotBeSaved as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "They are kept until somebody lifts the order.")
            return redirect(f"web:{HERE}")
    return asked(request, form, at=HERE, title="Keep conversations whatever their age", save="Keep them")


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.release(pk, by=viewer(request))
    except CannotBeDone as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The order is lifted. What it kept goes by its age again.")
    return redirect(f"web:{HERE}")
