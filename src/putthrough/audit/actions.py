"""The one way in which anything is recorded, and the one kind of transaction in which anything changes.

    with writing():
        row.save()
        record(PASSED_ON, thing(row), by=by, to="Highways")

The change and its entries are committed together or not at all. Entries wait until the outermost ``writing``
ends: so the end of the chain is locked last and shortest, and batches cost three statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from putthrough.audit import chain
from putthrough.audit.facts import Fact
from putthrough.audit.models import Entry, Head
from putthrough.kit.time import now

SYSTEM = "Putthrough"

Follower = Callable[[frozenset[str]], None]


@dataclass(slots=True)
class _Pending:
    at: datetime
    by: str
    verb: str
    thing: str
    sentence: str
    data: str


_open: ContextVar[list[_Pending] | None] = ContextVar("entries waiting for the end of the transaction", default=None)
_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Call ``follower`` with the verbs of every transaction that has committed. Used by ``journey.py`` alone."""
    if follower not in _followers:
        _followers.append(follower)


def thing(row: models.Model) -> str:
    """How entries name a row: ``conversation:12``."""
    return f"{row._meta.model_name}:{row.pk}"


@contextmanager
def writing() -> Iterator[None]:
    """A transaction whose facts are recorded as it ends. Inside another one it is a savepoint of it."""
    outer = _open.get()
    if outer is not None:
        with _nested(outer):
            yield
        return
    pending: list[_Pending] = []
    token = _open.set(pending)
    try:
        with transaction.atomic():
            yield
            if pending:
                _append(pending)
                verbs = frozenset(entry.verb for entry in pending)
                transaction.on_commit(lambda: _tell(verbs))
    finally:
        _open.reset(token)


@contextmanager
def _nested(outer: list[_Pending]) -> Iterator[None]:
    mark = len(outer)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del outer[mark:]
        raise


def record(fact: Fact, what: str, *, by: str = SYSTEM, at: datetime | None = None, **data: Any) -> None:
    """Note that ``fact`` happened to ``what`` (see ``thing``). Raises RuntimeError outside ``writing``.

    ``data`` must be JSON values; text that residents wrote does not belong in it.
    """
    pending = _open.get()
    if pending is None:
        raise RuntimeError(f"{fact.verb} was recorded outside a writing() block; nothing was changed.")
    sentence = fact.sentence({"by": by, **data})
    pending.append(_Pending(at or now(), by[:254], fact.verb, what, sentence, chain.canonical(data)))


def _append(pending: list[_Pending]) -> None:
    head = Head.objects.select_for_update().filter(pk=1).first() or Head.objects.create(pk=1, hash=chain.GENESIS)
    entries = []
    for number, new in enumerate(pending, head.count + 1):
        words = chain.Words(number, chain.stamp(new.at), new.by, new.verb, new.thing, new.sentence, new.data)
        head.hash = chain.link(head.hash, chain.digest(words))
        entries.append(
            Entry(
                number=number,
                at=new.at,
                by=new.by,
                verb=new.verb,
                thing=new.thing,
                sentence=new.sentence,
                data=new.data,
                hash=head.hash,
            )
        )
    Entry.objects.bulk_create(entries, batch_size=500)
    Head.objects.filter(pk=1).update(count=head.count + len(entries), hash=head.hash)


def _tell(verbs: frozenset[str]) -> None:
    for follower in _followers:
        follower(verbs)
