"""The overview and a list behind one of its figures at several sizes of the archive: p50, p95 and their ratio."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from bench._place import fresh, percentile, show
from bench.inbox import _opened, _times

_COURSES = (
    "INSERT INTO figures_course(conversation, channel, opened_at, opened_on, first_team, team, here_since, "
    "here_before, passes, answered_on, answer_team, answer_passes, finding, waiting, closed_on, close_team, outcome) "
    "SELECT id, channel, opened_at, date('now', '-' || (id % 365) || ' days'), owner_id, owner_id, opened_at, "
    "opened_at, 0, date('now', '-' || (id % 365) || ' days'), owner_id, id % 3, 60, 3600, "
    "date('now', '-' || (id % 365) || ' days'), owner_id, 'done' FROM conversations_conversation"
)
_TALLIES = (
    "INSERT INTO figures_tally(day, team, channel, figure, word, number) "
    "SELECT {day}, {team}, channel, '{figure}', {word}, SUM({number}) FROM figures_course GROUP BY 1, 2, 3, 5"
)
_OF = (
    ("opened_on", "first_team", "opened", "''", "1"),
    ("answered_on", "answer_team", "answered", "''", "1"),
    ("answered_on", "answer_team", "passes", "''", "answer_passes"),
    ("answered_on", "answer_team", "finding", "''", "finding"),
    ("answered_on", "answer_team", "waiting", "''", "waiting"),
    ("closed_on", "close_team", "closed", "outcome", "1"),
)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", default="10000,1000000", help="conversations, as in 10000,1000000")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with fresh():
        sizes = [int(size) for size in options.sizes.split(",")]
        show(measure(sizes, options.rounds), as_json=options.json)


def measure(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    from bench._fill import fill

    figures: dict[str, Any] = {}
    for size in sizes:
        fill(size)
        _roll_up()
        for name, page in _pages().items():
            times = _times(page, rounds)
            figures[f"{name} at {size}"] = {
                "p50_ms": round(percentile(times, 0.5), 1),
                "p95_ms": round(percentile(times, 0.95), 1),
            }
    least, most = sizes[0], sizes[-1]
    for name in _pages():
        large, small = (figures[f"{name} at {size}"]["p95_ms"] for size in (most, least))
        figures[f"{name}: p95 at {most} / at {least}"] = round(large / small, 2)
    return figures


def _roll_up() -> None:
    """The archive is written by plain SQL and has no audit entries, so its roll-ups are too."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM figures_course")
        cursor.execute("DELETE FROM figures_tally")
        cursor.execute(_COURSES)
        for day, team, figure, word, number in _OF:
            cursor.execute(_TALLIES.format(day=day, team=team, figure=figure, word=word, number=number))
        cursor.execute("ANALYZE")


def _pages() -> dict[str, Any]:
    from django.test import Client

    from putthrough.directory.models import User
    from putthrough.oversight.figures.queries import today

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.filter(role=User.Role.COMMS_LEAD)[0])
    day = today().isoformat()
    return {
        "overview": _opened(client, "/overview", "The last 28 days"),
        "list of a day": _opened(client, f"/overview/list?of=answered&first={day}&last={day}", "data-row"),
        "list of overdue": _opened(client, "/overview/list?of=overdue", "data-row"),
    }


if __name__ == "__main__":
    main()
