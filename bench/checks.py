"""How often each check before sending is right, on our labelled answers, and how long all of them take.

    bench/run checks [--json] [--missed]     --missed prints what the tuning half got wrong, and that half alone

Precision: of the answers that a check stops, the share where a colleague would have. Recall: of those where a colleague
would have, the share that it stops. ``n`` is how many those are.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from bench._place import percentile, show
from tests.answers import Labelled, asked, labelled


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--missed", action="store_true", help="what is wrong in the half that is tuned on")
    options = parser.parse_args()
    rows = list(labelled())
    if options.missed:
        return _print_missed([row for row in rows if row.tuned_on])
    found = figures(rows)
    if options.json:
        return show(found, as_json=True)
    for half in ("tuned on", "held out"):
        print(f"\n{half:<18} precision  recall    n  stopped")
        for key, rates in found.pop(half).items():
            print(_line(key, rates))
    return show(found, as_json=False)


def _line(key: str, rates: Any) -> str:
    if isinstance(rates, str):
        return f"{key}: {rates}"
    shown = [format(rates[name], ".3f") if rates[name] is not None else "-" for name in ("precision", "recall")]
    return f"{key:<18} {shown[0]:>9} {shown[1]:>7} {rates['n']:>4} {rates['stopped']:>8}"


def figures(rows: Sequence[Labelled]) -> dict[str, Any]:
    from putthrough.replies.checks.catalogue import CHECKS

    keys = [check.key for check in CHECKS]
    tuned, held = [row for row in rows if row.tuned_on], [row for row in rows if not row.tuned_on]
    return {
        "answers": {"all": len(rows), "innocent": sum(not row.finds for row in rows), "kept back": len(held)},
        "tuned on": _by_check(tuned, keys),
        "held out": _by_check(held, keys),
        "milliseconds": _times(rows),
    }


def _by_check(rows: Sequence[Labelled], keys: Sequence[str]) -> dict[str, Any]:
    found = [(row.finds, _found(row)) for row in rows]
    each = {key: _rates([(key in meant, key in got) for meant, got in found]) for key in keys}
    some = {key: rates for key, rates in each.items() if rates["n"] or rates["stopped"]}
    every = _rates([(key in meant, key in got) for meant, got in found for key in keys])
    innocent = [got for meant, got in found if not meant]
    return {**some, "all checks": every, "innocent answers stopped": f"{sum(map(bool, innocent))} of {len(innocent)}"}


def _rates(pairs: Sequence[tuple[bool, bool]]) -> dict[str, Any]:
    right = sum(meant and got for meant, got in pairs)
    meant, stopped = sum(one for one, _ in pairs), sum(one for _, one in pairs)
    precision = round(right / stopped, 3) if stopped else None
    return {
        "precision": precision,
        "recall": round(right / meant, 3) if meant else None,
        "n": meant,
        "stopped": stopped,
    }


def _found(row: Labelled) -> set[str]:
    from putthrough.replies.checks.catalogue import look_over

    return {finding.key for finding in look_over(asked(row))}


def _times(rows: Sequence[Labelled]) -> dict[str, float]:
    taken = []
    for row in rows:
        _found(row)  # once before, so that nothing is loaded while it is timed
        began = time.perf_counter()
        _found(row)
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": round(percentile(taken, 0.5), 3), "p95": round(percentile(taken, 0.95), 3)}


def _print_missed(rows: Sequence[Labelled]) -> None:
    for row in rows:
        got = _found(row)
        for key in sorted(row.finds - got):
            print(f"missed  {key}: {row.text}")
        for key in sorted(got - row.finds):
            print(f"wrongly {key}: {row.text}")


if __name__ == "__main__":
    main()
