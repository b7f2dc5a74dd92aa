"""A bundle's page: one file that needs nothing besides, to read on a screen or on paper."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files

from django.template import Context, Engine, Template

from putthrough.kit.time import in_words, local
from putthrough.oversight.evidence.queries import Plain


def page(known: Plain) -> str:
    """HTML of what ``queries.contents`` says, with the files that go with it."""
    return _template().render(Context({"known": _readable(known)}))


@cache
def _template() -> Template:
    return Engine(autoescape=True).from_string(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))


def _readable(known: object) -> object:
    """The same with moments as people say them."""
    if isinstance(known, dict):
        return {name: _readable(value) for name, value in known.items()}
    if isinstance(known, list):
        return [_readable(value) for value in known]
    return _moment(known) if isinstance(known, str) and known[10:11] == "T" else known


def _moment(text: str) -> str:
    try:
        at = local(datetime.fromisoformat(text))
    except ValueError:
        return text
    return f"{in_words(at.date())} {at.year}, {at:%H:%M}"
