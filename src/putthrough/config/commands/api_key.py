"""putthrough key: an API key for a program, shown once."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", help="whose key it is: the program sees and may do what this person may")
    parser.add_argument("--name", required=True, help="what it is for, such as “website”")


def run(options: Namespace) -> int:
    setup()
    from putthrough.directory.actions import make_token
    from putthrough.directory.queries import user_by_email

    user = user_by_email(options.email)
    if user is None:
        print(f"Nobody active has the address {options.email}. Add them in Set-up, People, first.", file=sys.stderr)
        return 1
    print(make_token(user, options.name[:80], by="Command line"))
    return 0
