"""The simulated network, under ``rehearsal/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from putthrough.web.doors import View, signed_in
from putthrough.web.views import rehearsal


def _page(address: str, view: View[...], name: str) -> URLPattern:
    return path(address, signed_in(view), name=name)


urlpatterns = [
    _page("", rehearsal.network, "rehearsal"),
    _page("write", rehearsal.write, "rehearsal-write"),
    _page("posts/<int:pk>/answer", rehearsal.answer, "rehearsal-answer"),
    _page("arrived", rehearsal.arrived, "rehearsal-arrived"),
    _page("post-box", rehearsal.post_box, "post-box"),
]
