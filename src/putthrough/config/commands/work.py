"""putthrough work: a worker process beside the web servers; start as many as there is work for."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--interval", type=float, default=0.2, help="seconds between looks (default: %(default)s)")


def run(options: Namespace) -> int:
    setup()
    from django.conf import settings

    from putthrough.intake.listening import Listeners
    from putthrough.jobs import pool
    from putthrough.kit.apart import one_thread_a_product

    if settings.EMBEDDED:
        print("With SQLite the worker is part of “putthrough serve”: there is nothing to start.", file=sys.stderr)
        return 1
    one_thread_a_product()
    listeners = Listeners()
    listeners.start()
    try:
        pool.run(interval=options.interval)
    finally:
        listeners.stop()
    return 0
