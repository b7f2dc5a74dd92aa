"""The one permission door. Lists, details, search, counts, exports and the API all come through here.

``visible`` gives the rows of a kind that a viewer may see; ``may`` says whether they may do a verb to one;
``see`` fetches one or raises ``NotVisible`` (a 404: that a thing exists is itself not to be told).
Stages register what is visible of their own tables, through ``journey.py`` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from putthrough.directory.models import User
from putthrough.directory.roles import VERBS

Row = TypeVar("Row", bound=Model)
Visible = Callable[[User], QuerySet[Any]]
Allowed = Callable[[User, str, Any], bool]


class NotVisible(Http404):
    """There is no such thing for this viewer."""


class NotAllowed(PermissionDenied):
    """The viewer sees the thing but may not do this to it; ``str(error)`` says why and who may."""


_visible: dict[type[Model], Visible] = {}
_allowed: dict[type[Model], Allowed] = {}


def register(kind: type[Model], visible: Visible, allowed: Allowed | None = None) -> None:
    """Say what of a table each viewer sees, and what beyond the table of roles limits a verb on a row."""
    _visible[kind] = visible
    if allowed is not None:
        _allowed[kind] = allowed


def visible(viewer: User, kind: type[Row]) -> QuerySet[Row]:
    """The rows of ``kind`` that ``viewer`` may see; none at all for somebody who is not active."""
    if not viewer.is_active:
        return kind._default_manager.none()
    return _visible[kind](viewer)


def see(viewer: User, kind: type[Row], pk: int) -> Row:
    """One row. Raises NotVisible where there is none or it is not for this viewer, which look the same."""
    row = visible(viewer, kind).filter(pk=pk).first()
    if row is None:
        raise NotVisible(f"There is no {kind._meta.verbose_name} {pk} that you can see.")
    return row


def sees(viewer: User, row: Model) -> bool:
    """Whether ``viewer`` may see a row at hand. One that was found for them is theirs as long as it is held."""
    if vars(row).get("_found_for") == viewer.pk:
        return True
    return visible(viewer, type(row)).filter(pk=row.pk).exists()


def found(viewer: User, row: Row) -> Row:
    """The row, which ``visible`` has just given for ``viewer``: it is not asked about again."""
    vars(row)["_found_for"] = viewer.pk
    return row


def may(viewer: User, verb: str, thing: Model | None = None) -> bool:
    """Whether ``viewer`` may do ``verb``, to ``thing`` where there is one. Raises KeyError for an unknown verb."""
    if not viewer.is_active or viewer.role not in VERBS[verb]:
        return False
    if thing is None:
        return True
    allowed = _allowed.get(type(thing))
    return allowed is None or allowed(viewer, verb, thing)


def require(viewer: User, verb: str, thing: Model | None = None) -> None:
    """Raises NotAllowed in plain words when ``may`` says no."""
    if not may(viewer, verb, thing):
        who = ", ".join(sorted(User.Role(role).label.lower() for role in VERBS[verb]))
        raise NotAllowed(f"You cannot {verb.replace('_', ' ')} here. Those who can: {who}, for their own teams.")
