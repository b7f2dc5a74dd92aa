"""The simulated network itself: what would run on somebody else's machines."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Q

from putthrough.channels.contract import AccountView, ChannelError, Outgoing
from putthrough.channels.rehearsal.channel import LIMIT, as_posted
from putthrough.channels.rehearsal.models import Post


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
        },
    )
    return row


def find(key: str) -> Post | None:
    return Post.objects.filter(key=key).first()


def public_timeline(*, limit: int = 50) -> Sequence[Post]:
    """What anybody on the network sees: threads, newest first, with their answers."""
    top = Post.objects.filter(private=False, parent=None).prefetch_related("answers__answers")
    return list(top[:limit])


def direct_messages(handle: str, *, limit: int = 50) -> Sequence[Post]:
    """What one person sees in their own direct messages, oldest first."""
    mine = Post.objects.filter(Q(handle=handle) | Q(to=handle), private=True)
    return list(mine[:limit])[::-1]
