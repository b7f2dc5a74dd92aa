"""A machine that somebody walked away from: its session ends, and what stands on the screen goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from putthrough.directory.sittings import note, over, time_out

TIMED_OUT = "timed_out"  # a cookie that tells the sign-in page, and nobody else, why it is shown
_TOLD_FOR = 3600

# What an open page asks for by itself, which says nothing of somebody sitting there.
_BY_ITSELF = {"arrived", "conversation-arrived", "presence", "incident-progress", "batch", "rehearsal-arrived"}


class Idle:
    """After Django has told who it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _has_session(request) or not over(request.session):
            return self.get_response(request)
        time_out(request.session)
        request.user = AnonymousUser()
        answer = self.get_response(request)
        answer.set_cookie(TIMED_OUT, "1", max_age=_TOLD_FOR, httponly=True, samesite="Lax", secure=request.is_secure())
        return answer

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        at = request.resolver_match
        by_itself = getattr(request, "htmx", False) and at is not None and at.url_name in _BY_ITSELF
        if not by_itself and _has_session(request):
            note(request.session)


def _has_session(request: HttpRequest) -> bool:
    """Asked of no session that is not sent: a program's request needs no look into the database."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session
