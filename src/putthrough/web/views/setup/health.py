"""The health page: everything that is looked at, and the chain of the audit on demand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.audit.queries import verify
from putthrough.oversight.queries import health as looked_at
from putthrough.web.views.setup.frame import show


def health(request: HttpRequest) -> HttpResponse:
    lines = looked_at()
    wrong = [line for line in lines if not line.works]
    context = {
        "lines": [*wrong, *(line for line in lines if line.works)],
        "words": f"{len(wrong)} of {len(lines)} need somebody." if wrong else "Everything works.",
        "chain_url": reverse("web:setup-chain"),
    }
    return show(request, "web/setup/health.html", context, at="setup-health")


@require_POST
def chain(request: HttpRequest) -> HttpResponse:
    verdict = verify()
    (messages.success if verdict.broken_at is None else messages.error)(request, verdict.words)
    return redirect("web:setup-health")
