"""putthrough import: services or places from a file, or old messages from mbox, eml or JSON lines."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from putthrough.config.cli import setup

if TYPE_CHECKING:
    from putthrough.directory.entries import Problem


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["services", "places", "mbox", "eml", "jsonl"])
    parser.add_argument("path", type=Path, help="a file, or a folder of .eml files")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    parser.add_argument("--account", default="", help="address of the account that the messages belong to")


def run(options: Namespace) -> int:
    setup()
    if not options.path.exists():
        print(f"There is no file or folder {options.path}. Check the path.", file=sys.stderr)
        return 1
    if options.what == "places":
        return _places(options.path, dry_run=options.dry_run)
    return _services(options.path, dry_run=options.dry_run) if options.what == "services" else _messages(options)


def _services(path: Path, *, dry_run: bool) -> int:
    from putthrough.directory.actions import load_services
    from putthrough.directory.servicefile import read_services

    read = read_services(path)
    if read.problems:
        return _refused(path, read.problems)
    loaded = load_services(read.entries, by="Import", dry_run=dry_run)
    would = "Would add" if dry_run else "Added"
    print(f"{would} {loaded.added} services, changed {loaded.changed}, unchanged {loaded.unchanged}.")
    if loaded.new_teams:
        print(f"New teams: {', '.join(loaded.new_teams)}.")
    return 0


def _places(path: Path, *, dry_run: bool) -> int:
    from putthrough.directory.placefile import read_places
    from putthrough.directory.places import load_places, mistakes

    read = read_places(path)
    if wrong := mistakes(read):
        return _refused(path, wrong)
    loaded = load_places(read.entries, by="Import", dry_run=dry_run)
    would = "Would add" if dry_run else "Added"
    print(f"{would} {loaded.added} places, changed {loaded.changed}, unchanged {loaded.unchanged}.")
    for words in loaded.teams:
        print(words)
    if read.unread:
        print(f"Columns passed over: {', '.join(read.unread)}.")
    return 0


def _refused(path: Path, problems: Sequence[Problem]) -> int:
    for problem in problems:
        where = f", line {problem.line}" if problem.line else ""
        print(f"{path.name}{where}: {problem.words}", file=sys.stderr)
    print("Nothing was imported. Mend the lines above and run it again.", file=sys.stderr)
    return 1


def _messages(options: Namespace) -> int:
    from putthrough.intake.history import HistoryError, bring_in

    try:
        done = bring_in(options.what, options.path, account=options.account, dry_run=options.dry_run)
    except HistoryError as error:
        print(error, file=sys.stderr)
        return 1
    print(done.words)
    return 0
