"""The public body itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from putthrough.directory.actions import save_organisation
from putthrough.directory.queries import organisation as the_body
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.directory import OrganisationForm
from putthrough.web.views.setup.frame import asked


def organisation(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(the_body(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_organisation(form.filled(), by=viewer(request))
        messages.success(request, "The organisation's settings are saved.")
        return redirect("web:setup-organisation")
    return asked(
        request,
        form,
        at="setup-organisation",
        title="Organisation",
        save="Save the settings",
        will_happen="Deadlines that run already stay as they are; new ones count by these settings.",
        cancel_url=reverse("web:setup"),
    )
