"""A database of its own for each benchmark, and the figures in one form."""

from __future__ import annotations

import json
import os
import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@contextmanager
def fresh() -> Iterator[Path]:
    """A migrated, seeded database in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as folder:
        os.environ["PUTTHROUGH_DATA"] = folder
        os.environ.setdefault("PUTTHROUGH_LOG", "ERROR")
        os.environ["DJANGO_SETTINGS_MODULE"] = "putthrough.config.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from putthrough.demo.seed import seed

        call_command("migrate", verbosity=0)
        seed()
        yield Path(folder)
        connections.close_all()


@dataclass(slots=True)
class Spent:
    """Wall and processor seconds."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Spent]:
    spent, wall, cpu = Spent(), time.perf_counter(), time.process_time()
    yield spent
    spent.wall, spent.cpu = time.perf_counter() - wall, time.process_time() - cpu


def rate(messages: int, spent: Spent) -> dict[str, float]:
    return {"per_second": round(messages / spent.wall, 1), "cpu_ms": round(1000 * spent.cpu / messages, 3)}


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(figures: dict[str, Any], *, as_json: bool) -> None:
    figures["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<42} {value}")
