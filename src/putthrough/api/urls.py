from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from putthrough.api.service import api

urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]
