"""Full-text search behind one interface: FTS5 on SQLite, tsvector on PostgreSQL.

Who may see a message is part of the index, as words in a column of their own (``scope``), so that a common word
in a large archive is answered from the index alone, newest first. What is found is still put through
``access.visible`` by the caller: the index makes it fast, the door makes it safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from putthrough.conversations.models import Message

PUBLIC = "pub"
ESCALATED = "esc"
_TERM = re.compile(r"\w+", re.UNICODE)
_MOST_TERMS = 12


def team_word(team_id: int) -> str:
    return f"t{team_id}"


def scope_of(teams: Iterable[int], *, private: bool, escalated: bool = False) -> str:
    """The scope column of a conversation: its owner and watchers, ``pub`` when it was said in public, ``esc`` while
    the comms lead has to decide where it goes."""
    words = [team_word(team) for team in sorted(set(teams))]
    return " ".join([*words, *([] if private else [PUBLIC]), *([ESCALATED] if escalated else [])])


def terms(words: str) -> list[str]:
    """What a person typed, as search terms; punctuation and operators mean nothing."""
    return _TERM.findall(words.lower())[:_MOST_TERMS]


def _indexed(message: Message) -> str:
    return f"{message.subject}\n{message.text}\n{message.name} {message.handle}"


# The same text in SQL: FTS5 forgets a message only when told exactly what it had indexed.
_INDEXED_SQL = "subject || char(10) || text || char(10) || name || ' ' || handle"
_PG_INDEXED = "left(subject || ' ' || text || ' ' || name || ' ' || handle, 200000)"


def add(messages: Sequence[Message], scopes: Sequence[str]) -> None:
    """Index messages just written, each with its conversation's scope."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            rows = [(m.pk, _indexed(m), scope) for m, scope in zip(messages, scopes, strict=True)]
            cursor.executemany("INSERT INTO message_words(rowid, text, scope) VALUES (%s, %s, %s)", rows)
        else:
            pairs = [(scope.split(), m.pk) for m, scope in zip(messages, scopes, strict=True)]
            cursor.executemany(
                "INSERT INTO message_words(message_id, words, scope) "  # noqa: S608  # constants of ours only
                f"SELECT id, to_tsvector('english', {_PG_INDEXED}), %s FROM conversations_message WHERE id = %s",
                pairs,
            )


def rescope(conversation_id: int, old: str, new: str) -> None:
    """The same messages, visible to others from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO message_words(message_words, rowid, text, scope) "  # noqa: S608  # constants of ours only
                f"SELECT 'delete', id, {_INDEXED_SQL}, %s FROM conversations_message WHERE conversation_id = %s",
                [old, conversation_id],
            )
            cursor.execute(
                f"INSERT INTO message_words(rowid, text, scope) SELECT id, {_INDEXED_SQL}, %s "  # noqa: S608  # constants of ours only
                "FROM conversations_message WHERE conversation_id = %s",
                [new, conversation_id],
            )
        else:
            cursor.execute(
                "UPDATE message_words SET scope = %s WHERE message_id IN "
                "(SELECT id FROM conversations_message WHERE conversation_id = %s)",
                [new.split(), conversation_id],
            )


def forget(message: Message, scope: str) -> None:
    """Take a message out that is about to be deleted."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO message_words(message_words, rowid, text, scope) "  # noqa: S608  # constants of ours only
                f"SELECT 'delete', id, {_INDEXED_SQL}, %s FROM conversations_message WHERE id = %s",
                [scope, message.pk],
            )
        else:
            cursor.execute("DELETE FROM message_words WHERE message_id = %s", [message.pk])


def find(words: str, *, scopes: Sequence[str] | None, before: int | None, limit: int) -> list[int]:
    """Ids of messages that hold every word, newest first, older than message ``before``.

    ``scopes`` are the viewer's words; None means everything, an empty list nothing. The last word may be
    the beginning of one.
    """
    asked = terms(words)
    if not asked:
        return []
    beginning = "*" if connection.vendor == "sqlite" else ":*"
    return _newest(_all_of(asked) + beginning, scopes, before=before, limit=limit)


def find_any(groups: Iterable[Sequence[str]], *, scopes: Sequence[str] | None, after: int, limit: int) -> list[int]:
    """Ids of messages that hold every word of one of these groups, newest first, newer than message ``after``.

    Words are letters and digits alone. Without groups nothing is found.
    """
    either = " OR " if connection.vendor == "sqlite" else " | "
    expression = either.join(f"({_all_of(group)})" for group in groups)
    return _newest(expression, scopes, after=after, limit=limit) if expression else []


def _all_of(words: Sequence[str]) -> str:
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{word}"' for word in words)
    return " & ".join(f"'{word}'" for word in words)


def _newest(
    expression: str, scopes: Sequence[str] | None, *, after: int = 0, before: int | None = None, limit: int
) -> list[int]:
    if scopes is not None and not scopes:
        return []
    condition, values = (_sqlite if connection.vendor == "sqlite" else _postgres)(expression, scopes)
    key = "rowid" if connection.vendor == "sqlite" else "message_id"
    if after:
        condition, values = f"{condition} AND {key} > %s", [*values, after]
    if before is not None:
        condition, values = f"{condition} AND {key} < %s", [*values, before]
    sql = f"SELECT {key} FROM message_words WHERE {condition} ORDER BY {key} DESC LIMIT %s"  # noqa: S608  # constants of ours only
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, limit])
        return [row[0] for row in cursor.fetchall()]


def _sqlite(expression: str, scopes: Sequence[str] | None) -> tuple[str, list[Any]]:
    match = f"text : ({expression})"
    if scopes is not None:
        match += " AND scope : (" + " OR ".join(f'"{scope}"' for scope in scopes) + ")"
    return "message_words MATCH %s", [match]


def _postgres(expression: str, scopes: Sequence[str] | None) -> tuple[str, list[Any]]:
    holds = "words @@ to_tsquery('english', %s)"
    if scopes is None:
        return holds, [expression]
    return f"{holds} AND scope && %s", [expression, list(scopes)]
