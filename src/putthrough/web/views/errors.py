"""When a page cannot be shown: plain words, the right status, and nothing that tells what exists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from putthrough.directory.access import NotAllowed


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    words = str(exception) if isinstance(exception, NotAllowed) else ""
    return render(request, "403.html", {"why_not": words}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Drawn without the request: whatever broke might break again on the way to this page."""
    return HttpResponse(render_to_string("500.html"), status=500)
