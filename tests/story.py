"""Short words for example tests: somebody writes, it is filed, and here is the conversation."""

from __future__ import annotations

from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.jobs import steps
from tests.doubles.unruly import network


def written(text: str, *, to: str = "@alpha", by: str = "@sam", **post: object) -> Conversation:
    """A message arrives and is filed. Returns the conversation it is in now."""
    network.write(to, handle=by, text=text, **post)
    filed()
    return Conversation.objects.get(pk=Message.objects.filter(text=text).latest("pk").conversation_id)


def filed() -> None:
    """Everything that is due is done."""
    Account.objects.update(next_attempt_at=None)
    steps.sweep()
