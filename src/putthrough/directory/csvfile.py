"""A directory of services in CSV: our own columns, or the official Local Government Services List."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from putthrough.directory.entries import FIELDS, Row, Unreadable

_OFFICIAL = frozenset(("Identifier", "Label", "Status"))
_COLUMNS = "The first line has to name the columns, separated by commas: " + ", ".join(FIELDS) + "."


def rows(text: str) -> list[Row]:
    """The services of a CSV file, each with the line it begins on (a cell may hold several lines).

    Raises ``Unreadable`` for unknown columns and for what is no CSV.
    """
    records = _records(text)
    line, header = next(records, (0, []))
    header = [name.strip() for name in header]
    if set(header) >= _OFFICIAL:
        return [_official(at, dict(zip(header, cells, strict=False))) for at, cells in records if _live(header, cells)]
    _check_header(line, header)
    return [_own(at, header, cells) for at, cells in records]


def words(text: str) -> list[Row]:
    """Residents' words by number, from a file of our own with the columns lgsl and synonyms."""
    (_, header), *body = _records(text)
    return [_own(at, header, cells) for at, cells in body]


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
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


def _check_header(line: int, header: Sequence[str]) -> None:
    if len(header) == 1 and any(sign in header[0] for sign in ";\t"):
        raise Unreadable(line, "The columns are separated by semicolons or tabs. " + _COLUMNS)
    for name in header:
        if name not in FIELDS:
            raise Unreadable(line, f"The column “{name[:60]}” is not known. " + _COLUMNS)
    if len(set(header)) < len(header):
        raise Unreadable(line, "A column stands twice in the first line: remove one of them.")
    if "name" not in header:
        raise Unreadable(line, "The column “name” is missing. " + _COLUMNS)


def _own(line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(header):
        raise Unreadable(
            line,
            f"This row has {len(cells)} cells but there are {len(header)} columns: put text with commas in quotes.",
        )
    texts = dict(zip(header, cells, strict=False))
    return Row(line, texts, tuple(texts.pop("synonyms", "").split(";")))


def _live(header: Sequence[str], cells: Sequence[str]) -> bool:
    at = header.index("Status")
    return at >= len(cells) or cells[at].strip().casefold() != "discontinued"


def _official(line: int, cells: dict[str, str]) -> Row:
    texts = {
        "lgsl": cells.get("Identifier", ""),
        "name": " ".join(cells.get("Label", "").split()),
        "description": cells.get("Description", ""),
        "official": "yes",
    }
    return Row(line, texts)
