"""putthrough deadline: when each step of a regime ends. Works without a database and without settings."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from putthrough.deadlines.calendar import NATIONS, UnknownYear
from putthrough.deadlines.counting import Moment, Reckoned, day_of, plan
from putthrough.deadlines.regimes import ESCALATED, Regime
from putthrough.deadlines.table import REGIMES
from putthrough.kit.time import LONDON

_MISTAKE = 2
_ACKNOWLEDGE = "acknowledge"


class _Mistake(ValueError):
    """What was asked cannot be answered; ``str(error)`` says why and what to write instead."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("regime", metavar="REGIME", help=", ".join(REGIMES))
    parser.add_argument("received", metavar="RECEIVED", help="2026-06-30, or 2026-06-30T23:30 (London), or with a zone")
    parser.add_argument("--nation", metavar="NATION", help=f"{', '.join(NATIONS)} (default: the regime's own)")
    parser.add_argument("--acknowledged", metavar="DATE", help="when it was acknowledged; what follows counts from it")
    parser.add_argument("--escalated", metavar="DATE", help="when stage 2 was asked for; it counts from then")
    parser.add_argument("--json", action="store_true", help="JSON out (default: a sentence for each step)")


def run(options: Namespace) -> int:
    """Exit status 2, with what is wrong in plain words, for what cannot be answered."""
    try:
        regime = _regime(options.regime)
        received, nation = _moment(options.received, "RECEIVED"), _nation(regime, options.nation)
        steps = plan(regime, received, nation, happened=_happened(options, regime, received))
    except (_Mistake, UnknownYear, OverflowError) as error:
        words = "That is too far from today to be counted." if isinstance(error, OverflowError) else error
        print(f"putthrough deadline: {words}", file=sys.stderr)
        return _MISTAKE
    if not regime.in_force(day_of(received)):
        since = regime.versions[0].since
        print(f"Note: {regime.name} applies from {_long(since)}; this is how it would count.", file=sys.stderr)
    lines = [json.dumps(_as_json(regime, steps), ensure_ascii=False)] if options.json else _in_words(regime, steps)
    print("\n".join(lines))
    return 0


def _regime(key: str) -> Regime:
    if key not in REGIMES:
        raise _Mistake(f"there is no regime “{key}”. Choose one of: {', '.join(REGIMES)}.")
    return REGIMES[key]


def _nation(regime: Regime, nation: str | None) -> str:
    if nation is None:
        return regime.nations[0]
    if nation not in NATIONS:
        raise _Mistake(f"there is no nation “{nation}”. Choose one of: {', '.join(NATIONS)}.")
    if nation not in regime.nations:
        raise _Mistake(f"{regime.key} does not apply in {nation}, only in {', '.join(regime.nations)}.")
    return nation


def _moment(text: str, what: str) -> Moment:
    """A day, or an instant; one without a zone is London's time."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _Mistake(
            f"{what} “{text}” is not a date that exists. Write 2026-06-30 or 2026-06-30T23:30:00Z."
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=LONDON)


def _happened(options: Namespace, regime: Regime, received: Moment) -> Mapping[str, Moment]:
    """What is known to have been done, by the step or event that later steps count from."""
    given = ((_ACKNOWLEDGE, options.acknowledged, "--acknowledged"), (ESCALATED, options.escalated, "--escalated"))
    steps = regime.version_on(day_of(received)).steps
    named = {step.key for step in steps} | {step.after for step in steps}
    found = {}
    for event, text, option in given:
        if text is None:
            continue
        if event not in named:
            raise _Mistake(f"nothing in {regime.key} counts from {option}. Leave it out.")
        found[event] = _moment(text, option)
        if day_of(found[event]) < day_of(received):
            raise _Mistake(f"{option} {text} is before the day of receipt. Check both dates.")
    return found


def _as_json(regime: Regime, steps: list[Reckoned]) -> dict[str, Any]:
    return {"regime": regime.key, "steps": [_step(one) for one in steps]}


def _step(one: Reckoned) -> dict[str, Any]:
    """``latest`` is there only for a step that may be extended."""
    shown = {
        "step": one.step.key,
        "due": one.due.isoformat(),
        "skipped": [{"day": skipped.day.isoformat(), "name": skipped.name} for skipped in one.skipped],
    }
    return shown | ({"latest": one.latest.isoformat()} if one.latest else {})


def _in_words(regime: Regime, steps: list[Reckoned]) -> Iterator[str]:
    yield regime.name
    for one in steps:
        at = f"{one.due:%H:%M} on " if isinstance(one.due, datetime) else ""
        line = f"  {one.step.label}: by {at}{_long(day_of(one.due))}"
        if one.skipped:
            line += f"; {', '.join(f'{s.name} ({s.day.day} {s.day:%b})' for s in one.skipped)} did not count"
        yield line + (f"; extended at most to {_long(one.latest)}" if one.latest else "")


def _long(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"
