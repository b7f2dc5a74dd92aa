"""The screens of posts to everybody: what was said, what waits, one post on each of its networks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from putthrough.audit.queries import timeline
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.incidents.models import Incident
from putthrough.replies.posts import queries
from putthrough.replies.posts.approving import is_over, why_not
from putthrough.replies.posts.clearing import version
from putthrough.replies.posts.composing import concerns, preview
from putthrough.replies.posts.models import Post, Publication
from putthrough.web.doors import viewer
from putthrough.web.forms_posts import PostForm, initial
from putthrough.web.screens.answering import concern_lines, kept_line
from putthrough.web.screens.words import channel_name, count_words, when_words

_State, _There = Post.State, Publication.State
_KINDS = {
    _State.SUBMITTED: "warning",
    _State.CLEARED: "new",
    _State.LEAVING: "new",
    _State.OUT: "good",
    _State.FAILED: "danger",
}
_HOW = {_There.SENT: "good", _There.FAILED: "danger", _There.UNCERTAIN: "danger"}
_BEGINS = 120
_NEWEST = 30


def listed(request: HttpRequest) -> dict[str, Any]:
    user = viewer(request)
    rows = queries.posts(user)
    parts = (
        ("Waits to be approved", [row for row in rows if row.state == _State.SUBMITTED]),
        ("About to leave", [row for row in rows if row.state in (_State.CLEARED, _State.LEAVING)]),
        ("Your drafts", [row for row in rows if row.state == _State.DRAFT]),
        ("Published", [row for row in rows if row.state in (_State.OUT, _State.FAILED)]),
        ("Withdrawn", [row for row in rows if row.state == _State.WITHDRAWN]),
    )
    return {
        "words": "What we say to everybody. Somebody else than its writer approves each post before it leaves.",
        "groups": [{"title": name, "rows": [line(row) for row in those]} for name, those in parts if those],
        "new_url": reverse("web:post-new") if queries.may_begin(user, None) else "",
        "empty": {
            "title": "No posts",
            "words": "Nothing has been said to everybody yet. From an incident, one post can answer hundreds.",
        },
    }


def line(row: Post) -> dict[str, Any]:
    """A post as one line of a list; its publications are at hand."""
    where = list(row.publications.all())
    names = ", ".join(channel_name(one.account.channel) for one in where) or "nowhere yet"
    leaves = f", leaves {when_words(row.leaves_at)}" if row.state == _State.CLEARED and row.leaves_at else ""
    return {
        "url": reverse("web:post", args=[row.pk]),
        "text": row.text[:_BEGINS] or "No words yet",
        "tag": row.get_state_display(),
        "kind": _KINDS.get(_State(row.state), "quiet"),
        "words": f"by {row.author.name}, {names}{leaves}",
        "links": [link for one in where if (link := _link(one))],
    }


def _link(one: Publication) -> dict[str, str] | None:
    """Where people see it; the rehearsal network's page is here."""
    rehearsed = one.account.channel == "rehearsal" and one.public_id
    url = f"{reverse('web:rehearsal')}#post-{one.public_id}" if rehearsed else one.url
    return {"url": url, "label": f"See it on {channel_name(one.account.channel)}"} if url else None


def for_incident(user: User, incident: Incident) -> dict[str, Any] | None:
    """What stands on an incident's page; None where there is nothing to show and nothing to begin."""
    rows, begins = queries.of_incident(user, incident), queries.may_begin(user, incident)
    if not rows and not begins:
        return None
    answers = queries.answers(user, [incident]).get(incident.pk, 0)
    said = count_words(answers, "conversation came", "conversations came")
    return {
        "rows": [line(row) for row in rows],
        "new_url": reverse("web:post-new") if begins else "",
        "incident": incident.pk,
        "answers": f"{said} as answers to what was published." if any(r.state == _State.OUT for r in rows) else "",
    }


def one(
    request: HttpRequest, row: Post, *, form: forms.Form | None = None, problem: str = "", reason: str = ""
) -> dict[str, Any]:
    """The context of ``post.html``. ``form`` and ``reason`` are what was typed."""
    user = viewer(request)
    there = queries.publications(user, row)
    writes = row.state == _State.DRAFT and row.author_id == user.pk
    found = concerns(row, there, by=user) if writes else []
    return {
        "post": _head(user, row),
        "back_url": reverse("web:posts"),
        "problem": problem,
        "reason": row.reason,
        "form": (form or the_form(user, row)) if writes else None,
        "url": {verb: reverse("web:post-act", args=[row.pk, verb]) for verb in ("save", "approve", "return")},
        "previews": [_shown(one, number) for number, one in enumerate(there, 1)],
        "concerns": concern_lines(found) if writes else [kept_line(one) for one in row.findings],
        "approving": _approving(user, row, reason) if row.state == _State.SUBMITTED else None,
        "verbs": _verbs(user, row),
        "timeline": _history(row),
    }


def the_form(user: User, row: Post, data: Any = None) -> PostForm:
    accounts, earlier = queries.accounts_for(user), queries.earlier(user, besides=row)
    return PostForm(data, initial=initial(row), accounts=accounts, earlier=earlier)


def _head(user: User, row: Post) -> dict[str, Any]:
    seen = row.incident is not None and access.sees(user, row.incident)
    return {
        "state": row.get_state_display(),
        "kind": _KINDS.get(_State(row.state), "quiet"),
        "words": _stands(row),
        "incident": str(row.incident) if seen else "",
        "incident_url": reverse("web:incident", args=[row.incident_id]) if seen else "",
        "text": row.text,
        "draft": row.state == _State.DRAFT,
    }


def _stands(row: Post) -> str:
    wanted = f" It is to leave {when_words(row.wanted_at)}." if row.wanted_at else ""
    approved = f", approved by {row.cleared_by.name}" if row.cleared_by else ""
    over = " Its incident is over." if row.state == _State.SUBMITTED and is_over(row) else ""
    if row.state == _State.CLEARED and row.leaves_at:
        return f"By {row.author.name}{approved}. It leaves {when_words(row.leaves_at)} (London)."
    return f"By {row.author.name}{approved}.{wanted if row.state in (_State.DRAFT, _State.SUBMITTED) else ''}{over}"


def _shown(one: Publication, number: int) -> dict[str, Any]:
    """How it appears on one account, and what became of it there."""
    waits = one.state == _There.WAITING
    doubtful = one.state in (_There.UNCERTAIN, _There.FAILED)
    return {
        "id": f"on-{number}",
        "channel": channel_name(one.account.channel),
        "shown": preview(one),
        "waits": waits,
        "tag": "" if waits else one.get_state_display(),
        "kind": _HOW.get(_There(one.state), "new"),
        "words": one.words,
        "link": _link(one),
        "settle_url": reverse("web:publication-settle", args=[one.pk]) if doubtful else "",
    }


def _approving(user: User, row: Post, reason: str) -> dict[str, Any]:
    return {"why_not": why_not(row, user), "version": version(row), "reason": reason}


def _verbs(user: User, row: Post) -> list[dict[str, str]]:
    """What may still be stopped, and by whom."""
    if not access.may(user, "post", row):
        return []
    found = []
    if row.state in (_State.SUBMITTED, _State.CLEARED) and row.author_id == user.pk:
        found.append(("take-back", "Take it back, to change it"))
    if row.state in (_State.DRAFT, _State.SUBMITTED, _State.CLEARED):
        found.append(("withdraw", "Withdraw it: it is not to be sent"))
    return [{"url": reverse("web:post-act", args=[row.pk, verb]), "label": label} for verb, label in found]


def _history(row: Post) -> list[dict[str, Any]]:
    return [
        {"who": "", "words": entry.sentence, "when_iso": entry.at.isoformat(), "when_words": when_words(entry.at)}
        for entry in timeline([f"post:{row.pk}"], newest=_NEWEST)
    ]
