from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from putthrough.directory.actions import make_token
from putthrough.directory.models import User


@pytest.fixture
def program_of(db: None) -> Callable[[User], Client]:
    """A client that sends an API key of this user, and has no session."""

    def made(user: User) -> Client:
        return Client(headers={"Authorization": f"Bearer {make_token(user, 'test')}"})

    return made
