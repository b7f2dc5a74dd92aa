"""For whoever watches from outside: whether this process can do its work. Nobody has to sign in, nothing is told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from putthrough.oversight.queries import not_ready


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    reasons = not_ready()
    body = {"ok": False, "reasons": reasons} if reasons else {"ok": True}
    return JsonResponse(body, status=503 if reasons else 200, headers={"Cache-Control": "no-store"})
