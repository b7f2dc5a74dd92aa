"""What was learnt, at work: the version in use, and what it makes of messages. Loads no arithmetic before it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from putthrough.routing.models import Version

if TYPE_CHECKING:
    from putthrough.routing.learning.learnt import Judged, Learnt, Points
    from putthrough.routing.meaning.encoder import Encoder

log = structlog.get_logger()

_GUESSES = 5


@dataclass(frozen=True, slots=True)
class InUse:
    """The version that routes, ``precise`` (0 to 1) as it was measured to be where it acts by itself."""

    id: int
    model: Learnt
    precise: float | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was learnt about one message: ``guesses`` are (service's key, confidence), best first; ``near`` the lessons
    that spoke most for the first, ``words`` what the message shares with them."""

    guesses: Sequence[tuple[str, float]]
    acts: bool
    near: Sequence[int]
    words: Sequence[str]
    precise: float | None
    needs: float | None = None
    """From how sure on it acts for the first service; None where it does not act for that one yet."""

    @property
    def sure(self) -> float:
        return self.guesses[0][1] if self.guesses else 0.0


_kept: InUse | None = None


def in_use() -> InUse | None:
    """The version in use, read when it changes. None without one, or when it is refused (and the log says why)."""
    global _kept
    rows = Version.objects.filter(state=Version.State.IN_USE)
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        _kept = None
    elif _kept is None or _kept.id != pk:
        _kept = _read(rows.get(pk=pk))
    return _kept


def forget() -> None:
    global _kept
    _kept = None


def _read(version: Version) -> InUse | None:
    from putthrough.routing.learning.stored import ForeignModel, load

    means = encoder()
    try:
        model = load(bytes(version.content or b""), version.sha256, means, name=means.name if means else "")
    except ForeignModel as error:
        log.warning("what was learnt is not used", version=version.pk, why=str(error))
        return None
    return InUse(version.pk, model, version.figures.get("auto_precision"))


@lru_cache(maxsize=1)
def encoder() -> Encoder | None:
    """The sentence encoder, if it is installed and is what it should be; else words alone have to do."""
    from putthrough.routing.meaning.found import encoder as found
    from putthrough.routing.meaning.weights import ForeignWeights

    try:
        return found(Path(settings.DATA) / "models", own=settings.ENCODER)
    except (ForeignWeights, OSError) as error:
        log.warning("the sentence encoder is not used", why=str(error))
        return None


@lru_cache(maxsize=1)
def encoder_name() -> str:
    """Under which its points are kept, empty without one; it need not be loaded for that."""
    from putthrough.routing.meaning.found import name
    from putthrough.routing.meaning.weights import ForeignWeights

    try:
        return name(settings.ENCODER) or ""
    except (ForeignWeights, OSError) as error:
        log.warning("the sentence encoder is not used", why=str(error))
        return ""


def opinions(
    current: InUse | None,
    texts: Sequence[str],
    points: Points | None = None,
    about: Sequence[Sequence[str]] | None = None,
) -> Sequence[Opinion | None]:
    """One for each text, None where nothing was learnt. ``points`` are what the texts mean, where that is known
    already, ``about`` the messages' circumstances. Never raises: what breaks it is left to the other stages."""
    if current is None or not texts:
        return [None] * len(texts)
    try:
        judged = current.model.judge(texts, points if current.model.encoder else None, about)
        return [_opinion(current, judged, at, text) for at, text in enumerate(texts)]
    except Exception as error:
        log.error("what was learnt could not be asked", kind=type(error).__name__)
        return [None] * len(texts)


def _opinion(current: InUse, judged: Judged, at: int, text: str) -> Opinion:
    from putthrough.routing.learning.wording import shared

    model = current.model
    near = [int(row) for row in judged.near[at]]
    best = judged.best(at, _GUESSES)
    left, scores = 1 - float(judged.sure[at]), _shares(judged, at, len(best))
    rest = [min(float(judged.sure[at]), left * share) for share in scores]
    return Opinion(
        guesses=list(zip(best, [float(judged.sure[at]), *rest], strict=True)),
        acts=bool(judged.acts[at]),
        near=[lesson for lesson in (int(model.kept_rows[row]) for row in near) if lesson > 0],
        words=shared(text, model.rarity, lambda place: _among(model, near, place), len(near)),
        precise=current.precise,
        needs=_needs(model, best[0]),
    )


def _needs(model: Learnt, key: str) -> float | None:
    threshold = float(model.thresholds[list(model.keys).index(key)])
    return threshold if threshold <= 1 else None


def _shares(judged: Judged, at: int, count: int) -> list[float]:
    """How what is left divides among the others (all but the first)."""
    scores = sorted((max(0.0, float(score)) for score in judged.scores[at]), reverse=True)[1:count]
    total = sum(scores) or 1.0
    return [score / total for score in scores]


def _among(model: Learnt, near: Sequence[int], place: int) -> int:
    """In how many of these the feature of a place stands."""
    having = model.kept.having(place)
    return sum(bool((having == row).any()) for row in near)
