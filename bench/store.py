"""One item of a network or a JSONL file stored for good: a signed post to a view of ours beside the barest one."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from argparse import ArgumentParser
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from bench._place import Spent, fresh, rate, show, timed

_SECRET = b"a secret that both sides know"
_GROUP = 200  # items in one commit, as an import keeps them


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--items", type=int, default=2000)
    options = parser.parse_args()
    with fresh() as folder:
        show(measure(options.items, folder), as_json=options.json)


def measure(count: int, folder: Path) -> dict[str, Any]:
    bare = _posted(_bare_view(), count, "bare")
    ours = _posted(_our_view(), count, "ours")
    grouped = _imported(count)
    return {
        "items": count,
        "plain SQL, the same rows": rate(count, _plain(count, folder)),
        "a bare view": rate(count, bare),
        "ours, one post at a time": rate(count, ours),
        "ours / bare view": round(bare.wall / ours.wall, 2),
        "CPU ours / bare view": round(ours.cpu / bare.cpu, 2),
        f"ours, a file in groups of {_GROUP}": rate(count, grouped),
        "a file / bare view": round(bare.wall / grouped.wall, 2),
    }


def _items(count: int, run: str) -> list[bytes]:
    text = "There is a deep pothole outside number {0}. A cyclist came off on Sunday. " * 4
    return [
        json.dumps({"id": f"{run}-{n}", "channel": "rehearsal", "contact": f"@r{n}", "text": text.format(n)}).encode()
        for n in range(count)
    ]


def _posted(view: Callable[[Any], Any], count: int, run: str) -> Spent:
    """Every item posted by itself, signed, and answered."""
    from django.test import RequestFactory

    posts = RequestFactory()
    asked = [
        posts.post("/", raw, content_type="application/json", HTTP_X_SIGNATURE=_signed(raw))
        for raw in _items(count, run)
    ]
    with timed() as spent:
        for request in asked:
            if view(request).status_code != 200:
                raise SystemExit("A view refused what it should have taken.")
    return spent


def _signed(raw: bytes) -> str:
    return hmac.new(_SECRET, raw, hashlib.sha256).hexdigest()


def _verified(request: Any) -> dict[str, Any]:
    if not hmac.compare_digest(_signed(request.body), request.headers["X-Signature"]):
        raise SystemExit("The signature does not fit.")
    item: dict[str, Any] = json.loads(request.body)
    return item


def _bare_view() -> Callable[[Any], Any]:
    from django.db import connection, transaction
    from django.http import HttpResponse

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare (id INTEGER PRIMARY KEY, external_id TEXT UNIQUE, raw BLOB, received_at TEXT)"
        )

    def view(request: Any) -> Any:
        item = _verified(request)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bare(external_id, raw, received_at) VALUES (%s, %s, datetime()) ON CONFLICT DO NOTHING",
                [item["id"], request.body],
            )
        return HttpResponse("ok")

    return view


def _our_view() -> Callable[[Any], Any]:
    from django.http import HttpResponse

    from putthrough.channels.contract import Arrived
    from putthrough.intake.actions import keep

    account = _account()

    def view(request: Any) -> Any:
        item = _verified(request)
        keep([(account, Arrived(item["id"], request.body))])
        return HttpResponse("ok")

    return view


def _account() -> int:
    from putthrough.channels.models import Account

    return Account.objects.filter(channel="rehearsal").values_list("pk", flat=True)[0]


def _imported(count: int) -> Spent:
    from putthrough.channels.contract import Arrived
    from putthrough.intake.actions import keep

    account, lines = _account(), iter(_items(count, "file"))
    with timed() as spent:
        while group := list(islice(lines, _GROUP)):
            keep([(account, Arrived(json.loads(raw)["id"], raw)) for raw in group])
    return spent


def _plain(count: int, folder: Path) -> Spent:
    base = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
    base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE row (id TEXT UNIQUE, raw BLOB)")
    with timed() as spent:
        for raw in _items(count, "plain"):
            base.execute("INSERT INTO row VALUES (?, ?)", (json.loads(raw)["id"], raw))
    base.close()
    return spent


if __name__ == "__main__":
    main()
