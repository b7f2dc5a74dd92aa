"""For a load balancer or a watchdog: can it do its work? No sign-in, and nothing in the answer that is secret."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from putthrough.oversight.queries import able


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 ``{"ok": true}``, or 503 with the ``reasons`` in plain words."""
    reasons = able()
    return JsonResponse({"ok": False, "reasons": reasons} if reasons else {"ok": True}, status=503 if reasons else 200)
