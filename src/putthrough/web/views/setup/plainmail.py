"""Colleagues who answer by ordinary email: what proves who they are, and whether their mail reaches them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from putthrough.kit.time import age_in_words
from putthrough.plainmail.actions import save_policy
from putthrough.plainmail.models import Notice
from putthrough.plainmail.queries import Addressee, addressees, policy
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.plainmail import PlainMailForm
from putthrough.web.views.setup.frame import asked

HERE = "setup-plain-mail"


def plain_mail(request: HttpRequest) -> HttpResponse:
    form = PlainMailForm(policy(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_policy(form.filled(), by=viewer(request))
        messages.success(request, "Saved. It counts for every answer that comes in from now on.")
        return redirect(f"web:{HERE}")
    return asked(
        request,
        form,
        at=HERE,
        title="Plain email",
        save="Save",
        template="web/setup/plain_mail.html",
        form_words="Who never signs in gets each conversation by email and answers by pressing reply. "
        "Choose it for a team in Teams, for a person in People; everybody can choose it in their preferences.",
        addressees=[{"name": one.name, "address": one.address, **_stands(one)} for one in addressees(viewer(request))],
    )


def _stands(one: Addressee) -> dict[str, str]:
    if one.last is None:
        return {"words": "Nothing was sent yet", "kind": "quiet", "detail": ""}
    when = age_in_words(one.last.made_at)
    if one.in_trouble:
        return {"words": "Does not arrive", "kind": "warning", "detail": f"{one.last.words} ({when})"}
    words = "Sent" if one.last.state == Notice.State.SENT else "On its way"
    return {"words": words, "kind": "quiet", "detail": f"The last one: {when}"}
