"""Every running clock, and calendars that other programs subscribe to."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from putthrough.deadlines import feeds, reminders
from putthrough.deadlines.icalendar import Event, calendar_file
from putthrough.deadlines.lists import of_feed
from putthrough.deadlines.models import Deadline
from putthrough.deadlines.regimes import Unit
from putthrough.deadlines.wording import name, sentence
from putthrough.directory.queries import organisation, team, teams_of
from putthrough.kit.time import local_day, now
from putthrough.web.doors import viewer
from putthrough.web.screens.deadlines import page
from putthrough.web.views.setup.frame import number

_BACK = timedelta(days=60)  # overdue ones stay in the calendar for so long


def deadlines(request: HttpRequest) -> HttpResponse:
    return render(request, "web/deadlines.html", page(request))


def calendars(request: HttpRequest) -> HttpResponse:
    """One's own calendar addresses; a new one is shown this once."""
    user, made = viewer(request), ""
    if request.method == "POST":
        chosen = number(request.POST.get("team", ""))
        secret = feeds.make_feed(team(chosen) if chosen else None, by=user)
        made = request.build_absolute_uri(reverse("web:calendar-feed", args=[secret]))
    context = {
        "made": made,
        "feeds": feeds.feeds(user),
        "teams": teams_of(user),
        "deadlines_url": reverse("web:deadlines"),
    }
    return render(request, "web/calendars.html", context)


def reminder(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an email leads: what it is about, and one button that says that somebody has it."""
    user = viewer(request)
    found = reminders.seen(pk, by=user) if request.method == "POST" else reminders.reminder(user, pk)
    if request.method == "POST":
        messages.success(request, "Noted: you have it.")
        return redirect("web:conversation", found.deadline.conversation_id)
    context = {
        "heading": f"{found.get_kind_display()}: {name(found.deadline)}",
        "sentence": sentence(found.deadline, now()),
        "seen": found.seen_at is not None,
        "url": reverse("web:conversation", args=[found.deadline.conversation_id]),
    }
    return render(request, "web/reminder.html", context)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    feeds.revoke(pk, by=viewer(request))
    messages.success(request, "That address shows nothing any more.")
    return redirect("web:calendars")


@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar programs, which cannot sign in: whoever has the address sees deadlines, and no resident's words."""
    found = feeds.feed(secret)
    if found is None:
        raise Http404("There is no such calendar.")
    rows = of_feed(found, since=now() - _BACK)
    words = f"{organisation().name}: deadlines, {found.team or found.user.name}"
    text = calendar_file(words, [_event(request, row) for row in rows], made_at=now())
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _event(request: HttpRequest, clock: Deadline) -> Event:
    row = clock.conversation
    return Event(
        uid=f"deadline-{clock.pk}@{request.get_host().partition(':')[0]}",
        when=clock.due_at if clock.unit == Unit.HOURS else local_day(clock.due_at),
        summary=f"{name(clock)} due, conversation {row.pk}",
        description=f"{sentence(clock, now())}. {row.owner} has it.",
        url=request.build_absolute_uri(reverse("web:conversation", args=[row.pk])),
    )
