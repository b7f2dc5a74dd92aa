"""What kind of message it is: recall and precision by kind on both halves of the labelled messages, and the speed.

    bench/run kinds [--json]

Everyday messages are those of two other files that nothing was learnt from: hardly any of them is more than a pothole.
First with the sentence encoder, as a body with it has it; then by words alone. Cues and weights come from the tune half
(and from other messages of ours) alone, so only the held-out half says what to expect of messages nobody has seen.
"""

from __future__ import annotations

import os
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench._kinds import HELD_OUT, TUNE, Labelled, everyday, labelled
from bench._place import show
from putthrough.routing.kinds.detect import Kind, kinds


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    show(measure(labelled()), as_json=parser.parse_args().json)


def measure(rows: Sequence[Labelled]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as folder:
        os.environ |= {"PUTTHROUGH_DATA": folder, "DJANGO_SETTINGS_MODULE": "putthrough.config.settings"}
        from putthrough.config.cli import setup

        setup()
        from putthrough.routing.heard import told

        return {**_measured(rows, "with the encoder", told), **_measured(rows, "by words alone", lambda _: {})}


def _measured(rows: Sequence[Labelled], how: str, tells: Callable[[str], Mapping[str, float]]) -> dict[str, Any]:
    kinds("so that all is read before the clock starts", told=tells("warm"))
    began = time.perf_counter()
    said = {row.id: _said(row, tells) for row in rows}
    figures: dict[str, Any] = {f"{how}: messages_per_second": round(len(rows) / (time.perf_counter() - began))}
    ordinary = [Labelled("", text, frozenset(), frozenset(), ()) for text in everyday()]
    alarms = sum(str(Kind.RISK_TO_LIFE) in _said(row, tells) for row in ordinary)
    figures[f"{how}, everyday messages taken for a risk to life"] = f"{alarms} of {len(ordinary)}"
    for half in (HELD_OUT, TUNE):
        these = [row for row in rows if row.half == half]
        for kind in Kind:
            figures[f"{how}, {half}: {kind}"] = _figures(str(kind), these, said)
    return figures


def _said(row: Labelled, tells: Callable[[str], Mapping[str, float]]) -> set[str]:
    return {str(guess.kind) for guess in kinds(row.text, before=row.before, told=tells(row.text))}


def _figures(kind: str, rows: Sequence[Labelled], said: dict[str, set[str]]) -> dict[str, Any]:
    right = [row for row in rows if kind in row.kinds]
    flagged = [row for row in rows if kind in said[row.id]]
    hits = sum(kind in row.kinds for row in flagged)
    near = [row for row in rows if kind in row.near and kind not in row.kinds]
    return {
        "n": len(right),
        "recall": round(hits / len(right), 3) if right else None,
        "precision": round(hits / len(flagged), 3) if flagged else None,
        "near_misses_flagged": f"{sum(kind in said[row.id] for row in near)} of {len(near)}",
    }


if __name__ == "__main__":
    main()
