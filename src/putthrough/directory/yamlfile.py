"""A directory of services in YAML, read event by event.

The usual loaders build whatever a file asks for: a few bytes of aliases become gigabytes, and deep nesting
ends the C loader with a crash. Here the shape is known beforehand, so anything else is a problem with its
line number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from putthrough.directory.entries import FIELDS, Row, Unreadable

_Loader: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_DEEPEST = 6  # the file, its list, a service, its signpost or synonyms, and one to spare
_IN_SERVICE = (*FIELDS[:7], "signpost")
_IN_SIGNPOST = FIELDS[7:]

_EXPECTED = "The file has to hold “services:” and under it a list, each service beginning with “- key:”."


@dataclass(frozen=True, slots=True)
class _Text:
    line: int
    value: str


@dataclass(frozen=True, slots=True)
class _Items:
    line: int
    values: list[_Tree]


@dataclass(frozen=True, slots=True)
class _Table:
    line: int
    values: dict[str, _Tree]
    lines: dict[str, int]


_Tree = _Text | _Items | _Table


def rows(text: str) -> list[Row]:
    """The services of a YAML file. Raises ``Unreadable`` for a file of another shape."""
    try:
        tree = _whole(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(
            mark.line + 1 if mark else 0,
            f"This is not valid YAML ({error.problem or error.context}): check the indents, colons and quotes here.",
        ) from None
    except yaml.reader.ReaderError:
        raise Unreadable(0, "The file holds characters that YAML does not allow: save it as plain text.") from None
    services = tree.values.get("services") if isinstance(tree, _Table) else None
    if not isinstance(tree, _Table) or not isinstance(services, _Items):
        raise Unreadable(tree.line, _EXPECTED)
    _refuse_others(tree, ("services",))
    return [_row(service) for service in services.values]


def _whole(events: Iterator[yaml.Event]) -> _Tree:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            tree = _tree(next(events), events, depth=1)
            next(events)  # the end of the document
            after = next(events)
            if not isinstance(after, yaml.StreamEndEvent):
                raise Unreadable(_line(after), "A second document begins here: remove the line “---”.")
            return tree
    raise Unreadable(0, "The file is empty: " + _EXPECTED)


def _tree(event: yaml.Event, events: Iterator[yaml.Event], *, depth: int) -> _Tree:
    line = _line(event)
    if depth > _DEEPEST:
        raise Unreadable(line, "The file is nested too deeply here. " + _EXPECTED)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise Unreadable(
            line, "Anchors and aliases (& and *) are not allowed: write the text out, or put it in quotes."
        )
    if isinstance(event, yaml.ScalarEvent):
        return _Text(line, _scalar(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return _Items(line, [_tree(item, events, depth=depth + 1) for item in _until(yaml.SequenceEndEvent, events)])
    return _table(line, events, depth=depth)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _scalar(event: yaml.ScalarEvent) -> str:
    return "" if not event.style and event.value in ("~", "null") else str(event.value)


def _until(end: type[yaml.Event], events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    while not isinstance(event := next(events), end):
        yield event


def _table(line: int, events: Iterator[yaml.Event], *, depth: int) -> _Table:
    table = _Table(line, {}, {})
    for event in _until(yaml.MappingEndEvent, events):
        name = _tree(event, events, depth=depth + 1)
        value = _tree(next(events), events, depth=depth + 1)
        if not isinstance(name, _Text):
            raise Unreadable(name.line, "A name was expected before the colon here.")
        if name.value in table.values:
            raise Unreadable(name.line, f"“{name.value[:60]}” stands twice in the same service: remove one of them.")
        table.values[name.value] = value
        table.lines[name.value] = name.line
    return table


def _refuse_others(table: _Table, allowed: tuple[str, ...]) -> None:
    for name, line in table.lines.items():
        if name not in allowed:
            raise Unreadable(line, f"“{name[:60]}” is not known here: use {', '.join(allowed)}.")


def _row(service: _Tree) -> Row:
    if not isinstance(service, _Table):
        raise Unreadable(service.line, _EXPECTED)
    _refuse_others(service, _IN_SERVICE)
    texts: dict[str, str] = {}
    lines = dict(service.lines)
    synonyms: tuple[str, ...] = ()
    for name, value in service.values.items():
        if name == "synonyms":
            synonyms = _phrases(value)
        elif name == "signpost":
            signpost = _signpost(value)
            texts |= {part: _text(part, words) for part, words in signpost.values.items()}
            lines |= signpost.lines
        else:
            texts[name] = _text(name, value)
    return Row(service.line, texts, synonyms, lines)


def _signpost(value: _Tree) -> _Table:
    if isinstance(value, _Text) and not value.value:
        return _Table(value.line, {}, {})
    if not isinstance(value, _Table):
        raise Unreadable(value.line, f"A signpost has {', '.join(_IN_SIGNPOST)}, each on its own line.")
    _refuse_others(value, _IN_SIGNPOST)
    return value


def _phrases(value: _Tree) -> tuple[str, ...]:
    if isinstance(value, _Text):
        return tuple(value.value.split(";"))
    if isinstance(value, _Items):
        return tuple(_text("synonyms", item) for item in value.values)
    raise Unreadable(value.line, "Synonyms are a list of words or phrases, such as [pothole, hole in the road].")


def _text(name: str, value: _Tree) -> str:
    if isinstance(value, _Text):
        return value.value
    raise Unreadable(value.line, f"The {name} has to be plain text here, no list and no further names.")
