"""Reads a directory of services from a file: YAML, CSV or the LGSL list (``docs/directory.md``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from putthrough.directory import csvfile, yamlfile
from putthrough.directory.entries import (
    Problem,
    Row,
    ServiceEntry,
    ServiceFile,
    SignpostEntry,
    Unreadable,
    check,
)

__all__ = ["Problem", "ServiceEntry", "ServiceFile", "SignpostEntry", "read_services", "read_uploaded", "starter"]

LARGEST = 5_000_000  # bytes

_READERS: dict[str, Callable[[str], list[Row]]] = {
    ".yaml": yamlfile.rows,
    ".yml": yamlfile.rows,
    ".csv": csvfile.rows,
}


def read_services(path: Path | str) -> ServiceFile:
    """The services in the file at ``path`` and what is wrong with it; never raises for what a file holds.

    The kind of file is told by its ending: ``.yaml``, ``.yml`` or ``.csv``.
    """
    path = Path(path)
    try:
        return _read(path.name, lambda: raw_bytes(path))
    except Unreadable as error:
        return ServiceFile((), (error.problem,))


def read_uploaded(name: str, raw: bytes) -> ServiceFile:
    """The same for a file that came through the browser, under the name that it had there."""
    try:
        return _read(name, lambda: bounded(name, raw))
    except Unreadable as error:
        return ServiceFile((), (error.problem,))


def _read(name: str, raw: Callable[[], bytes]) -> ServiceFile:
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise Unreadable(0, f"“{name}” is neither YAML nor CSV: its name has to end in .yaml or .csv.")
    return _checked(reader(_text(name, raw())))


@cache
def starter() -> tuple[ServiceEntry, ...]:
    """The directory that is shipped: what residents write to a unitary council and a hospital trust about.

    Raises ``ValueError`` if a shipped file has a problem, which the tests rule out.
    """
    folder = resources.files("putthrough.directory") / "starter"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    found = check(row for file in files for row in yamlfile.rows(file.read_text("utf-8")))
    if found.problems:
        raise ValueError(found.problems[0].words)
    return found.entries


def _checked(rows: list[Row]) -> ServiceFile:
    if not rows:
        raise Unreadable(0, "The file holds no service: add at least one.")
    found = check(rows)
    return replace(found, entries=tuple(map(_said_by_residents, found.entries)))


def _said_by_residents(entry: ServiceEntry) -> ServiceEntry:
    """The government's list speaks as offices do: what residents are known to say is added to it."""
    known = said_by_residents().get(entry.lgsl) if entry.official and entry.lgsl is not None else None
    return replace(entry, synonyms=known) if known else entry


@cache
def said_by_residents() -> dict[int, tuple[str, ...]]:
    """Residents' words by the number in the government's list: those of the starter directory, and of some more
    services (``starter/official.csv``) that are too fine to have in it."""
    file = resources.files("putthrough.directory") / "starter" / "official.csv"
    found = {int(row.texts["lgsl"]): row.synonyms for row in csvfile.words(file.read_text("utf-8"))}
    ours = {entry.lgsl: (entry.name, *entry.synonyms) for entry in starter() if entry.lgsl is not None}
    return {number: tuple(dict.fromkeys(map(str.strip, said))) for number, said in {**found, **ours}.items()}


def _text(name: str, raw: bytes) -> str:
    if not raw.strip():
        raise Unreadable(0, f"“{name}” is empty: choose the file that holds the services.")
    if b"\0" in raw or raw.startswith((b"PK\x03\x04", b"%PDF")):
        raise Unreadable(0, f"“{name}” is no text file: save a spreadsheet as “CSV UTF-8” and try again.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            line, "This line is not in UTF-8: save the file as “UTF-8” or “CSV UTF-8” and try again."
        ) from None


def raw_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(0, f"“{path.name}” cannot be opened ({error.strerror}): check its name and place.") from None
    return bounded(path.name, raw)


def bounded(name: str, raw: bytes) -> bytes:
    if len(raw) > LARGEST:
        raise Unreadable(0, f"“{name}” is larger than {LARGEST // 1_000_000} MB: split it into several files.")
    return raw
