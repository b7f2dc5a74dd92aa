"""What came with a message: its files, and its original where that was more than text. None of it is trusted."""

from __future__ import annotations

import nh3
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin

from putthrough.channels.contract import ChannelError, Unreadable
from putthrough.conversations.queries import attachment as attached
from putthrough.conversations.queries import message
from putthrough.replies.queries import enclosure as enclosed
from putthrough.web.doors import viewer
from putthrough.web.screens.words import when_words

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
# No scripts, no forms, no windows, nothing fetched: a picture that tells its sender who looked stays unfetched.
_BOXED = f"sandbox; {_NOTHING}; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """A file, only ever to be saved: the browser is not to guess what it is, let alone to run it."""
    try:
        row, content = attached(viewer(request), pk)
    except Unreadable as error:
        return render(request, "web/no_file.html", {"reason": str(error)}, status=410)
    except ChannelError as error:
        return render(request, "web/no_file.html", {"reason": str(error)}, status=502)
    return _to_save(row.name, content)


def enclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that goes or went out with an answer of ours."""
    row = enclosed(viewer(request), pk)
    return _to_save(row.name, bytes(row.content))


def _to_save(name: str, content: bytes) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name or "attachment") or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": f"sandbox; {_NOTHING}",
    }
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The page with the original in a frame that can do nothing."""
    row = message(viewer(request), pk)
    context = {
        "who": row.name or row.handle,
        "when_words": when_words(row.received_at),
        "frame_url": reverse("web:original-html", args=[pk]),
        "back_url": f"{reverse('web:conversation', args=[row.conversation_id])}#message-{pk}",
    }
    return render(request, "web/original.html", context)


@xframe_options_sameorigin
def original_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The sanitised HTML itself, cleaned once more: an import may have brought what no channel cleaned."""
    row = message(viewer(request), pk)
    page = f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Original</title><body>{nh3.clean(row.html)}'
    return HttpResponse(page, headers={"Content-Security-Policy": _BOXED, "X-Content-Type-Options": "nosniff"})
