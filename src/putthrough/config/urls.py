"""Where each address leads."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("putthrough.web.urls")),
    path("api/v1/", include("putthrough.api.urls")),
]
