"""Messages that may be like a text, out of any number, from the index that search has anyway.

A message that is like another shares some of its rarest words. So the index is asked two things, each with a bound that
the size of the archive does not move: how rare each word of the text is, and which messages, newest first, hold
several of the rarest. What comes back are some hundred messages at most, to be compared word by word
(``kit.likeness``) and, like everything found, to be put through ``access.visible`` by the caller.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from django.db import connection

from putthrough.conversations import search

_MOST_WORDS = 200  # different words of a text that are looked up
_PROBE = 64  # messages with a word, at either end of the archive, by which its rarity is told
_RAREST = 6  # words of which any three, any two, any one are looked for
_DEALT = 12  # words that are dealt out into hands, each looked for as a whole
_HANDS = ((2, 3), (4,))  # how many hands, and which of these are looked for at once
_WIDEST = 10_000  # messages with one word that a look-up may walk through
_PER_LEG = 80  # candidates that hold three of the rarest words, that hold two, that hold one
_ENOUGH = 20  # candidates with two of the words that make a look for those with one needless
_PLENTY = 100  # candidates with a whole hand that make a look for those with three words needless


def held_by(words: Sequence[str], *, newest: int) -> dict[str, float]:
    """About how many messages of ``newest`` (the newest message's id) hold each word, those that any does hold, in the
    order of ``words``.

    Counted up to ``_PROBE``; beyond that it is told on SQLite by how far from either end of the archive the first
    so many reach, the farther of the two, for a storm of today makes no word common; on PostgreSQL by its statistics.
    """
    asked = list(dict.fromkeys(words))[:_MOST_WORDS]
    if not asked:
        return {}
    probe = _probe_sqlite if connection.vendor == "sqlite" else _probe_postgres
    found = dict(probe(asked, newest))
    return {word: found[word] for word in asked if found.get(word, 0) > 0}


_HOLDS = "FROM message_words WHERE message_words MATCH 'text : \"' || value || '\"'"
_PROBE_SQLITE = (
    f"SELECT value, (SELECT count(*) FROM (SELECT 1 {_HOLDS} LIMIT {_PROBE})), "  # noqa: S608  # constants of ours only
    f"(SELECT max(rowid) FROM (SELECT rowid {_HOLDS} ORDER BY rowid LIMIT {_PROBE})), "
    f"(SELECT min(rowid) FROM (SELECT rowid {_HOLDS} ORDER BY rowid DESC LIMIT {_PROBE})) FROM json_each(%s)"
)


def _probe_sqlite(words: Sequence[str], newest: int) -> Iterator[tuple[str, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_PROBE_SQLITE, [json.dumps(words)])
        for word, count, from_first, from_last in cursor.fetchall():
            reach = max(from_first, newest - from_last + 1) if count == _PROBE else 0
            yield word, max(count, count * newest / reach) if reach else count


# ``MATERIALIZED`` keeps the planner from scanning the table for the first few: it would take a word for common.
_PROBE_POSTGRES = f"""
WITH asked AS (
    SELECT value, (tsvector_to_array(to_tsvector('english', value)))[1] AS lexeme
    FROM json_array_elements_text(%s) AS value),
common AS (
    SELECT elem.lexeme, elem.share
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS elem(lexeme, share)
    WHERE schemaname = current_schema() AND tablename = 'message_words' AND attname = 'words')
SELECT value, CASE WHEN share IS NOT NULL THEN share * %s ELSE (
    WITH held AS MATERIALIZED (
        SELECT 1 FROM message_words WHERE words @@ ('''' || asked.lexeme || '''')::tsquery)
    SELECT count(*) FROM (SELECT 1 FROM held LIMIT {_PROBE}) AS first) END
FROM asked LEFT JOIN common ON common.lexeme = asked.lexeme WHERE asked.lexeme IS NOT NULL
"""  # noqa: S608  # constants of ours only


def _probe_postgres(words: Sequence[str], newest: int) -> Iterator[tuple[str, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_PROBE_POSTGRES, [json.dumps(words), newest])
        yield from cursor.fetchall()


def candidates(held: Mapping[str, float], *, scopes: Sequence[str] | None, newest: int) -> list[int]:
    """Ids of messages that hold several of the rarest words (or one, where few hold two), among those that ``scopes``
    let a viewer see; ``held`` says of each word about how many messages hold it."""
    rarest = _rarest(held, most=_DEALT)
    if not rarest:
        return []
    after = _window(held[rarest[-1]], newest)
    found: dict[int, None] = {}
    for groups, unless in looks(rarest, list(held)):
        if groups and len(found) < unless:
            found |= dict.fromkeys(search.find_any(groups, scopes=scopes, after=after, limit=_PER_LEG))
    return list(found)


def looks(rarest: Sequence[str], said: Sequence[str]) -> Iterator[tuple[Iterable[Sequence[str]], int]]:
    """Groups of words to look for, the strictest first, each with the number of finds that makes it needless.

    The rarest words are dealt out like cards, in the order in which the text says them: each hand then spans the whole
    text, and a message that lacks fewer of the words than there are hands holds one hand entire (the pigeonhole
    principle). So a near twin is found even where each single sentence of it was written a thousand times.
    """
    dealt = sorted(rarest, key=said.index)
    for together in _HANDS:
        dealings = [hands for hands in together if len(dealt) >= 3 * hands]
        yield [dealt[at::hands] for hands in dealings for at in range(hands)], sys.maxsize
    for number, unless in ((3, _PLENTY), (2, _PLENTY), (1, _ENOUGH)):
        yield combinations(rarest[:_RAREST], number), unless


def _rarest(held: Mapping[str, float], *, most: int) -> list[str]:
    """The rarest first; a common word only where there are not two rare ones."""
    words = sorted(held, key=lambda word: held[word])[:most]
    return [word for place, word in enumerate(words) if place < 2 or held[word] <= _WIDEST]


def _window(commonest: float, newest: int) -> int:
    """The message after which it is looked, so that no word's list is walked through for more than ``_WIDEST``."""
    return 0 if commonest <= _WIDEST else newest - int(newest * _WIDEST / commonest)
