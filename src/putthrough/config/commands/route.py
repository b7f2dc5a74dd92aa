"""putthrough route: JSON lines in, a decision for each out."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON lines out (default: a sentence for each)")


def run(options: Namespace) -> int:
    setup()
    from putthrough.routing.encode import encoded
    from putthrough.routing.explain import explain
    from putthrough.routing.known import known_or_starter

    what, status = encoded(known_or_starter()), 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            message = _message(line)
        except ValueError as error:
            print(f"Line {number}: {error}", file=sys.stderr)
            status = 1
            continue
        print("\n".join(_shown(explain(message, what), as_json=options.json)), flush=True)
    return status


def _message(line: str) -> dict[str, Any]:
    """One message. Raises ValueError in plain words."""
    try:
        message = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not JSON ({error.msg} at character {error.pos + 1}).") from None
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        raise ValueError('write an object with at least "text", for example {"id": 1, "text": "A pothole …"}.')
    return message


def _shown(answer: dict[str, Any], *, as_json: bool) -> Iterator[str]:
    if as_json:
        yield json.dumps(answer, ensure_ascii=False)
        return
    yield f"{answer['id']}: {answer['service'] or 'triage'} ({answer['confidence']:.2f}). {answer['reason']}"
    if answer["kinds"]:
        yield "    " + ", ".join(f"{kind['kind']} {kind['confidence']:.2f}" for kind in answer["kinds"])
    for guess in answer["candidates"]:
        yield f"    {guess['confidence']:.2f}  {guess['service']}"
