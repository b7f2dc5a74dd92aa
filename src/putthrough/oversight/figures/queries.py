"""Reading the overview's figures. Each page costs the same number of statements, whatever the archive holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import counts
from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.directory.queries import organisation
from putthrough.kit.time import local_day, now
from putthrough.oversight.figures.models import Course, Reached, Tally

DAYS = 28
PAGE = 50
FEWEST = 5
"""A team that answered fewer is too small for its times to say anything, or to be told from one person's."""
PRACTICE = "rehearsal"
_SOON = timedelta(days=2)
_CLOSING = timedelta(days=1)
_VERB = "see_overview"
_OF_DAY = {"opened": "opened_on", "answered": "answered_on", "closed": "closed_on"}
_OF_TEAM = {"opened": "first_team", "answered": "answer_team", "closed": "close_team"}
_K = Team.Kind


@dataclass(frozen=True, slots=True)
class Sums:
    """The numbers of some days, of one team or of several; ``outcomes`` of those that were closed."""

    opened: int = 0
    answered: int = 0
    passes: int = 0
    finding: int = 0
    waiting: int = 0
    closed: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @property
    def says_enough(self) -> bool:
        return self.answered >= FEWEST


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last``, both counted in: by team, and by the kind of team ("" for teams that are gone)."""

    first: date
    last: date
    total: Sums
    teams: Mapping[int, Sums]
    kinds: Mapping[str, Sums]

    @property
    def share(self) -> float | None:
        """Of what was answered, the share that the responsible service answered itself. None when nothing was."""
        by_services = self.kinds.get(_K.SERVICE, Sums()).answered
        return by_services / self.total.answered if self.total.answered else None


def today() -> date:
    return local_day(now())


def periods(viewer: User, *, last: date) -> tuple[Period, Period]:
    """The 28 days that end with ``last``, and the 28 before them; two statements."""
    access.require(viewer, _VERB)
    kinds, first = _kinds(), last - timedelta(days=DAYS - 1)
    earlier = first - timedelta(days=DAYS)
    was, came = Sum("number", filter=Q(day__lt=first)), Sum("number", filter=Q(day__gte=first))
    rows = _tallies(earlier, last).values_list("team", "figure", "word").annotate(was=was, came=came).order_by()
    old, new = Counter[Any](), Counter[Any]()
    for team, figure, word, before, since in rows:
        old[team, figure, word], new[team, figure, word] = before or 0, since or 0
    return _period(first, last, new, kinds), _period(earlier, first - timedelta(days=1), old, kinds)


def weeks(viewer: User, *, last: date) -> list[tuple[date, int, int]]:
    """The first day of each of the last eight weeks, how many were answered in it, and how many by services."""
    access.require(viewer, _VERB)
    number = 2 * DAYS // 7
    first = last - timedelta(days=7 * number - 1)
    kinds, found = _kinds(), [[0, 0] for _ in range(number)]
    rows = _tallies(first, last).filter(figure="answered").values_list("day", "team").annotate(Sum("number"))
    for day, team, answered in rows.order_by():
        week = found[(day - first).days // 7]
        week[0] += answered
        week[1] += answered if kinds.get(team) == _K.SERVICE else 0
    return [(first + timedelta(days=7 * at), all, ours) for at, (all, ours) in enumerate(found)]


def _kinds() -> dict[int, str]:
    return dict(Team.objects.values_list("pk", "kind"))


def _tallies(first: date, last: date) -> QuerySet[Tally]:
    rows = Tally.objects.filter(day__gte=first, day__lte=last)
    return rows if organisation().demo else rows.exclude(channel=PRACTICE)


def _period(first: date, last: date, found: Counter[Any], kinds: Mapping[int, str]) -> Period:
    teams = {team for team, *_ in found}
    by_team = {team: _sums(found, {team}) for team in teams}
    theirs = {kind: {team for team in teams if kinds.get(team, "") == kind} for kind in ("", *_K.values)}
    return Period(first, last, _sums(found, teams), by_team, {kind: _sums(found, of) for kind, of in theirs.items()})


def _sums(found: Counter[Any], teams: set[int]) -> Sums:
    sums, outcomes = Counter[str](), Counter[str]()
    for (team, figure, word), number in found.items():
        if team in teams:
            sums[figure] += number
            if figure == "closed" and number:
                outcomes[word] += number
    return Sums(**sums, outcomes=outcomes)


@dataclass(frozen=True, slots=True)
class Behind:
    """Which conversations a figure of the past counts: ``figure`` on ``first`` to ``last``, with any of ``teams`` (None
    for all), closed with ``outcome`` (None for any)."""

    figure: str
    first: date
    last: date
    teams: frozenset[int] | None = None
    outcome: str | None = None


def total(viewer: User, of: Behind) -> int:
    """How many they are, as the days' numbers say."""
    access.require(viewer, _VERB)
    rows = _tallies(of.first, of.last).filter(figure=of.figure)
    if of.teams is not None:
        rows = rows.filter(team__in=of.teams)
    if of.outcome is not None:
        rows = rows.filter(word=of.outcome)
    return rows.aggregate(all=Sum("number"))["all"] or 0


def behind(viewer: User, of: Behind, *, after: tuple[date, int] | None = None) -> list[tuple[int, int, date]]:
    """Conversation, team and day, newest first, one more than a page where there is more."""
    access.require(viewer, _VERB)
    day, team = _OF_DAY[of.figure], _OF_TEAM[of.figure]
    rows = Course.objects.filter(**{f"{day}__gte": of.first, f"{day}__lte": after[0] if after else of.last})
    if not organisation().demo:
        rows = rows.exclude(channel=PRACTICE)
    if of.teams is not None:
        rows = rows.filter(**{f"{team}__in": of.teams})
    if of.outcome is not None:
        rows = rows.filter(outcome=of.outcome)
    if after is not None:
        rows = rows.filter(Q(**{f"{day}__lt": after[0]}) | Q(conversation__lt=after[1]))
    return list(rows.order_by(f"-{day}", "-conversation").values_list("conversation", team, day)[: PAGE + 1])


def _alive(*, limits: Q) -> QuerySet[Conversation]:
    rows = Conversation.objects.exclude(state=Conversation.State.CLOSED).filter(limits)
    return rows if organisation().demo else rows.exclude(channel=PRACTICE)


def _limits(name: str) -> Q:
    """Those with a deadline are asked for by owner as well, for the index of the inboxes begins with it."""
    moment = now()
    return {
        "triage": Q(owner__in=Team.objects.filter(kind=_K.TRIAGE)),
        "comms": Q(owner__in=Team.objects.filter(kind=_K.COMMS)),
        "waiting": Q(unanswered=True),
        "overdue": Q(owner__in=Team.objects.all(), due_at__lt=moment),
        "soon": Q(owner__in=Team.objects.all(), due_at__gte=moment, due_at__lte=moment + _SOON),
        "closing": Q(unanswered=True, shuts_at__gte=moment, shuts_at__lte=moment + _CLOSING),
    }[name]


NOW = ("triage", "comms", "waiting", "overdue", "soon", "closing")
"""What is counted as it stands: in triage, with communications, unanswered, late, due in two days, and unanswered
where the network takes no answer after a day."""


def standing(viewer: User) -> dict[str, int]:
    """How many open conversations each of ``NOW`` has; at most 100."""
    access.require(viewer, _VERB)
    return {name: counts(_alive(limits=_limits(name))) for name in NOW}


def how_many(viewer: User, name: str) -> int:
    """The same of one of them."""
    access.require(viewer, _VERB)
    return counts(_alive(limits=_limits(name)))


def stands(viewer: User, name: str, *, after: int = 0) -> list[tuple[int, int, date]]:
    """Those conversations with their owner and the day on which they began, in the order in which they came, one more
    than a page where there is more."""
    access.require(viewer, _VERB)
    rows = _alive(limits=_limits(name)).filter(pk__gt=after).order_by("pk")
    found = rows.annotate(of=F("owner")).values_list("pk", "of", "opened_at")[: PAGE + 1]
    return [(pk, team, local_day(at)) for pk, team, at in found]


def seen(viewer: User, ids: Sequence[int]) -> dict[int, Conversation]:
    """Those of them that the viewer may see."""
    return access.visible(viewer, Conversation).select_related("contact").in_bulk(ids)


def failing(viewer: User) -> int:
    """How many accounts need somebody."""
    access.require(viewer, _VERB)
    return Account.objects.filter(enabled=True, health__in=[Account.Health.FAILING, Account.Health.STOPPED]).count()


def up_to() -> int:
    """The last audit entry that the figures hold."""
    return Reached.objects.filter(pk=1).values_list("number", flat=True).first() or 0
