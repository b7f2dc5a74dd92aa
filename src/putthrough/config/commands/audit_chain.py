"""putthrough audit verify."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify"], help="walk the whole chain of entries and check each")


def run(options: Namespace) -> int:
    setup()
    from putthrough.audit.queries import verify

    verdict = verify()
    print(verdict.words)
    return 0 if verdict.broken_at is None else 1
