"""What a regime is made of. The regimes themselves are data: see ``table.py``. Pure.

A regime has versions with the dates from which they are in force. A version has steps; a step counts a span from an
event (the receipt, or that an earlier step was done), may be extended so far and no further, for reasons, and may
stand still for the reasons that the regime knows and for no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

RECEIVED, ESCALATED = "received", "escalated"
"""The events that are no steps: it arrived; stage 2 was asked for."""


class Unit(StrEnum):
    """How a span is counted; the day of the event itself is never counted but where it says so."""

    HOURS = "hours"  # real time, weekends and holidays too
    WORKING_DAYS = "working days"
    DAYS = "days"  # of the calendar; ending on a weekend or holiday it ends on the next working day
    WEEKS = "weeks"  # of the calendar, wherever they end
    MONTHS = "months"  # the corresponding date, or the month's last day; then as with days
    WHOLE_MONTHS = "months from the day of receipt"  # that day counts, so they end the day before the same date


@dataclass(frozen=True, slots=True)
class Span:
    number: int
    unit: Unit = Unit.WORKING_DAYS

    def __str__(self) -> str:
        unit = "months" if self.unit == Unit.WHOLE_MONTHS else self.unit.value
        return f"{self.number} {unit.removesuffix('s') if self.number == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Extension:
    """At most ``most`` beyond the first end, for one of these reasons. ``tell`` is what the regime asks us to say."""

    most: Span
    reasons: tuple[str, ...]
    tell: str
    latest: Span | None = None  # from the start, where the regime sets the end of an extension so


class Effect(StrEnum):
    DISREGARD = "disregard"  # the days from the first to the last of the pause do not count
    RESTART = "restart"  # the span begins anew on the day on which the answer came


@dataclass(frozen=True, slots=True)
class Pause:
    key: str
    label: str
    effect: Effect
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """``after`` is the event that it counts from: RECEIVED, ESCALATED or the key of a step that was done.

    ``supposed`` is what a forecast counts from instead while the event has not happened. ``met`` says what ends it.
    ``unsure`` says what of it has still to be confirmed against the source, empty when nothing has.
    """

    key: str
    label: str
    span: Span
    met: str
    after: str = RECEIVED
    supposed: str = ""
    extension: Extension | None = None
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """``until`` is the last day on which what arrives comes under it; None while it is in force."""

    key: str
    since: date
    source: str
    steps: tuple[Step, ...]
    pauses: tuple[Pause, ...] = ()
    until: date | None = None

    def step(self, key: str) -> Step:
        """Raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def pause(self, key: str) -> Pause:
        """Raises KeyError."""
        for pause in self.pauses:
            if pause.key == key:
                return pause
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Regime:
    """``nations`` are those in which it can apply, the usual one first. ``of_uk`` counts by the holidays of all four;
    ``registers`` takes what comes after hours or on a day off for received on the next working day."""

    key: str
    name: str
    short: str
    nations: tuple[str, ...]
    versions: tuple[Version, ...]
    of_uk: bool = False
    registers: bool = False

    def version_on(self, day: date) -> Version:
        """The one in force for what arrives that day; before all of them the first, which ``in_force`` tells."""
        in_force = [version for version in self.versions if version.since <= day]
        return in_force[-1] if in_force else self.versions[0]

    def in_force(self, day: date) -> bool:
        return self.versions[0].since <= day

    def version(self, key: str) -> Version:
        """Raises KeyError."""
        for version in self.versions:
            if version.key == key:
                return version
        raise KeyError(key)


def by_key(regimes: Sequence[Regime]) -> Mapping[str, Regime]:
    """The regimes by their ids. Raises ValueError for a table that contradicts itself."""
    for regime in regimes:
        for version in regime.versions:
            _check(regime, version)
    return {regime.key: regime for regime in regimes}


def _check(regime: Regime, version: Version) -> None:
    known = {RECEIVED, ESCALATED}
    for step in version.steps:
        if step.after not in known or (step.after == ESCALATED and step.supposed not in known):
            raise ValueError(f"{regime.key} {version.key}: {step.key} counts from nothing that comes before it.")
        known.add(step.key)
