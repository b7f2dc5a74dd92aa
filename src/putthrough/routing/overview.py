"""Reading how well routing does: for those who answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.kit.time import now
from putthrough.routing import versions as governing
from putthrough.routing.models import Decision, Lesson, Stage, Version

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Lately:
    """What went by itself in the last 28 days: ``by_itself`` of ``all`` conversations; of ``known`` the outcome has
    been seen since, and ``right`` of those stood. A wrong one cost ``passes`` and ``wait`` until the right team had it,
    on average; None when there was none."""

    all: int
    by_itself: int
    known: int
    right: int
    passes: float | None
    wait: timedelta | None

    @property
    def share(self) -> float | None:
        return self.right / self.known if self.known else None


def lately(viewer: User) -> Lately:
    access.require(viewer, "set_up_routing")
    since = now() - governing.LATELY
    first = Decision.objects.filter(at__gte=since, conversation__opened_at__gte=since).exclude(stage=Stage.PERSON)
    counted = first.aggregate(all=Count("pk"), auto=Count("pk", filter=Q(stage__in=(Stage.LEARNT, Stage.DIRECTORY))))
    known = governing.outcomes()
    told = known.aggregate(known=Count("pk"), right=Count("pk", filter=Q(right=True)))
    waited = ExpressionWrapper(F("at") - F("conversation__opened_at"), output_field=DurationField())
    wrong = known.filter(right=False, service__isnull=False, conversation__isnull=False)
    cost = wrong.aggregate(passes=Avg("conversation__passes"), wait=Avg(waited))
    return Lately(counted["all"], counted["auto"], told["known"], told["right"], cost["passes"], cost["wait"])


def refusers(viewer: User) -> list[Team]:
    """Teams that send back nearly everything that routing sends them: they teach nothing until that changes."""
    access.require(viewer, "set_up_routing")
    return list(Team.objects.filter(pk__in=governing.refusers()))


def versions(viewer: User) -> list[Version]:
    """The newest versions, without their content; ``kept`` says whether there still is any."""
    access.require(viewer, "set_up_routing")
    rows = Version.objects.defer("content").annotate(kept=Q(content__isnull=False)).order_by("-pk")
    return list(rows[:_SHOWN])


def version(viewer: User, pk: int) -> Version | None:
    access.require(viewer, "set_up_routing")
    return Version.objects.defer("content").filter(pk=pk).first()


def lessons_waiting(viewer: User) -> int:
    """Lessons that the newest version has not seen."""
    access.require(viewer, "set_up_routing")
    until = Version.objects.order_by("-pk").values_list("taught_until", flat=True).first()
    rows = Lesson.objects.exclude(how=Lesson.How.DECLINED)
    return rows.filter(at__gt=until).count() if until else rows.count()


def learning_curve(rows: Sequence[Version]) -> list[tuple[int, float]]:
    """(messages that it learnt from, share right) of these versions, the fewest first."""
    points = {row.lessons: float(row.figures["accuracy"]) for row in rows if "accuracy" in row.figures}
    return sorted(points.items())
