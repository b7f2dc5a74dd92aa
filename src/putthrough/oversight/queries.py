"""Whether everything works, in plain words: for the health page, ``putthrough check`` and whoever watches from outside.

None of these words holds a secret or anything that a resident wrote.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count

from putthrough.channels.models import Account
from putthrough.channels.queries import accounts
from putthrough.conversations.models import Conversation
from putthrough.delivery.models import Delivery
from putthrough.handover.alerts.queries import how_it_stands
from putthrough.intake.queries import count_aside, oldest_waiting
from putthrough.jobs.queries import last_beat
from putthrough.kit.time import age_in_words, now

LONGEST_SILENCE = timedelta(minutes=2)  # longer than any one piece of work may take
_LONGEST_WAIT = timedelta(minutes=5)
_LEAST_PAGES = 64
_LEAST_FREE = 512 * 1024 * 1024
_MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: whether it works, and in words how it stands or what to do."""

    what: str
    works: bool
    words: str


def not_ready() -> list[str]:
    """Why it cannot do its work, in plain words; empty when it can. Cheap enough to ask every few seconds."""
    lines = [database()]
    if lines[0].works:
        lines += [worker(), _disk()]
    return [line.words for line in lines if not line.works]


def database() -> Line:
    try:
        waiting, full = _migrations_waiting(), _is_full()
    except DatabaseError as error:
        words = f"The database does not answer ({type(error).__name__}). Look whether it runs and has room."
        return Line("Database", False, words)
    if waiting:
        words = f"{waiting} changes of the database are waiting. Run: putthrough migrate"
        return Line("Database", False, words)
    if full:
        return Line("Database", False, "The database may not grow any more. Give it a larger limit or disk.")
    return Line("Database", True, "It answers, and its tables are those of this version.")


def _migrations_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return 0 if _were_applied() else _unapplied()


def _is_full() -> bool:
    """Whether SQLite's own limit leaves hardly a page; PostgreSQL has none of that kind."""
    if connection.vendor != "sqlite":
        return False
    pages, free, most = (_pragma(name) for name in ("page_count", "freelist_count", "max_page_count"))
    return most - pages + free < _LEAST_PAGES


def _pragma(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return int(cursor.fetchone()[0])


_applied: set[str] = set()


def _were_applied() -> bool:
    """Applied migrations stay applied: one look at the files a process is enough."""
    return str(connection.settings_dict["NAME"]) in _applied


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not waiting:
        _applied.add(str(connection.settings_dict["NAME"]))
    return waiting


def worker() -> Line:
    """Any worker, in whichever process. Its sign of life goes through the database, so that takes writes too."""
    beat = last_beat()
    start = "Start “putthrough serve” again." if settings.EMBEDDED else "Start “putthrough work”."
    if beat is None:
        return Line("Worker", False, f"No worker has started yet, so nothing is read or sent. {start}")
    if now() - beat > LONGEST_SILENCE:
        words = f"No worker has written anything for {age_in_words(beat)}. Look whether the disk is full. {start}"
        return Line("Worker", False, words)
    return Line("Worker", True, "It is at work, and the database takes what it writes.")


def health() -> list[Line]:
    """Everything that can be looked at from any process, what is wrong with what to do."""
    first = database()
    if not first.works:
        return [first]
    return [first, worker(), *map(_account, accounts()), _deliveries(), _alerts(), _waiting(), _set_aside(), _disk()]


def _alerts() -> Line:
    return Line("Alerts", *how_it_stands())


def _account(row: Account) -> Line:
    what = f"Account {row.name} ({row.address})"
    if not row.enabled:
        return Line(what, True, "Switched off.")
    last = f"Last worked {_ago(row)}." if row.last_good_at else "It has not worked yet."
    if row.health in (Account.Health.FAILING, Account.Health.STOPPED):
        return Line(what, False, f"{row.get_health_display()}. {row.trouble} {last}")
    return Line(what, True, f"Working. {last}" if row.last_good_at else "Nothing has come in or gone out by it yet.")


def _ago(row: Account) -> str:
    age = age_in_words(row.last_good_at) if row.last_good_at else ""
    return age if age == "just now" else f"{age} ago"


def _deliveries() -> Line:
    """What nobody has dealt with yet: answers that failed or may have failed, in conversations still open."""
    doubtful = Delivery.objects.filter(state__in=[Delivery.State.UNCERTAIN, Delivery.State.FAILED])
    alive = doubtful.exclude(reply__conversation__state=Conversation.State.CLOSED)
    counts = dict(alive.values_list("state").annotate(Count("pk")).order_by())
    failed, unsure = counts.get(Delivery.State.FAILED, 0), counts.get(Delivery.State.UNCERTAIN, 0)
    if not failed and not unsure:
        return Line("Answers", True, "None has failed to leave.")
    words = f"{failed} not sent, {unsure} perhaps sent. Their conversations say why and what to do."
    return Line("Answers", False, words)


def _waiting() -> Line:
    oldest = oldest_waiting()
    if oldest is not None and now() - oldest > _LONGEST_WAIT:
        return Line("Filing", False, f"Something that arrived has waited for {age_in_words(oldest)} to be filed.")
    return Line("Filing", True, "What arrives is filed at once.")


def _set_aside() -> Line:
    """Not broken: triage's work, and it stays listed there."""
    count = count_aside(most=_MOST_COUNTED + 1)
    if not count:
        return Line("Arrivals", True, "None is set aside.")
    many = f"More than {_MOST_COUNTED}" if count > _MOST_COUNTED else str(count)
    return Line("Arrivals", True, f"{many} could not be read and are set aside. Triage lists them with the reasons.")


def _disk() -> Line:
    free = shutil.disk_usage(_existing(settings.DATA)).free
    words = f"The database takes {_size(_database_bytes())}; {_size(free)} are free on the disk of the data folder."
    if free < _LEAST_FREE:
        return Line("Room", False, f"{words} Make room: a full disk stops mail from being taken.")
    return Line("Room", True, words)


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _database_bytes() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    name = str(connection.settings_dict["NAME"])
    return sum(os.path.getsize(file) for file in (name, f"{name}-wal") if os.path.exists(file))


def _size(number: int) -> str:
    for unit, least in (("GB", 10**9), ("MB", 10**6)):
        if number >= least:
            return f"{number / least:,.1f} {unit}"
    return f"{number / 1000:,.0f} kB"
