"""A step is one piece of the journey that can be done again and again until nothing is due.

State stands on the rows: a step finds what is due there, does one batch in one transaction, and says how many
it moved. So a nudge that is lost, doubled or killed half-way changes nothing but latency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import transaction
from django_tasks import task

log = structlog.get_logger()

# A large import must not keep answers waiting that are due: after so many batches the other steps have their turn.
_BATCHES_IN_TURN = 20


@dataclass(frozen=True, slots=True)
class Step:
    """``work`` does one batch of what is due and returns how many rows it moved; 0 means nothing was due.

    Each lane has workers of its own, so that what takes long holds up nobody else's: ``rows`` moves rows, ``alerts``
    tells people that a life may be at risk, ``networks`` speaks with networks, which may let it wait, ``learning``
    thinks for a while.
    """

    name: str
    work: Callable[[], int]
    lane: str = "rows"


_steps: dict[str, Step] = {}
_watchers: list[Callable[[], None]] = []


def register(step: Step) -> None:
    """Used by ``journey.py`` alone."""
    _steps[step.name] = step


def watch(watcher: Callable[[], None]) -> None:
    """Call ``watcher`` after every batch: a step with much to do shows that it gets on."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def names(*, lane: str = "") -> tuple[str, ...]:
    """In the order of the journey: all, or only those of a lane."""
    return tuple(step.name for step in _steps.values() if lane in ("", step.lane))


def later(name: str) -> None:
    """Nudge a step once the current transaction has committed."""
    transaction.on_commit(lambda: _nudge(name))


def _nudge(name: str) -> None:
    try:
        run_step.enqueue(name)
    except Exception as error:  # the sweep will find what is due; the caller's work is done and committed
        log.warning("nudge lost", step=name, error=type(error).__name__)


@task
def run_step(name: str) -> int:
    """Do a step until nothing is due any more, or it is the others' turn. Returns how many rows it moved."""
    done = 0
    for _ in range(_BATCHES_IN_TURN):
        moved = _steps[name].work()
        if not moved:
            return done
        done += moved
        for watcher in _watchers:
            watcher()
    _nudge(name)
    return done


def sweep(only: frozenset[str] | None = None) -> int:
    """Run every step, or the nudged ones, in the order of the journey; a failing one does not stop the rest."""
    done = 0
    for name in _steps:
        if only is None or name in only:
            done += _guarded(name)
    return done


def _guarded(name: str) -> int:
    try:
        return run_step.call(name)
    except Exception as error:
        log.error(
            "step failed and will be tried again",
            step=name,
            error=str(error)[:300],
            kind=type(error).__name__,
        )
        return 0
