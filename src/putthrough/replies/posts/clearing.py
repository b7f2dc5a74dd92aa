"""The gate for posts: a second person, always, and the seal that is asked for before anything leaves.

Invariant 5 for what is said to everybody: however somebody is trusted to answer, a post of theirs is approved by
somebody else, who leads communications or administers and is trusted themselves on each of its networks.
"""

from __future__ import annotations

from collections.abc import Iterable

from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import now
from putthrough.replies.clearing import fingerprint
from putthrough.replies.models import Trust
from putthrough.replies.posts.models import Post
from putthrough.replies.posts.states import before
from putthrough.replies.trusting import step_of


def networks(post: Post) -> list[str]:
    """The kinds of channel that it is for."""
    return sorted(set(post.publications.values_list("account__channel", flat=True)))


def not_trusted(user: User, channels: Iterable[str], *, step: str = Trust.Step.TRUSTED) -> list[str]:
    """Those of the channels on which they are not (yet) on that step."""
    return [one for one in channels if step_of(user, one) != step]


def may_clear(user: User, post: Post) -> bool:
    if user.pk == post.author_id or not access.may(user, "approve_post"):
        return False
    return not not_trusted(user, networks(post))


def said(post: Post) -> tuple[object, ...]:
    """All that is approved: the words, where, under what, when, and about what."""
    where = [(one.pk, one.account_id, one.text) for one in post.publications.order_by("pk")]
    when = post.wanted_at.isoformat() if post.wanted_at else ""
    return post.pk, post.author_id, post.incident_id, post.under_id, when, where, post.text


def version(post: Post) -> str:
    """Names exactly what somebody saw: they approve that and nothing else."""
    return fingerprint(*said(post))[:16]


def seal(post: Post, cleared_by_id: int) -> str:
    return fingerprint(cleared_by_id, post.despite, *said(post))


def may_leave(post: Post) -> bool:
    """Asked when its time has come and again before each attempt: it is what was approved, by one who still may."""
    if post.cleared_by is None or post.clearance != seal(post, post.cleared_by.pk):
        return False
    return may_clear(post.cleared_by, post)


def move(post: Post, to: Post.State, **values: object) -> bool:
    """Into another state, if the graph leads there from the one that the row is in now. False when somebody was
    quicker."""
    rows = Post.objects.filter(pk=post.pk, state__in=before(to))
    return bool(rows.update(state=to, saved_at=now(), **values))
