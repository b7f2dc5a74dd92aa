"""The scripted network, and a world on it."""

from __future__ import annotations

import pytest

from tests.doubles import scripted
from tests.invariants.world import World, build

scripted.install()


@pytest.fixture
def world(db: None) -> World:
    return build()
