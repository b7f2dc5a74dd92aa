"""Where a new conversation goes, and by when, is decided further up the journey; this is how it is asked for.

``journey.py`` registers the placer at start-up. So a conversation is stored with its owner in one transaction:
there is no moment at which nobody has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.directory.queries import triage_team


@dataclass(frozen=True, slots=True)
class Matter:
    """What a placer may know of a conversation that is about to be opened."""

    account: Account
    text: str
    subject: str
    private: bool
    received_at: datetime
    handle: str
    automatic: str
    language: str
    history: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where it goes. ``how`` is the short reason for the timeline; ``evidence`` comes back to ``settle``."""

    owner_id: int
    owner_name: str
    how: str
    service_id: int | None = None
    due_at: datetime | None = None
    closed: bool = False
    evidence: Any = None


class Placer(Protocol):
    def place(self, matters: Sequence[Matter]) -> Sequence[Place]:
        """One place for each matter; never raises for a single one: that goes to triage with the reason."""
        ...

    def same_matter(self, conversation: Conversation, matter: Matter) -> bool:
        """Whether a direct message goes on with what the conversation is about."""
        ...

    def due(self, conversation: Conversation, received_at: datetime) -> datetime | None:
        """By when to answer a message in a conversation of which no clock is running."""
        ...

    def settle(
        self, opened: Sequence[tuple[Conversation, Place]], continued: Sequence[tuple[Conversation, datetime]]
    ) -> None:
        """The rows exist: store decisions and service targets (``continued`` with when they end), in the same
        transaction."""
        ...

    def hear(self, said: Sequence[tuple[Conversation, Message]]) -> None:
        """Residents said this, and it is stored: note what kinds of message these are, in the same transaction."""
        ...

    def split_off(self, conversation: Conversation, other: Conversation) -> None:
        """The other was split off from it: the same clock runs on both, in the same transaction."""
        ...

    def joined(self, conversation: Conversation, gone: Conversation) -> None:
        """All of the second is now in the first, which keeps the earlier clock; the second has none any more."""
        ...

    def resumed(self, conversation: Conversation) -> tuple[bool, datetime | None]:
        """It was closed and is open again: the clocks that the closing stopped run on. Returns whether it waits for an
        answer, and when the nearest ends."""
        ...

    def unmet(self, conversation: Conversation) -> datetime | None:
        """The answer that met its clock did not arrive: the clock runs on, unless one runs for something newer. Returns
        when the nearest ends."""
        ...

    def done(self, conversation: Conversation) -> None:
        """It was closed: its clocks stop, in the same transaction."""
        ...

    def met(self, conversation: Conversation) -> datetime | None:
        """It was answered: the clock that an answer meets stops, in the same transaction. Returns when the nearest of
        those ends that run on."""
        ...

    def nobodys(self, conversation: Conversation, *, by: str) -> None:
        """A person closed it because it is nobody's, in the same transaction."""
        ...


class ToTriage:
    """The placer before any other is registered: people decide everything."""

    def place(self, matters: Sequence[Matter]) -> Sequence[Place]:
        team = triage_team()
        return [Place(team.pk, team.name, "nothing decides it yet") for _ in matters]

    def same_matter(self, conversation: Conversation, matter: Matter) -> bool:
        return True

    def due(self, conversation: Conversation, received_at: datetime) -> datetime | None:
        return None

    def settle(
        self, opened: Sequence[tuple[Conversation, Place]], continued: Sequence[tuple[Conversation, datetime]]
    ) -> None:
        return None

    def hear(self, said: Sequence[tuple[Conversation, Message]]) -> None:
        return None

    def split_off(self, conversation: Conversation, other: Conversation) -> None:
        return None

    def joined(self, conversation: Conversation, gone: Conversation) -> None:
        return None

    def resumed(self, conversation: Conversation) -> tuple[bool, datetime | None]:
        return False, None

    def unmet(self, conversation: Conversation) -> datetime | None:
        return None

    def done(self, conversation: Conversation) -> None:
        return None

    def met(self, conversation: Conversation) -> datetime | None:
        return None

    def nobodys(self, conversation: Conversation, *, by: str) -> None:
        return None


_placer: Placer = ToTriage()


def use(placer: Placer) -> None:
    """Used by ``journey.py`` alone."""
    global _placer
    _placer = placer


def placer() -> Placer:
    return _placer
