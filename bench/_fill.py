"""A large archive in seconds, written by plain SQL: contacts, conversations, messages, decisions, search index."""

from __future__ import annotations

from django.db import connection

_OPEN_SHARE = 20  # one conversation in so many is open, as in a body that answers its letters

_TEXT = (
    "'Message about ' || (CASE i % 7 WHEN 0 THEN 'a pothole' WHEN 1 THEN 'the bins' WHEN 2 THEN 'council tax' "
    "WHEN 3 THEN 'damp' WHEN 4 THEN 'a parking ticket' WHEN 5 THEN 'my appointment' ELSE 'the street light' END) || "
    "' in street number ' || (i % 977) || ', reference word' || (i % 50021) || '. Please can somebody look at it.'"
)
# Contacts and conversations share their numbers here, so both have to be free.
_LAST = (
    "SELECT MAX(COALESCE((SELECT MAX(id) FROM conversations_conversation), 0), "
    "COALESCE((SELECT MAX(id) FROM conversations_contact), 0))"
)
_SERIES = "WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last})"


def fill(size: int) -> None:
    """Make it ``size`` conversations in all, spread over the teams, a twentieth of them open."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        first = cursor.fetchone()[0] + 1
        if first > size:
            return
        cursor.execute("SELECT MIN(id), COUNT(*) FROM directory_team")
        team, teams = cursor.fetchone()
        values = {"first": first, "last": size, "team": team, "teams": teams, "share": _OPEN_SHARE, "text": _TEXT}
        for sql in _STATEMENTS:
            cursor.execute(sql.format(series=_SERIES.format(**values), **values))
        cursor.execute("ANALYZE")


_STATEMENTS = (
    "INSERT INTO conversations_contact(id, name, created_at) {series} SELECT i, 'Resident ' || i, '2026-01-01' FROM s",
    "INSERT INTO conversations_handle(contact_id, channel, address) "
    "{series} SELECT i, 'email', 'archive' || i || '@post.example' FROM s",
    "INSERT INTO conversations_conversation(id, account_id, contact_id, owner_id, channel, private, state, unanswered, "
    "subject, preview, thread, opened_at, last_at, due_at, passes, scope, "
    "at_risk, private_handle, outcome) {series} SELECT i, 1, i, "
    "{team} + i % {teams}, 'email', 1, CASE WHEN i % {share} THEN 'closed' ELSE 'open' END, i % {share} = 0, "
    "'About number ' || i, 'Message about number ' || i, '', '2026-11-01', '2026-11-01', "
    "CASE WHEN i % {share} THEN NULL ELSE datetime('2026-11-01', '+' || (i / {share} % 60) || ' days') END, 0, "
    "'t' || ({team} + i % {teams}), 0, '', '' FROM s",
    "INSERT INTO conversations_message(conversation_id, account_id, direction, message_id, in_reply_to, name, "
    "handle, subject, text, html, folded, private, automatic, language, url, likes, shares, sent_at, received_at) "
    "{series} SELECT i, 1, "
    "'in', 'archive' || i || '@post.example', '', 'Resident ' || i, 'archive' || i || '@post.example', "
    "'About number ' || i, {text}, '', '', 1, '', '', '', 0, 0, '2026-11-01', '2026-11-01' FROM s",
    "INSERT INTO message_words(rowid, text, scope) {series} "
    "SELECT m.id, m.subject || char(10) || m.text || char(10) || "
    "m.name || ' ' || m.handle, c.scope FROM s JOIN conversations_message m ON m.conversation_id = s.i "
    "JOIN conversations_conversation c ON c.id = m.conversation_id",
    "INSERT INTO routing_decision(conversation_id, stage, confidence, sentence, candidates, near, by, at) "
    "{series} SELECT i, 'directory', 0.9, 'By its words.', '[]', '[]', '', '2026-11-01' FROM s",
)
