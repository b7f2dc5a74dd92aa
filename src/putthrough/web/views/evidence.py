"""A conversation as a bundle that somebody outside can read and check."""

from __future__ import annotations

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from putthrough.conversations.queries import conversation
from putthrough.directory import access
from putthrough.oversight.evidence.actions import make
from putthrough.web.doors import viewer
from putthrough.web.screens.words import title


def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what is in it, and makes it."""
    user = viewer(request)
    row = conversation(user, pk)
    access.require(user, "make_evidence", row)
    if request.method == "POST":
        name = f'attachment; filename="conversation-{pk}.zip"'
        bundle = BytesIO()
        make(row, bundle, notes=request.POST.get("notes") == "yes", by=user)
        return HttpResponse(bundle.getvalue(), content_type="application/zip", headers={"Content-Disposition": name})
    back = reverse("web:conversation", args=[pk])
    return render(request, "web/evidence.html", {"title": title(row), "number": pk, "back_url": back})
