"""From raw email to routed, owned, searchable conversation: messages a second beside bare limits of the same run."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import islice
from typing import Any

from bench._mails import mails
from bench._place import Spent, fresh, rate, show, timed


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--sizes", default="1000", help="conversations there before, as in 1000,1000000")
    parser.add_argument("--batch", type=int, default=50, help="mails kept in one commit, as under load")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with fresh() as folder:
        show(measure(options.messages, sizes, options.batch, folder), as_json=options.json)


def measure(count: int, sizes: Sequence[int], batch: int, folder: Any) -> dict[str, Any]:
    from bench import _floors
    from bench._fill import fill

    figures: dict[str, Any] = {"messages": count}
    at_size = {}
    for turn, size in enumerate(sizes):
        fill(size)
        ours = ingest(list(mails(count, seed=10 + turn)), batch)
        at_size[size] = ours
        figures[f"ours at {size}"] = rate(count, ours)
    figures["ours one by one"] = rate(count // 3, ingest(list(mails(count // 3, seed=40)), 1))
    raws = list(mails(count, seed=50))
    a, b = _floors.floor_a(raws, folder), _floors.floor_b(raws[: count // 3])
    figures["floor A"], figures["floor B"] = rate(count, a), rate(count // 3, b)
    first = at_size[sizes[0]]
    figures["ours / floor B"] = round((b.wall / (count // 3)) / (first.wall / count), 2)
    figures["CPU ours / floor B"] = round((first.cpu / count) / (b.cpu / (count // 3)), 2)
    if len(sizes) > 1:
        figures[f"rate at {sizes[-1]} / at {sizes[0]}"] = round(first.wall / at_size[sizes[-1]].wall, 3)
    figures["statements for one message"] = statements()
    return figures


def ingest(raws: list[bytes], batch: int) -> Spent:
    """Keep and file; checks that every message is there with an owner before it gives a figure."""
    from putthrough.conversations.models import Message

    before = Message.objects.count()
    with timed() as spent:
        _keep_and_file(raws, batch)
    if Message.objects.count() - before != len(raws):
        raise SystemExit("Not every message was filed: the figure would be worth nothing.")
    return spent


def _keep_and_file(raws: list[bytes], batch: int) -> None:
    from putthrough.channels.contract import Arrived
    from putthrough.channels.email.identity import external_id
    from putthrough.channels.queries import account_by_address
    from putthrough.conversations.filing import file_waiting
    from putthrough.demo.body import ENQUIRIES
    from putthrough.intake.actions import keep

    account = account_by_address("email", ENQUIRIES)
    if account is None:
        raise SystemExit("The benchmark's account is missing.")
    queue = iter(raws)
    while group := list(islice(queue, batch)):
        keep([(account.pk, Arrived(external_id(raw), raw)) for raw in group])
        while file_waiting():
            pass


def statements() -> int:
    """SQL statements for one new message on an idle system, arrival to owner (transaction control included)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _keep_and_file(list(mails(1, seed=98)), 1)
    with CaptureQueriesContext(connection) as captured:
        _keep_and_file(list(mails(1, seed=99)), 1)
    return len(captured)


if __name__ == "__main__":
    main()
