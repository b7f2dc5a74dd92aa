"""Set-up: what there is to set up, one line each, for those who may."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from putthrough.directory.access import NotAllowed
from putthrough.web.doors import viewer
from putthrough.web.views.setup.frame import parts, show


def home(request: HttpRequest) -> HttpResponse:
    offered = parts(viewer(request))
    if not offered:
        raise NotAllowed("Set-up is for administrators and the comms lead, its rules for triagers too.")
    lines = [{"url": reverse(f"web:{part.name}"), "label": part.label, "words": part.words} for part in offered]
    return show(request, "web/setup/home.html", {"lines": lines}, at="")
