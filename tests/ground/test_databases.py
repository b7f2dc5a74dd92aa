"""A run is on the database it was given: the second one is really on PostgreSQL."""

from __future__ import annotations

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_run_is_on_the_database_it_was_given():
    given = os.environ.get("DATABASE_URL", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if given.startswith("postgres") else "SELECT sqlite_version()")
        (version,) = cursor.fetchone()
    assert version.startswith("PostgreSQL") == (connection.vendor == "postgresql")


@pytest.mark.postgres
@pytest.mark.django_db
def test_what_is_marked_postgres_runs_there_only():
    assert connection.vendor == "postgresql"
