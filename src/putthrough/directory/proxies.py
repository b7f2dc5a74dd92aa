"""Which address a request came from, as far as it can be believed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest | None) -> str:
    """The address that the outermost of our own proxies saw. What a stranger writes into the header lies before it."""
    if request is None:
        return ""
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.PROXIES and len(passed) >= settings.PROXIES:
        return str(passed[-settings.PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))
