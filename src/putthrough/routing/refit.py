"""Learning anew in the background, whenever enough was taught: a step of the journey, on a lane of its own.

A version goes into use only when it is at least as good on what came since the one in use; else that one stays.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import structlog
from django.db import IntegrityError
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from putthrough.audit.actions import writing
from putthrough.conversations.models import Message
from putthrough.directory.models import Service
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.routing import learned
from putthrough.routing.known import known
from putthrough.routing.meant import phrases
from putthrough.routing.models import Lesson, Version
from putthrough.routing.points import Remembered
from putthrough.routing.versions import be_careful, put_in_use

if TYPE_CHECKING:
    from putthrough.routing.learning.learnt import Learnt

log = structlog.get_logger()

FEWEST = 20
"""Lessons before anything is learnt from them."""
_FEWEST_NEW = 3
_MORE = 200  # one in so many must be new before it is worth learning again, unless the directory has changed
_MOST = 20_000  # newest lessons that are read
_PAUSE = timedelta(seconds=15)
_SHARE = 10  # learning takes at most one part in so many of a core's time
_DEAD = timedelta(minutes=30)
_CONTENTS = 5  # versions of which the content is kept, to roll back to
_VERSIONS = 100  # of which the figures are kept
_ENCODED = 200
_FEW_RECENT = 10  # with fewer messages nobody can say which of two is better


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson as the learner needs it."""

    id: int
    text: str
    key: str | None
    at: datetime


def learn_anew() -> int:
    """Learn a version if it is time. Returns 1 when it was tried, else 0."""
    be_careful()
    version = _begin()
    if version is None:
        return 0
    try:
        _learn(version)
    except Exception as error:
        log.error("learning broke off", kind=type(error).__name__)
        words = str(error) if isinstance(error, ValueError) else f"It broke off ({type(error).__name__})."
        with writing():
            Version.objects.filter(pk=version.pk).update(state=Version.State.FAILED, words=words[:400])
    return 1


def _begin() -> Version | None:
    """A version on its way, if enough was taught and nobody else is at it."""
    if not _is_time():
        return None
    until = Lesson.objects.aggregate(at=Max("at"))["at"]
    try:
        with writing():
            return Version.objects.create(begun_at=now(), taught_until=until, figures={"of": _of()})
    except IntegrityError:  # another worker was quicker
        return None


def _is_time() -> bool:
    last = Version.objects.defer("content").order_by("-pk").first()
    if last is None:
        return Lesson.objects.exclude(how=Lesson.How.DECLINED).count() >= FEWEST
    if last.state == Version.State.LEARNING and now() - last.begun_at > _DEAD:
        Version.objects.filter(pk=last.pk).update(state=Version.State.FAILED, words="It was broken off.")
    if last.state == Version.State.LEARNING or now() - last.begun_at < _pause_after(last):
        return False
    if last.figures.get("of") != _of():
        return True
    fresh = Lesson.objects.filter(at__gt=last.taught_until).count()
    return fresh >= max(_FEWEST_NEW, last.lessons // _MORE)


def _of() -> str:
    """What there is to tell apart, and by which encoder: when that changes, it is time whatever was taught."""
    said = [(key, phrases(service)) for key, service in known().services.items()]
    return sha256(repr((learned.encoder_name(), said)).encode()).hexdigest()


def _pause_after(last: Version) -> timedelta:
    return max(_PAUSE, timedelta(seconds=_SHARE * float(last.figures.get("seconds", 0))))


def _learn(version: Version) -> None:
    import numpy as np

    from putthrough.routing.learning import stored
    from putthrough.routing.learning.learner import learn

    started, told, means = time.monotonic(), lessons(), learned.encoder()
    model = learn(
        _labels(),
        _examples(told),
        Remembered(means, means.name) if means else None,
        target=organisation().precision,
        points=_points(told, means) if means else None,
    )
    ids = np.array([lesson.id for lesson in told], dtype=np.int64)
    measured = {**version.figures, **_figures(model, ids)}
    better, words = _compared(model, told)
    kept = replace(model, kept_rows=np.where(model.kept_rows < 0, 0, ids[model.kept_rows]))
    content = stored.dump(kept, encoder=means.name if means else "")
    measured["seconds"] = round(time.monotonic() - started, 1)
    with writing():
        version.lessons, version.figures, version.words = len(told), measured, words
        version.content, version.sha256, version.state = content, stored.hash_of(content), Version.State.READY
        version.save()
        if better:
            put_in_use(version)
        _tidy()


def _tidy() -> None:
    newest = Version.objects.exclude(content=None).order_by("-pk").values_list("pk", flat=True)[:_CONTENTS]
    old = Version.objects.exclude(content=None).exclude(pk__in=list(newest)).exclude(state=Version.State.IN_USE)
    old.update(content=None)
    kept = Version.objects.order_by("-pk").values_list("pk", flat=True)[:_VERSIONS]
    Version.objects.exclude(pk__in=list(kept)).exclude(state=Version.State.IN_USE).delete()


def lessons() -> list[Taught]:
    """The newest lessons in the order in which they were given; of a conversation, what was written first."""
    first = Message.objects.filter(conversation=OuterRef("conversation"), direction="in").order_by("pk")
    rows = (
        Lesson.objects.exclude(how=Lesson.How.DECLINED)
        .exclude(service__active=False)
        .annotate(arrival=Subquery(first.values("arrival")[:1]))
        .exclude(conversation__isnull=False, arrival=None)  # a second matter: most of its words are about the first
        .annotate(said=Coalesce(Subquery(first.values("text")[:1]), "text"))
        .annotate(subject=Subquery(first.values("subject")[:1]))
        .order_by("-at", "-pk")
        .values_list("pk", "said", "subject", "service__key", "at")[:_MOST]
    )
    found = [Taught(pk, f"{subject}\n{said}" if subject else said, key, at) for pk, said, subject, key, at in rows]
    return found[::-1]


def _labels() -> list[Any]:
    from putthrough.routing.learning.examples import Label

    rows = Service.objects.filter(active=True).order_by("key")
    return [Label(row.key, row.name, row.description, tuple(row.synonyms)) for row in rows]


def _examples(lessons: Sequence[Taught]) -> list[Any]:
    from putthrough.routing.learning.examples import Example

    return [Example(lesson.text, lesson.key) for lesson in lessons]


def _points(lessons: Sequence[Taught], means: Any) -> Any:
    """What each text means; those that are known stand with the lesson, and the others are put there."""
    import numpy as np

    known = dict(Lesson.objects.filter(encoder=means.name).exclude(point=None).values_list("pk", "point"))
    missing = [lesson for lesson in lessons if lesson.id not in known]
    for at in range(0, len(missing), _ENCODED):
        part = missing[at : at + _ENCODED]
        points = [point.astype(np.float16).tobytes() for point in means.encode([lesson.text for lesson in part])]
        rows = [Lesson(pk=one.id, point=point, encoder=means.name) for one, point in zip(part, points, strict=True)]
        Lesson.objects.bulk_update(rows, ["point", "encoder"])
        known.update(zip((one.id for one in part), points, strict=True))
    points = [np.frombuffer(bytes(known[lesson.id] or b""), dtype=np.float16) for lesson in lessons]
    return np.array(points, dtype=np.float32)


def _figures(model: Learnt, ids: Any) -> dict[str, Any]:
    import numpy as np

    from putthrough.routing.learning.report import report

    if model.trials is None:
        return {}
    sure = model.trials.sure(np.random.default_rng(0))
    return report(model.trials, sure, model.thresholds, model.keys, ids)


def _compared(model: Learnt, lessons: Sequence[Taught]) -> tuple[bool, str]:
    """Whether it is at least as good as the one in use on what came since, and that in words."""
    from putthrough.routing.learned import in_use

    current = in_use()
    since = Version.objects.filter(state=Version.State.IN_USE).values_list("taught_until", flat=True).first()
    if current is None or since is None or model.trials is None:
        return True, "It is the first."
    recent = {at for at, lesson in enumerate(lessons) if lesson.at > since and lesson.key is not None}
    trial = model.trials
    now_right = {
        int(row): bool(guess == truth)
        for row, guess, truth in zip(trial.rows, trial.guess, trial.truth, strict=True)
        if int(row) in recent and truth >= 0
    }
    if len(now_right) < _FEW_RECENT:
        return True, "Too few messages came since the last to compare them."
    asked = sorted(now_right)
    judged = current.model.judge([lessons[at].text for at in asked])
    before = sum(judged.best(number, 1)[0] == lessons[at].key for number, at in enumerate(asked))
    after = sum(now_right.values())
    said = f"Of the {len(asked)} newest messages it had {after} right, the one in use {before}."
    return after >= before, said if after >= before else f"{said} So that one stays."
