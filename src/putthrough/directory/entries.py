"""One service as a directory file gives it, and the checks that every kind of file shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

LONGEST = {"key": 80, "name": 200, "team": 60, "description": 4_000, "whose": 120, "phone": 40, "hours": 120,
           "page": 400, "words": 1_000}  # fmt: skip
"""The most characters of each field."""

MOST_SYNONYMS = 300
LONGEST_SYNONYM = 120
HIGHEST_LGSL = 999_999

FIELDS = (
    "key",
    "name",
    "lgsl",
    "team",
    "description",
    "synonyms",
    "whose",
    "page",
    "phone",
    "hours",
    "words",
)
"""The columns of a CSV file; in YAML the last four stand under ``signpost``."""

_KEY = re.compile(r"[a-z][a-z0-9]*:[a-z0-9][a-z0-9-]*")
_TEAM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PAGE = re.compile(r"(?:https?://[^\s/]+\S*|/\S*)")


@dataclass(frozen=True, slots=True)
class SignpostEntry:
    """Where a resident is pointed to: a page (a path or an http address), a telephone number, opening hours,
    and the sentence that says so. Each may be empty, though not all of them."""

    page: str = ""
    phone: str = ""
    hours: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """One service of a directory file.

    ``key`` is unique, such as ``lgsl:557``, ``nhs:maternity`` or ``other:police``; ``lgsl`` is the
    number in the Local Government Services List, if any. ``team`` is a slug, empty if the file names
    none. ``whose`` names the other body that is responsible, empty for what is ours. ``official`` comes
    from the government's list: it adds what is not there yet and never replaces residents' words.
    """

    key: str
    name: str
    lgsl: int | None = None
    team: str = ""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    whose: str = ""
    signpost: SignpostEntry | None = None
    official: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file and what to do; ``line`` counts from 1, 0 means the file as a whole."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class ServiceFile:
    """What a file holds: the services that are in order, and a problem for each thing that is not."""

    entries: tuple[ServiceEntry, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One service as written: its texts by field name, its synonyms, and the line of each field."""

    line: int
    texts: Mapping[str, str]
    synonyms: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    def problem(self, name: str, words: str) -> Problem:
        return Problem(self.lines.get(name, self.line), words)


class Unreadable(ValueError):
    """A file that cannot be read at all; ``problem`` says where and why."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.problem = Problem(line, words)


def check(rows: Iterable[Row]) -> ServiceFile:
    """The services of ``rows`` that are in order, and the problems of the others, by line."""
    entries: list[ServiceEntry] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        entry = _entry(row)
        wrong = [*_mistakes(row, entry), *_repeats(row, entry, seen)]
        problems += wrong
        if not wrong:
            entries.append(entry)
    return ServiceFile(tuple(entries), tuple(sorted(problems, key=lambda problem: problem.line)))


def _entry(row: Row) -> ServiceEntry:
    text = {name: row.texts.get(name, "").strip() for name in FIELDS}
    lgsl = _number(text["lgsl"] or text["key"].removeprefix("lgsl:"))
    key = text["key"] or (f"lgsl:{lgsl}" if lgsl is not None else "")
    signpost = SignpostEntry(text["page"], text["phone"], text["hours"], text["words"])
    return ServiceEntry(
        key=key,
        name=text["name"],
        lgsl=lgsl,
        team=text["team"],
        description=text["description"],
        synonyms=tuple(dict.fromkeys(filter(None, map(str.strip, row.synonyms)))),
        whose=text["whose"],
        signpost=signpost if signpost != SignpostEntry() else None,
        official=bool(row.texts.get("official")),
    )


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text) or None


def _mistakes(row: Row, entry: ServiceEntry) -> Iterator[Problem]:
    if not entry.name:
        yield row.problem("name", f"The service {entry.key or 'here'} has no name: add one in residents' words.")
    yield from _key_mistakes(row, entry)
    if entry.team and not _TEAM.fullmatch(entry.team):
        yield row.problem(
            "team", f"The team “{_shown(entry.team)}” has to be written in small letters, digits, hyphens, "
            "such as housing-repairs.",
        )  # fmt: skip
    if entry.signpost and entry.signpost.page and not _PAGE.fullmatch(entry.signpost.page):
        yield row.problem(
            "page",
            f"The page “{_shown(entry.signpost.page)}” is no web address: begin it with https:// or with /.",
        )
    yield from _too_long(row, entry)


def _key_mistakes(row: Row, entry: ServiceEntry) -> Iterator[Problem]:
    written = row.texts.get("lgsl", "").strip()
    if written and entry.lgsl is None:
        yield row.problem(
            "lgsl", f"“{_shown(written)}” is no LGSL number: use a whole number such as 557, or leave it out."
        )
    elif not entry.key:
        yield row.problem("key", "This service has no key: give it one such as lgsl:557 or other:police.")
    elif not _KEY.fullmatch(entry.key):
        yield row.problem(
            "key",
            f"The key “{_shown(entry.key)}” has to be a word, a colon and a short name, such as nhs:maternity.",
        )
    elif entry.key.startswith("lgsl:") and entry.key != f"lgsl:{entry.lgsl}":
        yield row.problem("key", f"The key {_shown(entry.key)} and its LGSL number do not agree: correct one of them.")


def _too_long(row: Row, entry: ServiceEntry) -> Iterator[Problem]:
    for name, most in LONGEST.items():
        if len(row.texts.get(name, "").strip()) > most:
            yield row.problem(name, f"The {name} is longer than {most:,} characters: shorten it.")
    if len(entry.synonyms) > MOST_SYNONYMS:
        yield row.problem("synonyms", f"There are more than {MOST_SYNONYMS} synonyms: keep the ones people write.")
    if any(len(synonym) > LONGEST_SYNONYM for synonym in entry.synonyms):
        yield row.problem("synonyms", f"A synonym is longer than {LONGEST_SYNONYM} characters: use a few words.")


def _repeats(row: Row, entry: ServiceEntry, seen: dict[tuple[str, str], int]) -> Iterator[Problem]:
    for name, value in (("key", entry.key), ("name", entry.name)):
        first = seen.setdefault((name, value.casefold()), row.line) if value else row.line
        if first != row.line:
            yield row.problem(
                name,
                f"The {name} “{_shown(value)}” is used twice, first in line {first}: change or remove one of them.",
            )


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
