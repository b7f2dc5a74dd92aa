"""Short words for example tests: somebody writes, time passes, it is filed, and here is the conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.jobs.steps import sweep
from putthrough.kit.time import now
from tests.body import PUBLIC
from tests.doubles.scripted import NETWORK


def written(text: str, *, to: str = PUBLIC, by: str = "@sam", private: bool = True, **post: Any) -> Conversation:
    """A message arrives and is filed. Returns the conversation it is in now."""
    posted(text, to=to, by=by, private=private, **post)
    filed()
    return Conversation.objects.get(pk=Message.objects.filter(text=text).latest("pk").conversation_id)


def posted(
    text: str, *, to: str = PUBLIC, by: str = "@sam", private: bool = True, at: datetime | None = None, **post: Any
) -> str:
    """A message waits on the network. Returns its public id."""
    return NETWORK.post(to, by, text, private=private, at=(at or now()).isoformat(), **post)


def due_now() -> None:
    """Every account may be asked again at once (its minute is over)."""
    Account.objects.update(next_attempt_at=None)


def filed() -> None:
    """Everything that is due is done."""
    due_now()
    sweep()


def settle(*, most: int = 20) -> None:
    """Sweep until nothing is due any more. Fails when the steps never come to rest."""
    for _ in range(most):
        if sweep() == 0:
            return
    raise AssertionError("the steps find work again and again")
