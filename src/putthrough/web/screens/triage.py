"""What the triage screen shows: a card for each conversation with the best guesses, and what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import Filters, first_words, inbox_page, tags
from putthrough.directory.queries import triage_team
from putthrough.intake.models import Arrival
from putthrough.intake.queries import set_aside
from putthrough.kit.text import size_words
from putthrough.kit.time import age_in_words
from putthrough.routing.known import known
from putthrough.routing.matters import Matter, second
from putthrough.routing.models import Decision
from putthrough.routing.queries import latest
from putthrough.web.doors import body, viewer
from putthrough.web.forms import PassOnForm
from putthrough.web.furniture import HAS_SETUP
from putthrough.web.screens.aside import guess_owner
from putthrough.web.screens.batches import bar
from putthrough.web.screens.words import Dues, channel_name, sure_words, title, when_words

CARDS = 20
_GUESSES = 3


def page(request: HttpRequest, after: str) -> dict[str, Any]:
    user = viewer(request)
    own = triage_team().pk
    found = inbox_page(user, filters=Filters(owners=(own,)), cursor=after, size=CARDS)
    begins, decided = first_words(user, found.rows), latest(user, found.rows)
    dues = Dues(body(request).nation)
    here, directory = reverse("web:triage"), known()
    cards = [
        _card(
            row,
            begins.get(row.pk, row.preview),
            decided.get(row.pk),
            dues,
            first=number == 0,
            second=second(begins.get(row.pk, ""), directory, row.owner_id),
        )
        for number, row in enumerate(found.rows)
    ]
    return {
        "triage_words": _words(found.rows, more=bool(found.next or after)),
        "cards": cards,
        "bulk": bar(request, [row.pk for row in found.rows], tags(user), like=f"team={own}"),
        "older_url": f"{here}?after={found.next}" if found.next else "",
        "older_label": "The next ones",
        "newest_url": here if after else "",
        "aside": [_aside(arrival) for arrival in set_aside(user)],
        "find_url": reverse("web:find-service"),
        "empty": {"title": "Nothing to sort", "words": "Routing was sure of everything that arrived."},
    }


def _words(rows: Sequence[Conversation], *, more: bool) -> str:
    if more:
        return "These wait for somebody to say where they belong, the most urgent first."
    if len(rows) == 1:
        return "1 conversation waits for somebody to say where it belongs."
    return f"{len(rows)} conversations wait for somebody to say where they belong."


def _card(
    row: Conversation, text: str, decision: Decision | None, dues: Dues, *, first: bool, second: Matter | None
) -> dict[str, Any]:
    guesses = decision.candidates[:_GUESSES] if decision else []
    return {
        "id": row.pk,
        "url": reverse("web:conversation", args=[row.pk]),
        "subject": title(row),
        "contact": str(row.contact),
        "channel": channel_name(row.channel),
        "age_words": age_in_words(row.last_at),
        "due_words": dues.words(row.due_at),
        "due_state": dues.group(row.due_at).key,
        "text": text,
        "reason": decision.sentence if decision else "Nobody has said yet where this belongs.",
        "tags": _tags(row, second),
        "sort_url": reverse("web:pass-on", args=[row.pk]),
        "candidates": [_guess(guess, number, first=first) for number, guess in enumerate(guesses, 1)],
        "form": PassOnForm(auto_id=f"card-{row.pk}-%s"),
        "rule_url": _rule_url(guesses) if HAS_SETUP else "",
    }


def _tags(row: Conversation, second: Matter | None) -> list[dict[str, str]]:
    found = [] if row.private else [{"text": "Public", "kind": "quiet"}]
    return [*found, {"text": "Perhaps two things: open it", "kind": "note"}] if second else found


def _guess(guess: dict[str, Any], number: int, *, first: bool) -> dict[str, str]:
    """A button for a guess: to its team, or to an answer that says whose it is."""
    label = f"Answer: it is {guess['whose']}'s" if guess.get("whose") else f"Send to {guess_owner(guess)}"
    said = " and ".join(f"“{word}”" for word in guess.get("words", ()))
    return {
        "value": f"service:{guess['service']}",
        "label": label,
        "service": guess["name"],
        "reason": f"{_reason(said, guess.get('alike', ''))}{sure_words(guess['confidence'])}.",
        "key": str(number) if first else "",
    }


def _reason(said: str, alike: str) -> str:
    if said:
        return f"It says {said}. "
    return f"It means much the same as “{alike}”. " if alike else ""


def _rule_url(guesses: Sequence[dict[str, Any]]) -> str:
    best = guesses[0] if guesses else {}
    query = {"words": ", ".join(best.get("words", ())), "service": best.get("service", "")}
    return f"{reverse('web:inbox')}setup/rules/new?{urlencode(query)}"


def _aside(arrival: Arrival) -> dict[str, str]:
    return {
        "account": str(arrival.account),
        "when_words": when_words(arrival.received_at),
        "size_words": size_words(arrival.size),
        "reason": arrival.reason,
        "url": reverse("web:read-again", args=[arrival.pk]),
    }
