"""An answer that waits too long to be looked at: the comms lead sees its conversation until somebody has decided."""

from __future__ import annotations

from putthrough.conversations.actions import lock, reindex
from putthrough.conversations.models import Conversation
from putthrough.handover.actions import goes_round
from putthrough.kit.time import now
from putthrough.replies.models import Reply


def show_to_lead(conversation: Conversation) -> None:
    """Call it inside ``writing``."""
    row = lock(conversation)
    if row.escalated_at is None:
        row.escalated_at = now()
        row.save(update_fields=["escalated_at"])
        reindex(row)


def decided(reply: Reply) -> None:
    """Unless another answer waits too long here, or it goes round, it is the team's alone again. Call it inside
    ``writing``."""
    row = lock(reply.conversation)
    waiting = Reply.objects.filter(conversation=row, state=Reply.State.SUBMITTED).exclude(escalated_at=None)
    if row.escalated_at is not None and not goes_round(row) and not waiting.exists():
        row.escalated_at = None
        row.save(update_fields=["escalated_at"])
        reindex(row)
