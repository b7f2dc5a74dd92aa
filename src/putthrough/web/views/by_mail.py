"""For colleagues who work by ordinary email: the pages behind the links in it, and what is kept of their mails."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.directory.access import NotAllowed, NotVisible
from putthrough.kit.time import in_words, local_day
from putthrough.plainmail import actions
from putthrough.plainmail.models import Notice
from putthrough.plainmail.queries import kept_one
from putthrough.web.doors import viewer
from putthrough.web.forms import ReasonForm

_VERBS = {
    "not-mine": ("Send it back", "It goes back to who passed it to you, or to the people who sort messages."),
    "done": ("Close it", "Nothing is sent to the resident. A new message from them opens it again."),
}


@never_cache
def confirm(request: HttpRequest, token: str, verb: str) -> HttpResponse:
    """Nobody signs in here: the link's token alone says which mail it stood in. A look (GET) changes nothing, for mail
    programs look at links by themselves; and it tells nothing of what the resident wrote."""
    if verb not in _VERBS:
        raise NotVisible("There is no such link.")
    try:
        notice = actions.linked(token, verb)
        if request.method != "POST":
            return _page(request, notice, verb, ReasonForm())
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _page(request, notice, verb, form, status=422)
        actions.follow_link(notice, verb, form.cleaned_data["reason"])
    except (CannotBeDone, NotAllowed) as error:
        return _page(request, None, verb, None, problem=str(error), status=409)
    return _page(request, None, verb, None, done="It is closed." if verb == "done" else "It went back. Thank you.")


def _page(
    request: HttpRequest, notice: Notice | None, verb: str, form: ReasonForm | None, *, status: int = 200, **words: Any
) -> HttpResponse:
    label, will_happen = _VERBS[verb]
    context = {"label": label, "will_happen": will_happen, "form": form, "asks_why": verb == "not-mine", **words}
    if notice is not None:
        row = notice.conversation
        context["about"] = f"The message of {in_words(local_day(row.opened_at))} that {row.owner} got"
    return render(request, "web/by_mail.html", context, status=status)


@require_POST
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    answer = kept_one(viewer(request), pk)
    row = answer.notice.conversation_id
    actions.put_away(answer, by=viewer(request))
    messages.success(request, "Put away. Its original is kept.")
    return redirect(f"{reverse('web:conversation', args=[row])}#reply")
