"""putthrough learn: begin with messages that people put to their service before, from a file or old mail folders."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "path",
        type=Path,
        help="JSON lines (text, service), or a folder with an mbox file or a folder of .eml files for each service, "
        "named by the service's name or key",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be learnt and change nothing")


def run(options: Namespace) -> int:
    setup()
    from putthrough.intake.history import HistoryError
    from putthrough.routing.schooling import SchoolError, read, teach

    if not options.path.exists():
        print(f"There is no file or folder {options.path}. Check the path.", file=sys.stderr)
        return 1
    try:
        messages = read(options.path)
        new = teach(messages, dry_run=options.dry_run)
    except (SchoolError, HistoryError) as error:
        print(error, file=sys.stderr)
        return 1
    verb = "Would take in" if options.dry_run else "Took in"
    services = len({one.service for one in messages if one.service})
    whose = f"{services} service{'' if services == 1 else 's'}"
    print(f"{verb} {new} messages of {whose}; {len(messages) - new} were known or the same.")
    if new and not options.dry_run:
        print("The worker learns from them within a minute; Set-up, Routing shows how good it is then.")
    return 0
