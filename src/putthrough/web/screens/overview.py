"""What the overview shows: how it stands now, the last 28 days beside the 28 before, and the list behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from putthrough.conversations.queries import MOST_COUNTED
from putthrough.directory.models import User
from putthrough.directory.queries import teams
from putthrough.handover.incidents.queries import open_ones
from putthrough.kit.svg import line_chart
from putthrough.kit.time import in_words
from putthrough.oversight.figures import queries
from putthrough.oversight.figures.queries import FEWEST, NOW, Behind, Period, Sums
from putthrough.web.screens.words import count_words, title

_UP = ("0%", "25%", "50%", "75%", "100%")
NOW_WORDS: Mapping[str, str] = {
    "triage": "in triage, with no service yet",
    "comms": "with communications itself",
    "waiting": "waiting for an answer",
    "overdue": "past their deadline",
    "soon": "due in the next two days",
    "closing": "unanswered, and the network takes no answer after a day",
}
FIGURE_WORDS: Mapping[str, str] = {
    "opened": "Conversations that began",
    "answered": "Conversations answered for the first time",
    "closed": "Conversations closed",
}
KIND_WORDS: Mapping[str, str] = {
    "service": "by the responsible service",
    "comms": "by communications",
    "triage": "by triage",
    "": "by a team that has been renamed or removed",
}
TOO_FEW = "Too few to say"
_UNREAD = "A conversation that only its own team can read, or that is no longer kept"


def page(user: User) -> dict[str, Any]:
    """The context of ``overview.html``."""
    last = queries.today()
    this, before = queries.periods(user, last=last)
    return {
        "now": _now(user),
        "share": _share(this),
        "share_before": _share(before),
        "periods": [_days(this), _days(before)],
        "who": [_who(kind, words, this, before) for kind, words in KIND_WORDS.items()],
        "rows": compared(this, before),
        "outcomes": _outcomes(this, before),
        "teams": _teams(this),
        "chart": _chart(queries.weeks(user, last=last)),
        "fewest": FEWEST,
        "csv_url": reverse("web:overview-csv"),
    }


def _now(user: User) -> list[dict[str, Any]]:
    standing = queries.standing(user)
    lines = [{"number": _many(standing[name]), "words": NOW_WORDS[name], "url": _address({"of": name})} for name in NOW]
    accounts, events = queries.failing(user), len(open_ones(user))
    return [
        *lines,
        {"number": _many(events), "words": "incidents that many write about", "url": reverse("web:incidents")},
        {"number": str(accounts), "words": "accounts that do not work", "url": reverse("web:setup-health")},
    ]


def _many(number: int) -> str:
    return f"More than {MOST_COUNTED}" if number > MOST_COUNTED else str(number)


def _address(query: Mapping[str, Any]) -> str:
    return f"{reverse('web:overview-list')}?{urlencode(query)}"


def _link(period: Period, figure: str, **more: Any) -> str:
    return _address({"of": figure, "first": period.first.isoformat(), "last": period.last.isoformat(), **more})


def _days(period: Period) -> str:
    return f"{in_words(period.first)} to {in_words(period.last)}"


def _share(period: Period) -> str:
    """Empty when nothing was answered."""
    return "" if period.share is None else f"{period.share:.0%}"


def _who(kind: str, words: str, *both: Period) -> dict[str, Any]:
    numbers = [period.kinds.get(kind, Sums()).answered for period in both]
    cells = [
        {"text": number, "url": _link(period, "answered", kind=kind or "gone")}
        for number, period in zip(numbers, both, strict=True)
    ]
    return {"words": f"Answered {words}", "cells": cells}


def compared(*both: Period) -> list[dict[str, Any]]:
    """The same figures of both periods, a row each; those that count conversations open their list."""
    counted = [
        {
            "words": words,
            "cells": [{"text": getattr(period.total, name), "url": _link(period, name)} for period in both],
        }
        for name, words in FIGURE_WORDS.items()
    ]
    means = [
        {"words": words, "cells": [{"text": mean(period.total, name)} for period in both]}
        for name, words in _MEANS.items()
    ]
    return counted + means


_MEANS: Mapping[str, str] = {
    "waiting": "From the first message to the first answer, on average",
    "finding": "Until the team that answered had it, on average",
    "passes": "Times passed on before the answer, on average",
}


def mean(sums: Sums, name: str) -> str:
    """In words; where few were answered it would tell of a person, or of chance."""
    if not sums.answered:
        return "None answered"
    if not sums.says_enough:
        return TOO_FEW
    each: float = getattr(sums, name) / sums.answered
    return f"{each:.1f}" if name == "passes" else span(each)


def span(seconds: float) -> str:
    """``35 minutes``, ``5.2 hours``, ``3.1 days``."""
    for size, unit in ((86400, "days"), (3600, "hours")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds / 60:.0f} minutes"


def _outcomes(*both: Period) -> list[dict[str, Any]]:
    words = sorted({word for period in both for word in period.total.outcomes})
    return [
        {
            "words": word.capitalize() or "Nothing was noted",
            "cells": [
                {"text": period.total.outcomes.get(word, 0), "url": _link(period, "closed", outcome=word)}
                for period in both
            ],
        }
        for word in words
    ]


def _teams(period: Period) -> list[dict[str, Any]]:
    """By name and never by how well: the table is for seeing where help is needed, and ranks nobody."""
    rows = []
    for team in teams():
        sums = period.teams.get(team.pk)
        if sums is not None:
            of = {
                name: {"text": getattr(sums, name), "url": _link(period, name, team=team.pk)} for name in FIGURE_WORDS
            }
            rows.append({"name": team.name, **of, "waiting": mean(sums, "waiting"), "passes": mean(sums, "passes")})
    return rows


def _chart(weeks: Sequence[tuple[date, int, int]]) -> dict[str, Any] | None:
    shares = [(at / (len(weeks) - 1), ours / of) for at, (_, of, ours) in enumerate(weeks) if of]
    rows = [
        {"week": in_words(day), "answered": of, "ours": ours, "share": f"{ours / of:.0%}" if of else "None answered"}
        for day, of, ours in weeks
    ]
    says = "The share of first answers that the responsible service gave itself, week by week."
    across = [f"{day.day}/{day.month}" for day, *_ in weeks]
    chart = line_chart(shares, says=says, across=across, up=_UP) if len(shares) > 1 else ""
    return {"says": says, "chart": chart, "rows": rows}


def listed(request: HttpRequest, user: User, asked: Behind | str, after: str) -> dict[str, Any]:
    """The context of ``overview_list.html``: the conversations behind one figure."""
    if isinstance(asked, str):
        number, words = queries.how_many(user, asked), NOW_WORDS[asked]
        heading = f"{count_words(number, 'conversation', 'conversations').capitalize()} {words}"
        found = queries.stands(user, asked, after=int(after) if after.isdigit() else 0)
    else:
        heading = f"{FIGURE_WORDS[asked.figure]}: {queries.total(user, asked)}"
        found = queries.behind(user, asked, after=_place(after))
    rows = found[: queries.PAGE]
    more = _cursor(asked, rows[-1]) if len(found) > queries.PAGE else ""
    kept = {name: value for name, value in request.GET.items() if name != "after"}
    return {
        "heading": heading,
        "words": "" if isinstance(asked, str) else f"{in_words(asked.first)} to {in_words(asked.last)}, newest first.",
        "rows": _lines(user, rows),
        "older_url": _address({**kept, "after": more}) if more else "",
        "newest_url": _address(kept) if after else "",
        "older_label": "More",
        "overview_url": reverse("web:overview"),
    }


def _cursor(asked: Behind | str, last: tuple[int, int, date]) -> str:
    return str(last[0]) if isinstance(asked, str) else f"{last[2].isoformat()}:{last[0]}"


def _place(after: str) -> tuple[date, int] | None:
    day, _, pk = after.partition(":")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def _lines(user: User, rows: Sequence[tuple[int, int, date]]) -> list[dict[str, Any]]:
    """One for each that is counted; of what the viewer may not see, only whose it is and when it was."""
    seen, names = queries.seen(user, [pk for pk, *_ in rows]), {team.pk: team.name for team in teams()}
    return [
        {
            "url": reverse("web:conversation", args=[pk]) if pk in seen else "",
            "title": title(seen[pk]) if pk in seen else _UNREAD,
            "team": names.get(team, "a team that has been renamed or removed"),
            "day": in_words(day),
        }
        for pk, team, day in rows
    ]


def asked(query: Mapping[str, str]) -> Behind | str:
    """What an address names. Raises ValueError or KeyError when it names no figure."""
    name = query.get("of", "")
    if name in NOW:
        return name
    if name not in FIGURE_WORDS:
        raise KeyError(name)
    first, last = (date.fromisoformat(query.get(end, "")) for end in ("first", "last"))
    if not timedelta(0) <= last - first <= timedelta(days=366):
        raise ValueError("A list is of one year at most.")
    return Behind(name, first, last, _asked_teams(query), query.get("outcome"))


def _asked_teams(query: Mapping[str, str]) -> frozenset[int] | None:
    if "team" in query:
        return frozenset({int(query["team"])})
    if "kind" in query:
        gone = {0} if query["kind"] == "gone" else set()
        return frozenset(gone | {team.pk for team in teams() if team.kind == query["kind"]})
    return None
