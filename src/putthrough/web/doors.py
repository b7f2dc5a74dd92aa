"""Who is asking, and what they have just done."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from putthrough.directory.models import Organisation, User
from putthrough.directory.queries import organisation

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_UNDO = "undo"
_WRITTEN = ("text", "note", "reason")


def viewer(request: HttpRequest) -> User:
    """Who is signed in. Only for views behind ``signed_in``."""
    return cast(User, request.user)


def body(request: HttpRequest) -> Organisation:
    """The public body, read once per request."""
    remembered: Organisation | None = getattr(request, "_organisation", None)
    if remembered is None:
        remembered = organisation()
        request._organisation = remembered  # type: ignore[attr-defined]  # a memo for one request
    return remembered


def signed_in(view: View[P]) -> View[P]:
    """Sends strangers to sign in. What somebody wrote before their session ended is shown to them, not thrown away."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        written = [text for name in _WRITTEN if (text := request.POST.get(name, "").strip())]
        if written:
            return render(request, "web/signed_out.html", {"written": written}, status=403)
        return _to_sign_in(request)

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A part of a page that is asked for takes the whole page there: nothing of it stays on a screen left alone."""
    asked = cast(HtmxDetails, request.htmx) if getattr(request, "htmx", False) else None  # type: ignore[attr-defined]
    if asked:
        page = asked.current_url_abs_path or resolve_url("web:inbox")
        return HttpResponseClientRedirect(redirect_to_login(page).url)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else resolve_url("web:inbox"))


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To where the form says that it came from, if that is here."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else resolve_url(otherwise))


def offer_undo(request: HttpRequest, text: str, url: str, *, seconds: float, label: str, over: str) -> None:
    """Show on the next pages, for so many seconds, that this can be undone by a post to ``url``."""
    request.session[_UNDO] = {
        "text": text,
        "url": url,
        "label": label,
        "over_words": over,
        "until": time.time() + seconds,
    }


def undone(request: HttpRequest) -> None:
    request.session.pop(_UNDO, None)


def undo_offered(request: HttpRequest) -> Mapping[str, Any] | None:
    """What can still be undone, with the whole ``seconds`` that are left; None when nothing can."""
    offered = request.session.get(_UNDO)
    left = offered["until"] - time.time() if offered else 0
    if offered is None or left <= 0:
        return None
    until = time.strftime("%H:%M:%S", time.localtime(offered["until"]))
    return {**offered, "seconds": max(1, int(left)), "until_words": f"until {until}", "fields": {}}
