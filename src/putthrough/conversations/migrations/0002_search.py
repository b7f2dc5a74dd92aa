from __future__ import annotations

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE message_words USING fts5("
    "text, scope, content='', tokenize=\"porter unicode61 remove_diacritics 2\")"
)
POSTGRES = (
    "CREATE TABLE message_words (message_id bigint PRIMARY KEY, words tsvector NOT NULL, scope text[] NOT NULL);"
    "CREATE INDEX message_words_words ON message_words USING gin (words);"
    "CREATE INDEX message_words_scope ON message_words USING gin (scope);"
)


def make(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE message_words")


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
