"""The installation's own keys: made once, kept in the data folder, readable by its owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

from putthrough.kit.secrets import new_key


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was quicker
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
    return path.read_text().strip()


def secret_key(data: Path) -> str:
    return _kept(data / "secret.key", lambda: token_urlsafe(50))


def credential_keys(data: Path) -> list[str]:
    return _kept(data / "credentials.key", new_key).split()
