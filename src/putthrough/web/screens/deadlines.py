"""The deadlines screen: every running clock by how late it is, and the days ahead at a glance."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from putthrough.deadlines.calendar import calendar
from putthrough.deadlines.lists import MOST, Chosen, due_list, per_day, per_regime
from putthrough.deadlines.models import TARGET, Deadline
from putthrough.deadlines.table import REGIMES
from putthrough.deadlines.wording import day_words, name, sentence
from putthrough.directory.models import User
from putthrough.directory.queries import teams_of
from putthrough.kit.time import local_day, now
from putthrough.web.doors import body, viewer
from putthrough.web.screens.clocks import advice
from putthrough.web.screens.rows import choices
from putthrough.web.screens.words import Dues, channel_name, count_words, title, window

_AHEAD = 13  # days after today: two weeks at a glance
_OVERSEE = {User.Role.COMMS_LEAD, User.Role.TRIAGER, User.Role.INFORMATION_GOVERNANCE}
_SCOPES = (("", "My teams"), ("all", "All that I can see"))


def asked(request: HttpRequest) -> Chosen:
    """What the address asks for; information governance sees all unless it asks otherwise."""
    user, regime = viewer(request), request.GET.get("regime", "")
    wanted = request.GET.get("scope", "" if teams_of(user) else "all")
    known = regime if regime in REGIMES or regime == TARGET else ""
    return Chosen(mine=user.role not in _OVERSEE or wanted != "all", regime=known)


def page(request: HttpRequest) -> dict[str, Any]:
    user, chosen, dues = viewer(request), asked(request), Dues(body(request).nation)
    rows = due_list(user, chosen)
    found = _groups(rows, dues)
    return {
        "words": _words(rows, found),
        "groups": found,
        "days": _days(user, chosen, body(request).nation),
        "filters": _filters(user, chosen),
        "calendar_url": reverse("web:calendars"),
        "empty": {"title": "No clock runs", "words": "Deadlines appear here as messages arrive for your teams."},
    }


def _words(rows: list[Deadline], found: list[dict[str, Any]]) -> str:
    late = sum(len(group["rows"]) for group in found if group["state"] == "overdue")
    if len(rows) == MOST:
        return f"The {MOST} that end first. {late} of them are overdue."
    return f"{count_words(len(rows), 'clock runs', 'clocks run').capitalize()}, {late or 'none'} overdue."


def _groups(rows: list[Deadline], dues: Dues) -> list[dict[str, Any]]:
    """Overdue, today, this week, later; what stands still comes last."""
    moving = [row for row in rows if row.paused_at is None]
    still = [row for row in rows if row.paused_at is not None]
    parts = [(group, list(part)) for group, part in groupby(moving, key=lambda row: dues.group(row.due_at))]
    found = [_group(group.name, group.key, part) for group, part in parts]
    return [*found, _group("Standing still", "paused", still)] if still else found


def _group(heading: str, state: str, rows: list[Deadline]) -> dict[str, Any]:
    number = count_words(len(rows), "clock", "clocks")
    return {"title": heading, "state": state, "count_words": number, "rows": [_row(row, state) for row in rows]}


def _row(clock: Deadline, state: str) -> dict[str, Any]:
    row = clock.conversation
    shuts = window(row)
    return {
        "url": reverse("web:conversation", args=[row.pk]),
        "why_url": reverse("web:clock", args=[clock.pk]),
        "subject": title(row),
        "who": f"{row.contact}, {channel_name(row.channel)}",
        "clock": name(clock),
        "sentence": sentence(clock, now()).partition(": ")[2],
        "state": state,
        "owner": f"{row.owner}, {row.holder}" if row.holder else str(row.owner),
        "window": shuts["words"] if shuts else "",
        "advice": advice(row, [clock] if clock.paused_at is None else []),
    }


def _days(user: User, chosen: Chosen, nation: str) -> list[dict[str, Any]]:
    """Each day of the next two weeks with how many clocks end, and why it is no working day."""
    today, on = local_day(now()), calendar(nation)
    counted = per_day(user, chosen, until=today + timedelta(days=_AHEAD))
    overdue = sum(n for day, n in counted.items() if day < today)
    first = [{"when": "Overdue", "number": overdue, "note": "", "state": "overdue"}] if overdue else []
    return [*first, *(_ahead(today, today + timedelta(days=n), counted, on.name) for n in range(_AHEAD + 1))]


def _ahead(today: date, day: date, counted: Any, holiday: Any) -> dict[str, Any]:
    note = holiday(day) or ("Weekend" if day.weekday() > 4 else "")
    when = "Today" if day == today else day_words(day, today)
    return {"when": when, "number": counted.get(day, 0), "note": note, "state": "today" if day == today else "later"}


def _filters(user: User, chosen: Chosen) -> dict[str, Any]:
    counted = per_regime(user, mine=chosen.mine)
    named = [("", "All")] + [
        (key, f"{'Our own target' if key == TARGET else REGIMES[key].name} ({counted[key]})") for key in sorted(counted)
    ]
    parts = [choices("regime", "Regime", named, [chosen.regime])]
    if user.role in _OVERSEE:
        parts.insert(0, choices("scope", "Whose", _SCOPES, ["" if chosen.mine else "all"]))
    url = reverse("web:deadlines")
    return {
        "url": url,
        "words": "chosen clocks" if chosen.regime else "all clocks",
        "clear_url": f"{url}?{urlencode({'scope': '' if chosen.mine else 'all'})}" if chosen.regime else "",
        "kept": {},
        "groups": parts,
    }
