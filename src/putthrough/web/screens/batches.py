"""The bar below a list with boxes to tick, and the page of what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from putthrough.conversations.actions import OUTCOMES
from putthrough.conversations.models import Tag
from putthrough.conversations.queries import inbox_page, overview_page
from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.directory.queries import team, team_ids, teams
from putthrough.handover.batches import queries
from putthrough.handover.batches.actions import MOST
from putthrough.handover.batches.models import Batch, Item
from putthrough.web.doors import viewer
from putthrough.web.forms import filters_of
from putthrough.web.screens.words import count_words, title, when_words

PUBLIC = "public"
_Of, _State = Batch.State, Item.State
_ACTS = ("claim", "pass_on", "tag", "close")


def bar(
    request: HttpRequest, shown: Sequence[int], words: Sequence[Tag], *, like: str | None = None
) -> dict[str, Any] | None:
    """What can be done with the ticked rows; None where this person can do nothing, or nothing is shown.

    ``words`` are the tags that there are; ``like`` is the list's address, where all that match can be taken and not
    those on the page alone.
    """
    user = viewer(request)
    may = {verb: access.may(user, verb) for verb in _ACTS}
    if not shown or not any(may.values()):
        return None
    return {
        "url": reverse("web:batch-begin"),
        "next": request.get_full_path(),
        "shown": list(dict.fromkeys(shown)),
        "like": like,
        "most": MOST,
        "may": may,
        "teams": [{"value": one.pk, "label": one.name} for one in _in_order(teams())] if may["pass_on"] else [],
        "tags": [one.name for one in words],
        "adds_tags": access.may(user, "name_tags"),
        "outcomes": [{"value": value, "label": label} for value, label in OUTCOMES],
    }


def _in_order(rows: Iterable[Team]) -> list[Team]:
    """Triage last, as where one chooses for a single conversation."""
    return sorted(rows, key=lambda one: one.kind == Team.Kind.TRIAGE)


def ids_like(user: User, like: QueryDict, *, most: int) -> list[int]:
    """The conversations of a list that its address names, from its beginning, ``most`` of them."""
    filters, found, cursor = filters_of(like, team_ids(user)), list[int](), ""
    while len(found) < most:
        if like.get("scope", ""):
            shown = overview_page(user, filters=filters, cursor=cursor, public=like["scope"] == PUBLIC)
        else:
            shown = inbox_page(user, filters=filters, cursor=cursor)
        found += [row.pk for row in shown.rows if row.pk not in found]
        cursor = shown.next
        if not cursor:
            break
    return found[:most]


def page(request: HttpRequest, row: Batch) -> dict[str, Any]:
    user, wanted = viewer(request), request.GET.get("next", "")
    numbers = queries.numbers(user, row)
    goes_on = row.state in (_Of.RUNNING, _Of.UNDOING)
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return {
        "heading": f"{row.get_verb_display()}{_particulars(row)}",
        "state": row.get_state_display(),
        "words": f"{when_words(row.at).capitalize()}.",
        "lines": _lines(row, numbers),
        "done": sum(numbers.values()) - _left(row, numbers),
        "all": sum(numbers.values()),
        "live_url": request.get_full_path() if goes_on else "",
        "back_url": wanted if safe else reverse("web:inbox"),
        "undo_url": reverse("web:batch-undo", args=[row.pk]) if _can_be_undone(row, numbers) else "",
        "not_done": [_line(item) for item in queries.not_done(user, row)],
    }


def _left(row: Batch, numbers: Any) -> int:
    turn = _State.WAITING if row.state == _Of.RUNNING else _State.DONE
    return int(numbers.get(turn, 0)) if row.state in (_Of.RUNNING, _Of.UNDOING) else 0


def _can_be_undone(row: Batch, numbers: Any) -> bool:
    return row.state == _Of.DONE and bool(numbers.get(_State.DONE))


def _particulars(row: Batch) -> str:
    if row.verb == Batch.Verb.PASS_ON:
        to = team(row.what.get("team", 0))
        return f" to {to}" if to else ""
    return f": {row.what['outcome']}" if row.verb == Batch.Verb.CLOSE else ""


def _lines(row: Batch, numbers: Any) -> list[str]:
    """How many stand how, in words; nothing of what there is none of."""
    told = (
        (_State.DONE, row.get_verb_display().lower()),
        (_State.WAITING, "still to come"),
        (_State.SAME, "were so before"),
        (_State.NOT_DONE, "could not be done"),
        (_State.BACK, "taken back"),
        (_State.STAYS, "could not be taken back"),
    )
    found = [(numbers.get(state, 0), words) for state, words in told]
    return [f"{count_words(number, 'conversation', 'conversations')}: {words}" for number, words in found if number]


def _line(item: Item) -> dict[str, str]:
    row = item.conversation
    url = reverse("web:conversation", args=[row.pk])
    return {"url": url, "subject": title(row), "contact": str(row.contact), "why": item.why}
