"""Somebody else's yes or no to a post. There is no way round it for anybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.registry import how
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.handover.incidents.models import Incident
from putthrough.kit.time import in_words, local, local_day, now
from putthrough.replies.posts import clearing, facts
from putthrough.replies.posts.composing import preview
from putthrough.replies.posts.models import Post

_State = Post.State


def approve(post: Post, *, by: User, seen: str) -> Post:
    """Let it go: after the undo time, or at the time that its writer wants. ``seen`` is the ``version`` they looked at.

    Raises NotAllowed for its writer and whoever may not, CannotBeDone when it is another by now or cannot leave.
    """
    with writing():
        current = _locked(post, by)
        if seen != clearing.version(current):
            raise CannotBeDone("It was changed since you looked. Read it once more, then decide.")
        rows = current.publications.select_related("account", "post")
        if problems := [words for one in rows for words in preview(one).problems]:
            raise CannotBeDone(" ".join(problems))
        soonest = now() + timedelta(seconds=organisation().undo_seconds)
        leaves_at = max(soonest, current.wanted_at or soonest)
        current.despite = is_over(current)
        seal = clearing.seal(current, by.pk)
        values = {"cleared_by": by, "clearance": seal, "leaves_at": leaves_at, "despite": current.despite, "reason": ""}
        clearing.move(current, _State.CLEARED, **values)
        when = _when(leaves_at) if leaves_at > soonest else f"in {organisation().undo_seconds} seconds"
        record(facts.APPROVED, thing(post), by=by.name, author=post.author.name, when=when)
    post.refresh_from_db()
    return post


def is_over(post: Post) -> bool:
    """Whether what it is about is over."""
    return post.incident is not None and post.incident.state != Incident.State.OPEN


def _when(moment: datetime) -> str:
    return f"{in_words(local_day(moment))} at {local(moment):%H:%M}"


def stop(post: Post, *, by: User) -> Post:
    """Who approved it thinks again, before it leaves: it waits as before. Raises CannotBeDone when it has left."""
    with writing():
        if post.cleared_by_id != by.pk:
            raise access.NotAllowed("Only the person who approved it can stop it so; its writer takes it back.")
        rows = Post.objects.filter(pk=post.pk, state=_State.CLEARED, cleared_by=by)
        if not rows.update(state=_State.SUBMITTED, clearance="", cleared_by=None, leaves_at=None):
            raise CannotBeDone("It is too late: the post has left.")
        record(facts.STOPPED_BY, thing(post), by=by.name)
    post.refresh_from_db()
    return post


def give_back(post: Post, *, by: User, reason: str) -> Post:
    """Return it to its writer. Raises CannotBeDone without a reason."""
    if not reason.strip():
        raise CannotBeDone("Say what to change: without a reason its writer cannot mend it.")
    with writing():
        current = _locked(post, by)
        clearing.move(current, _State.DRAFT, reason=f"{by.name}: {reason.strip()}"[:400])
        record(facts.RETURNED, thing(post), by=by.name, author=post.author.name)
    post.refresh_from_db()
    return post


def _locked(post: Post, by: User) -> Post:
    rows = Post.objects.select_for_update(of=("self",)).select_related("author", "incident", "cleared_by")
    current = rows.get(pk=post.pk)
    if current.state != _State.SUBMITTED:
        raise CannotBeDone(f"It does not wait any more ({current.get_state_display().lower()}). Nothing was changed.")
    if not access.may(by, "approve_post", current):
        raise access.NotAllowed(why_not(current, by))
    return current


def why_not(post: Post, by: User) -> str:
    """Why somebody may not approve it, and who may; empty where they may."""
    if clearing.may_clear(by, post):
        return ""
    if post.author_id == by.pk:
        return "You wrote this, so somebody else approves it: a comms lead or an administrator."
    if not access.may(by, "approve_post"):
        return "A post to everybody is approved by a comms lead or an administrator."
    where = ", ".join(how(one) for one in clearing.not_trusted(by, clearing.networks(post)))
    return f"You are not trusted {where} by yourself yet, so you let nobody else speak there. See Set-up, Trust."
