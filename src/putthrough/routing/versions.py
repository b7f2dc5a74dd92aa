"""Which version of what was learnt routes, how sure it has to be, and what people may change about that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.actions import changed
from putthrough.directory.models import Organisation, User
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.routing import facts
from putthrough.routing.bounds import bound
from putthrough.routing.models import Lesson, Stage, Version

LATELY = timedelta(days=28)
PRECISIONS = (0.9, 0.95, 0.98)
"""What an organisation may choose that must be right of what goes without a person."""
OPTIONAL = (Stage.RULE, Stage.LEARNT, Stage.DIRECTORY, Stage.ACCOUNT)
"""The stages that may be switched off."""
NOTHING = 1.01
"""As sure as nothing is: nothing goes without a person."""
_ENOUGH = 20  # known outcomes from which a share says something
_PLAINLY = 1.645  # standard errors by which it must fall short: chance does so one time in twenty
_REFUSALS = 10
_REFUSES = 0.8  # a team that sends so much of it back teaches nothing about routing

_looked_until: datetime | None = None


def forget() -> None:
    """Look at every outcome again (another database stands behind the connection)."""
    global _looked_until
    _looked_until = None


def put_in_use(version: Version) -> None:
    """From now on messages are routed by it. Call it inside ``writing``."""
    Version.objects.filter(state=Version.State.IN_USE).update(state=Version.State.READY)
    Version.objects.filter(pk=version.pk).update(state=Version.State.IN_USE)
    changed()
    record(facts.VERSION_IN_USE, thing(version), number=version.pk, lessons=version.lessons)


def choose(version: Version, *, by: User) -> None:
    """Route by this version from now on: an earlier one, or one that was not thought better. Raises CannotBeDone when
    its content is no longer kept."""
    access.require(by, "set_up_routing")
    if version.sha256 == "" or not Version.objects.filter(pk=version.pk).exclude(content=None).exists():
        raise CannotBeDone(f"Version {version.pk} is no longer kept. Choose one of the newest.")
    with writing():
        record(facts.ROLLED_BACK, thing(version), by=by.name, number=version.pk)
        put_in_use(version)


def save_settings(*, precision: float, stages_off: Sequence[str], by: User) -> None:
    """What must be right of what goes by itself, and which stages are not asked. Raises ValueError for others."""
    access.require(by, "set_up_routing")
    if precision not in PRECISIONS or set(stages_off) - set(OPTIONAL):
        raise ValueError("Choose one of the precisions and stages that are offered.")
    with writing():
        body = organisation()
        Organisation.objects.filter(pk=body.pk).update(precision=precision, stages_off=sorted(stages_off))
        changed()
        record(facts.ROUTING_SAVED, thing(body), by=by.name)


def outcomes() -> QuerySet[Lesson]:
    """What became lately of what routing did by itself, without teams that send back whatever they get."""
    rows = Lesson.objects.filter(at__gte=now() - LATELY, right__isnull=False)
    return rows.exclude(routed__team__in=refusers())


def refusers() -> list[int]:
    """Teams (by id) that lately sent back nearly all that routing sent them; none where it is the only team."""
    rows = Lesson.objects.filter(at__gte=now() - LATELY, right__isnull=False, routed__team__isnull=False)
    counts = rows.values("routed__team").annotate(n=Count("pk"), back=Count("pk", filter=Q(how=Lesson.How.DECLINED)))
    found = [row["routed__team"] for row in counts if row["n"] >= _REFUSALS and row["back"] >= row["n"] * _REFUSES]
    return found if len(found) < len(counts) else []


def be_careful() -> None:
    """Ask for more while what went by itself was right less often lately than was promised, and for less when that has
    passed. Done whenever an outcome has come since."""
    global _looked_until
    newest = Lesson.objects.filter(right__isnull=False).aggregate(at=Max("at"))["at"]
    if newest is None or newest == _looked_until:
        return
    _looked_until = newest
    body = organisation()
    known = sorted(
        ((sure or 0.0, bool(right)) for sure, right in outcomes().values_list("sure", "right")), reverse=True
    )
    least = _least_sure(known, body.precision)
    if least == body.least_sure:
        return
    with writing():
        Organisation.objects.filter(pk=body.pk).update(least_sure=least)
        changed()
        if least > body.least_sure:
            record(facts.CAUTION, thing(body), right=sum(right for _, right in known), n=len(known))


def _least_sure(known: Sequence[tuple[float, bool]], target: float) -> float:
    """``known`` are (how sure, whether right), the surest first. 0 while the promise is kept."""
    if len(known) < _ENOUGH or not _falls_short(sum(right for _, right in known), len(known), target):
        return 0.0
    least, good = NOTHING, 0
    for number, (sure, right) in enumerate(known, 1):
        good += right
        if good >= number * target:
            least = sure
    return least


def _falls_short(right: int, count: int, target: float) -> bool:
    """Whether it is plainly less than promised."""
    return bool(bound(right / count, count, _PLAINLY) < target)
