"""The simulated network itself: what would run on somebody else's machines."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from putthrough.channels.contract import AccountView, ChannelError, Outgoing
from putthrough.channels.rehearsal.channel import LIMIT, as_posted
from putthrough.channels.rehearsal.models import Post

_LOOKED_AT = 600


def post(handle: str, text: str, *, name: str = "", to: str = "", parent: int | None = None) -> Post:
    """A resident writes: in public, or directly when ``to`` names somebody. Raises ChannelError when empty."""
    if not text.strip():
        raise ChannelError("Write something first: an empty post goes nowhere.", permanent=True)
    clean = "@" + handle.strip().lstrip("@").lower()[:50]
    return Post.objects.create(
        handle=clean, name=name, text=text[:LIMIT], to=to.lower(), private=bool(to), parent_id=parent
    )


def addressed_to(address: str, *, after: int, limit: int) -> list[Post]:
    """Posts after the given one that go to the address, mention it, or answer one of its posts; oldest first."""
    to_us = Q(to=address) | Q(text__icontains=address) | Q(parent__handle=address)
    # Own posts come too, as on real networks: the reader knows them for echoes.
    return list(Post.objects.filter(to_us, pk__gt=after).order_by("pk")[:limit])


def as_raw(row: Post) -> bytes:
    body = {
        "id": row.pk,
        "handle": row.handle,
        "name": row.name,
        "text": row.text,
        "private": row.private,
        "to": row.to,
        "parent": row.parent_id,
        "at": row.at.isoformat(),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def publish(account: AccountView, outgoing: Outgoing) -> Post:
    """Our own answer appears. The same ``message_id`` twice is the same post. Raises ChannelError when too long."""
    text = as_posted(outgoing)
    if len(text) > LIMIT * 4:
        raise ChannelError(f"The network refused it: more than {LIMIT} characters. Shorten it.", permanent=True)
    parent = int(outgoing.in_reply_to) if outgoing.in_reply_to.isdigit() else None
    found = Post.objects.filter(pk=parent).first() if parent else None
    row, _ = Post.objects.get_or_create(
        key=outgoing.message_id or None,
        defaults={
            "handle": account.address,
            "name": account.name,
            "text": text,
            "to": outgoing.to if outgoing.private else "",
            "private": outgoing.private,
            "parent": found,
            "pictures": [file.alt for file in outgoing.files],
        },
    )
    return row


def find(key: str) -> Post | None:
    return Post.objects.filter(key=key).first()


def newest_id() -> int:
    """The id of the newest post of all; 0 when there is none."""
    return Post.objects.values_list("pk", flat=True).first() or 0


def since(post_id: int) -> int:
    """How many posts came after that one."""
    return Post.objects.filter(pk__gt=post_id).count()


def public_post(pk: int) -> Post | None:
    return Post.objects.filter(pk=pk, private=False).first()


@dataclass(frozen=True, slots=True)
class Thread:
    """A post and all that was answered under it, however deep, oldest first."""

    post: Post
    answers: Sequence[Post]


def public_timeline(*, limit: int = 50) -> list[Thread]:
    """What anybody on the network sees: threads, the one with the newest words first. Looks at the last 600 posts."""
    answers: dict[int, list[Post]] = {}
    tops: dict[int, Post] = {}
    root: dict[int, int] = {}
    for one in reversed(Post.objects.filter(private=False)[:_LOOKED_AT]):
        root[one.pk] = root.get(one.parent_id or 0, one.pk)
        if root[one.pk] == one.pk:
            tops[one.pk] = one
        else:
            answers.setdefault(root[one.pk], []).append(one)
    threads = [Thread(top, answers.get(pk, [])) for pk, top in tops.items()]
    return sorted(threads, key=lambda thread: [thread.post, *thread.answers][-1].pk, reverse=True)[:limit]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The direct messages between a resident and one of our accounts, oldest first."""

    resident: str
    account: str
    lines: Sequence[Post]


def exchanges(ours: Collection[str]) -> list[Exchange]:
    """All direct messages with the accounts ``ours`` (addresses), the newest first. Looks at the last 600."""
    found: dict[tuple[str, str], list[Post]] = {}
    for one in Post.objects.filter(private=True)[:_LOOKED_AT]:
        ends = (one.to, one.handle) if one.handle in ours else (one.handle, one.to)
        if ends[1] in ours:
            found.setdefault(ends, []).append(one)
    return [Exchange(resident, account, lines[::-1]) for (resident, account), lines in found.items()]
