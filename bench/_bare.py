"""The barest page that a signed-in person could be given: their teams' fifty next conversations, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import cast

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from putthrough.conversations.models import Conversation
from putthrough.directory.models import User

HOOK_SECRET = b"a secret that both sides know"
_PAGE = """<!doctype html><html lang="en-GB"><title>Inbox</title><main><ol>{% for row in rows %}
<li><a href="/conversations/{{ row.pk }}">{{ row.subject }}</a> {{ row.contact }} {{ row.owner }} {{ row.preview }}
{{ row.due_at|date:"j F H:i" }}</li>{% endfor %}</ol></main></html>"""


def page(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    teams = list(user.teams.values_list("pk", flat=True))
    rows = Conversation.objects.filter(owner__in=teams, state="open").select_related("contact", "owner")
    return HttpResponse(Template(_PAGE).render(Context({"rows": rows.order_by("due_at", "pk")[:50]})))


@csrf_exempt
def hook(request: HttpRequest) -> HttpResponse:
    """The barest webhook that keeps what it brings: signature, one row, 200. Who measures it makes its table."""
    mac = hmac.new(HOOK_SECRET, request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(mac, request.headers["X-Signature"]):
        return HttpResponse(status=403)
    item = json.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare(external_id, raw) VALUES (%s, %s)", [item["id"], request.body])
    return HttpResponse("ok")


urlpatterns = [path("bare", page), path("bare-hook", hook)]
