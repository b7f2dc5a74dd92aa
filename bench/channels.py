"""Webhooks through the door, beside a bare view that verifies the signature and inserts a row; a burst of mentions; and
posts on Bluesky's own servers.

    bench/run channels --items 3000 --burst 10000 --posts 40

Both views go through the whole stack of one process (middleware, address, view, database), one request after another.
The burst waits at a double of a Mastodon instance, is read in pages, filed and put through; then all are counted.
The posts are mentions on the real network (`scripts/parts` brings it), which the running product asks every --interval
seconds; --posts 0 leaves them out.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from bench._bluesky import from_post_to_inbox
from bench._place import fresh, percentile, show

SECRET = "a secret that both sides know"  # of a benchmark
_WITHIN = 1.5


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--items", type=int, default=3000)
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--posts", type=int, default=40)
    parser.add_argument("--interval", type=float, default=60.0)
    options = parser.parse_args()
    posted = from_post_to_inbox(options.posts, options.interval) if options.posts else {}
    with fresh():
        figures = posted | measure(options.items)
        figures.update(burst(options.burst))
        show(figures, as_json=options.json)


def measure(items: int) -> dict[str, Any]:
    from django.test import Client, override_settings

    client = Client(HTTP_HOST="127.0.0.1")
    hooks = {"generic webhook": _generic(client), "Facebook webhook": _facebook(client)}
    with override_settings(ROOT_URLCONF="bench._bare"):
        figures: dict[str, Any] = {"a bare view": _figures(bare := _times(_bare(client), items))}
    for name, post in hooks.items():
        ours = _times(post, items)
        figures[name] = _figures(ours)
        figures[f"{name} / bare view (aim at most {_WITHIN})"] = round(sum(ours) / sum(bare), 2)
    return figures


def _figures(times: list[float]) -> dict[str, float]:
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    rate = round(len(times) / sum(times))
    return {"per_second": rate, "p50_ms": round(1000 * p50, 2), "p95_ms": round(1000 * p95, 2)}


def _times(post: Callable[[int], Any], items: int) -> list[float]:
    for number in range(50):
        post(-number - 1)
    times = []
    for number in range(items):
        before = time.perf_counter()
        answer = post(number)
        times.append(time.perf_counter() - before)
        if answer.status_code != 200:
            raise SystemExit(f"A post was refused: {answer.status_code} {answer.content[:200]!r}")
    return times


def _account(channel: str, address: str, **credentials: str) -> int:
    from putthrough.channels.actions import save_account
    from putthrough.channels.models import Account

    row = Account(channel=channel, address=address, name="Example Borough", settings={"network": "Forum"})
    return save_account(row, credentials=credentials).pk


def _generic(client: Any) -> Callable[[int], Any]:
    from putthrough.channels.webhook.signing import sign

    url = f"/hooks/webhook/{_account('webhook', '@forum', secret=SECRET)}"

    def post(number: int) -> Any:
        body = json.dumps(
            {"id": f"p{number}", "at": "2026-11-24T08:55:00Z", "contact": f"pat{number}", "text": _text(number)}
        ).encode()
        signed = sign(body, SECRET, at=int(time.time()))
        return client.post(url, body, content_type="application/json", headers={"Putthrough-Signature": signed})

    return post


def _facebook(client: Any) -> Callable[[int], Any]:
    page = "100200300400"
    url = f"/hooks/facebook/{_account('facebook', page, app_secret=SECRET)}"

    def post(number: int) -> Any:
        message = {"mid": f"m_{number}", "text": _text(number)}
        told = {"sender": {"id": "5"}, "recipient": {"id": page}, "timestamp": 1_764_000_000_000, "message": message}
        body = json.dumps({"object": "page", "entry": [{"id": page, "time": 1, "messaging": [told]}]}).encode()
        signed = f"sha256={_mac(body)}"
        return client.post(url, body, content_type="application/json", headers={"X-Hub-Signature-256": signed})

    return post


def _bare(client: Any) -> Callable[[int], Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (external_id varchar(255) UNIQUE, raw bytea)")

    def post(number: int) -> Any:
        body = json.dumps({"id": f"p{number}", "contact": f"pat{number}", "text": _text(number)}).encode()
        return client.post("/bare-hook", body, content_type="application/json", headers={"X-Signature": _mac(body)})

    return post


def _mac(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def _text(number: int) -> str:
    return f"There is a deep pothole outside number {number}. A cyclist came off on Sunday. " * 2


def _rate(number: int, seconds: float) -> dict[str, float]:
    return {"seconds": round(seconds, 1), "per_second": round(number / seconds)}


def burst(mentions: int) -> dict[str, Any]:
    """That many mentions wait; how long until each has its conversation, and how many are lost or doubled."""
    from putthrough.channels.actions import save_account
    from putthrough.channels.models import Account
    from putthrough.conversations.filing import file_waiting
    from putthrough.conversations.models import Message
    from putthrough.intake.actions import take
    from tests.doubles.mastodon import TOKEN, Instance

    instance = Instance()
    try:
        settings = {"instance": instance.base, "account_id": "1"}
        row = Account(channel="mastodon", address="@borough@social.example", name="Borough", settings=settings)
        row = save_account(row, credentials={"access_token": TOKEN})
        instance.writes("The first of all")
        take(row)
        written = [instance.writes(f"There is a deep pothole outside number {number}.") for number in range(mentions)]
        before = time.perf_counter()
        take(row)
        taken = time.perf_counter()
        while file_waiting():
            pass
        filed = time.perf_counter()
    finally:
        instance.stop()
    kept = list(Message.objects.filter(account=row).values_list("message_id", flat=True))
    return {
        f"{mentions} mentions read": _rate(mentions, taken - before),
        "and put through": _rate(mentions, filed - taken),
        "lost": len(set(written) - set(kept)),
        "doubled": len(kept) - len(set(kept)),
    }


if __name__ == "__main__":
    main()
