"""What holds for every test: loopback only, two databases, real parts or a gap that is named at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import parts
from tests.doubles import manysided, scripted
from tests.parts import guard, migrated

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.cast import Cast

pytest_plugins = ["tests.parts.chromium"]

# How long an example takes says nothing on a shared machine, so time fails no property.
_UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("dev", **_UNHURRIED)
hypothesis_settings.register_profile("ci", derandomize=True, database=None, **_UNHURRIED)
hypothesis_settings.load_profile("ci" if parts.under_ci() else "dev")

settings.WHITENOISE_AUTOREFRESH = True  # else every test client looks at each file of the front end first
# A slow hash is what passwords need and what would slow every test.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

guard.install()
scripted.install()
manysided.install()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Migrations are applied once for many runs: those of all stages take as long as dozens of tests."""
    with migrated.filled():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tests change and remove entries, to see that it is found; that the database minds has a test of its own."""
    from django.db import connection

    from putthrough.audit import guard

    migrated.keep()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for statement in guard.lifted(connection.vendor):
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def another_directory() -> None:
    """What routing remembers of the directory, and gathering of what was said, belongs to the test before."""
    from putthrough.handover.incidents import step
    from putthrough.routing import known, versions

    step.forget()
    known.forget()
    versions.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    from tests.cast import raise_the_curtain

    return raise_the_curtain()


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fails the test whose code reached out, also where that code caught the error."""
    guard.reached.clear()
    yield
    assert not guard.reached, f"The test tried to reach {', '.join(guard.reached)}: tests use loopback only."


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """PostgreSQL is for what touches the database. Screens only call actions and queries, whose own tests run there, as
    does the walk through every address; their tests and the browser's see no difference and run with SQLite."""
    chosen = on_postgres if "postgresql" in settings.DATABASES["default"]["ENGINE"] else on_sqlite
    left_out = [item for item in items if not chosen(item)]
    items[:] = [item for item in items if chosen(item)]
    config.hook.pytest_deselected(items=left_out)


def on_sqlite(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgres") is None


def on_postgres(item: pytest.Item) -> bool:
    if item.get_closest_marker("browser") or _about_screens(item):
        return False
    asks = {"db", "transactional_db", "django_db_setup", "live_server"} & set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    case = getattr(item, "cls", None)
    return bool(asks or marked or (case and issubclass(case, TransactionTestCase)))


def _about_screens(item: pytest.Item) -> bool:
    return item.path.relative_to(item.config.rootpath / "tests").parts[0].startswith("web")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # one of several processes; the one that gathers them speaks for all
        return
    stats = terminalreporter.stats
    reports = [report for outcome in ("skipped", "failed", "error") for report in stats.get(outcome, ())]
    for gap in sorted({gap for report in reports if (gap := parts.named_in(_reason(report)))}):
        terminalreporter.write_line(f"Missing part: {gap}", yellow=True)
    if tally := os.environ.get("PUTTHROUGH_TEST_TALLY"):
        _note(Path(tally), {outcome: len(those) for outcome, those in stats.items()})


def _reason(report: pytest.TestReport) -> str:
    """A skip is told as (file, line, reason), a failure as an object with its text."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def _note(tally: Path, counts: dict[str, int]) -> None:
    """Adds this run's `passed failed skipped` as a line for scripts/test to add up."""
    passed = counts.get("passed", 0) + counts.get("xpassed", 0)
    failed = counts.get("failed", 0) + counts.get("error", 0)
    skipped = counts.get("skipped", 0) + counts.get("xfailed", 0)
    with tally.open("a") as file:
        file.write(f"{passed} {failed} {skipped}\n")
