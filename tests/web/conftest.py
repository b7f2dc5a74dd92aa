from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from putthrough.routing.known import forget
from tests.cast import Cast, raise_the_curtain


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Routing keeps the directory in memory; each test has a directory of its own."""
    forget()
    yield
    forget()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A slow hash is what passwords need and what would slow every test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> Cast:
    return raise_the_curtain()
