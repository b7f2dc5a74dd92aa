"""putthrough oversight rebuild."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["rebuild"], help="count every figure anew from the first audit entry on")


def run(_: Namespace) -> int:
    setup()
    from putthrough.journey import connect
    from putthrough.oversight.figures.actions import rebuild

    connect()
    print(f"Counted anew from {rebuild()} audit entries.")
    return 0
