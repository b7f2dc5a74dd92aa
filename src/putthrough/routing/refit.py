"""Learning anew in the background, whenever enough was taught: a step of the journey, on a lane of its own.

A version goes into use only when it is at least as good on what came since the one in use; else that one stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
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
from putthrough.kit.apart import apart
from putthrough.kit.time import now
from putthrough.routing import learned
from putthrough.routing.known import known
from putthrough.routing.meant import phrases
from putthrough.routing.models import Lesson, Version
from putthrough.routing.points import Remembered
from putthrough.routing.rules import circumstances
from putthrough.routing.versions import be_careful, put_in_use

if TYPE_CHECKING:
    from putthrough.routing.learning.task import Outcome, Task

log = structlog.get_logger()

FEWEST = 20
"""Lessons before anything is learnt from them."""
_FEWEST_NEW = 3
_MORE = 200  # one in so many must be new before it is worth learning again, unless the directory has changed
_MOST = 20_000  # newest lessons that are read
_PAUSE = timedelta(seconds=15)
_SHARE = 10  # learning takes at most one part in so many of a core's time
_DEAD = timedelta(seconds=60)  # without a sign of life
_BROKEN = "broken"  # among its figures: whoever was at it came to no end, and that is no word about the lessons
_LOOKED_AT = 8
_WORTH_A_PROCESS = 1000  # texts
_CONTENTS = 5  # versions of which the content is kept, to roll back to
_VERSIONS = 100  # of which the figures are kept
_ENCODED = 50
_MOST_COMPARED = 500  # newest messages that the version in use is asked about again
_FEW_RECENT = 10  # with fewer messages nobody can say which of two is better


class NotOurs(Exception):
    """The version on its way was thought dead, and another has been begun."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson as the learner needs it."""

    id: int
    text: str
    key: str | None
    at: datetime
    about: tuple[str, ...] = ()


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
        if isinstance(error, ValueError):
            _fail(version, str(error), figures=version.figures)
        else:
            _fail(version, f"It broke off ({type(error).__name__}).", figures={**version.figures, _BROKEN: True})
    return 1


def _fail(version: Version, words: str, *, figures: Mapping[str, Any]) -> None:
    with writing():
        rows = Version.objects.filter(pk=version.pk, state=Version.State.LEARNING)
        rows.update(state=Version.State.FAILED, words=words[:400], figures=figures)


def _begin() -> Version | None:
    """A version on its way, if enough was taught and nobody else is at it."""
    if not _is_time():
        return None
    until = Lesson.objects.aggregate(at=Max("at"))["at"]
    try:
        with writing():
            return Version.objects.create(begun_at=now(), seen_at=now(), taught_until=until, figures={"of": _of()})
    except IntegrityError:  # another worker was quicker
        return None


def _is_time() -> bool:
    newest = list(Version.objects.defer("content").order_by("-pk")[:_LOOKED_AT])
    _bury(newest)
    if newest and (newest[0].state == Version.State.LEARNING or now() - newest[0].begun_at < _pause_after(newest)):
        return False
    last = next((version for version in newest if not version.figures.get(_BROKEN)), None)
    if last is None:
        return Lesson.objects.exclude(how=Lesson.How.DECLINED).count() >= FEWEST
    if last.figures.get("of") != _of():
        return True
    fresh = Lesson.objects.filter(at__gt=last.taught_until).count()
    return fresh >= max(_FEWEST_NEW, last.lessons // _MORE)


def _bury(newest: Sequence[Version]) -> None:
    """Whoever was at it has been killed, when nothing was seen of it for a while."""
    for version in newest[:1]:
        if version.state == Version.State.LEARNING and now() - (version.seen_at or version.begun_at) > _DEAD:
            version.state, version.figures = Version.State.FAILED, {**version.figures, _BROKEN: True}
            _fail(version, "It was broken off.", figures=version.figures)


def _still_at_it(version: Version) -> None:
    """Say so. Raises NotOurs when somebody else thought otherwise, and has begun anew."""
    with writing():
        if not Version.objects.filter(pk=version.pk, state=Version.State.LEARNING).update(seen_at=now()):
            raise NotOurs


def _of() -> str:
    """What there is to tell apart, and by which encoder: when that changes, it is time whatever was taught."""
    said = [(key, phrases(service)) for key, service in known().services.items()]
    return sha256(repr((learned.encoder_name(), said)).encode()).hexdigest()


def _pause_after(newest: Sequence[Version]) -> timedelta:
    """Longer and longer while one after the other breaks off."""
    broken = next((number for number, one in enumerate(newest) if not one.figures.get(_BROKEN)), len(newest))
    took = timedelta(seconds=_SHARE * float(newest[0].figures.get("seconds", 0)))
    return max(_PAUSE * int(4 ** max(0, broken - 1)), took)


def _learn(version: Version) -> None:
    from putthrough.routing.learning import stored

    started, told = time.monotonic(), lessons()
    outcome = _outcome(_task(told, version), lambda: _still_at_it(version))
    better, words = _compared(outcome.right, told)
    seconds = round(time.monotonic() - started, 1)
    values = {
        "lessons": len(told),
        "figures": {**version.figures, **outcome.figures, "seconds": seconds},
        "words": words,
        "content": outcome.content,
        "sha256": stored.hash_of(outcome.content),
        "state": Version.State.READY,
    }
    with writing():
        if not Version.objects.filter(pk=version.pk, state=Version.State.LEARNING).update(**values):
            raise NotOurs
        if better:
            put_in_use(Version.objects.defer("content").get(pk=version.pk))
        _tidy()


def _task(told: Sequence[Taught], version: Version) -> Task:
    import numpy as np

    from putthrough.routing.learning.task import Meanings, Task, texts_of

    means, labels = learned.encoder(), _labels()
    task = Task(labels, _examples(told), np.array([one.id for one in told], dtype=np.int64), organisation().precision)
    if means is None:
        return task
    texts, remembered = texts_of(labels), Remembered(means, means.name)
    for at in range(0, len(texts), _ENCODED):
        remembered.encode(texts[at : at + _ENCODED])
        _still_at_it(version)
    own = Meanings(texts, remembered.encode(texts).astype(np.float16))
    points = _points(told, means, lambda: _still_at_it(version))
    return replace(task, encoder=means.name, points=points, meanings=own)


def _outcome(task: Task, beat: Callable[[], None]) -> Outcome:
    """Learning much takes hundreds of megabytes, and is done where they are given back."""
    from putthrough.routing.learning import task as work

    if len(task.examples) + len(work.texts_of(task.labels)) < _WORTH_A_PROCESS:
        return work.done(task)
    return work.Outcome.of_bytes(apart(work.__name__, task.as_bytes(), beat=beat))


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
        .annotate(account=Subquery(first.values("account")[:1]), language=Subquery(first.values("language")[:1]))
        .order_by("-at", "-pk")
        .values_list("pk", "said", "subject", "service__key", "at", "account", "language")[:_MOST]
    )
    found = [
        Taught(pk, f"{subject}\n{said}" if subject else said, key, at, circumstances(account or 0, language or ""))
        for pk, said, subject, key, at, account, language in rows
    ]
    return found[::-1]


def _labels() -> list[Any]:
    from putthrough.routing.learning.examples import Label

    rows = Service.objects.filter(active=True).order_by("key")
    return [Label(row.key, row.name, row.description, tuple(row.synonyms)) for row in rows]


def _examples(lessons: Sequence[Taught]) -> list[Any]:
    from putthrough.routing.learning.examples import Example

    return [Example(lesson.text, lesson.key, lesson.about) for lesson in lessons]


def _points(lessons: Sequence[Taught], means: Any, beat: Callable[[], None]) -> Any:
    """What each text means (float16); those that are known stand with the lesson, and the others are put there."""
    import numpy as np

    known = dict(Lesson.objects.filter(encoder=means.name).exclude(point=None).values_list("pk", "point"))
    missing = [lesson for lesson in lessons if lesson.id not in known]
    for at in range(0, len(missing), _ENCODED):
        part = missing[at : at + _ENCODED]
        points = [point.astype(np.float16).tobytes() for point in means.encode([lesson.text for lesson in part])]
        rows = [Lesson(pk=one.id, point=point, encoder=means.name) for one, point in zip(part, points, strict=True)]
        Lesson.objects.bulk_update(rows, ["point", "encoder"])
        known.update(zip((one.id for one in part), points, strict=True))
        beat()
    in_order = b"".join(bytes(known[lesson.id] or b"") for lesson in lessons)
    return np.frombuffer(in_order, dtype=np.float16).reshape(len(lessons), -1)


def _compared(right: Mapping[int, bool], lessons: Sequence[Taught]) -> tuple[bool, str]:
    """Whether it is at least as good as the one in use on what came since, and that in words; ``right`` is whether it
    had each lesson right, by its place."""
    from putthrough.routing.learned import in_use

    current = in_use()
    since = Version.objects.filter(state=Version.State.IN_USE).values_list("taught_until", flat=True).first()
    if current is None or since is None or not right:
        return True, "It is the first."
    recent = {at for at, lesson in enumerate(lessons) if lesson.at > since and lesson.key is not None}
    now_right = {row: stood for row, stood in right.items() if row in recent}
    if len(now_right) < _FEW_RECENT:
        return True, "Too few messages came since the last to compare them."
    asked = sorted(now_right)[-_MOST_COMPARED:]
    judged = current.model.judge([lessons[at].text for at in asked], about=[lessons[at].about for at in asked])
    before = sum(judged.best(number, 1)[0] == lessons[at].key for number, at in enumerate(asked))
    after = sum(now_right[at] for at in asked)
    said = f"Of the {len(asked)} newest messages it had {after} right, the one in use {before}."
    return after >= before, said if after >= before else f"{said} So that one stays."
