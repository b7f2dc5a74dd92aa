"""Where each address leads."""

from __future__ import annotations

from django.urls import include, path

from putthrough.api.hooks import hook
from putthrough.web.views.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("putthrough.web.urls")),
    path("hooks/<str:key>/<int:pk>", hook, name="hook"),
    path("api/v1/", include("putthrough.api.urls")),
]

handler400 = "putthrough.web.views.errors.bad_request"
handler403 = "putthrough.web.views.errors.not_allowed"
handler404 = "putthrough.web.views.errors.not_found"
handler500 = "putthrough.web.views.errors.broken"
