"""The barest page that a signed-in person could be given: their teams' fifty next conversations, and nothing else."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from putthrough.conversations.models import Conversation
from putthrough.directory.models import User

_PAGE = """<!doctype html><html lang="en-GB"><title>Inbox</title><main><ol>{% for row in rows %}
<li><a href="/conversations/{{ row.pk }}">{{ row.subject }}</a> {{ row.contact }} {{ row.owner }} {{ row.preview }}
{{ row.due_at|date:"j F H:i" }}</li>{% endfor %}</ol></main></html>"""


def page(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    teams = list(user.teams.values_list("pk", flat=True))
    rows = Conversation.objects.filter(owner__in=teams, state="open").select_related("contact", "owner")
    return HttpResponse(Template(_PAGE).render(Context({"rows": rows.order_by("due_at", "pk")[:50]})))


urlpatterns = [path("bare", page)]
