"""A decision explained in full, on demand: what each stage says of the message today, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from putthrough.conversations.models import Conversation, Message
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.routing.decide import Verdict, decide
from putthrough.routing.explain import looked_at
from putthrough.routing.known import Known, known
from putthrough.routing.otherwise import Otherwise, Said, otherwise, said
from putthrough.routing.queries import asked_of
from putthrough.routing.rules import Asked


@dataclass(frozen=True, slots=True)
class Explained:
    """With what is known today: what each stage says, where it would go, and what would change that."""

    said: Sequence[Said]
    verdict: Verdict
    otherwise: Sequence[Otherwise]


def explained(viewer: User, conversation: Conversation) -> Explained | None:
    """How its first message is decided; None when the resident has written nothing here that the viewer may see."""
    rows = access.visible(viewer, Message).filter(conversation=conversation, direction="in").select_related("account")
    first = rows.order_by("pk").first()
    if first is None:
        return None
    asked, now_known, team = asked_of(first), known(), conversation.account.team
    own = (team.pk, team.name) if team else None

    def decided(one: Asked, by: Known) -> Verdict:
        point, opinion = looked_at(one, by)
        return decide(one, by, account_team=own, opinion=opinion, point=point)

    point, opinion = looked_at(asked, now_known)
    lines = said(asked, now_known, opinion, now_known.guesses(asked.whole, point))
    return Explained(lines, decided(asked, now_known), otherwise(asked, now_known, decided))
