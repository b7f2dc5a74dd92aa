"""What the page about routing shows: the promise beside what became of it, and how good what was learnt is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.directory.models import Organisation, Service, User
from putthrough.directory.queries import services
from putthrough.kit.svg import line_chart
from putthrough.routing import overview
from putthrough.routing.models import Version
from putthrough.routing.overview import Lately
from putthrough.routing.queries import conversations_of
from putthrough.routing.refit import FEWEST
from putthrough.web.screens.words import title, when_words

_HOURS = 3600
_QUARTERS = ("0 %", "25 %", "50 %", "75 %", "100 %")
_FEW = 5  # messages of a service before a share of it says anything
_SHOWN = 15


def page(user: User, body: Organisation) -> dict[str, Any]:
    versions = overview.versions(user)
    current = next((row for row in versions if row.state == Version.State.IN_USE), None)
    lately = overview.lately(user)
    return {
        "promise": _promise(lately, body),
        "careful": _careful(body),
        "cost": _cost(lately),
        "refusers": [team.name for team in overview.refusers(user)],
        "learnt": _learnt(user, current) if current else None,
        "waiting": _waiting(overview.lessons_waiting(user), versions),
        "curve": _curve(versions),
        "versions": [_version(row) for row in versions],
    }


def _promise(lately: Lately, body: Organisation) -> dict[str, Any]:
    went = f"{lately.by_itself} of {lately.all} conversations of the last 28 days went to a team without a person."
    if lately.share is None:
        return {"kept": None, "words": f"{went} What became of them is not known yet."}
    known = f"Of the {lately.known} of which the outcome is known, {lately.right} stayed there ({lately.share:.0%})."
    return {"kept": lately.share >= body.precision, "words": f"{went} {known} Promised: {body.precision:.0%}."}


def _careful(body: Organisation) -> str:
    if body.least_sure == 0:
        return ""
    if body.least_sure > 1:
        return "It fell so far short lately that nothing goes without a person until that has passed."
    return f"It fell short lately, so it now has to be {body.least_sure:.0%} sure at least, until that has passed."


def _cost(lately: Lately) -> str:
    if lately.wait is None:
        return ""
    hours = lately.wait.total_seconds() / _HOURS
    wait = f"{hours:.0f} hours" if hours >= 2 else f"{60 * hours:.0f} minutes"
    return (
        f"A wrong one was passed on {lately.passes or 0:.1f} times and reached the right team after {wait}, on average."
    )


def _waiting(count: int, versions: Sequence[Version]) -> str:
    if versions:
        return f"{count} messages have been sorted since then; it learns again by itself." if count else ""
    return (
        f"Nothing has been learnt yet. It begins when people have put {FEWEST} messages to their service ({count} so "
        "far), or with old ones: putthrough learn FOLDER."
    )


def _learnt(user: User, version: Version) -> dict[str, Any]:
    told = version.figures
    names = {row.key: row for row in services()}
    return {
        "words": _words(version),
        **_services(told.get("services", ()), names),
        "pairs": _pairs(user, told.get("pairs", ()), names),
        "coverage": _coverage(told),
    }


def _words(version: Version) -> str:
    told = version.figures
    if "accuracy" not in told:
        return f"Learnt from {version.lessons} messages."
    by_itself = f"{told['auto_share']:.0%} would go without a person"
    right = f", {told['auto_precision']:.0%} of those to the right one" if told["auto_precision"] else ""
    return (
        f"Learnt from {version.lessons} messages. Tried on each as if it had never been seen, the first guess was "
        f"right for {told['accuracy']:.0%}; {by_itself}{right}."
    )


def _services(rows: Sequence[Mapping[str, Any]], names: Mapping[str, Service]) -> dict[str, Any]:
    """Those with the most messages; of services that had hardly any, nothing can be said yet."""
    known = sorted((row for row in rows if row["n"] >= _FEW), key=lambda row: -row["n"])
    shown = [_service(row, names) for row in known]
    return {"services": shown[:_SHOWN], "more_services": shown[_SHOWN:], "unknown": len(rows) - len(known)}


def _service(row: Mapping[str, Any], names: Mapping[str, Service]) -> dict[str, Any]:
    return {
        "name": _name(row["key"], names),
        "n": row["n"],
        "right": f"{row['right'] / row['n']:.0%}",
        "auto": f"{row['auto'] / row['n']:.0%}",
    }


def _name(key: str | None, names: Mapping[str, Service]) -> str:
    if key is None:
        return "Nobody's"
    return names[key].name if key in names else key


def _pairs(user: User, pairs: Sequence[Mapping[str, Any]], names: Mapping[str, Service]) -> list[dict[str, Any]]:
    seen = conversations_of(user, (lesson for pair in pairs for lesson in pair["lessons"]))
    return [
        {
            "truth": _name(pair["truth"], names),
            "guess": _name(pair["guess"], names),
            "n": pair["n"],
            "examples": [_example(seen[lesson]) for lesson in pair["lessons"] if lesson in seen],
        }
        for pair in pairs
    ]


def _example(row: Conversation) -> dict[str, str]:
    return {"url": reverse("web:conversation", args=[row.pk]), "title": title(row)}


def _coverage(told: Mapping[str, Any]) -> dict[str, Any] | None:
    points = told.get("coverage") or ()
    if len(points) < 2:
        return None
    mark = (told["auto_share"], told["auto_precision"]) if told["auto_precision"] else None
    chosen = f" The larger point is where it is now: {mark[0]:.0%}, {mark[1]:.0%} right." if mark else ""
    says = f"The more goes without a person, the less of it is right.{chosen}"
    chart = line_chart([(x, y) for x, y in points], says=says, across=_QUARTERS, up=_QUARTERS, mark=mark)
    rows = [{"share": f"{share:.0%}", "right": f"{right:.1%}"} for share, right in points]
    return {"says": says, "chart": chart, "rows": rows}


def _curve(versions: Sequence[Version]) -> dict[str, Any] | None:
    points = overview.learning_curve(versions)
    if len(points) < 2:
        return None
    most = points[-1][0]
    across = [str(round(most * at / 4)) for at in range(5)]
    says = f"From {points[0][0]} messages to {most}, the share of right first guesses went from {points[0][1]:.0%} to "
    says += f"{points[-1][1]:.0%}."
    chart = line_chart([(n / most, right) for n, right in points], says=says, across=across, up=_QUARTERS)
    rows = [{"n": n, "right": f"{right:.1%}"} for n, right in points]
    return {"says": says, "chart": chart, "rows": rows}


def _version(row: Version) -> dict[str, Any]:
    told = row.figures
    return {
        "name": f"Version {row.pk}",
        "when": when_words(row.begun_at),
        "state": row.get_state_display(),
        "lessons": row.lessons,
        "right": f"{told['accuracy']:.0%}" if "accuracy" in told else "",
        "words": row.words,
        "in_use": row.state == Version.State.IN_USE,
        "url": reverse("web:setup-version", args=[row.pk]) if _may_be_chosen(row) else "",
    }


def _may_be_chosen(row: Version) -> bool:
    return row.state == Version.State.READY and bool(getattr(row, "kept", False))
