"""Reads streets, wards and villages and the areas that they lie in from a CSV (``docs/directory.md``). Pure.

Forgiving about what spreadsheets and gazetteers make of such a file: the names of columns, what separates them, the
encoding and columns that nobody asked for.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from putthrough.directory.entries import Problem, Unreadable
from putthrough.directory.placenames import LONGEST_NAME, area_key, key
from putthrough.directory.servicefile import bounded, raw_bytes

COLUMNS = ("street", "ward", "area", "service", "team")
MOST_ROWS = 100_000

_CALLED: Mapping[str, Sequence[str]] = {
    "street": ("street", "street name", "road", "road name", "place", "place name", "village", "name"),
    "ward": ("ward", "ward name", "electoral ward"),
    "area": ("area", "area name", "district", "patch", "zone", "region"),
    "service": ("service", "service key", "service name"),
    "team": ("team", "team key", "team name"),
}
_WANTED = "Name them in the first line: street, ward, area, service, team."
_NO_LETTERS = re.compile(r"[\W\d_]*")
_FORMULA = re.compile(r"^'(?=[=+\-@])")


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A row as it was written. Without a ``street`` the ward itself is the place; without either, it only says that a
    ``team`` provides a ``service`` in the ``area``. Service and team are keys or names."""

    line: int
    street: str = ""
    ward: str = ""
    area: str = ""
    service: str = ""
    team: str = ""

    @property
    def name(self) -> str:
        return self.street or self.ward

    @property
    def within(self) -> str:
        """The ward that it lies in, empty for a ward itself."""
        return self.ward if self.street else ""


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """The rows that are in order, a problem for each thing that is not, and the columns that were passed over."""

    entries: tuple[PlaceEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[str, ...] = ()


def read_places(path: Path | str) -> PlaceFile:
    """The places in the file at ``path`` and what is wrong with it; never raises for what a file holds."""
    path = Path(path)
    try:
        return _read(path.name, raw_bytes(path))
    except Unreadable as error:
        return PlaceFile(problems=(error.problem,))


def uploaded_places(name: str, raw: bytes) -> PlaceFile:
    """The same for a file that came through the browser, under the name that it had there."""
    try:
        return _read(name, bounded(name, raw))
    except Unreadable as error:
        return PlaceFile(problems=(error.problem,))


def decoded(name: str, raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or, failing both, as Windows writes it. Raises Unreadable."""
    if not raw.strip():
        raise Unreadable(0, f"“{name}” is empty: choose the file that holds the places.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw or raw.startswith((b"PK\x03\x04", b"%PDF")):
        raise Unreadable(0, f"“{name}” is no text file: save a spreadsheet as CSV and try again.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _read(name: str, raw: bytes) -> PlaceFile:
    records = _records(decoded(name, raw))
    line, header = next(records, (0, []))
    where, unread = _columns(line, header)
    rows = [_entry(at, where, cells) for at, cells in records]
    if not rows:
        raise Unreadable(0, "The file holds no place: add at least one line below the names of the columns.")
    if len(rows) > MOST_ROWS:
        raise Unreadable(0, f"The file holds more than {MOST_ROWS:,} rows: split it.")
    problems = [*_mistakes(rows), *_disagreements(rows)]
    wrong = {problem.line for problem in problems}
    kept = tuple(row for row in rows if row.line not in wrong)
    return PlaceFile(kept, tuple(sorted(problems, key=lambda problem: problem.line)), unread)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line that it begins on."""
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            begins, f"This is not valid CSV ({error}): check the quotes of the row that begins here."
        ) from None


def _columns(line: int, header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each of our columns stands, and the names of the others. Raises Unreadable."""
    named = [" ".join(re.findall(r"[a-z]+", name.casefold())) for name in header]
    where = {
        ours: named.index(next(name for name in names if name in named))
        for ours, names in _CALLED.items()
        if set(names) & set(named)
    }
    if not {"street", "ward"} & set(where) and not {"area", "service", "team"} <= set(where):
        raise Unreadable(line, f"No column holds the streets or wards. {_WANTED}")
    if not {"area", "team"} & set(where):
        raise Unreadable(line, f"No column says the area or the team. {_WANTED}")
    unread = tuple(name.strip() for at, name in enumerate(header) if at not in where.values() and name.strip())
    return where, unread


def _entry(line: int, where: Mapping[str, int], cells: Sequence[str]) -> PlaceEntry:
    """Without an area, the team's name is the area's."""
    said = {name: _cell(cells[at]) for name, at in where.items() if at < len(cells)}
    return PlaceEntry(line, **{**said, "area": said.get("area") or said.get("team", "")})


def _cell(text: str) -> str:
    return _FORMULA.sub("", " ".join(text.split()))


def _mistakes(rows: Iterable[PlaceEntry]) -> Iterator[Problem]:
    for row in rows:
        words = _mistake(row)
        if words:
            yield Problem(row.line, words)


def _mistake(row: PlaceEntry) -> str:
    long = next((name for name in COLUMNS if len(getattr(row, name)) > LONGEST_NAME), "")
    if long:
        return f"The {long} is longer than {LONGEST_NAME} characters: shorten it."
    if not row.area:
        return f"“{row.name}” has no area: write the area or the team that looks after it."
    if not row.name and not (row.service and row.team):
        return "This row names no street and no ward: add one, or take the row out."
    if row.name and _NO_LETTERS.fullmatch(row.name):
        return f"“{row.name}” is no name of a place: it holds no letters."
    return _mistake_of_team(row)


def _mistake_of_team(row: PlaceEntry) -> str:
    if row.service and not row.team:
        return f"The service “{row.service}” has no team in this row: say which provides it in {row.area}."
    if row.team and not row.service and row.area != row.team:
        return f"“{row.team}” looks after {row.area}, but of which service? Fill in the service, or leave the team out."
    return ""


def _disagreements(rows: Iterable[PlaceEntry]) -> Iterator[Problem]:
    """A place lies in one area, and a service has one team in an area."""
    areas: dict[str, PlaceEntry] = {}
    teams: dict[tuple[str, str], PlaceEntry] = {}
    for row in rows:
        first = areas.setdefault(key(row.name, row.within), row) if row.name else row
        if area_key(first.area) != area_key(row.area):
            yield Problem(row.line, _two(f"“{row.name}” lies", first.line, first.area, row.area))
        first = teams.setdefault((row.service.casefold(), area_key(row.area)), row) if row.service else row
        if first.team.casefold() != row.team.casefold():
            yield Problem(row.line, _two(f"“{row.service}” in {row.area} is", first.line, first.team, row.team))


def _two(what: str, line: int, before: str, here: str) -> str:
    verb = "with" if what.endswith(" is") else "in"
    return f"{what} {verb} “{before}” by line {line} and {verb} “{here}” here: keep one of them."


def written(rows: Iterable[PlaceEntry]) -> str:
    """The same as CSV. What a spreadsheet would take for a formula is written as text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_as_text(getattr(row, name)) for name in COLUMNS])
    return out.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


SAMPLE = (
    PlaceEntry(0, "Mill Lane", "Eastfield", "North", "lgsl:589", "grounds-north"),
    PlaceEntry(0, "Church Road", "Eastfield", "North"),
    PlaceEntry(0, "Church Road", "Westgate", "South", "lgsl:589", "grounds-south"),
    PlaceEntry(0, "", "Westgate", "South"),
    PlaceEntry(0, "Little Ambley", "", "South"),
)
"""What such a file looks like; its places and teams are made up."""
