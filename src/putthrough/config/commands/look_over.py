"""putthrough check: configuration and health, a line each, in plain words."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from putthrough.config.cli import setup

if TYPE_CHECKING:
    from putthrough.oversight.queries import Line


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="only what does not work")


def run(options: Namespace) -> int:
    """Exit status 0 when everything works, 1 when something does not."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        setup()
    except (ImproperlyConfigured, OSError, ValueError) as error:
        print(f"FAILS  Settings: {error}", file=sys.stderr)
        return 1
    failed = False
    for line in _lines():
        failed |= not line.works
        if not line.works or not options.quiet:
            print(f"{'ok   ' if line.works else 'FAILS'}  {line.what}: {line.words}")
    return 1 if failed else 0


def _lines() -> Iterator[Line]:
    from putthrough.oversight.queries import health

    yield _folder()
    yield _keys()
    yield _address()
    yield from health()


def _folder() -> Line:
    from django.conf import settings

    from putthrough.oversight.queries import Line

    folder: Path = settings.DATA
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return Line("Data folder", True, f"{folder} can be written.")
    return Line("Data folder", False, f"{folder} cannot be written. Give it to whoever runs Putthrough: chown, chmod.")


def _keys() -> Line:
    from django.conf import settings

    from putthrough.kit.secrets import seal, unseal
    from putthrough.oversight.queries import Line

    try:
        unseal(seal({"try": "this"}, keys=settings.CREDENTIAL_KEYS), keys=settings.CREDENTIAL_KEYS)
    except ValueError:
        words = "The keys for credentials are not usable. Put the right ones into PUTTHROUGH_CREDENTIAL_KEYS."
        return Line("Secret keys", False, words)
    if len(settings.SECRET_KEY) < 32:
        return Line("Secret keys", False, "PUTTHROUGH_SECRET_KEY is short. Use at least 32 random characters.")
    return Line("Secret keys", True, "Both are there. Keep a copy apart from the database's.")


def _address() -> Line:
    from django.conf import settings

    from putthrough.directory.signin import is_loopback
    from putthrough.oversight.queries import Line

    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if settings.BEHIND_TLS or host == "localhost" or is_loopback(host):
        return Line("Address", True, f"{settings.PUBLIC_URL}.")
    words = (
        f"{settings.PUBLIC_URL} is not encrypted, so passwords could be read on the way. "
        "Put a proxy with TLS in front and set PUTTHROUGH_URL to its https:// address."
    )
    return Line("Address", False, words)
