"""Reading what was mailed to colleagues and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from putthrough.conversations.models import Conversation
from putthrough.conversations.visibility import in_full, sees_in_full
from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.plainmail.models import Answer, Notice, Policy

_SHOWN = (Answer.State.KEPT, Answer.State.AUTOMATIC)
_TROUBLE = (Notice.State.FAILED, Notice.State.UNSURE)


def policy() -> Policy:
    return Policy.objects.get_or_create(pk=1)[0]


def teams_by_email() -> list[Team]:
    """Teams that get each of their conversations at their ordinary address."""
    return list(Team.objects.filter(by_email_since__isnull=False).exclude(email=""))


def people_by_email() -> list[User]:
    """People who get each conversation of their teams at their own address."""
    return list(User.objects.filter(by_email_since__isnull=False, is_active=True))


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who works by ordinary email, and how the last mail to them stands; nothing of what it was about."""

    name: str
    address: str
    last: Notice | None

    @property
    def in_trouble(self) -> bool:
        return self.last is not None and self.last.state in _TROUBLE


def addressees(viewer: User) -> list[Addressee]:
    """Everybody who works by email, for those who set it up; three statements for any number."""
    access.require(viewer, "set_up_directory")
    rows: Sequence[Team | User] = [*teams_by_email(), *people_by_email()]
    tried = Notice.objects.filter(recipient__in=[row.email.lower() for row in rows])
    last = {one.recipient: one for one in tried.exclude(state__in=["due", "moot"]).order_by("pk")}
    return [Addressee(row.name, row.email, last.get(row.email.lower())) for row in rows]


def kept(viewer: User, conversation: Conversation) -> list[Answer]:
    """What colleagues wrote by email that was not sent, newest first, for whoever sees all of the conversation."""
    if not (access.sees(viewer, conversation) and sees_in_full(viewer, conversation)):
        return []
    rows = Answer.objects.filter(notice__conversation=conversation, state__in=_SHOWN)
    return list(rows.order_by("-pk")[:20])


def kept_one(viewer: User, pk: int) -> Answer:
    """One of them, with its conversation. Raises access.NotVisible."""
    row = Answer.objects.select_related("notice__conversation").filter(pk=pk, state__in=_SHOWN).first()
    seen = in_full(viewer)
    if row is None or not seen.filter(pk=row.notice.conversation_id).exists():
        raise access.NotVisible("There is no such email that you can see.")
    return row


def not_arrived(viewer: User, conversation: Conversation) -> list[Notice]:
    """Mails about a conversation that did not reach whom they were for."""
    if not access.sees(viewer, conversation):
        return []
    return list(Notice.objects.filter(conversation=conversation, state__in=_TROUBLE).order_by("-pk")[:20])
