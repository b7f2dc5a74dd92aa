"""The database refuses what would change the past."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from putthrough.audit import guard
from putthrough.audit.actions import record, writing
from putthrough.audit.facts import Fact
from putthrough.audit.models import Entry
from putthrough.audit.queries import verify

SAID = Fact("test.said", "{by} said {word}")


@pytest.mark.django_db
def test_entries_are_added_but_neither_changed_nor_removed() -> None:
    with connection.cursor() as cursor:
        for statement in guard.standing(connection.vendor):
            cursor.execute(statement)
    with writing():
        record(SAID, "row:1", by="Tess", word="so")
    for change in (lambda: Entry.objects.update(by="Nobody"), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError, match=guard.WORDS), transaction.atomic():
            change()
    assert verify().broken_at is None
    assert Entry.objects.filter(by="Tess").exists()
