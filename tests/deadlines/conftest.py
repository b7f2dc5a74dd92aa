from __future__ import annotations

import pytest

from putthrough.conversations.models import Conversation
from tests.cast import POTHOLE, Cast, raise_the_curtain, resident_writes


@pytest.fixture
def cast(db: None, time_machine: object) -> Cast:
    """Thursday 19 November 2026, ten in the morning."""
    time_machine.move_to("2026-11-19T10:00:00Z")  # type: ignore[attr-defined]  # the fixture has no type of its own
    return raise_the_curtain()


@pytest.fixture
def row(cast: Cast, time_machine: object) -> Conversation:
    """A conversation of Highways, opened on Friday 20 November."""
    time_machine.move_to("2026-11-20T10:00:00Z")  # type: ignore[attr-defined]  # the fixture has no type of its own
    return resident_writes(POTHOLE)
