"""A process that dies at a chosen moment, played inside this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

_CLEARING_UP = ("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


class Killed(BaseException):
    """No Exception, for a dying process asks no handler."""


class Fate:
    """Counts moments; at moment number ``at`` the process dies. With ``at`` None it lives, and ``count`` tells how
    many moments there were."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.count, self.struck = at, 0, False

    def moment(self) -> None:
        if self.struck:
            return
        if self.count == self.at:
            self.struck = True
            raise Killed(f"at moment {self.count}")
        self.count += 1


@contextmanager
def statements(fate: Fate) -> Iterator[None]:
    """Each statement is a moment, before the database has seen it. What only clears up is none."""

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not str(sql).lstrip().startswith(_CLEARING_UP):
            fate.moment()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


@contextmanager
def commits(fate: Fate) -> Iterator[None]:
    """Each commit is two moments: just before the database has it, and just after. Then the connection is lost."""
    plain = BaseDatabaseWrapper._commit

    def commit(self: BaseDatabaseWrapper) -> None:
        try:
            fate.moment()
        except Killed:
            self.connection.rollback()
            raise
        plain(self)
        fate.moment()

    BaseDatabaseWrapper._commit = commit  # type: ignore[method-assign]  # put back below
    try:
        yield
    finally:
        BaseDatabaseWrapper._commit = plain  # type: ignore[method-assign]  # as it was
