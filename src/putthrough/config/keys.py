"""The installation's own keys: made once, kept in the data folder, readable by its owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

from putthrough.kit.secrets import new_key

_CREDENTIALS = "credentials.key"


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
    """The first for writing, all for reading."""
    return _kept(data / _CREDENTIALS, new_key).split()


def put_in_front(data: Path, key: str) -> list[str]:
    """From now on this key is the first. Returns all of them."""
    found = [key, *credential_keys(data)]
    _write(data / _CREDENTIALS, found)
    return found


def keep_first(data: Path) -> None:
    """Nothing is sealed with the others any more."""
    _write(data / _CREDENTIALS, credential_keys(data)[:1])


def _write(path: Path, keys: list[str]) -> None:
    """All at once: a power cut leaves the old file or the new one."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(keys))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
