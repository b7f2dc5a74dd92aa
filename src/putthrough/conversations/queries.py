"""Reading conversations: every function takes the viewer first and asks ``access`` for what they may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Min, QuerySet, prefetch_related_objects
from django.db.models.functions import Left

from putthrough.channels.abilities import HasAttachments
from putthrough.channels.contract import Unreadable
from putthrough.channels.queries import best_view
from putthrough.channels.registry import channel
from putthrough.conversations import search as index
from putthrough.conversations.models import Attachment, Contact, Conversation, Message, Tag
from putthrough.conversations.paging import Place, earliest, place
from putthrough.conversations.similar import candidates, held_by
from putthrough.conversations.visibility import search_scopes
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import team_ids
from putthrough.kit.likeness import LONGEST_READ, Likeness, rarity, words_of

PAGE = 50
MOST_COUNTED = 99
LEAST_LIKE = 0.15
"""The likeness below which two messages have no more than a few words in common."""
_OWN = 20  # messages of a conversation whose words are taken as its own
_TAGGED_LOOKS = 20  # pages of the search index that are looked through for conversations with a tag
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations and the cursor of those after them (empty at the end)."""

    rows: Sequence[Conversation]
    next: str


def conversation(viewer: User, pk: int) -> Conversation:
    """One conversation with its contact, owner and account. Raises access.NotVisible."""
    rows = access.visible(viewer, Conversation).select_related(
        "contact", "owner", "holder", "account", "service", "private_account"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise access.NotVisible(f"There is no conversation {pk} that you can see.")
    return access.found(viewer, row)


def messages(viewer: User, of: Conversation, *, newest: int = 200) -> list[Message]:
    """Its messages and notes, oldest first."""
    rows = access.visible(viewer, Message).filter(conversation=of).prefetch_related("attachments")
    found = list(rows.order_by("-received_at", "-pk")[:newest])[::-1]
    prefetch_related_objects([one for one in found if one.edited_at], "versions")
    return found


def others_of(viewer: User, contact: Contact, *, besides: Conversation, limit: int = 10) -> list[Conversation]:
    """Other conversations of the same contact that the viewer may see, newest first."""
    rows = access.visible(viewer, Conversation).filter(contact=contact).exclude(pk=besides.pk)
    return list(rows.select_related("owner").order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to.

    ``owners`` are team ids, empty for the viewer's own teams. ``holder`` is ``me``, ``nobody`` or empty; ``state``
    a conversation's, empty for all that are not closed; ``channels`` empty for all. ``tag`` is a tag's id, 0 for any;
    ``outcome`` what came of closed ones, empty for anything.
    """

    owners: tuple[int, ...] = ()
    holder: str = ""
    channels: tuple[str, ...] = ()
    state: str = ""
    unanswered: bool = False
    tag: int = 0
    outcome: str = ""


def inbox_page(viewer: User, *, filters: Filters, cursor: str = "", size: int = PAGE) -> Page:
    """The viewer's own teams' conversations (or ``filters.owners``'), soonest deadline first, those without one last.

    Closed ones come newest first. Team by team the index alone says which rows come next, so a page costs the same
    in a small archive as in a large one; the rows themselves come through the door.
    """
    owners = filters.owners or team_ids(viewer)
    start = place(cursor)
    if filters.state == Conversation.State.CLOSED:
        return _page(viewer, _closed_places(viewer, owners, filters, start, size + 1), size)
    found = _open_places(viewer, owners, filters, start, size + 1)
    first = [] if start else _at_risk(viewer, filters, owners=owners)
    return _page(viewer, found, size, first=first)


def _at_risk(viewer: User, filters: Filters, *, owners: Sequence[int] | None, public: bool = False) -> list[int]:
    """What may mean that a life is at risk stands on top, newest first, whatever its deadline."""
    if filters.state == Conversation.State.CLOSED:
        return []
    rows = _narrowed(access.visible(viewer, Conversation).filter(at_risk=True), viewer, filters)
    if owners is not None:
        rows = rows.filter(owner__in=owners)
    if public:
        rows = rows.filter(private=False)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:PAGE])


def _open_places(viewer: User, owners: Sequence[int], filters: Filters, start: Place | None, most: int) -> list[Place]:
    found: list[Place] = []
    for leg in _legs(start):
        if len(found) < most:
            rows = [
                Place(due_at, pk)
                for owner in owners
                for due_at, pk in _of_team(viewer, owner, filters)
                .filter(**leg)
                .order_by("due_at", "pk")
                .values_list("due_at", "pk")[: most - len(found)]
            ]
            found += earliest(rows, most - len(found))
    return found


def _legs(start: Place | None) -> Iterator[dict[str, Any]]:
    """What follows a place, as ranges of the index ``inbox``: the rest of that instant, later ones, undated ones."""
    if start is not None and start.due_at is None:
        yield {"due_at__isnull": True, "pk__gt": start.id}
        return
    if start is not None:
        yield {"due_at": start.due_at, "pk__gt": start.id}
    yield {"due_at__gt": start.due_at if start else _BEFORE_ALL}
    yield {"due_at__isnull": True}


def _closed_places(
    viewer: User, owners: Sequence[int], filters: Filters, start: Place | None, most: int
) -> list[Place]:
    found: list[int] = []
    for owner in owners:
        rows = _of_team(viewer, owner, filters)
        before = rows.filter(pk__lt=start.id) if start else rows
        found += before.order_by("-pk").values_list("pk", flat=True)[:most]
    return [Place(None, pk) for pk in sorted(found, reverse=True)[:most]]


def _of_team(viewer: User, owner: int, filters: Filters) -> QuerySet[Conversation]:
    """A team's conversations. What the viewer's own team owns needs no second look at the index of who may see it."""
    own = owner in team_ids(viewer)
    rows = Conversation.objects.all() if own else access.visible(viewer, Conversation)
    return _narrowed(rows.filter(owner=owner), viewer, filters)


def _narrowed(rows: QuerySet[Conversation], viewer: User, filters: Filters) -> QuerySet[Conversation]:
    closed = Conversation.State.CLOSED
    rows = rows.filter(state=closed) if filters.state == closed else rows.exclude(state=closed)
    if filters.state in (Conversation.State.OPEN, Conversation.State.WAITING):
        rows = rows.filter(state=filters.state)
    if filters.holder:
        rows = rows.filter(holder=viewer if filters.holder == "me" else None)
    if filters.tag:
        rows = rows.filter(taggings__tag=filters.tag)
    if filters.outcome:
        rows = rows.filter(outcome=filters.outcome)
    if filters.channels:
        rows = rows.filter(channel__in=filters.channels)
    return rows.filter(unanswered=True) if filters.unanswered else rows


def _page(viewer: User, found: Sequence[Place], size: int, *, first: Sequence[int] = ()) -> Page:
    """``first`` stand on top of the page; those of them that would come further down do not come twice."""
    chosen = list(dict.fromkeys([*first, *(one.id for one in found[:size])]))
    listed = access.visible(viewer, Conversation).select_related("contact")
    rows = listed.prefetch_related("owner", "holder", "taggings__tag").in_bulk(chosen)
    return Page([rows[pk] for pk in chosen if pk in rows], found[size - 1].cursor if len(found) > size else "")


def overview_page(viewer: User, *, filters: Filters, cursor: str = "", public: bool = True) -> Page:
    """What the viewer may see of all teams, newest first: only what was said in public, or all of it."""
    rows = _narrowed(access.visible(viewer, Conversation), viewer, filters)
    if public:
        rows = rows.filter(private=False)
    start = place(cursor)
    if start is not None:
        rows = rows.filter(pk__lt=start.id)
    found = [Place(None, pk) for pk in rows.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1]]
    first = [] if start else _at_risk(viewer, filters, owners=None, public=public)
    return _page(viewer, found, PAGE, first=first)


def inbox_count(
    viewer: User,
    *,
    filters: Filters,
    after: datetime | None = None,
    until: datetime | None = None,
    undated: bool = False,
) -> int:
    """How many such conversations the viewer's own teams have, due in that time if one is given; at most 100."""
    own = team_ids(viewer)
    owners = [owner for owner in filters.owners if owner in own] if filters.owners else own
    rows = _narrowed(Conversation.objects.filter(owner__in=owners), viewer, filters)
    if until is not None or after is not None:
        rows = rows.filter(due_at__gt=after or _BEFORE_ALL)
    if until is not None:
        rows = rows.filter(due_at__lte=until)
    return counts(rows.filter(due_at=None) if undated else rows)


def newest_message_id() -> int:
    """The id of the newest message of all, from which ``arrived_since`` counts; 0 when there is none."""
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def arrived_since(viewer: User, since: int, *, within: Conversation | None = None) -> int:
    """How many messages arrived for the viewer's own teams, or in a conversation, after that one; at most 100."""
    rows = Message.objects.filter(pk__gt=since, direction=Message.Direction.IN)
    if within is None:
        return counts(rows.filter(conversation__owner__in=team_ids(viewer)))
    return counts(access.visible(viewer, Message).filter(conversation=within, pk__gt=since).exclude(direction="note"))


def first_words(viewer: User, rows: Sequence[Conversation], *, most: int = 600) -> dict[int, str]:
    """How the latest message from each of these conversations' contacts begins, by conversation id."""
    received = access.visible(viewer, Message).filter(conversation__in=[row.pk for row in rows], direction="in")
    begins = received.annotate(begins=Left("text", most)).order_by("pk")
    return dict(begins.values_list("conversation_id", "begins"))


def message(viewer: User, pk: int) -> Message:
    """One message. Raises access.NotVisible."""
    return access.see(viewer, Message, pk)


def search(viewer: User, words: str, *, before: int | None = None, limit: int = PAGE, tag: int = 0) -> list[Message]:
    """Messages that hold every word, newest first, with their conversations; ``before`` is a message id, ``tag`` a
    tag's that the conversations have."""
    scopes, found = search_scopes(viewer), list[int]()
    for _ in range(_TAGGED_LOOKS if tag else 1):
        ids = index.find(words, scopes=scopes, before=before, limit=limit)
        found += _tagged(ids, tag) if tag else ids
        if len(ids) < limit or len(found) >= limit:
            break
        before = ids[-1]
    rows = access.visible(viewer, Message).filter(pk__in=found[:limit])
    of = "conversation"
    return list(rows.select_related(f"{of}__owner", f"{of}__contact", f"{of}__account").order_by("-pk"))


def _tagged(message_ids: Sequence[int], tag: int) -> list[int]:
    """Those of which the conversation has the tag, newest first."""
    rows = Message.objects.filter(pk__in=message_ids, conversation__taggings__tag=tag)
    return list(rows.order_by("-pk").values_list("pk", flat=True))


def tags(viewer: User) -> list[Tag]:
    """Every tag that there is, by name; nobody's words stand in one."""
    return list(Tag.objects.all()) if viewer.is_active else []


def outcomes(viewer: User, *, newest: int = 1000) -> Counter[str]:
    """What came of the newest closed conversations of the viewer's own teams, and how often."""
    closed = Conversation.objects.filter(owner__in=team_ids(viewer), state=Conversation.State.CLOSED)
    return Counter(closed.order_by("-pk").values_list("outcome", flat=True)[:newest])


def similar(viewer: User, row: Conversation, *, limit: int = 5) -> list[tuple[Conversation, float]]:
    """The conversations whose contacts wrote what is most like what this one began with, with the likeness (0 to 1),
    the most alike first; those alone that the viewer may see."""
    said = access.visible(viewer, Message).filter(conversation=row).annotate(begins=Left("text", LONGEST_READ))
    rows = list(said.order_by("pk").values_list("direction", "subject", "begins", "name", "handle")[:_OWN])
    first = next((f"{subject}\n{text}" for direction, subject, text, *_ in rows if direction == "in"), "")
    own = Counter(word for _, *parts in rows for word in set(words_of("\n".join(parts))))
    return similar_to(viewer, first, besides=row.pk, own=own, limit=limit)


def similar_to(
    viewer: User, text: str, *, besides: int = 0, own: Mapping[str, int] | None = None, limit: int = 5
) -> list[tuple[Conversation, float]]:
    """The same for any text, leaving out the conversation ``besides``; ``own`` says how many messages of that one hold
    each word, for what only they hold finds nothing."""
    words, newest_id = words_of(text), newest_message_id()
    held = held_by(words, newest=newest_id)
    elsewhere = {word: about for word, about in held.items() if about > (own or {}).get(word, 0)}
    ids = candidates(elsewhere, scopes=search_scopes(viewer), newest=newest_id)
    like = Likeness(words, {word: rarity(held.get(word, 0), newest_id) for word in words})
    best: dict[int, float] = {}
    for pk, subject, begins in _incoming(viewer, ids, besides):
        best[pk] = max(best.get(pk, 0.0), like(words_of(f"{subject}\n{begins}")))
    chosen = [pk for pk in sorted(best, key=lambda pk: (-best[pk], -pk)) if best[pk] >= LEAST_LIKE][:limit]
    seen = access.visible(viewer, Conversation).select_related("contact", "owner").in_bulk(chosen)
    return [(access.found(viewer, seen[pk]), best[pk]) for pk in chosen if pk in seen]


def _incoming(viewer: User, ids: Sequence[int], besides: int) -> QuerySet[Message, tuple[int, str, str]]:
    """Conversation, subject and beginning of those of these messages that a contact wrote with their own hand."""
    rows = access.visible(viewer, Message).filter(pk__in=ids, direction="in", automatic="")
    begins = rows.exclude(conversation=besides).annotate(begins=Left("text", LONGEST_READ))
    return begins.values_list("conversation_id", "subject", "begins")


def newest(viewer: User, *, before: int | None = None, limit: int = PAGE) -> list[Conversation]:
    """What the viewer may see, closed ones too, newest first; ``before`` is a conversation id."""
    rows = access.visible(viewer, Conversation).select_related("contact", "owner", "account")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


def first_messages(viewer: User, rows: Sequence[Conversation]) -> dict[int, Message]:
    """What each of these conversations' contacts wrote first, by conversation id; two statements for any number."""
    received = access.visible(viewer, Message).filter(conversation__in=[row.pk for row in rows], direction="in")
    firsts = received.values("conversation").annotate(first=Min("pk")).values_list("first", flat=True)
    return {one.conversation_id: one for one in Message.objects.filter(pk__in=list(firsts)).defer("html", "folded")}


def homes(viewer: User, account_ids: Sequence[int], message_ids: Sequence[str]) -> dict[str, int]:
    """Which conversation (id) each of these messages stands in, by the id that it has on its network."""
    rows = access.visible(viewer, Message).filter(account__in=account_ids, message_id__in=message_ids)
    return dict(rows.values_list("message_id", "conversation"))


def attachment(viewer: User, pk: int) -> tuple[Attachment, bytes]:
    """A file and its bytes, from the raw arrival or the network that keeps it.

    Raises access.NotVisible; Unreadable when it is not offered, ChannelError when its network does not give it out.
    """
    row = Attachment.objects.select_related("message__arrival", "message__account").filter(pk=pk).first()
    if row is None or not access.visible(viewer, Message).filter(pk=row.message_id).exists():
        raise access.NotVisible("There is no such file that you can see.")
    arrival, network = row.message.arrival, channel(row.message.account.channel)
    if row.refused or arrival is None or not isinstance(network, HasAttachments):
        raise Unreadable(row.refused or "The original of this file is no longer kept.")
    return row, network.attachment(best_view(row.message.account), bytes(arrival.raw), row.part)


def counts(rows: QuerySet[Any], *, most: int = MOST_COUNTED) -> int:
    """How many, but never more than ``most`` + 1 are counted: a list says "more than 99" instead."""
    return rows[: most + 1].count()
