"""What the inbox shows: which list was asked for, its words, its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from putthrough.conversations.models import Conversation, Tag
from putthrough.conversations.queries import (
    Filters,
    Page,
    inbox_count,
    inbox_page,
    newest_message_id,
    outcomes,
    overview_page,
    tags,
)
from putthrough.directory.models import User
from putthrough.directory.queries import teams_of
from putthrough.handover.queries import escalated
from putthrough.routing.kinds.queries import kinds_of
from putthrough.web.doors import body, viewer
from putthrough.web.screens.batches import bar
from putthrough.web.screens.presence import mark_writers
from putthrough.web.screens.rows import Kinds, at_risk_first, by_deadline, choices, filter_groups, line
from putthrough.web.screens.words import Dues, count_words

TEAMS, PUBLIC, ESCALATED, EVERYTHING = "", "public", "escalated", "all"
_TITLES = {
    PUBLIC: "Public conversations of all teams",
    ESCALATED: "Escalated conversations",
    EVERYTHING: "All conversations",
}
_WORDS = {
    PUBLIC: "What everybody can read, newest first. Each team answers its own; you see who has it.",
    ESCALATED: "Passed on three times or more, longest waiting first. You decide where each goes next.",
    EVERYTHING: "Everything that was written to us, newest first.",
}
_R = User.Role


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address names it: whose, narrowed to what, from which place on."""

    scope: str
    filters: Filters
    after: str = ""


def scopes(user: User) -> list[tuple[str, str]]:
    """Whose conversations this person can list; what comes first is shown unless they choose."""
    mine = [(TEAMS, "My teams")]
    if user.role == _R.COMMS_LEAD:
        return [*mine, (ESCALATED, "Escalated"), (PUBLIC, "All teams, public")]
    if user.role == _R.TRIAGER:
        return [*mine, (PUBLIC, "All teams, public")]
    if user.role == _R.INFORMATION_GOVERNANCE:
        return [(EVERYTHING, "All teams"), *(mine if teams_of(user) else [])]
    return mine


def page(request: HttpRequest, asked: Asked, kept: str) -> dict[str, Any]:
    """The context of ``inbox.html``."""
    user, dues = viewer(request), Dues(body(request).nation)
    found = _found(user, asked)
    url, grouped = reverse("web:inbox"), asked.scope == TEAMS and asked.filters.state != Conversation.State.CLOSED
    kinds, words = kinds_of(user, found.rows), tags(user)
    top = at_risk_first(found.rows, dues, kinds) if asked.filters.state != Conversation.State.CLOSED else []
    rest = [row for row in found.rows if not (top and row.at_risk)]
    groups = by_deadline(rest, dues, kinds) if grouped else _one_group(rest, asked, dues, kinds)
    mark_writers(user, found.rows, top + groups)
    whole = not found.next and not asked.after
    return {
        "inbox_title": _TITLES.get(asked.scope) or _title(user, asked.filters),
        "inbox_words": _WORDS.get(asked.scope) or _words(user, asked, found, groups, whole=whole),
        "groups": top + (_counted(user, asked, groups, whole=whole) if grouped and not asked.after else groups),
        "bulk": bar(request, [row.pk for row in found.rows], words, like=_like(asked, kept)),
        "filters": _filters(user, asked, url, kept, words),
        "show_owner": asked.scope != TEAMS or len(teams_of(user)) > 1,
        "older_url": f"{url}?{kept}{'&' if kept else ''}after={found.next}" if found.next else "",
        "newest_url": f"{url}?{kept}" if asked.after else "",
        "live_url": f"{reverse('web:arrived')}?since={newest_message_id()}&{kept}" if teams_of(user) else "",
        "empty": _empty(user, kept),
    }


def _like(asked: Asked, kept: str) -> str | None:
    """How all of a list are named; what is escalated is decided one by one."""
    if asked.scope == ESCALATED:
        return None
    return kept if "scope=" in kept or not asked.scope else urlencode({"scope": asked.scope}) + f"&{kept}"


def _found(user: User, asked: Asked) -> Page:
    if asked.scope == ESCALATED:
        return Page(escalated(user), "")
    if asked.scope in (PUBLIC, EVERYTHING):
        return overview_page(user, filters=asked.filters, cursor=asked.after, public=asked.scope == PUBLIC)
    return inbox_page(user, filters=asked.filters, cursor=asked.after)


def _one_group(rows: Sequence[Conversation], asked: Asked, dues: Dues, kinds: Kinds) -> list[dict[str, Any]]:
    closed = asked.filters.state == Conversation.State.CLOSED
    title = "Longest waiting first" if asked.scope == ESCALATED else "Newest first"
    lines = [line(row, dues, kinds) for row in rows]
    return [{"title": f"Closed, {title.lower()}" if closed else title, "state": "none", "rows": lines}] if rows else []


def _title(user: User, filters: Filters) -> str:
    names = [team.name for team in teams_of(user) if not filters.owners or team.pk in filters.owners]
    return f"{names[0]} inbox" if len(names) == 1 else "Inbox"


def _words(user: User, asked: Asked, found: Page, groups: list[dict[str, Any]], *, whole: bool) -> str:
    if asked.filters.state == Conversation.State.CLOSED:
        return "Closed conversations. A new message opens one again."
    total = len(found.rows) if whole else inbox_count(user, filters=asked.filters)
    overdue = [group for group in groups if group["state"] == "overdue"]
    number = count_words(total, "conversation is", "conversations are")
    if not overdue:
        return f"{number.capitalize()} here{'' if asked.after else ', none of them overdue'}."
    return f"{number.capitalize()} here. Those that are overdue come first."


def _counted(user: User, asked: Asked, groups: list[dict[str, Any]], *, whole: bool) -> list[dict[str, Any]]:
    """Only the last group can go on below the page, so only that one is counted by the database."""
    for group in groups:
        number, bounds = len(group["rows"]), group["group"]
        if group is groups[-1] and not whole:
            undated = bounds.key == "none"
            number = inbox_count(user, filters=asked.filters, after=bounds.first, until=bounds.end, undated=undated)
        group["count_words"] = count_words(number, "conversation", "conversations")
    return groups


def _filters(user: User, asked: Asked, url: str, kept: str, words: Sequence[Tag]) -> dict[str, Any]:
    offered = scopes(user)
    return {
        "url": url,
        "words": "chosen conversations" if kept else dict(offered)[asked.scope].lower(),
        "clear_url": url if kept else "",
        "kept": {},
        "groups": [*filter_groups(teams_of(user), offered, asked.filters, asked.scope), *_more(user, asked, words)],
    }


def _more(user: User, asked: Asked, words: Sequence[Tag]) -> list[dict[str, Any]]:
    """By tag, where there are any; of closed ones by what came of them, with how many."""
    found, filters = [], asked.filters
    if words:
        options = [("", "Any or none"), *((str(one.pk), one.name) for one in words)]
        found.append(choices("tag", "Tag", options, [str(filters.tag or "")]))
    if filters.state == Conversation.State.CLOSED:
        came = [(one, number) for one, number in outcomes(user).most_common() if one]
        options = [("", "Anything"), *((one, f"{one.capitalize()} ({number})") for one, number in came)]
        found.append(choices("outcome", "What came of it", options, [filters.outcome]))
    return found


def _empty(user: User, kept: str) -> dict[str, str]:
    if kept:
        return {
            "title": "Nothing matches",
            "words": "No conversation fits what you chose at the left.",
            "url": reverse("web:inbox"),
            "label": "Show everything",
        }
    if user.role == _R.ADMINISTRATOR:
        words = "Administrators keep the machine and read nobody's letters, so this list stays empty."
        return {"title": "No conversations for you", "words": words}
    if not teams_of(user):
        words = "You are in no team yet. Ask whoever looks after people in Set-up to add you to one."
        return {"title": "No team yet", "words": words}
    words = "New messages for your teams appear here as they arrive. You need not do anything."
    closed = f"{reverse('web:inbox')}?state=closed"
    return {"title": "All answered", "words": words, "url": closed, "label": "See what was closed"}
