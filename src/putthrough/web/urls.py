"""The screens' addresses. Everything but signing in and out is behind ``signed_in``, put there by ``_page``."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from putthrough.web.doors import View, signed_in
from putthrough.web.views import (
    alerts,
    batches,
    by_mail,
    checking,
    clocks,
    conversation,
    deadlines,
    evidence,
    files,
    inbox,
    incidents,
    overview,
    passing,
    posts,
    private,
    reply,
    search,
    signing,
    similar,
    sittings,
    suggesting,
    triage,
    why,
)

app_name = "web"


def _page(address: str, view: View[...], name: str) -> URLPattern:
    return path(address, signed_in(view), name=name)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", signing.SignIn.as_view(), name="sign-in"),
    path("sign-in/demo", signing.as_demo_person, name="sign-in-demo"),
    path("sign-out", signing.SignOut.as_view(), name="sign-out"),
    path("by-mail/<str:token>/<slug:verb>", by_mail.confirm, name="by-mail"),
    path("alerts/<str:token>", alerts.link, name="alert-link"),
    _page("kept-mails/<int:pk>/put-away", by_mail.put_away, "mail-put-away"),
    _page("", inbox.inbox, "inbox"),
    _page("arrived", inbox.arrived, "arrived"),
    _page("triage", triage.triage, "triage"),
    _page("arrivals/<int:pk>/read-again", triage.read_again, "read-again"),
    _page("overview", overview.overview, "overview"),
    _page("overview/list", overview.behind, "overview-list"),
    _page("overview/figures.csv", overview.download, "overview-csv"),
    _page("search", search.search, "search"),
    _page("services/find", passing.find_service, "find-service"),
    _page("conversations/<int:pk>", conversation.conversation, "conversation"),
    _page("conversations/<int:pk>/arrived", conversation.arrived, "conversation-arrived"),
    _page("conversations/<int:pk>/presence", conversation.present, "presence"),
    _page("conversations/<int:pk>/similar", similar.similar, "similar"),
    _page("conversations/<int:pk>/suggested", suggesting.suggested, "suggested"),
    _page("conversations/<int:pk>/why", why.why, "why"),
    _page("conversations/<int:pk>/evidence", evidence.evidence, "evidence"),
    _page("conversations/<int:pk>/reply", reply.reply, "reply"),
    _page("conversations/<int:pk>/preview", reply.preview, "preview"),
    _page("conversations/<int:pk>/draft", reply.draft, "draft"),
    _page("conversations/<int:pk>/take-private", private.take_private, "take-private"),
    _page("conversations/<int:pk>/take-private/preview", private.preview, "take-private-preview"),
    _page("conversations/<int:pk>/pass-on", passing.pass_on, "pass-on"),
    _page("conversations/<int:pk>/incident", incidents.place, "incident-place"),
    _page("conversations/<int:pk>/<slug:verb>", conversation.act, "act"),
    _page("together", batches.begin, "batch-begin"),
    _page("together/<int:pk>", batches.batch, "batch"),
    _page("together/<int:pk>/undo", batches.undo, "batch-undo"),
    _page("deadlines", deadlines.deadlines, "deadlines"),
    _page("deadlines/calendars", deadlines.calendars, "calendars"),
    _page("deadlines/calendars/<int:pk>/revoke", deadlines.revoke, "calendar-revoke"),
    path("calendar/<str:secret>.ics", deadlines.feed, name="calendar-feed"),
    _page("reminders/<int:pk>", deadlines.reminder, "reminder"),
    _page("clocks/<int:pk>", clocks.clock, "clock"),
    _page("clocks/<int:pk>/resume", clocks.resume, "clock-resume"),
    _page("clocks/<int:pk>/<slug:verb>", clocks.act, "clock-act"),
    _page("incidents", incidents.incidents, "incidents"),
    _page("incidents/<int:pk>", incidents.incident, "incident"),
    _page("incidents/<int:pk>/progress", incidents.progress, "incident-progress"),
    _page("incidents/<int:pk>/preview/<int:of>", incidents.preview, "incident-preview"),
    _page("incidents/<int:pk>/<slug:verb>", incidents.act, "incident-act"),
    _page("posts", posts.posts, "posts"),
    _page("posts/new", posts.new, "post-new"),
    _page("posts/<int:pk>", posts.post, "post"),
    _page("posts/<int:pk>/<slug:verb>", posts.act, "post-act"),
    _page("publications/<int:pk>/settle", posts.settle, "publication-settle"),
    _page("handovers/<int:pk>/undo", passing.undo_handover, "undo-handover"),
    _page("replies/<int:pk>/take-back", reply.take_back, "take-back"),
    _page("replies/<int:pk>/look", checking.look, "look"),
    _page("to-check", checking.to_check, "to-check"),
    _page("trust/<int:pk>/rise", checking.rise, "rise"),
    _page("deliveries/<int:pk>/settle", reply.settle, "settle"),
    _page("attachments/<int:pk>", files.attachment, "attachment"),
    _page("enclosures/<int:pk>", files.enclosure, "enclosure"),
    _page("messages/<int:pk>/original", files.original, "original"),
    _page("messages/<int:pk>/hide", conversation.hide, "hide"),
    _page("messages/<int:pk>/original.html", files.original_html, "original-html"),
    _page("preferences", signing.preferences, "preferences"),
    _page("preferences/away", signing.away, "away"),
    _page("preferences/keys", signing.keys, "keys"),
    _page("preferences/signed-in", sittings.sittings, "sittings"),
    _page("preferences/signed-in/everywhere", sittings.end_everywhere, "sittings-end"),
    _page("preferences/signed-in/<int:pk>", sittings.end_one, "sitting-end"),
]

for _address, _module in (("setup/", "putthrough.web.urls_setup"), ("rehearsal/", "putthrough.web.urls_rehearsal")):
    if find_spec(_module):
        urlpatterns.append(path(_address, include(_module)))
