"""An empty database with every migration applied, kept as a file: the next test process begins with a copy of it.

It is made anew whenever a migration or Django changes. With SQLite alone; another database runs its migrations.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(__file__).parent.parent.parent
_KEPT = Path(sys.prefix) / "build"


_NAME = "file:putthrough_tests?mode=memory&cache=shared"


@contextmanager
def filled() -> Iterator[None]:
    """While it lasts the tests' database, in memory, begins with what the file holds, if there is one."""
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        yield
        return
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = _NAME
    with closing(sqlite3.connect(_NAME, uri=True)) as memory:
        if kept().exists():
            with closing(sqlite3.connect(kept())) as file:
                file.backup(memory)
        yield


def keep() -> None:
    """Put what that database holds into the file. Several processes may: the last is as good as the first."""
    if kept().exists() or "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        return
    _KEPT.mkdir(exist_ok=True)
    for old in _KEPT.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)  # of other migrations; what another process is writing has another name
    part = kept().with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(_NAME, uri=True)) as memory, closing(sqlite3.connect(part)) as file:
        memory.backup(file)
    part.replace(kept())


def kept() -> Path:
    return _KEPT / f"migrated-{_digest()}.sqlite3"


def _digest() -> str:
    files = sorted((ROOT / "src").rglob("migrations/*.py"))
    parts = [django.__version__.encode(), *(path.read_bytes() for path in files)]
    return sha256(b"\0".join(parts)).hexdigest()[:16]
