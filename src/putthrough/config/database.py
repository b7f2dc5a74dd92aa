"""Two databases from the first day: SQLite embedded, PostgreSQL by ``DATABASE_URL``."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# WAL lets people read while a message is written. FULL, because an answer of "250 OK" to a mail server is a
# promise that survives a power cut. The page cache and mmap keep a page of a large inbox in memory.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
    "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
)


def sqlite(path: Path | str) -> dict[str, Any]:
    """SQLite settings; IMMEDIATE, so that a transaction that will write never fails half-way for the lock."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS},
        "CONN_MAX_AGE": None,
    }


# Compiling a query before it runs took 1.1 s of the 1.2 s that one of some milliseconds needed (a million messages).
_NO_COMPILING = "-c jit=off"


def postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"options": _NO_COMPILING},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def from_url(url: str, data: Path) -> dict[str, Any]:
    """Settings for ``sqlite:///PATH`` or ``postgres://USER:PASSWORD@HOST:PORT/NAME``; empty: SQLite in ``data``.

    Raises ImproperlyConfigured in plain words for anything else.
    """
    if not url:
        return sqlite(data / "putthrough.sqlite3")
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return sqlite(url.removeprefix("sqlite:///"))
    if scheme in ("postgres", "postgresql"):
        return postgres(url)
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with {scheme!r}. Write sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."
    )
