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
    from django.test import override_settings

    from bench._fill import fill

    figures: dict[str, Any] = {}
    kept: dict[str, dict[int, list[float]]] = {}
    for size in sizes:
        fill(size)
        for name, page in _pages().items():
            kept.setdefault(name, {})[size] = _times(page, rounds)
        with override_settings(ROOT_URLCONF="bench._bare"):
            kept.setdefault("a bare page of 50", {})[size] = _times(_bare(), rounds)
    least, most = sizes[0], sizes[-1]
    bare = percentile(kept["a bare page of 50"][least], 0.5)
    for name, at in kept.items():
        for size, times in at.items():
            p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
            figures[f"{name} at {size}"] = {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}
        figures[f"{name}: p50 at {most} / bare page at {least}"] = round(percentile(at[most], 0.5) / bare, 2)
        figures[f"{name}: p95 at {most} / at {least}"] = round(
            percentile(at[most], 0.95) / percentile(at[least], 0.95), 2
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
    from putthrough.conversations.models import Conversation, Message

    harriet, client = _harriet()
    long_one = Conversation.objects.filter(owner__in=harriet.teams.all()).exclude(state="closed").latest("pk")
    if long_one.messages.count() < 50:
        first = long_one.messages.get()
        Message.objects.bulk_create([_again(first, number) for number in range(49)])

    return {
        "inbox": _opened(client, "/", "About number"),
        "conversation of 50 messages": _opened(client, f"/conversations/{long_one.pk}", "About number"),
        "search, a common word": _opened(client, "/search?q=pothole", "pothole"),
        "search, a rare word": _opened(client, "/search?q=word77", "word77"),
    }


def _bare() -> Callable[[], None]:
    return _opened(_harriet()[1], "/bare", "About number")


def _harriet() -> tuple[Any, Any]:
    from django.test import Client

    from putthrough.directory.models import User

    harriet = User.objects.get(email="harriet.holm@ambleford.example")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(harriet)
    return harriet, client


def _opened(client: Any, address: str, has: str) -> Callable[[], None]:
    def page() -> None:
        answer = client.get(address)
        if answer.status_code != 200 or has not in answer.content.decode():
            raise SystemExit(f"{address} answered {answer.status_code} without {has!r}.")

    return page


def _again(message: Any, number: int) -> Any:
    message.pk, message.message_id = None, ""
    copy = type(message)(**{f.attname: getattr(message, f.attname) for f in message._meta.fields if f.attname != "id"})
    copy.direction = "in" if number % 2 else "out"
    return copy


if __name__ == "__main__":
    main()
