"""Finding similar messages in archives of several sizes: how long, how often the near twin is found, whose archive.

    bench/run similar --sizes 10000,1000000
    .venv/bin/python -m tests.parts.postgres -- bench/run similar     the same with PostgreSQL

The archive is written anew for each run from the sentences that the tests have, two to a message with a made-up street
and number each, so that words are as common and as rare as they are. A twin is one of its messages said once more
with a word left out and another number.
"""

from __future__ import annotations

import json
import random
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bench._place import fresh, percentile, show

_SAID = Path(__file__).parent.parent / "tests" / "data"
_HEADS = ("Alder", "Birch", "Cedar", "Dove", "Elm", "Fern", "Gorse", "Hazel", "Ivy", "Larch", "Moss", "Oak", "Quill")
_TAILS = ("bank", "croft", "dale", "field", "gate", "hill", "holm", "hurst", "lea", "mere", "mouth", "side", "wick")
_KINDS = ("Road", "Street", "Lane", "Close", "Avenue", "Drive", "Way", "Gardens", "Crescent", "Rise")
_BATCH = 20_000


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", default="1000,10000,100000", help="messages, as in 10000,1000000")
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with fresh():
        sizes = [int(size) for size in options.sizes.split(",")]
        show(measure(sizes, options.rounds), as_json=options.json)


def measure(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    from django.db import connection

    figures: dict[str, Any] = {"database": connection.vendor}
    slow: dict[str, dict[int, float]] = {}
    texts = _texts(random.Random(8))  # the same archive each time
    written: list[str] = []
    for size in sizes:
        written += _write(islice(texts, size - len(written)), len(written))
        for who, viewer in _viewers().items():
            times, found = _asked(viewer, written, rounds)
            slow.setdefault(who, {})[size] = percentile(times, 0.95)
            figures[f"{who} at {size}"] = {
                "p50_ms": round(percentile(times, 0.5), 1),
                "p95_ms": round(percentile(times, 0.95), 1),
                "twin_among_five": round(found, 3),
            }
    for who, at in slow.items():
        figures[f"{who}: p95 at {sizes[-1]} / at {sizes[0]}"] = round(at[sizes[-1]] / at[sizes[0]], 2)
    return figures


def _texts(chance: random.Random) -> Iterator[str]:
    lines = [json.loads(line) for path in ("residents", "numbered") for line in (_SAID / f"{path}.jsonl").open()]
    said = [line["text"] for line in lines]
    while True:
        street = f"{chance.choice(_HEADS)}{chance.choice(_TAILS)} {chance.choice(_KINDS)}"
        yield f"{chance.choice(said)} {chance.choice(said)} {chance.randint(1, 240)} {street}"


def _write(texts: Iterator[str], before: int) -> list[str]:
    """Add these to the archive, one conversation each; returns them."""
    from django.db import connection, transaction

    written: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS said (i bigint PRIMARY KEY, said text)")
        while batch := list(islice(texts, _BATCH)):
            first = before + len(written) + 1
            with transaction.atomic():
                cursor.execute("DELETE FROM said")
                cursor.executemany("INSERT INTO said VALUES (%s, %s)", list(enumerate(batch, start=first)))
                for sql in _statements():
                    cursor.execute(sql)
            written += batch
        cursor.execute("ANALYZE")
    return written


def _statements() -> Iterator[str]:
    from django.db import connection

    lite = connection.vendor == "sqlite"
    flag = "1" if lite else "true"
    off = "0" if lite else "false"
    team = "(SELECT min(id) FROM directory_team) + i % (SELECT count(*) FROM directory_team)"
    when = "'2026-11-01'"
    yield f"INSERT INTO conversations_contact(id, name, created_at) SELECT i, 'Resident', {when} FROM said"
    yield (
        "INSERT INTO conversations_conversation(id, account_id, contact_id, owner_id, channel, private, state, "
        "unanswered, subject, preview, thread, opened_at, last_at, passes, scope) "
        f"SELECT i, 1, i, {team}, 'email', {flag}, 'closed', {off}, '', '', '', {when}, {when}, 0, "
        f"'t' || ({team}) FROM said"
    )
    yield (
        "INSERT INTO conversations_message(id, conversation_id, account_id, direction, message_id, in_reply_to, name, "
        "handle, subject, text, html, folded, private, automatic, language, url, likes, shares, sent_at, received_at) "
        "SELECT i, i, 1, 'in', '', '', 'Resident', 'archive@post.example', '', said, "
        f"'', '', {flag}, '', '', '', 0, 0, {when}, {when} FROM said"
    )
    yield (_INDEX_LITE if lite else _INDEX_POSTGRES).format(team=team)


_INDEX_LITE = (
    "INSERT INTO message_words(rowid, text, scope) SELECT i, char(10) || said || char(10) || "
    "'Resident archive@post.example', 't' || ({team}) FROM said"
)
_INDEX_POSTGRES = (
    "INSERT INTO message_words(message_id, words, scope) SELECT i, "
    "to_tsvector('english', ' ' || said || ' Resident archive@post.example'), ARRAY['t' || ({team})] FROM said"
)


def _viewers() -> dict[str, Any]:
    from putthrough.directory.models import User

    roles = {"one who sees everything": User.Role.INFORMATION_GOVERNANCE, "a responder": User.Role.RESPONDER}
    return {words: User.objects.filter(role=role).order_by("pk").first() for words, role in roles.items()}


def _asked(viewer: Any, written: Sequence[str], rounds: int) -> tuple[list[float], float]:
    """Milliseconds of each asking, and how often the twin was there, among those that the viewer may see."""
    from putthrough.conversations.queries import similar_to
    from putthrough.directory import access

    chance, times, found, seen = random.Random(9), [], 0, 0  # the same questions each time
    for _ in range(rounds):
        at = chance.randrange(len(written))
        asked = _twin(written[at], chance)
        before = time.perf_counter()
        like = similar_to(viewer, asked)
        times.append(1000 * (time.perf_counter() - before))
        if _sees(access, viewer, at):
            seen += 1
            found += any(row.pk == at + 1 for row, _ in like)
    return times, found / max(seen, 1)


def _twin(text: str, chance: random.Random) -> str:
    words = text.split()
    del words[chance.randrange(len(words) - 3)]
    return " ".join([*words[:-3], str(chance.randint(1, 240)), *words[-2:]])


def _sees(access: Any, viewer: Any, at: int) -> bool:
    from putthrough.conversations.models import Conversation

    return bool(access.visible(viewer, Conversation).filter(pk=at + 1).exists())


if __name__ == "__main__":
    main()
