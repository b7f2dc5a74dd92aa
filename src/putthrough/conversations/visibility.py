"""Which conversations each viewer sees. Registered with ``directory.access`` by ``journey.py``."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from putthrough.conversations import search
from putthrough.conversations.models import Conversation, Message, Presence, Watcher
from putthrough.directory.access import sees
from putthrough.directory.models import Team, User
from putthrough.directory.queries import team_ids
from putthrough.intake.models import Arrival
from putthrough.kit.time import local_day, now

_OVERSEE_PUBLIC = {User.Role.COMMS_LEAD, User.Role.TRIAGER}
_SEE_ALL = {User.Role.INFORMATION_GOVERNANCE}
_SEE_NONE = {User.Role.ADMINISTRATOR}
_GOVERNS = {"run_clocks", "make_evidence"}


def conversations(viewer: User) -> QuerySet[Conversation]:
    """Information governance sees all; communications and triage what was public, and their own teams' like
    everybody; an administrator keeps the machine and reads nobody's letters."""
    return _seen(viewer, overseen=Q(private=False))


def in_full(viewer: User) -> QuerySet[Conversation]:
    """Those of which they see also what is private in them: all but what they only oversee."""
    return _seen(viewer) if viewer.is_active else Conversation.objects.none()


def _seen(viewer: User, *, overseen: Q | None = None) -> QuerySet[Conversation]:
    if viewer.role in _SEE_NONE:
        return Conversation.objects.none()
    if viewer.role in _SEE_ALL:
        return Conversation.objects.all()
    teams = team_ids(viewer)
    watched = Watcher.objects.filter(conversation=OuterRef("pk"), team__in=teams)
    theirs = Q(owner__in=teams) | Q(Exists(watched))
    if overseen is not None and viewer.role in _OVERSEE_PUBLIC:
        theirs |= overseen
    if viewer.role == User.Role.COMMS_LEAD:
        theirs |= Q(escalated_at__isnull=False)
    return Conversation.objects.filter(theirs)


def sees_in_full(viewer: User, row: Conversation) -> bool:
    """The same of a row at hand that they see. Only of what somebody oversees may a statement be needed."""
    if viewer.role not in _OVERSEE_PUBLIC or row.private or row.owner_id in team_ids(viewer):
        return True
    return in_full(viewer).filter(pk=row.pk).exists()


def who_still_see(rows: QuerySet[Presence]) -> QuerySet[Presence]:
    """Those whose user may see the conversation: the same as ``conversations``, asked the other way about."""
    today = local_day(now())
    mine = Q(people=OuterRef("user")) | Q(cover__people=OuterRef("user"), away_until__gte=today)
    owning = Team.objects.filter(mine, pk=OuterRef("conversation__owner"))
    watching = Team.objects.filter(mine, watcher__conversation=OuterRef("conversation"))
    may = Q(user__role__in=_SEE_ALL) | Q(Exists(owning)) | Q(Exists(watching))
    may |= Q(user__role__in=_OVERSEE_PUBLIC, conversation__private=False)
    may |= Q(user__role=User.Role.COMMS_LEAD, conversation__escalated_at__isnull=False)
    return rows.filter(may, user__is_active=True).exclude(user__role__in=_SEE_NONE)


def messages(viewer: User) -> QuerySet[Message]:
    """Asked message by message: a list of every conversation that somebody may see would grow with the archive. What
    is private in a public conversation is not for those who only oversee it."""
    public = Q(private=False) & Q(private=OuterRef("private"))
    theirs = _seen(viewer, overseen=public).filter(pk=OuterRef("conversation_id"))
    return Message.objects.filter(Exists(theirs))


def arrivals(viewer: User) -> QuerySet[Arrival]:
    """What was set aside is shown to those who triage."""
    if viewer.role not in {User.Role.TRIAGER, User.Role.COMMS_LEAD, User.Role.INFORMATION_GOVERNANCE}:
        return Arrival.objects.none()
    return Arrival.objects.filter(state=Arrival.State.ASIDE)


def search_scopes(viewer: User) -> list[str] | None:
    """The viewer's words in the search index; None for everything."""
    if viewer.role in _SEE_ALL:
        return None
    if viewer.role in _SEE_NONE:
        return []
    words = [search.team_word(team) for team in team_ids(viewer)]
    if viewer.role in _OVERSEE_PUBLIC:
        words.append(search.PUBLIC)
    if viewer.role == User.Role.COMMS_LEAD:
        words.append(search.ESCALATED)
    return words


def allowed(viewer: User, verb: str, thing: Any) -> bool:
    """A team acts on its own conversations; triagers decide in triage; comms nudges but does not answer for others.

    A watching team sees and may write a note; information governance keeps the clocks of law, and shows others what
    happened, wherever it sees them.
    """
    conversation: Conversation = thing
    governs = verb in _GOVERNS and viewer.role == User.Role.INFORMATION_GOVERNANCE
    if verb == "note" or governs:
        return sees(viewer, conversation)
    if conversation.owner_id in team_ids(viewer):
        return True
    lead = viewer.role == User.Role.COMMS_LEAD
    return lead and verb == "pass_on" and sees(viewer, conversation)
