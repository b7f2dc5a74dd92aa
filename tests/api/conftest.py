from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from putthrough.directory.actions import make_token
from putthrough.directory.models import User
from putthrough.routing.known import forget
from tests.cast import Cast, raise_the_curtain


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A good hash takes a third of a second, and a cast has six people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> Cast:
    return raise_the_curtain()


@pytest.fixture
def program_of(db: None) -> Callable[[User], Client]:
    """A client that sends an API key of this user, and has no session."""

    def made(user: User) -> Client:
        return Client(headers={"Authorization": f"Bearer {make_token(user, 'test')}"})

    return made
