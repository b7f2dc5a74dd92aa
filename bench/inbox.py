"""Inbox, conversation and search pages through the whole stack at several sizes of the archive: p50, p95 and ratios."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any

from bench._place import fresh, percentile, show


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", default="1000,10000,100000", help="conversations, as in 10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    with fresh():
        sizes = [int(size) for size in options.sizes.split(",")]
        show(measure(sizes, options.rounds), as_json=options.json)


def measure(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    from bench._fill import fill

    figures: dict[str, Any] = {}
    kept: dict[str, dict[int, list[float]]] = {}
    for size in sizes:
        fill(size)
        for name, page in _pages().items():
            kept.setdefault(name, {})[size] = _times(page, rounds)
    for name, at in kept.items():
        for size, times in at.items():
            p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
            figures[f"{name} at {size}"] = {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}
        figures[f"{name}: p95 at {sizes[-1]} / at {sizes[0]}"] = round(
            percentile(at[sizes[-1]], 0.95) / percentile(at[sizes[0]], 0.95), 2
        )
    return figures


def _times(page: Callable[[], None], rounds: int) -> list[float]:
    page()
    times = []
    for _ in range(rounds):
        before = time.perf_counter()
        page()
        times.append(1000 * (time.perf_counter() - before))
    return times


def _pages() -> dict[str, Callable[[], None]]:
    """What a responder in seven teams opens; each checks that it got a page."""
    from django.test import Client

    from putthrough.conversations.models import Conversation, Message
    from putthrough.directory.models import User

    harriet = User.objects.get(email="harriet.holm@ambleford.example")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(harriet)
    long_one = Conversation.objects.filter(owner__in=harriet.teams.all()).exclude(state="closed").latest("pk")
    if long_one.messages.count() < 50:
        first = long_one.messages.get()
        Message.objects.bulk_create([_again(first, number) for number in range(49)])

    def opened(address: str, has: str) -> Callable[[], None]:
        def page() -> None:
            answer = client.get(address)
            if answer.status_code != 200 or has not in answer.content.decode():
                raise SystemExit(f"{address} answered {answer.status_code} without {has!r}.")

        return page

    return {
        "inbox": opened("/", "About number"),
        "conversation of 50 messages": opened(f"/conversations/{long_one.pk}", "About number"),
        "search, a common word": opened("/search?q=pothole", "pothole"),
        "search, a rare word": opened("/search?q=word77", "word77"),
    }


def _again(message: Any, number: int) -> Any:
    message.pk, message.message_id = None, ""
    copy = type(message)(**{f.attname: getattr(message, f.attname) for f in message._meta.fields if f.attname != "id"})
    copy.direction = "in" if number % 2 else "out"
    return copy


if __name__ == "__main__":
    main()
