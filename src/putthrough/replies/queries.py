"""Reading replies: a draft is its author's, what waits, is held or sent everybody's who sees the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.visibility import in_full, sees_in_full
from putthrough.directory import access
from putthrough.directory.models import Service, User
from putthrough.directory.queries import team_ids
from putthrough.kit.time import local_day, now
from putthrough.replies.models import Away, Enclosure, Objection, Reply, Review, TakenPrivate, Trust

_OWN = (Reply.State.DRAFT, Reply.State.RETURNED)


def own_words(viewer: User, conversation: Conversation) -> Reply | None:
    """What the viewer goes on writing: their draft, or else the latest of theirs that came back."""
    theirs = Reply.objects.filter(conversation=conversation, author=viewer)
    later = theirs.filter(pk__gt=OuterRef("pk")).exclude(state__in=_OWN)  # since then they answered otherwise
    rows = theirs.filter(Q(state=Reply.State.DRAFT) | Q(state=Reply.State.RETURNED) & ~Exists(later))
    return rows.order_by("state", "-pk").first()  # "draft" comes before "returned"


def enclosures(reply: Reply | None) -> list[Enclosure]:
    """What goes with an answer."""
    return list(reply.enclosures.all()) if reply else []


def enclosure(viewer: User, pk: int) -> Enclosure:
    """One file of an answer: of what its writer still has in hand for them alone, else for all who see the
    conversation. Raises access.NotVisible."""
    row = Enclosure.objects.select_related("reply__conversation").filter(pk=pk).first()
    hidden = row is None or (row.reply.state in _OWN and row.reply.author_id != viewer.pk)
    if row is None or hidden or not _seen(viewer, row.reply):
        raise access.NotVisible("There is no such file that you can see.")
    return row


def on_their_way(viewer: User, conversation: Conversation) -> list[Reply]:
    """Waiting, held, leaving, failed and practised replies of a conversation that the viewer may see, and those of
    their own that came back, oldest first."""
    if not access.sees(viewer, conversation):
        return []
    rows = Reply.objects.filter(conversation=conversation).exclude(state__in=[Reply.State.DRAFT, Reply.State.SENT])
    if not sees_in_full(viewer, conversation):
        rows = rows.filter(in_private=False)
    rows = rows.filter(~Q(state=Reply.State.RETURNED) | Q(author=viewer))
    return list(rows.select_related("author", "cleared_by").prefetch_related("enclosures").order_by("pk"))


def reply(viewer: User, pk: int) -> Reply:
    """One reply in a conversation that the viewer may see. Raises access.NotVisible.

    A draft, and one that came back, are their writer's alone.
    """
    rows = Reply.objects.select_related("conversation__account", "conversation__contact", "author")
    row = rows.filter(pk=pk).first()
    if row is None or not _seen(viewer, row):
        raise access.NotVisible("There is no such reply that you can see.")
    if row.state in _OWN and row.author_id != viewer.pk:
        raise access.NotVisible("There is no such reply that you can see.")
    return row


def replies(viewer: User) -> QuerySet[Reply]:
    """Registered with ``access``: others' drafts are never seen."""
    return Reply.objects.filter(_said_to(viewer)).filter(~Q(state__in=_OWN) | Q(author=viewer))


def _said_to(viewer: User) -> Q:
    """What is for the viewer to see: of what they only oversee, what is public."""
    in_their_sight = Q(conversation__in=access.visible(viewer, Conversation))
    return in_their_sight & (Q(in_private=False) | Q(conversation__in=in_full(viewer)))


def _seen(viewer: User, reply: Reply) -> bool:
    seen = in_full(viewer) if reply.in_private else access.visible(viewer, Conversation)
    return seen.filter(pk=reply.conversation_id).exists()


def allowed(viewer: User, verb: str, thing: Any) -> bool:
    """Registered with ``access``: who may look at an answer before it goes. Never its writer; only somebody trusted
    there themselves: of the team that has the conversation, the writer's buddy, a deputy of theirs, or the comms lead.
    """
    one: Reply = thing
    if verb != "approve" or one.author_id == viewer.pk or not access.sees(viewer, one.conversation):
        return False
    return to_check(viewer).filter(pk=one.pk).exists()


def to_check(viewer: User) -> QuerySet[Reply]:
    """What waits for the viewer, or for somebody like them, to look at it."""
    if not access.may(viewer, "approve"):
        return Reply.objects.none()
    rows = Reply.objects.filter(state=Reply.State.SUBMITTED).exclude(author=viewer)
    rows = rows.filter(_said_to(viewer)).filter(_trusted_there(viewer))
    if viewer.role == User.Role.COMMS_LEAD:
        return rows
    return rows.filter(Q(conversation__owner__in=team_ids(viewer)) | Q(author__in=_writers(viewer)))


def _trusted_there(viewer: User) -> Q:
    """Channels on which the viewer is trusted themselves: by a row of the channel's own, else by that for all."""
    own = Trust.objects.filter(user=viewer).exclude(channel="")
    trusted = own.filter(step=Trust.Step.TRUSTED)
    everywhere = Trust.objects.filter(user=viewer, channel="", step=Trust.Step.TRUSTED)
    elsewhere = ~Q(conversation__channel__in=own.values("channel"))
    return Q(conversation__channel__in=trusted.values("channel")) | (Q(Exists(everywhere)) & elsewhere)


def _writers(viewer: User) -> QuerySet[Trust, int]:
    """Those whose buddy the viewer is, on whichever channel, or stands in for."""
    away = Away.objects.filter(deputy=viewer, until__gte=local_day(now()))
    rows = Trust.objects.filter(Q(buddy=viewer) | Q(buddy__in=away.values("user")))
    return rows.values_list("user_id", flat=True)


def waiting(viewer: User, *, limit: int = 50) -> list[Reply]:
    """The oldest of ``to_check``, with all that the list shows of them."""
    rows = to_check(viewer).select_related(
        "author", "conversation__contact", "conversation__account", "conversation__owner"
    )
    return list(rows.prefetch_related("reviews__by", "enclosures").order_by("submitted_at", "pk")[:limit])


def answered_words(viewer: User, rows: Sequence[Reply]) -> dict[int, str]:
    """What each of the replies, which the viewer may see, answers: the latest that came in, by the reply's id."""
    received = access.visible(viewer, Message).filter(conversation=OuterRef("conversation"), direction="in")
    latest = received.filter(automatic="").order_by("-pk")
    found = Reply.objects.filter(pk__in=[one.pk for one in rows]).annotate(said=Subquery(latest.values("text")[:1]))
    return {pk: said or "" for pk, said in found.values_list("pk", "said")}


def offered(viewer: User, pk: int) -> Trust:
    """A step that may be offered to somebody else. Raises access.NotVisible where the viewer is not to decide it."""
    row = Trust.objects.filter(pk=pk).select_related("user", "buddy").first()
    if row is None or not (access.may(viewer, "set_up_trust") or row.buddy_id == viewer.pk):
        raise access.NotVisible("There is no such step that you can decide.")
    return row


def reviews_of(viewer: User, conversation: Conversation) -> list[Review]:
    """What was said about the viewer's own answers here, the newest first."""
    rows = Review.objects.filter(reply__conversation=conversation, reply__author=viewer)
    return list(rows.select_related("by", "reply").order_by("-pk")[:5])


def trust_of(users: Sequence[User]) -> dict[int, list[Trust]]:
    """Their steps, by person."""
    found: dict[int, list[Trust]] = {}
    for row in Trust.objects.filter(user__in=users).select_related("user", "buddy"):
        found.setdefault(row.user_id, []).append(row)
    return found


def offers(viewer: User, *, rise_after: int) -> list[Trust]:
    """Steps that could be offered now and that the viewer may say yes to."""
    rows = Trust.objects.exclude(step=Trust.Step.TRUSTED).filter(in_a_row__gte=rise_after, user__is_active=True)
    rows = rows.exclude(user=viewer)
    if not access.may(viewer, "set_up_trust"):
        rows = rows.filter(buddy=viewer)
    return list(rows.select_related("user", "buddy"))


def objections(viewer: User, *, limit: int = 50) -> list[Objection]:
    """What writers said that checks got wrong, the newest first; for those who set the checks. The words that counted
    are there only for those who see the conversation."""
    access.require(viewer, "set_up_checks")
    rows = list(Objection.objects.select_related("by")[:limit])
    seen = set(replies(viewer).filter(objections__in=rows).values_list("pk", flat=True))
    for row in rows:
        if row.reply_id not in seen:
            row.words = ""
    return rows


def signposted(service: Service, *, days: int = 28) -> int:
    """How many answers that were sent of late had one of the service's signposts in them: what people came for."""
    since = now() - timedelta(days=days)
    return Reply.objects.filter(signposted=service, state=Reply.State.SENT, saved_at__gte=since).count()


def taken_private(viewer: User, conversation: Conversation) -> TakenPrivate | None:
    """How the latest taking of it into private stands, for whoever sees it; None where there was none."""
    if conversation.private or not access.sees(viewer, conversation):
        return None
    rows = TakenPrivate.objects.filter(conversation=conversation).exclude(state=TakenPrivate.State.DROPPED)
    return rows.select_related("by", "first").order_by("-pk").first()


def went_private(service: Service, *, days: int = 28) -> int:
    """How many conversations about the service were taken private of late."""
    since, ends = now() - timedelta(days=days), (TakenPrivate.State.DONE, TakenPrivate.State.UNSAID)
    rows = TakenPrivate.objects.filter(conversation__service=service, state__in=ends, at__gte=since)
    return rows.values("conversation").distinct().count()


def away(viewer: User) -> Away | None:
    """Until when the viewer is away and who looks at answers for them, while that is so."""
    rows = Away.objects.filter(user=viewer, until__gte=local_day(now()))
    return rows.select_related("deputy").first()


def who_looks(reply: Reply) -> str:
    """Who looks at it first, as the beginning of a sentence: the writer's buddy, or whoever stands in for them."""
    rows = Trust.objects.filter(user=reply.author, channel__in=[reply.conversation.channel, ""], buddy__isnull=False)
    row = rows.select_related("buddy").order_by("-channel").first()
    if row is None or row.buddy is None:
        return "A colleague"
    away = Away.objects.filter(user=row.buddy, until__gte=local_day(now())).select_related("deputy").first()
    return away.deputy.name if away else row.buddy.name
