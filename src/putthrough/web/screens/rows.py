"""Lists of conversations: the line of each, the groups by deadline, the filters at the left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from django.urls import reverse

from putthrough.channels.queries import accounts
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import Filters
from putthrough.directory.models import Team
from putthrough.kit.time import age_in_words
from putthrough.routing.models import KindFound
from putthrough.web.screens.kinds import tags as kind_tags
from putthrough.web.screens.words import Dues, channel_name, public_words, rest, title, window

Kinds = Mapping[int, Sequence[KindFound]]
_NONE: Kinds = {}
_WAITING = Conversation.State.WAITING
HOLDERS = (("", "Anybody"), ("me", "Me"), ("nobody", "Nobody yet"))
STATES = (("", "Open or waiting"), ("open", "Open"), ("waiting", "Waiting for the resident"), ("closed", "Closed"))


@cache
def _address() -> str:
    """A conversation's address without its number: fifty look-ups a page would be a fifth of its time."""
    return reverse("web:conversation", args=[0]).removesuffix("0")


def line(row: Conversation, dues: Dues, kinds: Kinds = _NONE) -> dict[str, Any]:
    """One line, as ``components/rows.html`` shows it."""
    return {
        "id": row.pk,
        "url": f"{_address()}{row.pk}",
        "subject": title(row),
        "contact": str(row.contact),
        "preview": rest(row),
        "channel": channel_name(row.channel),
        "due_words": dues.words(row.due_at),
        "due_state": dues.group(row.due_at).key,
        "state": _state(row),
        "state_kind": "new" if row.unanswered else "quiet",
        "tags": _tags(row, kinds.get(row.pk, ())),
        "owner": row.owner.name,
        "holder": row.holder.name if row.holder else "",
        "age_words": age_in_words(row.last_at),
    }


def _state(row: Conversation) -> str:
    if row.state == Conversation.State.CLOSED:
        return "Closed"
    if row.state == _WAITING:
        return "Waiting for them"
    return "Unanswered" if row.unanswered else ""


def _tags(row: Conversation, kinds: Sequence[KindFound]) -> list[dict[str, str]]:
    tags = [{"text": "May be a risk to life", "kind": "danger"}] if row.at_risk else []
    tags += kind_tags(kinds)
    tags += [{"text": one.tag.name, "kind": "note"} for one in row.taggings.all()]
    if row.outcome:
        tags.append({"text": row.outcome.capitalize(), "kind": "quiet"})
    if not row.private:
        tags.append({"text": public_words(row), "kind": "quiet"})
    if shuts := window(row):
        tags.append({"text": shuts["words"], "kind": "danger" if shuts["state"] == "overdue" else "warning"})
    if row.escalated_at is not None:
        tags.append({"text": "Escalated", "kind": "danger"})
    return tags


def at_risk_first(rows: Sequence[Conversation], dues: Dues, kinds: Kinds) -> list[dict[str, Any]]:
    """The group on top: what may mean that a life is at risk."""
    lines = [line(row, dues, kinds) for row in rows if row.at_risk]
    return [{"title": "May be a risk to life", "state": "overdue", "rows": lines}] if lines else []


def by_deadline(rows: Sequence[Conversation], dues: Dues, kinds: Kinds = _NONE) -> list[dict[str, Any]]:
    """Rows that come soonest first, under the headings that they fall under."""
    parts = groupby(rows, key=lambda row: dues.group(row.due_at))
    return [
        {"title": group.name, "state": group.key, "group": group, "rows": [line(row, dues, kinds) for row in part]}
        for group, part in parts
    ]


def choices(name: str, legend: str, options: Sequence[tuple[str, str]], chosen: Sequence[str]) -> dict[str, Any]:
    """One fieldset of the filters: radio buttons when one must be chosen, else boxes to tick."""
    kind = "radio" if len(options) > 1 and options[0][0] == "" else "checkbox"
    shown = [{"value": value, "label": label, "chosen": value in chosen} for value, label in options]
    return {"name": name, "legend": legend, "kind": kind, "options": shown}


def filter_groups(teams: Sequence[Team], scopes: Sequence[tuple[str, str]], filters: Filters, scope: str) -> list[Any]:
    """Everything that the inbox can be narrowed by."""
    channels = sorted({account.channel for account in accounts()})
    named = [(str(team.pk), team.name) for team in teams]
    groups = [
        choices("holder", "Who has it", HOLDERS, [filters.holder]),
        choices("state", "State", STATES, [filters.state]),
        choices("unanswered", "Answered", [("1", "Only unanswered")], ["1"] if filters.unanswered else []),
        choices("channel", "Where it came in", [(key, channel_name(key)) for key in channels], filters.channels),
    ]
    if len(named) > 1:
        groups.insert(0, choices("team", "Team", named, [str(pk) for pk in filters.owners]))
    if len(scopes) > 1:
        groups.insert(0, choices("scope", "Whose", scopes, [scope]))
    return groups
