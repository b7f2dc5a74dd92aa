"""The incident screens: what was suggested, one incident, how its answers stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import team_ids, teams
from putthrough.handover.incidents import queries
from putthrough.handover.incidents.humans import DANGER
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.handover.incidents.moving import MOST, elsewhere
from putthrough.replies.bulk.models import Bulk, Item
from putthrough.replies.bulk.queries import items, latest, lost, plan, progress
from putthrough.web.doors import viewer
from putthrough.web.forms_incidents import ConfirmForm, LineForm, StartForm
from putthrough.web.screens.posts import for_incident
from putthrough.web.screens.words import count_words, title, when_words

_SHOWN = 100
_State = Incident.State
_KINDS = {_State.SUGGESTED: "warning", _State.OPEN: "new", _State.CLOSED: "quiet", _State.DISMISSED: "quiet"}


def listed(request: HttpRequest) -> dict[str, Any]:
    user = viewer(request)
    going, over = queries.incidents(user), queries.ended(user)
    parts = (
        ("Suggested", [row for row in going if row.state == _State.SUGGESTED]),
        ("Going on", [row for row in going if row.state == _State.OPEN]),
        ("Over", over),
    )
    return {
        "words": "When several people write about the same within an hour, it appears here. A person says what it is.",
        "groups": [{"title": name, "rows": [_line(row) for row in rows]} for name, rows in parts if rows],
        "empty": {"title": "No incident", "words": "Nothing is written about by several people at once."},
    }


def _line(row: Incident) -> dict[str, str]:
    return {
        "url": reverse("web:incident", args=[row.pk]),
        "title": row.title,
        "tag": row.get_state_display(),
        "kind": _KINDS[_State(row.state)],
        "owner": f"{row.owner} answers for it" if row.owner else "nobody has confirmed it yet",
        "count_words": _conversations(getattr(row, "seen", 0)),
        "when": when_words(row.last_at),
    }


def _conversations(number: int) -> str:
    return f"{number} conversation" if number == 1 else f"{number} conversations"


def one(
    request: HttpRequest, row: Incident, *, typed: dict[str, forms.Form] | None = None, problem: str = ""
) -> dict[str, Any]:
    """The context of ``incident.html``. ``typed`` are the forms as they came, by verb."""
    user, typed = viewer(request), typed or {}
    runs = access.may(user, "run_incident", row)
    bulk = latest(user, row)
    goes_on = bulk is not None and bulk.state != Bulk.State.STOPPED
    rows, count = queries.members(user, row, limit=_SHOWN), queries.count(user, row)
    return {
        "incident": _head(row, count),
        "back_url": reverse("web:incidents"),
        "problem": problem,
        "confirm": _confirm(row, user, typed) if runs and row.state == _State.SUGGESTED else None,
        "line": _agreed(row, typed) if runs and row.state == _State.OPEN and not goes_on else None,
        **(_going(user, bulk) if bulk and goes_on else _planned(user, row, bulk, runs=runs)),
        "posts": for_incident(user, row),
        "members": [_member(one, runs=runs) for one in rows],
        "members_words": _shown(count),
        "close_url": _act(row, "close") if runs and row.state == _State.OPEN and not goes_on else "",
    }


def _act(row: Incident, verb: str) -> str:
    return reverse("web:incident-act", args=[row.pk, verb])


def _head(row: Incident, count: int) -> dict[str, Any]:
    owner = f"{row.owner} answers for it." if row.owner else "Nobody has confirmed it yet."
    words = f"{owner} {_conversations(count)}, the first {when_words(row.opened_at)}."
    return {
        "id": row.pk,
        "title": row.title,
        "state": row.get_state_display(),
        "kind": _KINDS[_State(row.state)],
        "words": words,
    }


def _shown(count: int) -> str:
    return f"{_conversations(count)} that you can see{f', the newest {_SHOWN} are shown' if count > _SHOWN else ''}."


def _confirm(row: Incident, user: User, typed: dict[str, forms.Form]) -> dict[str, Any]:
    own = team_ids(user)
    form = ConfirmForm(initial={"title": row.title, "team": str(own[0]) if own else ""}, teams=teams())
    return {"form": typed.get("confirm", form), "url": _act(row, "confirm"), "dismiss_url": _act(row, "dismiss")}


def _agreed(row: Incident, typed: dict[str, forms.Form]) -> dict[str, Any]:
    return {"form": typed.get("line", LineForm(wordings=row.wordings)), "url": _act(row, "line")}


def _planned(user: User, row: Incident, bulk: Bulk | None, *, runs: bool) -> dict[str, Any]:
    """Before it begins: who would get the line, and who would not."""
    if row.state != _State.OPEN or not row.wordings:
        return {"stands": stands(user, bulk) if bulk else None}
    found = plan(user, row)
    chosen = [item for item in found if item.state == Item.State.WAITING]
    left_out = [item for item in found if item.state == Item.State.LEFT_OUT]
    words = f"Of the newest {len(found)}, {len(chosen)} get the line and {len(left_out)} are left out."
    private = sum(item.conversation.private for item in chosen)
    drafts = f" {private} are direct messages: each gets a draft that you confirm." if private else ""
    start = {"form": StartForm(), "url": _act(row, "start"), "words": words + drafts}
    return {
        "stands": stands(user, bulk) if bulk else None,
        "together": _together(user, row) if runs else None,
        "start": start if runs and chosen else None,
        "lists": [
            *_list("left", "Left out", "Answer these yourself.", left_out),
            *_list("chosen", *_CHOSEN, chosen, row),
        ],
    }


def _together(user: User, row: Incident) -> dict[str, str] | None:
    others = len(elsewhere(row, user))
    if not others:
        return None
    many = f"{MOST} or more" if others >= MOST else str(others)
    return {"label": f"Pass {many} to {row.owner}", "url": _act(row, "bring-together")}


_CHOSEN = ("Get the line", "Each once, in one of the wordings.")


def _going(user: User, bulk: Bulk) -> dict[str, Any]:
    """While it goes on: how far it is, and what asks for a person."""
    return {
        "stands": stands(user, bulk),
        "lists": [
            *_list("lost", "Not sent", "Look at each, or try them all again.", lost(user, bulk)),
            *_list("drafts", "Drafts to confirm", "Open each and send it.", items(user, bulk, Item.State.DRAFT)),
            *_list("left", "Left out", "Answer these yourself.", items(user, bulk, Item.State.LEFT_OUT)),
            *_list(
                "next",
                "Still to come",
                "The next to be answered.",
                items(user, bulk, Item.State.WAITING),
                bulk.incident,
            ),
        ],
    }


def _list(
    key: str, name: str, words: str, found: Sequence[Item], preview_of: Incident | None = None
) -> list[dict[str, Any]]:
    """A list with its heading; none at all where it is empty. Those in danger come first."""
    urgent = sorted(found, key=lambda item: item.why != DANGER)
    rows = [_item(item, preview_of) for item in urgent[:_SHOWN]]
    return [{"id": key, "title": f"{name}: {len(found)}", "words": words, "rows": rows}] if found else []


def _item(item: Item, preview_of: Incident | None) -> dict[str, Any]:
    row = item.conversation
    preview = reverse("web:incident-preview", args=[preview_of.pk, row.pk]) if preview_of else ""
    return {**_named(row), "why": item.why, "danger": item.why == DANGER, "preview_url": preview}


def _named(row: Conversation) -> dict[str, str]:
    url = reverse("web:conversation", args=[row.pk])
    return {"url": url, "subject": title(row), "contact": str(row.contact), "owner": row.owner.name}


def _member(member: Membership, *, runs: bool) -> dict[str, str]:
    row = member.conversation
    tag = member.get_how_display() if member.how == Membership.How.ANSWERED else ""
    return {**_named(row), "tag": tag, "out_url": reverse("web:incident-place", args=[row.pk]) if runs else ""}


def stands(user: User, bulk: Bulk) -> dict[str, Any]:
    """How the answers stand, as ``components/incident_progress.html`` shows it."""
    now = progress(user, bulk)
    told = (
        (now.waiting, "wait for their turn"),
        (now.leaving, "are on their way"),
        (now.checking, "wait until a colleague has looked at them"),
        (now.drafts, "are drafts: direct messages that you confirm, each on its own"),
        (now.failed, "were not sent"),
        (now.unsure, "may have arrived: look on the network"),
        (now.left_out, "are left out"),
        (now.back, "were taken back"),
    )
    goes_on = bulk.state != Bulk.State.STOPPED
    return {
        "title": f"{bulk.get_state_display()}, begun by {bulk.by} {when_words(bulk.at)}",
        "url": reverse("web:incident-progress", args=[bulk.incident_id]),
        "live": goes_on and bool(now.waiting or now.leaving or bulk.late),
        "done": now.sent,
        "chosen": now.chosen,
        "lines": [f"{number} {words}" for number, words in told if number],
        "verbs": _verbs(bulk, failed=now.failed) if goes_on and access.may(user, "run_incident", bulk.incident) else [],
    }


def _verbs(bulk: Bulk, *, failed: int) -> list[dict[str, str]]:
    turn = ("pause", "Pause") if bulk.state == Bulk.State.RUNNING else ("go-on", "Go on")
    offered = [turn, ("stop", "Stop"), ("undo", "Stop and take back what has not left")]
    if failed:
        offered.insert(0, ("retry", count_words(failed, "answer: try it again", "answers: try them again")))
    return [{"url": _act(bulk.incident, verb), "label": label, "style": "secondary"} for verb, label in offered]


def belongs(user: User, row: Conversation) -> dict[str, Any] | None:
    """What stands beside a conversation: the incident it is in, or those it could be put into."""
    found = queries.incident_of(user, row)
    if found is not None:
        runs = access.may(user, "run_incident", found)
        suggested = found.state == _State.SUGGESTED
        return {
            "title": found.title,
            "words": "This may belong to" if suggested else "This belongs to",
            "incident_url": reverse("web:incident", args=[found.pk]),
            "url": reverse("web:incident-place", args=[row.pk]) if runs else "",
            "value": found.pk,
            "verb": "remove",
            "button": "Take it out",
        }
    choices = [{"value": one.pk, "label": one.title} for one in queries.open_ones(user)]
    if not choices or not access.may(user, "run_incident"):
        return None
    url = reverse("web:incident-place", args=[row.pk])
    return {"choices": choices, "url": url, "verb": "add", "button": "Put it in"}
